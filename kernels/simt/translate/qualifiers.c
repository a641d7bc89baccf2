#include "qualifiers.h"

#include <string.h>

// Where the declaration around i begins: after the last ';', '{', '}' or ':'
static int statement_begin(const struct region *r, int i) {
    static const char *const ends[] = {";", "{", "}", ":", "(", NULL};
    while (i > r->begin && !token_is_in(&r->stream->token[i - 1], ends)) i--;
    return i;
}

// The ';', '=', '{' or '[' after the variable that is declared around i; -1: a function, a lambda, a template, a constant.
// Constants lie among the program's own, which a kernel may read.
static int variable_end(const struct region *r, int i) {
    static const char *const ends[] = {";", "=", "{", "[", NULL};
    static const char *const others[] = {"operator", "template", "constexpr", "inline", "__global__", "extern", NULL};
    static const char *const with_brackets[] = {"__align__", "alignas", "__attribute__", "decltype", NULL};
    const struct stream *s = r->stream;
    bool constant = false, class_body = false;
    for (i = statement_begin(r, i); i < r->end; i++) {
        const struct token *t = &s->token[i];
        if (token_is_in(t, others)) return -1;
        if (token_is(t, "struct") || token_is(t, "union")) class_body = true;
        if (token_is(t, "const")) constant = true;
        if (token_is(t, "*")) constant = false;  // the pointer itself varies
        if (token_is(t, "{") && class_body) {
            i = tokens_close(s, i);
            class_body = false;
            if (i < 0) return -1;
        } else if (token_is(t, "[") && (i == r->begin || token_is(t + 1, "[") || t[-1].kind != TOKEN_NAME)) {
            return -1;  // [[attribute]] or a lambda
        } else if (token_is_in(t, ends)) {
            return constant || t[-1].kind == TOKEN_MARK ? -1 : i;
        } else if (token_is(t, "(")) {
            bool skip = i > r->begin && token_is_in(t - 1, with_brackets);
            if (!skip && !token_is(t + 1, "*")) return -1;
            i = tokens_close(s, i);
            if (i < 0) return -1;
        }
    }
    return -1;
}

void qualifiers_rewrite(struct rewrite *w, const struct region *r) {
    for (int i = r->begin; i < r->end; i++) {
        const struct token *t = &r->stream->token[i];
        bool constant = token_is(t, "__constant__");
        if (token_is(t, "__noinline__") && (i == r->begin || !token_is(t - 1, "(")))
            rewrite_token(w, t, text_join("__attribute__((noinline))"));
        if (!constant && !token_is(t, "__device__")) continue;
        int end = variable_end(r, i);
        if (end < i) continue;  // none, or of something before it
        rewrite_token(
            w, t, text_join("__attribute__((section(\"simt_%s\"), aligned(256)))", constant ? "constant" : "device"));
        i = end;
    }
}
