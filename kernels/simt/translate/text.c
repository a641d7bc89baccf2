#define _DEFAULT_SOURCE
#include "text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

void *text_more(void *items, size_t size) {
    void *more = realloc(items, size ? size : 1);
    if (!more) {
        fprintf(stderr, "simtcc: out of memory (%zu bytes wanted)\n", size);
        exit(1);
    }
    return more;
}

void text_add(struct text *t, const char *bytes, size_t size) {
    if (t->size + size + 1 > t->capacity) {
        t->capacity = 2 * (t->size + size + 1);
        t->data = text_more(t->data, t->capacity);
    }
    if (size) memcpy(t->data + t->size, bytes, size);
    t->size += size;
    t->data[t->size] = '\0';
}

void text_put(struct text *t, const char *string) {
    text_add(t, string, strlen(string));
}

void text_list(struct text *t, const char *format, va_list list) {
    va_list again;
    va_copy(again, list);
    int size = vsnprintf(NULL, 0, format, list);
    char *bytes = text_more(NULL, (size_t)size + 1);
    vsnprintf(bytes, (size_t)size + 1, format, again);
    va_end(again);
    text_add(t, bytes, (size_t)size);
    free(bytes);
}

void text_format(struct text *t, const char *format, ...) {
    va_list list;
    va_start(list, format);
    text_list(t, format, list);
    va_end(list);
}

bool text_read(struct text *t, const char *file) {
    struct stat about;
    FILE *f = fopen(file, "rb");
    if (!f) return false;
    if (fstat(fileno(f), &about) == 0 && S_ISDIR(about.st_mode)) {
        fclose(f);
        errno = EISDIR;
        return false;
    }
    char bytes[1 << 14];
    size_t n;
    text_put(t, "");
    while ((n = fread(bytes, 1, sizeof bytes, f)) > 0) text_add(t, bytes, n);
    bool good = !ferror(f);
    int why = errno;
    fclose(f);
    errno = why;
    return good;
}

void text_free(struct text *t) {
    free(t->data);
    *t = (struct text){0};
}

char *text_copy(const char *bytes, size_t size) {
    struct text t = {0};
    text_add(&t, bytes, size);
    return t.data;
}

char *text_join(const char *format, ...) {
    struct text t = {0};
    va_list list;
    va_start(list, format);
    text_list(&t, format, list);
    va_end(list);
    return t.data;
}
