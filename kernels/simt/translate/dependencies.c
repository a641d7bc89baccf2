#include "dependencies.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// A name as make reads it: a space, a '#' and a '$' need a sign before them.
static void put_name(struct text *out, const char *name) {
    for (; *name; name++) {
        if (*name == ' ' || *name == '#' || *name == '\\') text_put(out, "\\");
        if (*name == '$') text_put(out, "$");
        text_add(out, name, 1);
    }
}

static const struct copy *copy_at(const struct translation *t, const char *text) {
    for (int i = t->copies - 1; i >= 0; i--)
        if (strncmp(text, t->copy[i].path, strlen(t->copy[i].path)) == 0) return &t->copy[i];
    return NULL;
}

bool dependencies_rename(const char *file, const struct translation *t) {
    struct text in = {0}, out = {0};
    if (!text_read(&in, file)) return false;
    for (size_t i = 0; i < in.size; i++) {
        const struct copy *c = copy_at(t, in.data + i);
        if (c) {
            put_name(&out, c->name);
            i += strlen(c->path) - 1;
        } else {
            text_add(&out, in.data + i, 1);
        }
    }
    FILE *f = fopen(file, "wb");
    bool good = f && fwrite(out.data, 1, out.size, f) == out.size;
    if (f && fclose(f) != 0) good = false;
    text_free(&in);
    text_free(&out);
    return good;
}
