// The experiments of the program, one file each.
#pragma once
#include "10-tokenizer/tokenizer.h"
#include "datasets/text.h"

struct options {
    const char *out, *text, *other;
    int merges, largest, pieces;
};

// A text, cut in two at a line's end: nine tenths to learn from, the rest to measure on.
struct parts {
    struct text whole;
    struct text learn, held;  // inside whole
};
struct parts parts_load(const char *name, size_t at_most);  // of a longer text the first at_most bytes
void parts_free(struct parts *p);

size_t token_count(const struct tokenizer *t, struct text text);
void print_piece(const char *data, size_t size);  // bytes that are no whole characters as <E7>, the newline as \n

void show_training(const struct options *o, const struct parts *p);
void show_boundaries(const struct options *o, const struct parts *p, const struct parts *other);
void show_compression(const struct options *o, const struct parts *p, const struct parts *other);
void show_methods(const struct options *o, const struct parts *p);
void show_zipf(const struct options *o, const struct parts *p);
