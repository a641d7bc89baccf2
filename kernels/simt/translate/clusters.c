#include "clusters.h"

#include <string.h>

// The function that is declared where token i stands before its name; NULL: none.
static const struct function *declared_with(const struct stream *s, const struct functions *f, int i) {
    for (int k = 0; k < f->count; k++) {
        const struct function *function = &f->function[k];
        int at = function->parameters;
        while (at > i && !token_is(&s->token[at], ";") && !token_is(&s->token[at], "{") &&
               !token_is(&s->token[at], "}"))
            at--;
        if (at == i && function->global) return function;
    }
    return NULL;
}

static bool same_name(const struct token *a, const struct token *b) {
    return a->length == b->length && memcmp(a->start, b->start, (size_t)a->length) == 0;
}

// Of a kernel that is only declared here: does its definition say the same?
static bool said_elsewhere(const struct stream *s, const struct functions *f, const struct function *declared) {
    for (int i = 0; i < s->count; i++) {
        if (!token_is(&s->token[i], "__cluster_dims__")) continue;
        const struct function *other = declared_with(s, f, i);
        if (other && other->open >= 0 && same_name(other->name, declared->name)) return true;
    }
    return false;
}

void clusters_rewrite(struct rewrite *w, const struct functions *f) {
    const struct region code = region_code(w->source);
    const struct stream *s = code.stream;
    for (int i = 0; i + 1 < s->count; i++) {
        const struct token *t = &s->token[i];
        if (!token_is(t, "__cluster_dims__") || !token_is(t + 1, "(")) continue;
        const struct function *kernel = declared_with(s, f, i);
        const int close = tokens_close(s, i + 1);
        if (!kernel || close < 0) {
            rewrite_refuse(w, t,
                           "__cluster_dims__ stands before no kernel: it is written __global__ void "
                           "__cluster_dims__(2, 1, 1) kernel(...)");
            continue;
        }
        rewrite_drop(w, t, &s->token[close]);
        if (kernel->open < 0) {
            if (!said_elsewhere(s, f, kernel))
                rewrite_refuse(w, t, "__cluster_dims__: write it where the kernel %.*s is defined, too",
                               kernel->name->length, kernel->name->start);
            continue;
        }
        struct text call = {0};
        text_put(&call, " simt::cluster_dims(");
        text_tokens(&call, &code, i + 2, close - 1, false);
        text_put(&call, ");");
        const char *open = s->token[kernel->open].start + 1;
        rewrite_replace(w, open, open, call.data);
    }
}

void clusters_check_macro(struct rewrite *w, const struct region *macro) {
    for (int i = macro->begin; i < macro->end; i++) {
        const struct token *t = &macro->stream->token[i];
        if (token_is(t, "__cluster_dims__"))
            rewrite_refuse(w, t, "__cluster_dims__ in a macro is not understood. Write it where the kernel is defined");
    }
}
