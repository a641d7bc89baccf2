#include "calls.h"

#include <stdlib.h>
#include <string.h>

static struct callee *find(const struct callees *c, const struct token *name) {
    for (int i = 0; i < c->count; i++)
        if (token_is(name, c->callee[i].name)) return &c->callee[i];
    return NULL;
}

void callees_add(struct callees *c, const struct functions *f) {
    for (int i = 0; i < f->count; i++) {
        const struct function *function = &f->function[i];
        struct callee *callee = find(c, function->name);
        if (!callee) {
            c->callee = text_more(c->callee, ((size_t)c->count + 1) * sizeof *c->callee);
            callee = &c->callee[c->count++];
            *callee = (struct callee){.name = text_copy(function->name->start, (size_t)function->name->length)};
        }
        bool certain = !function->constant && !function->member && !function->unsure && !function->name->maybe;
        callee->global |= certain && function->global;
        callee->device |= certain && !function->global && function_on_gpu(function);
        callee->host |= certain && function_on_host(function);
        callee->other |= !certain || (function->device && function->host);
        callee->defined |= function->open >= 0;
    }
}

void callees_free(struct callees *c) {
    for (int i = 0; i < c->count; i++) free(c->callee[i].name);
    free(c->callee);
    *c = (struct callees){0};
}

// Names that the simulator's headers or the C library have for kernels too: which one is meant, the types decide.
static const char *const library[] = {
    "abs",    "min",     "max",      "fmin",   "fmax",     "fminf",  "fmaxf", "sqrt",  "sqrtf", "rsqrt",  "rsqrtf",
    "exp",    "expf",    "exp2",     "exp2f",  "log",      "logf",   "log2",  "log2f", "log10", "log1p",  "pow",
    "powf",   "sin",     "sinf",     "cos",    "cosf",     "tan",    "tanf",  "tanh",  "tanhf", "erf",    "erff",
    "floor",  "floorf",  "ceil",     "ceilf",  "round",    "roundf", "trunc", "fabs",  "fabsf", "fma",    "fmaf",
    "fmod",   "fmodf",   "isnan",    "isinf",  "isfinite", "hypot",  "cbrt",  "ldexp", "frexp", "printf", "memcpy",
    "memset", "malloc",  "free",     "assert", "clock",    "swap",   "move",  "clamp", "lerp",  "sign",   "rint",
    "lrint",  "signbit", "copysign", "norm3d", "saturate", "main",   NULL};

// Tokens that may stand before a call; another name there makes it a declaration.
static bool begins_expression(const struct token *t) {
    static const char *const words[] = {"return", "else", "do", "case", "throw", "and", "or", "not", "sizeof", NULL};
    return t->kind != TOKEN_NAME || token_is_in(t, words);
}

// f(x), ::f(x) or f<T>(x) at i
static bool is_call(const struct stream *s, int i) {
    const struct token *t = &s->token[i];
    if (t->kind != TOKEN_NAME || i == 0) return false;
    if (token_is(t - 1, ".") || token_is(t - 1, "->") || token_is(t - 1, "~")) return false;
    if (token_is(t - 1, "::") && (i < 2 || t[-2].kind == TOKEN_NAME || token_is(t - 2, ">"))) return false;
    if (i + 1 < s->count && token_is(t + 1, "(")) return true;
    if (i + 1 >= s->count || !token_is(t + 1, "<") || token_is(t + 2, "<")) return false;
    for (int k = i + 2; k < s->count && k < i + 40; k++) {
        if (token_is(&s->token[k], ">"))
            return k + 1 < s->count && token_is(&s->token[k + 1], "(") && !tokens_are_three(s, k - 2, '>');
        if (s->token[k].kind == TOKEN_MARK && !token_is(&s->token[k], ",") && !token_is(&s->token[k], "::"))
            return false;
    }
    return false;
}

// Is the name also something else in this function: a parameter, a variable, a lambda?
static bool is_hidden(const struct stream *s, const struct function *f, const struct token *name) {
    for (int i = f->parameters; i < f->close; i++) {
        const struct token *t = &s->token[i];
        if (t->kind != TOKEN_NAME || t->length != name->length || memcmp(t->start, name->start, (size_t)t->length) != 0)
            continue;
        if (!is_call(s, i) || !begins_expression(t - 1)) return true;
    }
    return false;
}

// Inside decltype(...), sizeof(...), noexcept(...)?
static bool is_unevaluated(const struct stream *s, const struct function *f, int i) {
    static const char *const words[] = {"decltype", "sizeof", "noexcept", "alignof", "typeid", NULL};
    for (i--; i > f->open; i--) {
        if (token_is(&s->token[i], ";") || token_is(&s->token[i], "{")) return false;
        if (token_is(&s->token[i], ")") || token_is(&s->token[i], "]") || token_is(&s->token[i], "}")) {
            i = tokens_open(s, i);
            if (i < 0) return true;
        } else if (token_is(&s->token[i], "(") && token_is_in(&s->token[i - 1], words)) return true;
    }
    return false;
}

static void refuse(struct rewrite *w, const struct function *f, const struct token *t, const struct callee *callee) {
    const char *kind = f->global ? "__global__" : "__device__";
    if (function_on_gpu(f))
        rewrite_refuse(
            w, t,
            "%s is a function for the host, and the %s function %.*s calls it: calling a __host__ function from a %s "
            "function is not allowed. Write __device__ (or __host__ __device__) before its type",
            callee->name, kind, f->name->length, f->name->start, kind);
    else if (callee->global)
        rewrite_refuse(w, t,
                       "the kernel %s is called like a function. A kernel is launched: %s<<<grid, block>>>(arguments)",
                       callee->name, callee->name);
    else
        rewrite_refuse(
            w, t,
            "%s is a __device__ function, and %.*s, a function for the host, calls it: calling a __device__ function "
            "from a __host__ function is not allowed. Write __host__ __device__ before its type, or call it in a "
            "kernel",
            callee->name, f->name->length, f->name->start);
}

static void check_body(struct rewrite *w, const struct function *f, const struct callees *callees,
                       const struct macros *m) {
    const struct stream *s = &w->source->code;
    bool gpu = function_on_gpu(f);
    for (int i = f->open + 1; i < f->close; i++) {
        const struct token *t = &s->token[i];
        if (token_is(t, "__device__") || token_is(t, "__host__")) {
            // a lambda, or a function of a local class: for others than the function around it
            while (i < f->close && !token_is(&s->token[i], "{") && !token_is(&s->token[i], ";")) i++;
            if (token_is(&s->token[i], "{")) i = tokens_close(s, i);
            continue;
        }
        if (!is_call(s, i) || t->maybe || token_is_in(t, library)) continue;
        const struct callee *callee = find(callees, t);
        if (!callee || !callee->defined || callee->other || macros_find(m, t->start, t->length)) continue;
        bool wrong = gpu ? callee->host && !callee->device && !callee->global
                         : !callee->host && callee->device != callee->global;
        if (wrong && !is_hidden(s, f, t) && !is_unevaluated(s, f, i)) refuse(w, f, t, callee);
    }
}

void calls_check(struct rewrite *w, const struct functions *f, const struct callees *callees, const struct macros *m) {
    for (int i = 0; f->sound && i < f->count; i++) {
        const struct function *function = &f->function[i];
        bool certain =
            !function->unsure && (function_on_gpu(function) || (function_on_host(function) && !function->constant));
        if (function->open >= 0 && certain) check_body(w, function, callees, m);
    }
}
