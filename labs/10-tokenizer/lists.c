// Lists that grow.
#include <stdlib.h>
#include <string.h>

#include "10-tokenizer/tokenizer.h"
#include "common/common.h"

// Room for count + more objects of this size; the capacity doubles, so that n pushes copy O(n) objects.
static void *with_room(void *data, size_t count, size_t more, size_t *capacity, size_t size) {
    if (more <= *capacity - count) return data;
    size_t wanted = *capacity > 0 ? *capacity : 16;
    while (wanted - count < more) wanted *= 2;
    void *moved = alloc_zeroed(wanted, size);
    if (count > 0) memcpy(moved, data, count * size);
    free(data);
    *capacity = wanted;
    return moved;
}

void ids_push(struct ids *list, int id) {
    list->id = with_room(list->id, list->count, 1, &list->capacity, sizeof *list->id);
    list->id[list->count++] = id;
}

void ids_free(struct ids *list) {
    free(list->id);
    *list = (struct ids){0};
}

void cuts_push(struct cuts *list, size_t end) {
    list->end = with_room(list->end, list->count, 1, &list->capacity, sizeof *list->end);
    list->end[list->count++] = end;
}

void cuts_free(struct cuts *list) {
    free(list->end);
    *list = (struct cuts){0};
}

void bytes_push(struct bytes *list, const char *data, size_t size) {
    list->data = with_room(list->data, list->count, size, &list->capacity, 1);
    if (size > 0) memcpy(list->data + list->count, data, size);
    list->count += size;
}

void bytes_push_utf8(struct bytes *out, int code) {
    char c[4];
    size_t n = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    for (size_t i = n; i-- > 1; code >>= 6) c[i] = (char)(0x80 | (code & 0x3F));
    const int lead[] = {0, 0, 0xC0, 0xE0, 0xF0};
    c[0] = (char)(lead[n] | code);
    bytes_push(out, c, n);
}

void bytes_free(struct bytes *list) {
    free(list->data);
    *list = (struct bytes){0};
}
