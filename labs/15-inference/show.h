// What the parts of this chapter's program share. Each part, show_NAME.c, prints a table and writes the CSV files of
// its figures.
#pragma once
#include "15-inference/codec.h"
#include "15-inference/inference.h"
#include "15-inference/model_file.h"

struct show {
    const char *out;  // folder for CSV files
    bool quick;       // only to see that it runs: a fraction of the work
    uint64_t seed;
    const struct gpt_config *config;  // the model from chapter 14
    const float *params;
    const struct codec *codec;
    const struct rows *train, *test;  // documents of the micro-world, packed as chapter 14 does; test: one in a row
};

// The mean loss of a decoder on rows first .. first + count - 1 (given to all parts, in show_loss.c), by decode_all.
double show_loss(const struct decoder *d, const struct rows *rows, size_t first, size_t count);
// Chapter 13's model with these weights, for parts that look inside it or train it (given to all parts, in
// show_copy.c).
void show_copy(struct gpt *m, const struct show *s);
// How it is trained on: AdamW with chapter 14's settings, down to a learning rate of 0 (given, in show_copy.c).
struct hyperparameters show_hyperparameters(float lr_max, int warmup, int total);

void show_talk(const struct show *s);    // what the model says, whole and constrained
void show_cache(const struct show *s);   // with and without a cache: tokens/s, and the same logits
void show_choice(const struct show *s);  // temperature, top-k, top-p, beams
void show_bits(const struct show *s);    // size and perplexity by format; rounding by rows, tensors, blocks
void show_qat(const struct show *s);     // quantization-aware training
void show_layers(const struct show *s);  // GPTQ and AWQ on one layer
void show_prune(const struct show *s);   // loss by sparsity
void show_distill(const struct show *s, struct gpt *student);  // a small model from the large one; student is kept for
void show_speculative(const struct show *s, const struct gpt *student);
void show_constrain(const struct show *s);  // text that matches a pattern
void show_pages(const struct show *s);      // paged caches and continuous batching: throughput
void show_few_shot(const struct show *s);   // does a prompt with examples help?
void show_memory(const struct show *s);     // how large is 7B?
