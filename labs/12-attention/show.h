// Given code: the chapter's experiments. Each prints a short table and writes CSV files for its figures.
#pragma once
#include "12-attention/toy.h"

struct options {
    const char *out;   // folder of the CSV files
    int seed;          // of weights and texts
    int steps, batch;  // of every training run
    float lr;          // its largest learning rate
    int longest;       // the longest text of the memory experiment
    bool quick;        // every part, cut short
};

void show_example(void);                       // show_example.c: one query, three keys, by hand
void show_gradient(void);                      // and backwards
void show_scale(const struct options *o);      // show_scale.c: what the square root of D is for
void show_positions(const struct options *o);  // show_positions.c: waves, turned pairs, slopes
void show_sentence(const struct options *o);   // show_sentence.c: whom "it" looks at
void show_repeat(const struct options *o);     // show_repeat.c: copy and reverse with five kinds of positions
void show_peeking(const struct options *o);    // show_peeking.c: the mask forgotten
void show_merge(void);                         // show_merge.c: two halves of a softmax
void show_memory(const struct options *o);     // show_memory.c: the matrix, and attention without it
void show_cache(const struct options *o);      // show_cache.c: tokens per second with a cache and without
