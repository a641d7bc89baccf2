#include "conditions.h"

#include <stdlib.h>
#include <string.h>

#include "text.h"

// ---- macros ---------------------------------------------------------------------------------------------------------

static struct macro *find(const struct macros *m, const char *name, int length) {
    for (int i = m->count - 1; i >= 0; i--)
        if (strncmp(m->macro[i].name, name, (size_t)length) == 0 && !m->macro[i].name[length]) return &m->macro[i];
    return NULL;
}

const struct macro *macros_find(const struct macros *m, const char *name, int length) {
    return find(m, name, length);
}

// body: what it stands for; NULL: more than a number
static void define(struct macros *m, const char *name, int length, enum truth defined, const char *body) {
    struct macro *macro = find(m, name, length);
    if (!macro) {
        m->macro = text_more(m->macro, ((size_t)m->count + 1) * sizeof *m->macro);
        macro = &m->macro[m->count++];
        *macro = (struct macro){.name = text_copy(name, (size_t)length)};
    }
    char *end = NULL;
    long long value = body && *body >= '0' && *body <= '9' ? strtoll(body, &end, 0) : 0;
    macro->defined = defined;
    macro->number = defined == YES && end && (*end == '\0' || strchr("uUlL", *end));
    macro->value = value;
    macro->says.global = macro->says.device = macro->says.host = false;
}

void macros_start(struct macros *m, char *const *flags) {
    static const char *const given[] = {"__SIMT_SIM__", "__CUDACC__", "__GNUC__", "__linux__", NULL};
    static const char *const never[] = {"__CUDA_ARCH__", "__NVCC__",  "_WIN32", "_MSC_VER",
                                        "__APPLE__",     "__HIPCC__", NULL};
    for (int i = 0; given[i]; i++) define(m, given[i], (int)strlen(given[i]), YES, i < 2 ? "1" : NULL);
    for (int i = 0; never[i]; i++) define(m, never[i], (int)strlen(never[i]), NO, NULL);
    define(m, "__cplusplus", 11, YES, "201703");
    for (; flags && *flags; flags++) {
        bool on = strncmp(*flags, "-D", 2) == 0;
        if (!on && strncmp(*flags, "-U", 2) != 0) continue;
        const char *name = (*flags)[2] ? *flags + 2 : flags[1] ? *++flags : "";
        int length = (int)strcspn(name, "=(");
        define(m, name, length, on ? YES : NO, name[length] == '=' ? name + length + 1 : name[length] ? NULL : "1");
    }
}

void macros_free(struct macros *m) {
    for (int i = 0; i < m->count; i++) free(m->macro[i].name);
    free(m->macro);
    *m = (struct macros){0};
}

// ---- conditions: a small calculator that knows what it does not know --------------------------------------------------

struct value {
    bool known;
    long long number;
};
struct expression {
    const struct macros *macros;
    const struct stream *line;
    int i, depth;
    bool strange;  // something this calculator does not have
};
static struct value either(struct expression *e);

static const struct token *next(const struct expression *e) {
    static const struct token none = {.kind = TOKEN_MARK, .start = ""};
    return e->i < e->line->count ? &e->line->token[e->i] : &none;
}

// Takes an operator of one or two characters.
static bool take(struct expression *e, const char *mark) {
    const struct token *t = next(e);
    bool two = mark[1] != '\0';
    if (t->length != 1 || *t->start != mark[0] || t->kind != TOKEN_MARK) return false;
    const struct token *after = e->i + 1 < e->line->count && token_touches(t, t + 1) ? t + 1 : NULL;
    if (two && (!after || *after->start != mark[1])) return false;
    if (!two && after && strchr("<>!", mark[0]) && strchr("=<>", *after->start)) return false;
    e->i += two ? 2 : 1;
    return true;
}

static struct value defined_name(struct expression *e) {
    bool bracket = take(e, "(");
    const struct token *t = next(e);
    const struct macro *m = t->kind == TOKEN_NAME ? find(e->macros, t->start, t->length) : NULL;
    e->i++;
    if (bracket && !take(e, ")")) e->strange = true;
    return (struct value){m && m->defined != MAYBE, m && m->defined == YES};
}

static struct value named(struct expression *e, const struct token *t) {
    const struct macro *m = find(e->macros, t->start, t->length);
    if (token_is(t, "true")) return (struct value){true, 1};
    if (token_is(t, "false")) return (struct value){true, 0};
    if (token_is(next(e), "(")) {
        e->strange = true;  // a macro with arguments
        return (struct value){0};
    }
    return (struct value){m && (m->defined == NO || m->number), m && m->number ? m->value : 0};
}

static struct value single(struct expression *e) {
    struct value v = {0};
    if (++e->depth > 100) e->strange = true;
    if (e->strange) return v;
    const struct token *t = next(e);
    if (take(e, "!")) {
        v = single(e);
        v.number = !v.number;
    } else if (take(e, "-")) {
        v = single(e);
        v.number = (long long)(0 - (unsigned long long)v.number);
    } else if (take(e, "(")) {
        v = either(e);
        if (!take(e, ")")) e->strange = true;
    } else if (t->kind == TOKEN_NAME) {
        e->i++;
        v = token_is(t, "defined") ? defined_name(e) : named(e, t);
    } else if (t->kind == TOKEN_NUMBER) {
        char *end;
        e->i++;
        v = (struct value){true, strtoll(t->start, &end, 0)};
        e->strange |= end < t->start + t->length && !strchr("uUlL", *end);
    } else {
        e->strange = true;
    }
    e->depth--;
    return v;
}

static struct value comparison(struct expression *e) {
    static const char *const marks[] = {"==", "!=", "<=", ">=", "<", ">"};
    struct value a = single(e);
    for (int k = 0; k < 6; k++) {
        if (!take(e, marks[k])) continue;
        struct value b = single(e);
        bool results[] = {a.number == b.number, a.number != b.number, a.number <= b.number, a.number >= b.number,
                          a.number<b.number, a.number> b.number};
        return (struct value){a.known && b.known, results[k]};
    }
    return a;
}

static struct value both(struct expression *e) {
    struct value a = comparison(e);
    while (take(e, "&&")) {
        struct value b = comparison(e);
        bool no = (a.known && !a.number) || (b.known && !b.number);
        a = (struct value){no || (a.known && b.known), !no};
    }
    return a;
}

static struct value either(struct expression *e) {
    struct value a = both(e);
    while (take(e, "||")) {
        struct value b = both(e);
        bool yes = (a.known && a.number) || (b.known && b.number);
        a = (struct value){yes || (a.known && b.known), yes};
    }
    return a;
}

enum truth condition_holds(const struct macros *m, const struct stream *line, int first) {
    struct expression e = {.macros = m, .line = line, .i = first};
    struct value v = either(&e);
    if (e.strange || e.i != line->count || !v.known) return MAYBE;
    return v.number ? YES : NO;
}

// ---- the walk -------------------------------------------------------------------------------------------------------

struct branch {
    enum truth outside, live, taken;  // taken: by an earlier branch of the same #if
};
struct walk {
    struct branch *branch;
    int depth;
};

static enum truth not_(enum truth a) {
    return (enum truth)(YES - a);
}
static enum truth and_(enum truth a, enum truth b) {
    return a < b ? a : b;
}
static enum truth or_(enum truth a, enum truth b) {
    return a > b ? a : b;
}

// #ifndef TILE_H that #define TILE_H follows: the first time, whoever may have defined it
static bool is_guard(const struct directive *d, const struct directive *end) {
    const struct stream *a = &d[0].line, *b = &d[1].line;
    if (d + 1 == end || b->count < 3 || !token_is(&a->token[1], "ifndef") || !token_is(&b->token[1], "define"))
        return false;
    return a->token[2].length == b->token[2].length &&
           memcmp(a->token[2].start, b->token[2].start, (size_t)a->token[2].length) == 0;
}

static enum truth of_if(const struct macros *m, const struct directive *d, const struct directive *end) {
    const struct stream *line = &d->line;
    if (token_is(&line->token[1], "if")) return condition_holds(m, line, 2);
    if (line->count < 3) return MAYBE;
    const struct macro *macro = find(m, line->token[2].start, line->token[2].length);
    enum truth defined = macro ? macro->defined : is_guard(d, end) ? NO : MAYBE;
    return token_is(&line->token[1], "ifdef") ? defined : not_(defined);
}

static void open_branch(struct walk *w, enum truth live, enum truth condition) {
    w->branch = text_more(w->branch, ((size_t)w->depth + 1) * sizeof *w->branch);
    w->branch[w->depth++] = (struct branch){live, and_(live, condition), condition};
}

// #if, #elif, #else, #endif; false: another directive
static bool walk_branch(struct walk *w, const struct macros *m, const struct directive *d, const struct directive *end,
                        enum truth live) {
    const struct stream *line = &d->line;
    static const char *const opening[] = {"if", "ifdef", "ifndef", NULL};
    const struct token *name = &line->token[1];
    struct branch *b = w->depth ? &w->branch[w->depth - 1] : NULL;
    if (token_is_in(name, opening)) {
        open_branch(w, live, live == NO ? NO : of_if(m, d, end));
    } else if (token_is(name, "elif") && b) {
        enum truth condition = condition_holds(m, line, 2);
        b->live = and_(b->outside, and_(not_(b->taken), condition));
        b->taken = or_(b->taken, condition);
    } else if (token_is(name, "else") && b) {
        b->live = and_(b->outside, not_(b->taken));
        b->taken = YES;
    } else if (token_is(name, "endif") && b) {
        w->depth--;
    } else {
        return false;
    }
    return true;
}

static void walk_define(struct macros *m, const struct stream *line, enum truth live) {
    if (line->count < 3 || line->token[2].kind != TOKEN_NAME) return;
    const struct token *name = &line->token[2], *body = line->count == 4 ? name + 1 : NULL;
    char *number = body && body->kind == TOKEN_NUMBER ? text_copy(body->start, (size_t)body->length) : NULL;
    if (token_is(&line->token[1], "define")) define(m, name->start, name->length, live, number);
    if (token_is(&line->token[1], "undef")) define(m, name->start, name->length, live == YES ? NO : MAYBE, NULL);
    free(number);
    struct macro *macro = find(m, name->start, name->length);
    for (int i = 3; macro && i < line->count; i++) {
        macro->says.global |= token_is(&line->token[i], "__global__");
        macro->says.device |= token_is(&line->token[i], "__device__");
        macro->says.host |= token_is(&line->token[i], "__host__");
    }
}

void conditions_walk(struct source *s, struct macros *m, void (*include)(void *context, const struct directive *d),
                     void *context) {
    struct walk w = {0};
    int kept = 0, from = 0;
    for (int i = 0; i <= s->directives; i++) {
        enum truth live = w.depth ? w.branch[w.depth - 1].live : YES;
        int to = i < s->directives ? s->directive[i].at : s->code.count;
        for (int k = from; k < to && live != NO; k++) {
            s->code.token[kept] = s->code.token[k];
            s->code.token[kept++].maybe = live == MAYBE;
        }
        from = to;
        if (i == s->directives) break;
        struct directive *d = &s->directive[i];
        d->at = kept;
        d->dead = live == NO;
        for (int k = 0; k < d->line.count; k++) d->line.token[k].maybe = live == MAYBE;
        if (d->line.count < 2 || walk_branch(&w, m, d, s->directive + s->directives, live) || live == NO) continue;
        walk_define(m, &d->line, live);
        if (token_is(&d->line.token[1], "include")) include(context, d);
    }
    s->code.count = kept;
    free(w.branch);
}
