#include "launches.h"

#include <string.h>

static const char *const no_callee[] = {"return", "else",   "do",    "case",      "if", "while",
                                        "for",    "switch", "throw", "co_return", "in", NULL};

static bool is_name(const struct stream *s, int i) {
    return i >= 0 && s->token[i].kind == TOKEN_NAME && !token_is_in(&s->token[i], no_callee);
}

// One piece of a name that ends at i: f, f<4>, f(x), f[2], (*f). Where it begins; -1: it is none.
static int piece_begin(const struct region *r, int i) {
    const struct stream *s = r->stream;
    while (i >= r->begin) {
        const struct token *t = &s->token[i];
        if (is_name(s, i)) return i;
        if (token_is(t, ">")) {
            i = tokens_open_angle(s, i) - 1;
            return i >= r->begin && is_name(s, i) ? i : -1;
        }
        if (!token_is(t, ")") && !token_is(t, "]")) return -1;
        int open = tokens_open(s, i);
        if (open < r->begin) return -1;
        bool more = open > r->begin && (is_name(s, open - 1) || token_is(&s->token[open - 1], "]"));
        if (!more) return token_is(t, ")") ? open : -1;
        i = open - 1;
    }
    return -1;
}

// What is launched ends at i: where it begins. a::b<T>, x.f, p->f[2], name_##T
static int callee_begin(const struct region *r, int i) {
    const struct stream *s = r->stream;
    for (;;) {
        int begin = piece_begin(r, i);
        if (begin < 0) return -1;
        i = begin - 1;
        if (i >= r->begin && token_is(&s->token[i], "template")) i--;
        if (i < r->begin) return begin;
        const struct token *t = &s->token[i];
        bool global = token_is(t, "::") && !(i > r->begin && (is_name(s, i - 1) || token_is(t - 1, ">")));
        if (global) return i;
        if (r->macro && i > r->begin && token_is(t, "#") && token_is(t - 1, "#")) i--;
        else if (!token_is(t, "::") && !token_is(t, ".") && !token_is(t, "->")) return begin;
        i--;
    }
}

// ">> >", as formatters make it of the end of a launch
static bool is_spaced_end(const struct stream *s, int i) {
    const struct token *t = &s->token[i];
    return i + 3 < s->count && token_is(t, ">") && token_is(t + 1, ">") && token_is(t + 2, ">") &&
           token_is(t + 3, "(") && token_touches(t, t + 1) && !token_touches(t + 1, t + 2);
}

// The first '>' of the ">>>" that belongs to the "<<<" at i; -1: there is none.
static int config_end(const struct region *r, int i) {
    const struct stream *s = r->stream;
    bool spaced = !token_touches(&s->token[i + 1], &s->token[i + 2]);  // "<< <"
    for (i += 3; i < r->end; i++) {
        const struct token *t = &s->token[i];
        if (token_is(t, "(") || token_is(t, "[") || token_is(t, "{")) i = tokens_close(s, i);
        else if (token_is(t, ")") || token_is(t, "]") || token_is(t, "}") || token_is(t, ";")) return -1;
        if (i < 0 || i >= r->end) return -1;
        // of "A<3>>>>" the last three
        if (tokens_are_three(s, i, '>') && !tokens_are_three(s, i + 1, '>')) return i;
        if (spaced && is_spaced_end(s, i)) return i;
    }
    return -1;
}

// A NULL among the arguments could become a number of type long on its way.
static void rewrite_null(struct rewrite *w, const struct region *r, int open, int close) {
    const struct stream *s = r->stream;
    for (int i = open + 1; i < close; i++) {
        const struct token *t = &s->token[i];
        bool alone = (token_is(t - 1, "(") || token_is(t - 1, ",")) && (token_is(t + 1, ",") || token_is(t + 1, ")"));
        if (token_is(t, "NULL") && alone) rewrite_token(w, t, text_copy("nullptr", 7));
        if (token_is(t, "(") || token_is(t, "[") || token_is(t, "{")) i = tokens_close(s, i);
        if (i < 0) return;
    }
}

// Can the arguments stand in code that never runs, too? Not with lambdas, launches, lines of the preprocessor in them.
static bool may_repeat(const struct rewrite *w, const struct region *r, int open, int close) {
    for (int i = open; i < close; i++) {
        const struct token *t = &r->stream->token[i];
        if (token_is(t, "{") || tokens_are_three(r->stream, i, '<')) return false;
        if (token_is(t, "[") && t[-1].kind != TOKEN_NAME && !token_is(t - 1, "]") && !token_is(t - 1, ")"))
            return false;
    }
    for (int i = 0; i < w->source->directives && !r->macro; i++)
        if (w->source->directive[i].at > open && w->source->directive[i].at <= close) return false;
    return true;
}

// ), [=](auto &&...simt_a) { kernel<T>(simt_a...); } - by value, for a pointer to a kernel is a variable of the host, and every
// thread uses it. Where it lies in a structure or an array, the structure would be copied: x.f, p->f, (*f), f[2].
static void add_call(struct text *out, const struct region *r, int first, int last) {
    bool expression = false;
    for (int i = first, angles = 0; i <= last; i++) {
        const struct token *t = &r->stream->token[i];
        angles += token_is(t, "<") - token_is(t, ">");
        expression |= angles == 0 && (token_is(t, ".") || token_is(t, "->") || token_is(t, "(") || token_is(t, "["));
    }
    text_put(out, expression ? "), [simt_k = " : "), [=](auto &&...simt_a) { ");
    text_tokens(out, r, first, last, false);
    text_put(out, expression ? "](auto &&...simt_a) { simt_k(simt_a...); }" : "(simt_a...); }");
}

static bool rewrite_launch(struct rewrite *w, const struct region *r, int callee, int at, int end) {
    const struct token *t = r->stream->token;
    const char *open_end = t[at + 2].start + 1;
    int open = end + 3, close = open < r->end && token_is(&t[open], "(") ? tokens_close(r->stream, open) : -1;
    struct text before = {0}, after = {0};
    text_put(&before, "simt::launch(");
    text_newlines(&before, t[callee].start, open_end, r->macro);
    text_put(&before, "\"");
    text_tokens(&before, r, callee, at - 1, true);
    text_put(&before, "\", simt::config(");
    rewrite_replace(w, t[callee].start, open_end, before.data);
    add_call(&after, r, callee, at - 1);
    if (close >= 0 && may_repeat(w, r, open, close)) {
        text_put(&after, ", noexcept(");
        text_tokens(&after, r, callee, at - 1, false);
        text_tokens(&after, r, open, close, false);
        text_put(&after, ")");
    }
    text_put(&after, ")");
    rewrite_replace(w, t[end].start, t[end + 2].start + 1, after.data);
    if (close >= 0) rewrite_null(w, r, open, close);
    return close >= 0 || r->macro;  // the arguments may follow where the macro is used
}

void launches_rewrite(struct rewrite *w, const struct region *r) {
    const struct stream *s = r->stream;
    for (int i = r->begin; i < r->end; i++) {
        if (!tokens_are_three(s, i, '<')) continue;
        const struct token *t = &s->token[i];
        if (i > r->begin && token_is(t - 1, "operator")) continue;
        int callee = callee_begin(r, i - 1), end = config_end(r, i);
        if (callee < 0) {
            rewrite_refuse(
                w, t, "there is no kernel's name before <<<. A launch is written kernel<<<grid, block>>>(arguments)");
        } else if (end < 0 && r->macro) {
            rewrite_refuse(
                w, t, "this macro has the <<< of a launch, but not its >>>. Write the whole launch into one macro");
        } else if (end < 0) {
            rewrite_refuse(w, t, "this <<< has no >>>. A launch is written kernel<<<grid, block>>>(arguments)");
        } else if (!rewrite_launch(w, r, callee, i, end)) {
            rewrite_refuse(w, t,
                           "no arguments follow this launch: kernel<<<grid, block>>>() if there are none, or a bracket "
                           "is not closed");
        }
        i += 2;
    }
}
