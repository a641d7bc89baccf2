// Reads a regular expression: alternatives of sequences of repeated atoms, each rule one function.
//
//     alternatives = sequence ( "|" sequence )*          sequence = repeated*
//     repeated     = atom ( "*" | "+" | "?" | "{2}" | "{2,}" | "{2,5}" )?
//     atom         = "(" alternatives ")" | "[" class "]" | "." | "\" letter or mark | any other character
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "15-inference/regex_tree.h"
#include "common/common.h"

enum { DEEPEST = 200, MOST_TIMES = 1000 };  // groups within groups; the largest number between { and }

struct parser {
    struct regex_tree *tree;
    const char *pattern, *at;
    int depth;
    bool failed;
    char *error;
    size_t error_size;
};

// ---- what is wrong, and where ---------------------------------------------------------------------------------------
// Bytes of the character at text: 1, or 2 to 4 if it is UTF-8 of more.
static int character_size(const char *text) {
    const unsigned char *c = (const unsigned char *)text;
    int size = c[0] >= 0xC2 && c[0] <= 0xDF   ? 2
               : c[0] >= 0xE0 && c[0] <= 0xEF ? 3
               : c[0] >= 0xF0 && c[0] <= 0xF4 ? 4
                                              : 1;
    for (int i = 1; i < size; i++)
        if ((c[i] & 0xC0) != 0x80) return 1;
    return size;
}

// Always returns a node, so that a fault ends every loop: nothing is read any more.
static int fail(struct parser *p, const char *place, const char *format, ...) __attribute__((format(printf, 3, 4)));
static int fail(struct parser *p, const char *place, const char *format, ...) {
    if (p->failed) return 0;
    int number = 1;
    for (const char *c = p->pattern; c < place; c += character_size(c)) number++;
    char what[160];
    va_list args;
    va_start(args, format);
    vsnprintf(what, sizeof what, format, args);
    va_end(args);
    if (*place)
        snprintf(p->error, p->error_size, "character %d of the pattern, %.*s: %s", number, character_size(place), place,
                 what);
    else snprintf(p->error, p->error_size, "at the pattern's end, after %d characters: %s", number - 1, what);
    p->failed = true;
    p->at = p->pattern + strlen(p->pattern);
    return 0;
}

// ---- nodes ----------------------------------------------------------------------------------------------------------
static int add(struct parser *p, struct regex_node node) {
    struct regex_tree *t = p->tree;
    if (t->count == t->capacity) {
        struct regex_node *old = t->node;
        t->capacity = t->capacity > 0 ? 2 * t->capacity : 64;
        t->node = alloc_zeroed((size_t)t->capacity, sizeof *t->node);
        if (old) memcpy(t->node, old, (size_t)t->count * sizeof *old);
        free(old);
    }
    t->node[t->count] = node;
    return t->count++;
}

static int add_set(struct parser *p, const struct byte_set *set) {
    return add(p, (struct regex_node){.kind = REGEX_BYTE, .set = *set});
}

static int add_pair(struct parser *p, enum regex_kind kind, int left, int right) {
    return add(p, (struct regex_node){.kind = kind, .left = left, .right = right});
}

// The bytes of one character, one after the other.
static int add_character(struct parser *p, const char *c) {
    int node = -1;
    for (int i = 0; i < character_size(c); i++) {
        struct byte_set set = {0};
        const unsigned char byte = (unsigned char)c[i];
        set.bits[byte / 64] |= (uint64_t)1 << byte % 64;
        const int one = add_set(p, &set);
        node = node < 0 ? one : add_pair(p, REGEX_THEN, node, one);
    }
    return node;
}

// ---- sets of bytes --------------------------------------------------------------------------------------------------
static void set_range(struct byte_set *s, int first, int last) {
    for (int b = first; b <= last; b++) s->bits[b / 64] |= (uint64_t)1 << b % 64;
}

static void set_invert(struct byte_set *s) {
    for (int i = 0; i < 4; i++) s->bits[i] = ~s->bits[i];
}

// What stands behind a backslash, at p->at, which moves behind it. Returns the byte that it is, or -1: a set of them,
// added to s.
static int escape(struct parser *p, struct byte_set *s) {
    const char *place = p->at;
    const unsigned char c = (unsigned char)*place;
    if (c == 0) return fail(p, place, "a character is expected after the last \\ (write \\\\ for a \\ itself)");
    p->at++;
    if (c == 'n') return '\n';
    if (c == 't') return '\t';
    if (c == 'd' || c == 'w') set_range(s, '0', '9');
    if (c == 'w') {
        set_range(s, 'a', 'z');
        set_range(s, 'A', 'Z');
        set_range(s, '_', '_');
    }
    if (c == 's') {
        set_range(s, '\t', '\r');
        set_range(s, ' ', ' ');
    }
    if (c == 'd' || c == 'w' || c == 's') return -1;
    if (c < ' ' || c > '~' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'))
        return fail(p, place, "after \\ there may be d, w, s, n, t or a mark such as . or (");
    return c;
}

// One member of a class: a byte (returned), a set of them, added to s (-1), or a character of several bytes, which
// becomes one more alternative (-2).
static int member(struct parser *p, struct byte_set *s, int *wide) {
    const char *place = p->at;
    if (*place == '\\') {
        p->at++;
        return escape(p, s);
    }
    const int size = character_size(place);
    p->at += size;
    if (size == 1) return (unsigned char)*place;
    const int node = add_character(p, place);
    *wide = *wide < 0 ? node : add_pair(p, REGEX_OR, *wide, node);
    return -2;
}

// Behind a [, up to its ].
static int class_of_bytes(struct parser *p) {
    const char *open = p->at - 1;
    struct byte_set set = {0};
    const bool inverted = *p->at == '^';
    int wide = -1;
    p->at += inverted;
    if (*p->at == ']') return fail(p, p->at, "a class needs at least one character (write \\] for a ] in it)");
    while (*p->at && *p->at != ']') {
        const char *place = p->at;
        const int first = member(p, &set, &wide);
        if (first == -2 && inverted)
            return fail(p, place, "a class that begins with [^ is one of single bytes, and this character has several");
        if (p->at[0] != '-' || p->at[1] == ']' || p->at[1] == 0) {
            if (first >= 0) set_range(&set, first, first);
            continue;
        }
        p->at++;
        const char *end = p->at;
        const int last = member(p, &set, &wide);
        if (first < 0) return fail(p, place, "a range begins with a single byte (write \\- for a - itself)");
        if (last < 0) return fail(p, end, "a range ends with a single byte (write \\- for a - itself)");
        if (last < first) return fail(p, end, "the range ends before it begins");
        set_range(&set, first, last);
    }
    if (p->failed) return 0;
    if (*p->at == 0) return fail(p, open, "this [ has no ]");
    p->at++;
    if (inverted) set_invert(&set);
    const bool bytes = set.bits[0] | set.bits[1] | set.bits[2] | set.bits[3];
    if (wide < 0) return add_set(p, &set);
    return bytes ? add_pair(p, REGEX_OR, wide, add_set(p, &set)) : wide;
}

// ---- rules ----------------------------------------------------------------------------------------------------------
static int alternatives(struct parser *p);

static int group(struct parser *p) {
    const char *open = p->at - 1;
    if (*p->at == '?') return fail(p, p->at, "groups are plain ( ): nothing is known that starts with (?");
    if (++p->depth > DEEPEST) return fail(p, open, "more than %d groups within each other", DEEPEST);
    const int node = alternatives(p);
    p->depth--;
    if (p->failed) return 0;
    if (*p->at != ')') return fail(p, open, "this ( has no )");
    p->at++;
    return node;
}

static int atom(struct parser *p) {
    const char *place = p->at;
    struct byte_set set = {0};
    if (strchr("*+?{", *place))
        return fail(p, place, "there is nothing before it to repeat (write \\%c for the character)", *place);
    if (strchr("^$", *place))
        return fail(p, place, "a pattern is about the whole text anyway (write \\%c for the character)", *place);
    if (strchr("]}", *place))
        return fail(p, place, "nothing was opened that it could close (write \\%c for the character)", *place);
    p->at += character_size(place);
    if (*place == '(') return group(p);
    if (*place == '[') return class_of_bytes(p);
    if (*place == '.') {
        set_range(&set, '\n', '\n');
        set_invert(&set);
        return add_set(p, &set);
    }
    if (*place != '\\') return add_character(p, place);
    const int byte = escape(p, &set);
    if (byte >= 0) set_range(&set, byte, byte);
    return add_set(p, &set);
}

// A number between { and }, or -1.
static int number(struct parser *p) {
    const char *place = p->at;
    long n = 0;
    if (*place < '0' || *place > '9') return -1;
    for (; *p->at >= '0' && *p->at <= '9'; p->at++) n = n > MOST_TIMES ? n : 10 * n + (*p->at - '0');
    if (n > MOST_TIMES) return fail(p, place, "at most %d repetitions", MOST_TIMES) - 1;
    return (int)n;
}

static bool times(struct parser *p, int *min, int *max) {
    const char *place = p->at;
    const char sign = *place;
    if (sign == 0 || !strchr("*+?{", sign)) return false;
    p->at++;
    *min = sign == '+';
    *max = sign == '?' ? 1 : -1;
    if (sign != '{') return true;
    *min = *max = number(p);
    if (*p->at == ',') {
        p->at++;
        *max = *p->at == '}' ? -1 : number(p);
        if (*p->at != '}') *min = -1;
    }
    if (*p->at != '}' || *min < 0) fail(p, place, "expected {2}, {2,} or {2,5} (write \\{ for the character)");
    else if (*max >= 0 && *max < *min) fail(p, place, "{%d,%d}: the larger number comes second", *min, *max);
    else p->at++;
    return true;
}

static int repeated(struct parser *p) {
    int node = atom(p), min, max;
    if (!times(p, &min, &max)) return node;
    if (*p->at && strchr("*+?{", *p->at)) return fail(p, p->at, "a second repetition: put the first into ( )");
    return add(p, (struct regex_node){.kind = REGEX_REPEAT, .left = node, .min = min, .max = max});
}

static int sequence(struct parser *p) {
    int node = -1;
    while (*p->at && !strchr("|)", *p->at)) {
        const int next = repeated(p);
        node = node < 0 ? next : add_pair(p, REGEX_THEN, node, next);
    }
    return node < 0 ? add(p, (struct regex_node){.kind = REGEX_NOTHING}) : node;
}

static int alternatives(struct parser *p) {
    int node = sequence(p);
    while (*p->at == '|') {
        p->at++;
        node = add_pair(p, REGEX_OR, node, sequence(p));
    }
    return node;
}

bool regex_parse(struct regex_tree *t, const char *pattern, char *error, size_t error_size) {
    *t = (struct regex_tree){0};
    struct parser p = {.tree = t, .pattern = pattern, .at = pattern, .error = error, .error_size = error_size};
    t->root = alternatives(&p);
    if (*p.at == ')') fail(&p, p.at, "nothing was opened that it could close (write \\) for the character)");
    if (p.failed) regex_tree_free(t);
    return !p.failed;
}

void regex_tree_free(struct regex_tree *t) {
    free(t->node);
    *t = (struct regex_tree){0};
}
