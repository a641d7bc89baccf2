#define _DEFAULT_SOURCE
#include "translate.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "launches.h"
#include "rewrite.h"
#include "shared.h"
#include "variables.h"

static bool read_file(struct text *out, const char *name) {
    struct stat about;
    FILE *f = fopen(name, "rb");
    if (!f || fstat(fileno(f), &about) != 0 || S_ISDIR(about.st_mode)) {
        if (f) fclose(f);
        return false;
    }
    char bytes[1 << 16];
    size_t n;
    text_put(out, "");
    while ((n = fread(bytes, 1, sizeof bytes, f)) > 0) text_add(out, bytes, n);
    bool good = !ferror(f);
    fclose(f);
    return good;
}

static bool write_file(const char *path, const char *name, const char *code) {
    FILE *f = fopen(path, "wb");
    if (!f) return false;
    fputs("#line 1 \"", f);
    for (const char *c = name; *c; c++) {
        if (*c == '"' || *c == '\\') fputc('\\', f);
        fputc(*c, f);
    }
    fputs("\"\n", f);
    fputs(code, f);
    bool good = !ferror(f);
    return fclose(f) == 0 && good;
}

// name in the folder of `from`, or in one of -I; NULL: nowhere, or a header of the simulator or the system
static char *find_header(const struct translation *t, const char *from, const char *name, size_t length, bool quoted) {
    const char *slash = strrchr(from, '/');
    for (int i = quoted ? -1 : 0; i < t->includes; i++) {
        struct text path = {0};
        if (name[0] == '/') text_put(&path, "");
        else if (i >= 0) text_format(&path, "%s/", t->include[i]);
        else text_add(&path, from, slash ? (size_t)(slash + 1 - from) : 0);
        text_add(&path, name, length);
        char real[PATH_MAX];
        struct stat about;
        if (realpath(path.data, real) && stat(real, &about) == 0 && S_ISREG(about.st_mode)) {
            size_t n = strlen(t->headers);
            if (strncmp(real, t->headers, n) != 0 || real[n] != '/') return path.data;
            text_free(&path);
            return NULL;
        }
        text_free(&path);
    }
    return NULL;
}

// #include "tile.cuh" -> the copy's path
static void rewrite_include(struct translation *t, struct rewrite *w, const struct stream *line) {
    if (line->count < 3 || !token_is(&line->token[1], "include")) return;
    const struct token *first = &line->token[2], *last = &line->token[line->count - 1];
    bool quoted = first->kind == TOKEN_STRING && first->length > 2 && *first->start == '"';
    const char *from = first->start + 1;
    const char *end =
        quoted ? first->start + first->length - 1 : memchr(from, '>', (size_t)(last->start + last->length - from));
    if (!end || (!quoted && *first->start != '<') || end <= from) return;
    char *header = find_header(t, w->source->name, from, (size_t)(end - from), quoted);
    if (!header) return;
    const char *copy = translate_file(t, header);
    if (copy) rewrite_replace(w, first->start, end + 1, text_join("\"%s\"", copy));
    free(header);
}

static void rewrite_all(struct translation *t, struct rewrite *w) {
    struct source *s = w->source;
    struct region code = region_code(s);
    shared_rewrite(w, &code);
    launches_rewrite(w, &code);
    variables_rewrite(w, &code);
    for (int i = 0; i < s->directives; i++) {
        struct region macro;
        rewrite_include(t, w, &s->directive[i].line);
        if (!region_macro(&s->directive[i], &macro)) continue;
        shared_rewrite(w, &macro);
        launches_rewrite(w, &macro);
        variables_rewrite(w, &macro);
    }
}

static const char *add_copy(struct translation *t, const char *name, const char *real) {
    t->copy = text_more(t->copy, ((size_t)t->copies + 1) * sizeof *t->copy);
    struct copy *c = &t->copy[t->copies];
    c->name = text_join("%s", name);
    c->real = text_join("%s", real);
    c->path = text_join("%s/%d.cpp", t->folder, t->copies++);
    return c->path;
}

const char *translate_file(struct translation *t, const char *name) {
    char real[PATH_MAX];
    struct text text = {0};
    if (!realpath(name, real) || !read_file(&text, name)) {
        fprintf(stderr, "simtcc: %s cannot be read: %s\n", name, strerror(errno ? errno : EISDIR));
        text_free(&text);
        t->errors++;
        return NULL;
    }
    for (int i = 0; i < t->copies; i++) {
        if (strcmp(t->copy[i].real, real) != 0) continue;
        text_free(&text);
        return t->copy[i].path;
    }
    const char *path = add_copy(t, name, real);
    struct source source;
    tokens_read(&source, name, text.data, text.size);
    struct rewrite w = {.source = &source};
    rewrite_all(t, &w);
    char *code = rewrite_apply(&w);
    if (!write_file(path, name, code)) {
        fprintf(stderr, "simtcc: %s cannot be written: %s. Is the disk full? TMPDIR names another folder\n", path,
                strerror(errno));
        t->errors++;
    }
    t->errors += w.errors;
    free(code);
    tokens_free(&source);
    text_free(&text);
    return path;
}

void translation_free(struct translation *t) {
    for (int i = 0; i < t->copies; i++) {
        remove(t->copy[i].path);
        free(t->copy[i].path);
        free(t->copy[i].real);
        free(t->copy[i].name);
    }
    free(t->copy);
    t->copy = NULL;
    t->copies = 0;
}
