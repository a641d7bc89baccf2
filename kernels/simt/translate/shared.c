#include "shared.h"

#include <stdlib.h>
#include <string.h>

// One declaration: tokens first..last, the ';' not counted
struct declaration {
    const struct region *region;
    int first, last;
    bool dynamic;     // extern
    char *alignment;  // as the source writes it; NULL: the type's own
    struct text references;
    struct outer_list *outer;  // where they go instead; NULL: behind the declaration
};

static const char *const specifiers[] = {"__align__", "alignas", "__attribute__", "decltype", NULL};  // with brackets

static bool is_type_part(const struct stream *s, int i) {
    const struct token *t = &s->token[i];
    return t->kind == TOKEN_NAME || token_is(t, "::");
}

// The first token of the declaration whose __shared__ stands at i.
static int declaration_begin(const struct region *r, int i) {
    const struct stream *s = r->stream;
    while (i > r->begin) {
        int before = i - 1;
        const struct token *t = &s->token[before];
        if (token_is(t, ">")) before = tokens_open_angle(s, before);
        else if (token_is(t, ")")) {
            before = tokens_open(s, before) - 1;
            if (before < r->begin || !token_is_in(&s->token[before], specifiers)) return i;
        } else if (!is_type_part(s, before)) return i;  // nor struct {...} __shared__ u: not worth the trouble
        if (before < r->begin) return i;
        i = before;
    }
    return i;
}

// The last token before the ';', or of the macro; -1: it never ends
static int declaration_end(const struct region *r, int i) {
    const struct stream *s = r->stream;
    for (; i < r->end; i++) {
        const struct token *t = &s->token[i];
        if (token_is(t, ";")) return i - 1;
        if (token_is(t, ")") || token_is(t, "]") || token_is(t, "}")) return -1;
        if (token_is(t, "(") || token_is(t, "[") || token_is(t, "{")) i = tokens_close(s, i);
        if (i < 0) return -1;
    }
    return r->macro ? r->end - 1 : -1;
}

// (16) of __align__(16), or of __attribute__((aligned(16)))
static void take_alignment(struct declaration *d, int open, int close) {
    const struct stream *s = d->region->stream;
    for (int i = open + 1; i < close; i++) {
        if (!token_is(&s->token[i], "aligned") && !token_is(&s->token[i], "__aligned__")) continue;
        open = i + 1;
        if (!token_is(&s->token[open], "(")) return;
        close = tokens_close(s, open);
    }
    if (token_is(&s->token[open + 1], "(")) return;  // another attribute
    struct text t = {0};
    text_tokens(&t, d->region, open + 1, close - 1, false);
    if (!d->alignment) {
        d->alignment = t.data;
        return;
    }
    char *both = text_join("((%s) > (%s) ? (%s) : (%s))", d->alignment, t.data, d->alignment, t.data);
    free(d->alignment);
    text_free(&t);
    d->alignment = both;
}

// Takes away what a typedef cannot have.
static void drop_specifiers(struct rewrite *w, struct declaration *d) {
    const struct stream *s = d->region->stream;
    static const char *const words[] = {"__shared__", "static", "extern", NULL};
    static const char *const alignments[] = {"__align__", "alignas", "__attribute__", NULL};
    static const char *const classes[] = {"struct", "class", "union", NULL};
    for (int i = d->first; i <= d->last; i++) {
        const struct token *t = &s->token[i];
        if (token_is_in(t, words)) {
            d->dynamic |= token_is(t, "extern");
            rewrite_drop(w, t, t);
        } else if (token_is_in(t, alignments) && i < d->last && token_is(t + 1, "(")) {
            int close = tokens_close(s, i + 1);
            bool of_class = i > d->first && token_is_in(t - 1, classes);
            if (!of_class) {
                take_alignment(d, i + 1, close);
                rewrite_drop(w, t, &s->token[close]);
            }
            i = close;
        } else if (token_is(t, "(") || token_is(t, "[") || token_is(t, "{")) i = tokens_close(s, i);
    }
}

// Outside of all functions and classes? *inside: the brace of the namespace around it, -1 if there is none.
static bool is_outside(const struct region *r, int i, int *inside) {
    const struct stream *s = r->stream;
    *inside = -1;
    if (r->macro) return false;
    for (i--; i >= 0; i--) {
        const struct token *t = &s->token[i];
        bool closes = token_is(t, ")") || token_is(t, "]") || token_is(t, "}");
        if (closes && (i = tokens_open(s, i)) < 0) return false;
        if (closes || !token_is(t, "{")) continue;
        int k = i - 1;
        while (k > 0 && is_type_part(s, k) && !token_is(&s->token[k], "namespace")) k--;
        bool c_names = k > 0 && s->token[k].kind == TOKEN_STRING && token_is(&s->token[k - 1], "extern");
        if (!c_names && !(k >= 0 && token_is(&s->token[k], "namespace"))) return false;
        if (*inside < 0 && !c_names) *inside = i;
    }
    return true;
}

static void add_outer(struct declaration *d, const struct source *source, const struct token *name, char *reference) {
    struct outer_list *list = d->outer;
    const struct stream *s = d->region->stream;
    int inside, close = is_outside(d->region, d->first, &inside) && inside >= 0 ? tokens_close(s, inside) : -1;
    list->item = text_more(list->item, ((size_t)list->count + 1) * sizeof *list->item);
    list->item[list->count++] =
        (struct outer_shared){text_copy(name->start, (size_t)name->length), reference, source->name, name->start,
                              close >= 0 ? s->token[close].start : NULL};
}

static void add_reference(struct rewrite *w, struct declaration *d, const struct token *name) {
    struct text outside = {0}, *out = d->outer ? &outside : &d->references;
    struct text literal = {0};
    bool parameter = region_is_parameter(d->region, name);
    const char *paste = parameter ? "##" : "";
    if (parameter) text_format(&literal, "#%.*s", name->length, name->start);
    else text_format(&literal, "\"%.*s\"", name->length, name->start);
    char *type = text_join("simt_t_%s%.*s", paste, name->length, name->start);
    text_format(out, " [[maybe_unused]] %s &%.*s = ", type, name->length, name->start);
    if (d->dynamic) text_format(out, "simt::dynamic_shared<%s>(", type);
    else if (d->region->macro) text_format(out, "simt::shared<%s>(__FILE__, __LINE__, 1000000 + __COUNTER__, ", type);
    else text_format(out, "simt::shared<%s>(__FILE__, %d, %d, ", type, name->line, w->variables++);
    text_format(out, "%s, %s);", literal.data, d->alignment ? d->alignment : "0");
    rewrite_token(w, name, type);
    text_free(&literal);
    if (d->outer) add_outer(d, w->source, name, outside.data);
}

// The name that the declarator first..last declares: the last one before its brackets, or inside (*name)[4].
static const struct token *declared_name(const struct stream *s, int first, int last) {
    const struct token *name = NULL;
    int angles = 0;
    for (int i = first; i <= last; i++) {
        const struct token *t = &s->token[i];
        if (token_is_in(t, specifiers) && token_is(t + 1, "(")) i++;
        else if (token_is(t, "<")) angles++;
        else if (token_is(t, ">")) angles--;
        else if (token_is(t, "[") && angles == 0 && i < last && !token_is(t + 1, "[")) return name;
        else if (token_is(t, "(") && angles == 0 && token_is(t + 1, "*"))
            return declared_name(s, i + 2, tokens_close(s, i) - 1);
        else if (t->kind == TOKEN_NAME && angles == 0) name = t;
        t = &s->token[i];
        if (token_is(t, "(") || token_is(t, "[") || token_is(t, "{")) i = tokens_close(s, i);
    }
    return name;
}

static bool has_value(const struct stream *s, int first, int last) {
    for (int i = first; i <= last; i++) {
        const struct token *t = &s->token[i];
        if (token_is(t, "=")) return true;
        if (token_is(t, "(") || token_is(t, "[") || token_is(t, "{")) i = tokens_close(s, i);
    }
    bool specifier = token_is(&s->token[last], ")") && token_is_in(&s->token[tokens_open(s, last) - 1], specifiers);
    return !specifier && (token_is(&s->token[last], "}") || token_is(&s->token[last], ")"));
}

static void rewrite_declarator(struct rewrite *w, struct declaration *d, int first, int last) {
    const struct stream *s = d->region->stream;
    const struct token *name = first <= last ? declared_name(s, first, last) : NULL;
    if (!name) {
        rewrite_refuse(w, &s->token[d->first],
                       "this __shared__ declares no variable. It is written __shared__ float tile[32][32];");
    } else if (has_value(s, first, last)) {
        rewrite_refuse(w, name,
                       "the shared variable %.*s cannot have an initial value: one thread has to store it, and "
                       "__syncthreads() has to follow",
                       name->length, name->start);
    } else {
        add_reference(w, d, name);
    }
}

static void rewrite_declarators(struct rewrite *w, struct declaration *d) {
    const struct stream *s = d->region->stream;
    int first = d->first, angles = 0;
    for (int i = d->first; i <= d->last; i++) {
        const struct token *t = &s->token[i];
        if (token_is(t, "<")) angles++;
        else if (token_is(t, ">")) angles--;
        else if (token_is(t, "(") || token_is(t, "[") || token_is(t, "{")) i = tokens_close(s, i);
        else if (token_is(t, ",") && angles <= 0) {
            rewrite_declarator(w, d, first, i - 1);
            first = i + 1;
        }
    }
    rewrite_declarator(w, d, first, d->last);
}

static int rewrite_declaration(struct rewrite *w, const struct region *r, int at, struct outer_list *outer) {
    const struct token *t = r->stream->token;
    struct declaration d = {.region = r, .first = declaration_begin(r, at), .last = declaration_end(r, at)};
    int inside;
    if (is_outside(r, at, &inside)) d.outer = outer;
    if (d.last <= at) {
        rewrite_refuse(w, &t[at], "this __shared__ declaration does not end: a ';' is missing, or %s",
                       r->macro ? "the macro has only a part of it. Write __shared__ where the variable is declared"
                                : "a bracket");
        return at;
    }
    rewrite_replace(w, t[d.first].start, t[d.first].start, text_copy("typedef ", 8));
    drop_specifiers(w, &d);
    rewrite_declarators(w, &d);
    bool open = r->macro && d.last == r->end - 1;
    const char *end = open ? t[d.last].start + t[d.last].length : t[d.last + 1].start + 1;
    if (d.references.size) {
        if (open) d.references.data[d.references.size - 1] = '\0';  // the macro's user writes the ';'
        rewrite_replace(w, end, end, text_join("%s%s", open ? ";" : "", d.references.data));
    }
    text_free(&d.references);
    free(d.alignment);
    return d.last;
}

void shared_rewrite(struct rewrite *w, const struct region *r, struct outer_list *outer) {
    for (int i = r->begin; i < r->end; i++)
        if (token_is(&r->stream->token[i], "__shared__")) i = rewrite_declaration(w, r, i, outer);
}

void outer_free(struct outer_list *list) {
    for (int i = 0; i < list->count; i++) {
        free(list->item[i].name);
        free(list->item[i].declaration);
    }
    free(list->item);
    *list = (struct outer_list){0};
}

static bool uses(const struct stream *s, const struct function *f, const struct outer_shared *v) {
    for (int i = f->parameters; i < f->close; i++) {
        const struct token *t = &s->token[i];
        if (!token_is(t, v->name) || token_is(t - 1, ".") || token_is(t - 1, "->") || token_is(t - 1, "::")) continue;
        return i > f->parameters_end;  // a parameter hides it
    }
    return false;
}

void shared_rewrite_users(struct rewrite *w, const struct functions *f, const struct outer_list *outer) {
    const struct stream *s = &w->source->code;
    for (int i = 0; i < f->count; i++) {
        const struct function *k = &f->function[i];
        if (k->open < 0 || function_on_host(k)) continue;
        struct text names = {0};
        for (int v = 0; v < outer->count; v++) {
            const struct outer_shared *variable = &outer->item[v];
            bool here = variable->file == w->source->name;
            bool seen = here ? variable->at < k->name->start && (!variable->until || k->name->start < variable->until)
                             : !variable->until;
            if (seen && uses(s, k, variable)) text_put(&names, variable->declaration);
        }
        if (!names.size) continue;
        text_put(&names, " {");  // so that a local variable may have the name
        const char *open = s->token[k->open].start + 1, *close = s->token[k->close].start;
        rewrite_replace(w, open, open, names.data);
        rewrite_replace(w, close, close, text_copy("}", 1));
    }
}
