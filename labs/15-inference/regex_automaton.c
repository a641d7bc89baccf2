// A pattern becomes a deterministic automaton: a tree; of it an automaton that may be in several states at once
// (Thompson 1968); of that one whose states are the sets of states that the other can be in (Rabin and Scott 1959).
#include <stdlib.h>
#include <string.h>

#include "15-inference/inference.h"
#include "15-inference/regex_tree.h"

// No pattern may eat the memory or the time: the second step can make 2^n states of n.
enum { MOST_PARTS = 5000, MOST_STATES = 4096, MOST_WORK = 200 * 1000 * 1000 };

// ---- several states at once -----------------------------------------------------------------------------------------
struct part {
    enum { PART_END, PART_FORK, PART_BYTE } kind;
    int next, other;             // a fork goes on at both, at no cost
    const struct byte_set *set;  // of PART_BYTE
};
struct parts {
    const struct regex_node *node;  // the tree
    struct part *part;              // (MOST_PARTS)
    int count;
    bool full;
};

static int add_part(struct parts *x, struct part part) {
    if (x->count == MOST_PARTS) x->full = true;
    else x->part[x->count++] = part;
    return x->count - 1;
}

static int fork_to(struct parts *x, int next, int other) {
    return add_part(x, (struct part){PART_FORK, next, other, NULL});
}

// Adds what matches the node's text and then goes on at part `next`. Returns where it begins.
static int emit(struct parts *x, int at, int next);

static int emit_repeat(struct parts *x, const struct regex_node *node, int next) {
    int begin = next;
    if (node->max < 0) {  // round and round
        begin = fork_to(x, next, next);
        if (!x->full) x->part[begin].next = emit(x, node->left, begin);
    }
    for (int i = node->min; i < node->max && !x->full; i++) begin = fork_to(x, emit(x, node->left, begin), next);
    for (int i = 0; i < node->min && !x->full; i++) begin = emit(x, node->left, begin);
    return node->max == 0 ? fork_to(x, next, next) : begin;  // never no part at all, so that `full` ends every work
}

static int emit(struct parts *x, int at, int next) {
    const struct regex_node *node = &x->node[at];
    int begin;
    if (x->full) return next;
    switch (node->kind) {
        case REGEX_BYTE:
            return add_part(x, (struct part){PART_BYTE, next, next, &node->set});
        case REGEX_REPEAT:
            return emit_repeat(x, node, next);
        case REGEX_THEN:  // a long sequence leans to the left: go along it in a loop
            for (; node->kind == REGEX_THEN; node = &x->node[at = node->left]) next = emit(x, node->right, next);
            return emit(x, at, next);
        case REGEX_OR:
            begin = emit(x, node->right, next);
            for (node = &x->node[at = node->left]; node->kind == REGEX_OR; node = &x->node[at = node->left])
                begin = fork_to(x, emit(x, node->right, next), begin);
            return fork_to(x, emit(x, at, next), begin);
        default:
            return fork_to(x, next, next);
    }
}

// ---- sets of states -------------------------------------------------------------------------------------------------
struct subsets {
    const struct parts *parts;
    int words;         // of a set: one bit for each part
    uint64_t *set;     // (MOST_STATES + 1,words): those found, and one that is being made
    int count;         // states found
    int *slot, slots;  // hash table: states, -1 is empty
    int *stack;        // (MOST_PARTS)
    long work;
    int kind[256], kinds;  // bytes of one kind are in the same sets of the pattern, so they lead to the same states
    unsigned char one_of[256];
};

static bool has(const uint64_t *set, int part) {
    return set[part / 64] >> part % 64 & 1;
}

// Adds a part to set, and all that it forks to.
static void include(struct subsets *s, uint64_t *set, int part) {
    int waiting = 0;
    s->stack[waiting++] = part;
    set[part / 64] |= (uint64_t)1 << part % 64;
    while (waiting > 0) {
        const struct part *p = &s->parts->part[s->stack[--waiting]];
        s->work++;
        if (p->kind != PART_FORK) continue;
        for (int way = 0; way < 2; way++) {
            const int to = way == 0 ? p->next : p->other;
            if (has(set, to)) continue;
            set[to / 64] |= (uint64_t)1 << to % 64;
            s->stack[waiting++] = to;
        }
    }
}

static void sort_bytes(struct subsets *s) {
    memset(s->kind, 0, sizeof s->kind);
    s->kinds = 1;
    for (int i = 0; i < s->parts->count && s->kinds < 256; i++) {
        if (s->parts->part[i].kind != PART_BYTE) continue;
        int twin[256];  // of each kind: the kind of its bytes that are in this set, if others are not
        bool in[256] = {false}, out[256] = {false};
        for (int b = 0; b < 256; b++)
            *(byte_set_has(s->parts->part[i].set, b) ? &in[s->kind[b]] : &out[s->kind[b]]) = true;
        const int before = s->kinds;
        for (int k = 0; k < before; k++) twin[k] = in[k] && out[k] ? s->kinds++ : k;
        for (int b = 0; b < 256; b++)
            if (byte_set_has(s->parts->part[i].set, b)) s->kind[b] = twin[s->kind[b]];
    }
    for (int b = 0; b < 256; b++) s->one_of[s->kind[b]] = (unsigned char)b;
}

// The state of the set that stands behind the last one: found before, or new. -1: there are too many.
static int find_state(struct subsets *s) {
    const uint64_t *set = s->set + (size_t)s->count * s->words;
    const size_t bytes = (size_t)s->words * sizeof *set;
    uint64_t hash = 0xcbf29ce484222325u;
    for (int w = 0; w < s->words; w++) hash = (hash ^ set[w]) * 0x9E3779B97F4A7C15u, hash ^= hash >> 29;
    int at = (int)(hash % (uint64_t)s->slots);
    for (; s->slot[at] >= 0; at = (at + 1) % s->slots)
        if (memcmp(s->set + (size_t)s->slot[at] * s->words, set, bytes) == 0) return s->slot[at];
    if (s->count == MOST_STATES || s->work > MOST_WORK) return -1;
    s->slot[at] = s->count;
    return s->count++;
}

// Where the bytes of one kind lead from `state`: -1 nowhere, -2 there are too many states.
static int step(struct subsets *s, int state, int kind) {
    const uint64_t *from = s->set + (size_t)state * s->words;
    uint64_t *to = s->set + (size_t)s->count * s->words;
    bool any = false;
    memset(to, 0, (size_t)s->words * sizeof *to);
    for (int w = 0; w < s->words; w++)
        for (uint64_t left = from[w]; left; left &= left - 1) {
            const struct part *p = &s->parts->part[64 * w + __builtin_ctzll(left)];
            s->work++;
            if (p->kind != PART_BYTE || !byte_set_has(p->set, s->one_of[kind])) continue;
            if (!has(to, p->next)) include(s, to, p->next);
            any = true;
        }
    if (!any) return -1;
    const int found = find_state(s);
    return found < 0 ? -2 : found;
}

// next (MOST_STATES,256). false: too many states.
static bool find_all(struct subsets *s, int *next, int begin) {
    memset(s->set, 0, (size_t)s->words * sizeof *s->set);
    include(s, s->set, begin);
    find_state(s);
    for (int state = 0; state < s->count; state++) {
        int to[256];
        for (int kind = 0; kind < s->kinds; kind++)
            if ((to[kind] = step(s, state, kind)) == -2) return false;
        for (int b = 0; b < 256; b++) next[state * 256 + b] = to[s->kind[b]];
    }
    return true;
}

// ---- all of it ------------------------------------------------------------------------------------------------------
static bool make_states(struct automaton *a, const struct parts *parts, int begin, int end) {
    struct subsets s = {.parts = parts, .words = (parts->count + 63) / 64, .slots = 4 * MOST_STATES + 1};
    s.set = alloc_zeroed((size_t)(MOST_STATES + 1) * s.words, sizeof *s.set);
    s.slot = alloc_zeroed((size_t)s.slots, sizeof(int));
    s.stack = alloc_zeroed(MOST_PARTS, sizeof(int));
    for (int i = 0; i < s.slots; i++) s.slot[i] = -1;
    sort_bytes(&s);
    int *next = alloc_zeroed((size_t)MOST_STATES * 256, sizeof *next);
    const bool fits = find_all(&s, next, begin);
    if (fits) {
        a->states = s.count;
        a->next = alloc_zeroed((size_t)s.count * 256, sizeof(int));
        memcpy(a->next, next, (size_t)s.count * 256 * sizeof(int));
        a->accepting = alloc_zeroed((size_t)s.count, sizeof(bool));
        a->alive = alloc_zeroed((size_t)s.count, sizeof(bool));
        for (int i = 0; i < s.count; i++) a->accepting[i] = has(s.set + (size_t)i * s.words, end);
    }
    free(next);
    free(s.set);
    free(s.slot);
    free(s.stack);
    return fits;
}

bool automaton_compile(struct automaton *a, const char *pattern, char *error, size_t error_size) {
    struct regex_tree tree;
    *a = (struct automaton){0};
    if (!regex_parse(&tree, pattern, error, error_size)) return false;
    struct parts parts = {.node = tree.node, .part = alloc_zeroed(MOST_PARTS, sizeof(struct part))};
    const int end = add_part(&parts, (struct part){.kind = PART_END});
    const int begin = emit(&parts, tree.root, end);
    bool fits = !parts.full;
    if (!fits)
        snprintf(error, error_size,
                 "the pattern has more than %d parts, repetitions written out: {2,500} makes hundreds", MOST_PARTS);
    else if (!(fits = make_states(a, &parts, begin, end)))
        snprintf(error, error_size,
                 "the pattern's automaton would have more than %d states: repetitions after something that can begin "
                 "anywhere, as in .*a.{9}, double them with each step",
                 MOST_STATES);
    free(parts.part);
    regex_tree_free(&tree);
    if (fits) automaton_find_alive(a);
    return fits;
}

void automaton_free(struct automaton *a) {
    free(a->next);
    free(a->accepting);
    free(a->alive);
    *a = (struct automaton){0};
}
