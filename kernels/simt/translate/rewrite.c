#include "rewrite.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct region region_code(const struct source *s) {
    return (struct region){.stream = &s->code, .end = s->code.count, .first_parameter = 1};
}

bool region_macro(const struct directive *d, struct region *out) {
    const struct stream *s = &d->line;
    if (s->count < 4 || !token_is(&s->token[1], "define")) return false;
    *out = (struct region){.stream = s, .begin = 3, .end = s->count, .macro = true, .first_parameter = 1};
    if (token_is(&s->token[3], "(") && token_touches(&s->token[2], &s->token[3])) {
        int close = tokens_close(s, 3);
        if (close < 0) return false;
        out->first_parameter = 4;
        out->last_parameter = close - 1;
        out->begin = close + 1;
    }
    return out->begin < out->end;
}

bool region_is_parameter(const struct region *r, const struct token *t) {
    if (t->kind != TOKEN_NAME) return false;
    for (int i = r->first_parameter; i <= r->last_parameter; i++) {
        const struct token *p = &r->stream->token[i];
        if (p->length == t->length && memcmp(p->start, t->start, (size_t)t->length) == 0) return true;
    }
    return r->first_parameter <= r->last_parameter && token_is(t, "__VA_ARGS__");
}

void rewrite_replace(struct rewrite *w, const char *from, const char *to, char *with) {
    w->edit = text_more(w->edit, ((size_t)w->edits + 1) * sizeof *w->edit);
    int i = w->edits++;
    // mostly at the end already
    for (; i > 0 && w->edit[i - 1].from > from; i--) w->edit[i] = w->edit[i - 1];
    w->edit[i] = (struct edit){from, to, with};
}

void rewrite_token(struct rewrite *w, const struct token *t, char *with) {
    rewrite_replace(w, t->start, t->start + t->length, with);
}

void rewrite_drop(struct rewrite *w, const struct token *first, const struct token *last) {
    struct text lines = {0};
    text_put(&lines, "");
    const char *end = last->start + last->length;
    bool macro = memchr(first->start, '\\', (size_t)(end - first->start)) != NULL;
    text_newlines(&lines, first->start, end, macro);
    rewrite_replace(w, first->start, end, lines.data);
}

struct text rewrite_apply(struct rewrite *w) {
    struct text out = {0};
    const char *p = w->source->text, *end = p + w->source->size;
    text_put(&out, "");
    for (int i = 0; i < w->edits; i++) {
        struct edit *e = &w->edit[i];
        if (e->from >= p) {
            text_add(&out, p, (size_t)(e->from - p));
            text_put(&out, e->with);
            p = e->to;
        }
        free(e->with);
    }
    text_add(&out, p, (size_t)(end - p));
    free(w->edit);
    w->edit = NULL;
    w->edits = 0;
    return out;
}

void rewrite_refuse(struct rewrite *w, const struct token *where, const char *format, ...) {
    w->complaint = text_more(w->complaint, ((size_t)w->complaints + 1) * sizeof *w->complaint);
    struct text message = {0};
    va_list list;
    va_start(list, format);
    text_list(&message, format, list);
    va_end(list);
    w->complaint[w->complaints] = (struct complaint){where->line, w->complaints, message.data};
    w->complaints++;
}

static int by_line(const void *a, const void *b) {
    const struct complaint *x = a, *y = b;
    return x->line != y->line ? x->line - y->line : x->number - y->number;
}

int rewrite_complain(struct rewrite *w) {
    int n = w->complaints;
    if (n) qsort(w->complaint, (size_t)n, sizeof *w->complaint, by_line);
    for (int i = 0; i < n; i++) {
        fprintf(stderr, "%s:%d: error: %s\n", w->source->name, w->complaint[i].line, w->complaint[i].message);
        free(w->complaint[i].message);
    }
    free(w->complaint);
    w->complaint = NULL;
    w->complaints = 0;
    return n;
}

void text_newlines(struct text *t, const char *from, const char *to, bool macro) {
    for (; from < to; from++)
        if (*from == '\n') text_put(t, macro ? "\\\n" : "\n");
}

static void add_token(struct text *t, const struct token *token, bool quoted) {
    for (int i = 0; i < token->length; i++) {
        if (quoted && strchr("\"\\", token->start[i])) text_put(t, "\\");
        if (token->start[i] == '\n') text_put(t, " ");
        else text_add(t, &token->start[i], 1);
    }
}

void text_tokens(struct text *t, const struct region *r, int first, int last, bool quoted) {
    const struct stream *s = r->stream;
    for (int i = first; i <= last; i++) {
        const struct token *token = &s->token[i];
        if (quoted && r->macro && token_is(token, "#")) continue;  // of ##: neighbours are joined anyway
        if (i > first && !token_touches(token - 1, token)) text_put(t, " ");
        if (quoted && region_is_parameter(r, token)) text_format(t, "\" #%.*s \"", token->length, token->start);
        else add_token(t, token, quoted);
    }
}
