// How often each pair stands side by side.
#include <stdlib.h>
#include <string.h>

#include "10-tokenizer/tokenizer.h"
#include "common/common.h"

struct pair_entry *pair_counts_find(struct pair_counts *p, int left, int right) {
    int place = pair_map_get(&p->place, left, right);
    if (place >= 0) return &p->pair[place];
    if (p->count == p->capacity) {
        p->capacity = p->capacity > 0 ? 2 * p->capacity : 1024;
        struct pair_entry *moved = alloc_zeroed((size_t)p->capacity, sizeof *moved);
        if (p->count > 0) memcpy(moved, p->pair, (size_t)p->count * sizeof *moved);
        free(p->pair);
        p->pair = moved;
    }
    p->pair[p->count] = (struct pair_entry){.left = left, .right = right};
    pair_map_set(&p->place, left, right, p->count);
    return &p->pair[p->count++];
}

void pair_counts_free(struct pair_counts *p) {
    for (int i = 0; i < p->count; i++) ids_free(&p->pair[i].words);
    free(p->pair);
    pair_map_free(&p->place);
    *p = (struct pair_counts){0};
}
