#define _DEFAULT_SOURCE
#include "translate.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "clusters.h"
#include "launches.h"
#include "qualifiers.h"
#include "rules.h"

static bool write_file(const char *path, const char *name, const struct text *code) {
    FILE *f = fopen(path, "wb");
    if (!f) return false;
    fputs("#line 1 \"", f);
    for (const char *c = name; *c; c++) {
        if (*c == '"' || *c == '\\') fputc('\\', f);
        fputc(*c, f);
    }
    fputs("\"\n", f);
    fwrite(code->data, 1, code->size, f);
    bool good = !ferror(f);
    return fclose(f) == 0 && good;
}

// name in the folder of `from`, or in one of -I; NULL: nowhere, or a header of the simulator or the system
static char *find_header(const struct translation *t, const char *from, const char *name, bool quoted) {
    const char *slash = strrchr(from, '/');
    for (int i = quoted ? -1 : 0; i < t->includes; i++) {
        struct text path = {0};
        if (name[0] == '/') text_put(&path, "");
        else if (i >= 0) text_format(&path, "%s/", t->include[i]);
        else text_add(&path, from, slash ? (size_t)(slash + 1 - from) : 0);
        text_put(&path, name);
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

struct file {
    struct translation *translation;
    struct rewrite *rewrite;
};

// #include "tile.cuh" -> the copy's path
static void rewrite_include(void *context, const struct directive *d) {
    struct file *file = context;
    const struct stream *line = &d->line;
    if (line->count < 3) return;
    const struct token *first = &line->token[2], *last = &line->token[line->count - 1];
    bool quoted = first->kind == TOKEN_STRING && first->length > 2 && *first->start == '"';
    const char *from = first->start + 1;
    const char *end =
        quoted ? first->start + first->length - 1 : memchr(from, '>', (size_t)(last->start + last->length - from));
    if (!end || (!quoted && *first->start != '<') || end <= from) return;
    char *name = text_copy(from, (size_t)(end - from));
    char *header = find_header(file->translation, file->rewrite->source->name, name, quoted);
    const char *copy = header ? translate_file(file->translation, header) : NULL;
    if (copy) rewrite_replace(file->rewrite, first->start, end + 1, text_join("\"%s\"", copy));
    if (!header && !first->maybe) rules_check_include(file->rewrite, first, name);
    free(header);
    free(name);
}

static void rewrite_macros(struct translation *t, struct rewrite *w) {
    for (int i = 0; i < w->source->directives; i++) {
        const struct directive *d = &w->source->directive[i];
        struct region macro;
        if (d->dead || !region_macro(d, &macro)) continue;
        rules_check_macro(w, &macro);
        clusters_check_macro(w, &macro);
        shared_rewrite(w, &macro, &t->outer);
        launches_rewrite(w, &macro);
        qualifiers_rewrite(w, &macro);
    }
}

static void rewrite_code(struct translation *t, struct rewrite *w) {
    struct region code = region_code(w->source);
    struct functions functions;
    functions_find(&functions, w->source, &t->macros);
    callees_add(&t->callees, &functions);
    rules_check(w, &functions, &t->callees, &t->macros);
    clusters_rewrite(w, &functions);
    shared_rewrite(w, &code, &t->outer);
    shared_rewrite_users(w, &functions, &t->outer);
    launches_rewrite(w, &code);
    qualifiers_rewrite(w, &code);
    functions_free(&functions);
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
    if (!realpath(name, real) || !text_read(&text, name)) {
        fprintf(stderr, "simtcc: %s cannot be read: %s\n", name, strerror(errno));
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
    tokens_read(&source, t->copy[t->copies - 1].name, text.data, text.size);
    struct rewrite w = {.source = &source};
    struct file file = {t, &w};
    conditions_walk(&source, &t->macros, rewrite_include, &file);
    rewrite_macros(t, &w);
    rewrite_code(t, &w);
    t->errors += rewrite_complain(&w);
    struct text code = rewrite_apply(&w);
    if (!write_file(path, name, &code)) {
        fprintf(stderr, "simtcc: %s cannot be written: %s. Is the disk full? TMPDIR names another folder\n", path,
                strerror(errno));
        t->errors++;
    }
    text_free(&code);
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
    macros_free(&t->macros);
    callees_free(&t->callees);
    outer_free(&t->outer);
    *t = (struct translation){0};
}
