// A regular expression as a tree: what regex_automaton.c makes an automaton of.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct byte_set {
    uint64_t bits[4];  // byte b: bit b % 64 of word b / 64
};

struct regex_node {
    enum regex_kind {
        REGEX_NOTHING,  // the empty text
        REGEX_BYTE,     // one byte of `set`
        REGEX_THEN,     // left, then right
        REGEX_OR,       // left or right
        REGEX_REPEAT    // left, min to max times; max -1: any number of times
    } kind;
    int left, right, min, max;
    struct byte_set set;
};

struct regex_tree {
    struct regex_node *node;
    int count, capacity, root;
};

// The language of automaton_compile (inference.h). false, and what is wrong at which character, in error.
bool regex_parse(struct regex_tree *t, const char *pattern, char *error, size_t error_size);
void regex_tree_free(struct regex_tree *t);

static inline bool byte_set_has(const struct byte_set *s, int byte) {
    return s->bits[byte / 64] >> byte % 64 & 1;
}
