// Texts to learn language from.
#include "datasets/text.h"

#include <stdlib.h>
#include <string.h>

#include "common/common.h"
#include "datasets/real.h"
#include "datasets/source.h"

bool text_read(struct text *out, const char *path, char *error, size_t error_size) {
    *out = (struct text){0};
    struct source s;
    if (!source_open(&s, path, error, error_size)) return false;
    struct buffer b = {0};
    char chunk[16384];
    int got;
    while ((got = source_read(&s, chunk, sizeof chunk)) > 0)
        if (!buffer_append(&b, chunk, (size_t)got, &s)) break;
    size_t size = b.size;
    bool ok = got == 0 && buffer_append(&b, "", 1, &s);
    source_close(&s);
    if (ok) *out = (struct text){(char *)b.data, size};
    else free(b.data);
    return ok;
}

struct text text_load(const char *name) {
    struct text t;
    char path[1024], error[2048];
    bool real = strcmp(name, "king-james") == 0 || strcmp(name, "tang") == 0;
    if (real) {
        const char *file = strcmp(name, "tang") == 0 ? "texts/tang.txt" : "texts/king-james.txt";
        real_path(path, sizeof path, file);
        if (!text_read(&t, path, error, sizeof error)) real_die("%s", error);
    } else if (!text_read(&t, name, error, sizeof error))
        die("%s\nExpected king-james, tang or the path of a text file.", error);
    return t;
}

void text_free(struct text *t) {
    free(t->data);
    *t = (struct text){0};
}
