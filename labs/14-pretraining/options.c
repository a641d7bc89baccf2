// What the program pretrain can be told, and what it does if it is told nothing: a minute and a half in the micro-world.
#include "14-pretraining/options.h"

#include <string.h>

#include "13-transformer/transformer.h"
#include "common/common.h"

// With --quick a tiny model and a few steps are the defaults; other flags change them as ever.
static struct options defaults(bool quick) {
    struct options o = {.out = "build/pretrain",
                        .text = "",
                        .vocabulary = "",
                        .shape = "llama",
                        .init = "",
                        .vocab = 1280,
                        .tokens = 600000,
                        .context = 64,
                        .layers = 3,
                        .channels = 64,
                        .heads = 4,
                        .kv_heads = 0,
                        .batch = 32,
                        .accumulate = 1,
                        .steps = 1600,
                        .warmup = 50,
                        .seed = 1,
                        .lr = 3e-3f,
                        .lr_min = 0,
                        .weight_decay = 0.1f,
                        .beta2 = 0.95f,
                        .clip = 1,
                        .std = 0.08f,
                        .temperature = 0.7f,
                        .rope_base = 100,
                        .test_every = 100,
                        .sample_every = 400,
                        .checkpoint_every = 400,
                        .pages = 8000};
    if (!quick) return o;
    o.tokens = 20000;
    o.pages = 400;
    o.layers = o.heads = 2;
    o.channels = 16;
    o.batch = 8;
    o.steps = 24;
    o.warmup = 5;
    o.test_every = o.sample_every = o.checkpoint_every = 8;
    return o;
}

struct options options_parse(int argc, char **argv) {
    bool quick = false;
    for (int i = 1; i < argc; i++) quick = quick || strcmp(argv[i], "--quick") == 0;
    struct options o = defaults(quick);
    struct flag flags[] = {
        flag_string("out", &o.out, "folder for the curves, the checkpoint and the model"),
        flag_string("text", &o.text, "what to learn: a file, king-james or tang; without it the micro-world"),
        flag_int("vocab", &o.vocab, 256, 100000, "of a text: size of the vocabulary that is learned from it"),
        flag_string("vocabulary", &o.vocabulary, "of a text: a folder whose tokenizer.json to take instead"),
        flag_int("tokens", &o.tokens, 1000, 100000000, "of the micro-world: tokens to train on"),
        flag_string("shape", &o.shape, "gpt2 or llama"),
        flag_switch("longest-first", &o.longest_first, "of the micro-world: every row as best fit left it"),
        flag_int("context", &o.context, 8, 4096, "tokens that the model sees at once"),
        flag_int("layers", &o.layers, 1, GPT_MAX_LAYERS, "blocks"),
        flag_int("channels", &o.channels, 4, 16384, "numbers per token"),
        flag_int("heads", &o.heads, 1, 256, "attention heads"),
        flag_int("kv-heads", &o.kv_heads, 0, 256, "of a llama: key/value heads; 0: as many as heads"),
        flag_float("rope-base", &o.rope_base, 1.001, 1e9,
                   "of a llama: 100 suits a short context, 10000 thousands of tokens"),
        flag_int("batch", &o.batch, 1, 4096, "rows of a micro-batch"),
        flag_int("accumulate", &o.accumulate, 1, 4096, "micro-batches of a step"),
        flag_int("steps", &o.steps, 1, 10000000, "steps"),
        flag_int("warmup", &o.warmup, 0, 1000000, "steps in which the learning rate climbs"),
        flag_float("lr", &o.lr, 0, 100, "highest learning rate"),
        flag_float("lr-min", &o.lr_min, 0, 100, "learning rate at the end; 0: a tenth of --lr"),
        flag_float("weight-decay", &o.weight_decay, 0, 10, "of the matrices"),
        flag_float("beta2", &o.beta2, 0, 0.99999, "AdamW's memory of squares"),
        flag_float("clip", &o.clip, 0, 1e9, "longest gradient; 0: no limit"),
        flag_float("std", &o.std, 0, 10, "size of the first weights"),
        flag_int("pages", &o.pages, 0, 1000000, "of the village's web, cleaned before training; 0: none"),
        flag_switch("bf16", &o.bf16, "round the weights to bfloat16 after every step"),
        flag_string("init", &o.init, "a model's folder: begin with its weights and sizes"),
        flag_int("seed", &o.seed, 0, 1000000000, "of weights, order and samples"),
        flag_int("test-every", &o.test_every, 1, 10000000, "steps between tests on rows that are not trained on"),
        flag_int("sample-every", &o.sample_every, 1, 10000000, "steps between samples"),
        flag_int("checkpoint-every", &o.checkpoint_every, 1, 10000000, "steps between checkpoints"),
        flag_float("temperature", &o.temperature, 0, 100, "of the samples"),
        flag_switch("resume", &o.resume, "go on from the checkpoint in --out"),
        flag_switch("quick", &o.quick, "a tiny model, a few steps"),
    };
    flags_parse(argc, argv, "Trains a GPT on the micro-world, or on any text.", NULL, flags, COUNT(flags));
    if (strcmp(o.shape, "gpt2") != 0 && strcmp(o.shape, "llama") != 0)
        die_usage("--shape is %s: gpt2 and llama are possible", o.shape);
    if (!*o.text && o.context < 32)
        die_usage("the micro-world's documents want a --context of 32 or more, not %d", o.context);
    if (o.lr_min == 0) o.lr_min = o.lr / 10;
    return o;
}
