// What the program pretrain can be told.
#pragma once
#include <stdbool.h>

struct options {
    const char *out, *text, *vocabulary, *shape, *init;
    int vocab, tokens, context, layers, channels, heads, kv_heads;
    int batch, accumulate, steps, warmup, seed, pages;
    float lr, lr_min, weight_decay, beta2, clip, std, temperature, rope_base;
    int test_every, sample_every, checkpoint_every;
    bool longest_first, bf16, resume, quick;
};
// From the command line. Dies with status 2 where a flag is wrong.
struct options options_parse(int argc, char **argv);
