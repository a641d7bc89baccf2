#include "functions.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

struct parser {
    struct functions *out;
    const struct source *source;
    const struct stream *code;
    const struct macros *macros;
    char *scope;  // of each open brace: 'n'amespace or 'c'lass
    int depth;
    int next_directive;
    struct {
        int depth, restore;  // when #if began; the second branch goes back to it once it has a token
    } * branch;
    int branches;
};

static bool is(const struct parser *p, int i, const char *spelling) {
    return i >= 0 && i < p->code->count && token_is(&p->code->token[i], spelling);
}

// The '>' of the '<' at i; -1: none
static int close_angle(const struct parser *p, int i) {
    int depth = 0;
    for (; i < p->code->count; i++) {
        if (is(p, i, "<")) depth++;
        else if (is(p, i, ">") && --depth == 0) return i;
        else if (is(p, i, "(") || is(p, i, "[") || is(p, i, "{")) i = tokens_close(p->code, i);
        else if (is(p, i, ";") || is(p, i, ")") || is(p, i, "}")) return -1;
        if (i < 0) return -1;
    }
    return -1;
}

static bool is_shout(const struct token *t) {
    bool line = false;
    for (int i = 0; i < t->length; i++) {
        if (islower((unsigned char)t->start[i])) return false;
        line |= t->start[i] == '_';
    }
    return line && t->length > 2;
}

// What a word before a function's name says.
static void read_word(const struct parser *p, struct function *f, const struct token *t) {
    if (token_is(t, "__global__")) f->global = true;
    else if (token_is(t, "__device__")) f->device = true;
    else if (token_is(t, "__host__")) f->host = true;
    else if (token_is(t, "constexpr") || token_is(t, "consteval")) f->constant = true;
    else if (token_is(t, "friend") || token_is(t, "using") || token_is(t, "typedef")) f->unsure = true;
    const struct macro *m = macros_find(p->macros, t->start, t->length);
    if (m && m->defined != NO) {
        f->unsure = true;
        f->global |= m->says.global;
        f->device |= m->says.device;
        f->host |= m->says.host;
    } else if (is_shout(t)) {
        f->unsure = true;
    }
}

// What may follow the parameters of a function before its body.
static bool may_follow(const struct parser *p, int i, int end) {
    static const char *const words[] = {
        "const", "noexcept", "override",      "final", "volatile", "try", "->",           "&",
        ":",     "requires", "__attribute__", "throw", "=",        "[",   "__restrict__", NULL};
    return i >= end || token_is_in(&p->code->token[i], words);
}

// The last token of a specifier with brackets that begins at i; i itself where it has none; -1: they do not close.
static int skip_specifier(const struct parser *p, int i) {
    static const char *const with_brackets[] = {
        "__attribute__", "__launch_bounds__", "__align__", "alignas", "decltype",    "noexcept",
        "explicit",      "__cluster_dims__",  "requires",  "asm",     "__maxnreg__", NULL};
    if (is(p, i, "template") && is(p, i + 1, "<")) return close_angle(p, i + 1);
    if (is(p, i, "[")) return tokens_close(p->code, i);
    if (token_is_in(&p->code->token[i], with_brackets) && is(p, i + 1, "(")) return tokens_close(p->code, i + 1);
    return i;
}

// The statement begin..end (a ';' or '{' stands at end): a function? Fills f but for its body.
static bool read_function(const struct parser *p, int begin, int end, struct function *f) {
    *f = (struct function){.open = -1, .close = -1};
    for (int i = begin; i < end; i++) {
        int last = skip_specifier(p, i);
        if (last < 0) return false;
        if (last > i) {
            i = last;
            continue;
        }
        const struct token *t = &p->code->token[i];
        if (is(p, i, "=") || is(p, i, "operator")) return false;
        if (t->kind == TOKEN_NAME) read_word(p, f, t);
        int name = i - 1;
        if (!is(p, i, "(")) continue;
        if (is(p, name, ">")) name = tokens_open_angle(p->code, name) - 1;
        int close = tokens_close(p->code, i);
        if (close < 0 || close >= end) return false;
        bool named =
            name >= begin && p->code->token[name].kind == TOKEN_NAME && !is(p, i + 1, "*") && !is(p, i + 1, "&");
        if (named && may_follow(p, close + 1, end)) {
            f->name = &p->code->token[name];
            f->parameters = i;
            f->parameters_end = close;
            f->member = p->depth && p->scope[p->depth - 1] == 'c';
            f->member |= is(p, name - 1, "::") || is(p, name - 1, "~");
            return true;
        }
        f->unsure = true;  // a macro that looks like a call
        i = close;
    }
    return false;
}

static void add_function(struct parser *p, struct function f) {
    struct functions *out = p->out;
    if ((out->count & (out->count - 1)) == 0)
        out->function = text_more(out->function, (out->count ? 2 * (size_t)out->count : 1) * sizeof f);
    out->function[out->count++] = f;
}

// After the parameters of a constructor: a{1}, b(2) { : is the '{' at i one of a member?
static bool of_member(const struct parser *p, const struct function *f, int i) {
    bool list = false;
    for (int k = f->parameters_end; k < i; k++) list |= is(p, k, ":");
    return list && (p->code->token[i - 1].kind == TOKEN_NAME || is(p, i - 1, ">"));
}

static char scope_kind(const struct parser *p, int begin, int end) {
    static const char *const classes[] = {"struct", "class", "union", NULL};
    bool equals = false;
    for (int i = begin; i < end; i++) {
        const struct token *t = &p->code->token[i];
        if (token_is(t, "namespace") || (token_is(t, "extern") && i + 2 == end)) return 'n';
        if (token_is(t, "template") && is(p, i + 1, "<")) i = close_angle(p, i + 1);
        else if (token_is_in(t, classes) && !equals && !is(p, i - 1, "enum")) return 'c';
        if (i < 0) return 0;
        equals |= token_is(t, "=");
    }
    return 0;
}

static void open_scope(struct parser *p, char kind) {
    p->scope = text_more(p->scope, (size_t)p->depth + 1);
    p->scope[p->depth++] = kind;
}

// #if, #else, #endif before token i
static bool pass_directives(struct parser *p, int i) {
    bool passed = false;
    for (; p->next_directive < p->source->directives; p->next_directive++) {
        const struct directive *d = &p->source->directive[p->next_directive];
        if (d->at > i || (d->at == i && i == p->code->count)) break;
        if (d->line.count < 2) continue;
        const struct token *name = &d->line.token[1];
        if (name->length >= 2 && strncmp(name->start, "if", 2) == 0) {
            p->branch = text_more(p->branch, ((size_t)p->branches + 1) * sizeof *p->branch);
            p->branch[p->branches].depth = p->depth;
            p->branch[p->branches++].restore = -1;
        } else if ((token_is(name, "else") || token_is(name, "elif")) && p->branches) {
            p->branch[p->branches - 1].restore = p->branch[p->branches - 1].depth;
        } else if (token_is(name, "endif") && p->branches) {
            p->branches--;
        }
    }
    if (p->branches && p->branch[p->branches - 1].restore >= 0 && i < p->code->count) {
        passed = p->branch[p->branches - 1].restore != p->depth;
        if (p->branch[p->branches - 1].restore < p->depth) p->depth = p->branch[p->branches - 1].restore;
        p->branch[p->branches - 1].restore = -1;
    }
    return passed;
}

// A '{' at i ends the statement that began at begin. Returns where the next begins; begin: the statement goes on behind
// *to; -1: no partner.
static int read_brace(struct parser *p, int begin, int i, int *to) {
    struct function f;
    *to = tokens_close(p->code, i);
    if (read_function(p, begin, i, &f)) {
        if (*to < 0) return -1;
        if (of_member(p, &f, i)) return begin;
        f.open = i;
        f.close = *to;
        add_function(p, f);
        return *to + 1;
    }
    char kind = scope_kind(p, begin, i);
    for (int k = begin; k < i; k++)
        if (is(p, k, "operator")) return *to < 0 ? -1 : *to + 1;
    if (!kind) return *to < 0 ? -1 : begin;
    open_scope(p, kind);
    *to = i;
    return i + 1;
}

static bool parse(struct parser *p) {
    int begin = 0;
    for (int i = 0; i < p->code->count; i++) {
        if (pass_directives(p, i)) begin = i;
        struct function f;
        if (is(p, i, ";")) {
            if (read_function(p, begin, i, &f)) add_function(p, f);
            begin = i + 1;
        } else if (is(p, i, "(") || is(p, i, "[")) {
            i = tokens_close(p->code, i);
        } else if (is(p, i, "{")) {
            begin = read_brace(p, begin, i, &i);
        } else if (is(p, i, "}")) {
            if (p->depth == 0) return false;
            p->depth--;
            begin = i + 1;
        } else if (is(p, i, ":") && i == begin + 1) {
            begin = i + 1;  // public:
        }
        if (i < 0 || begin < 0) return false;
    }
    pass_directives(p, p->code->count);
    return p->depth == 0;
}

void functions_find(struct functions *f, const struct source *s, const struct macros *m) {
    *f = (struct functions){0};
    struct parser p = {.out = f, .source = s, .code = &s->code, .macros = m};
    f->sound = parse(&p);
    free(p.scope);
    free(p.branch);
}

void functions_free(struct functions *f) {
    free(f->function);
    *f = (struct functions){0};
}

const struct function *functions_around(const struct functions *f, int i) {
    for (int k = 0; k < f->count; k++)
        if (f->function[k].open < i && i < f->function[k].close) return &f->function[k];
    return NULL;
}

bool function_on_gpu(const struct function *f) {
    return (f->global || f->device) && !f->host;
}
bool function_on_host(const struct function *f) {
    return !f->global && !f->device;
}
