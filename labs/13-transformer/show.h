// The chapter's experiments, one file each, and what they share. (Given.)
#pragma once
#include "13-transformer/tasks.h"
#include "13-transformer/transformer.h"

struct options {
    const char *out;
    int seed, steps, batch;  // steps and batch of the trainings on lists; the others are scaled with the steps
    float lr;
    bool quick;
};

void show_block(const struct options *o);     // show_block.c: the worked example of the text
void show_lists(const struct options *o);     // show_lists.c: both shapes and an encoder-decoder learn lists
void show_parts(const struct options *o);     // show_parts.c: switched off, frozen
void show_depth(const struct options *o);     // show_depth.c: gradients by layer; norms before and after
void show_language(const struct options *o);  // show_language.c: masked words, and sentences told apart
void show_experts(const struct options *o);   // show_experts.c: a mixture with and without its balance
void show_count(const struct options *o);     // show_count.c: parameters, operations and bytes of known models

// ---- show_train.c ---------------------------------------------------------------------------------------------------
// Arrays of parameters with their gradients; frozen ones are left as they are.
enum { TRAINER_MAX_ARRAYS = 128 };
struct trainer {
    float lr, clip;
    int warmup, steps, step;  // the rate climbs for warmup steps, then falls along a cosine to a tenth
    int arrays;
    float *params[TRAINER_MAX_ARRAYS], *grads[TRAINER_MAX_ARRAYS];
    int sizes[TRAINER_MAX_ARRAYS];
    float *m[TRAINER_MAX_ARRAYS], *v[TRAINER_MAX_ARRAYS];
};
void trainer_init(struct trainer *t, float lr, int warmup, int steps);
void trainer_add(struct trainer *t, float *params, float *grads, size_t size);
// One step: clips at length 1, AdamW without decay. The gradients are zero afterwards.
void trainer_step(struct trainer *t);
void trainer_free(struct trainer *t);

// Anything that learns lists: how to make logits, and how to go back from them.
struct learner {
    void *model;
    const float *(*forward)(void *model, const struct list_batch *batch);  // logits (B,T,LIST_VOCABULARY)
    float (*backward)(void *model, const struct list_batch *batch);  // after forward: adds gradients, returns the loss
    struct trainer trainer;
};
enum { CURVE_POINTS = 64 };
struct curve {
    int count;
    float step[CURVE_POINTS], loss[CURVE_POINTS], accuracy[CURVE_POINTS];  // accuracy: whole lists right, of new ones
};
struct list_training {
    struct list_task task;
    int batch, every;  // lists of a step; steps between two tests
    bool apart;        // source and answer apart, for an encoder-decoder
    uint64_t seed;
    const char *label;
    struct live_plot *live;                // or NULL
    void (*watch)(void *model, int step);  // called before every test; or NULL
};
// Trains for learner->trainer.steps steps, testing on the way and at the end.
void learn_lists(struct learner *learner, const struct list_training *t, struct curve *curve);

// The training that most experiments start from: lists of 2 to 6 letters; a GPT of 2 layers and 32 channels.
enum { LIST_SHORTEST = 2, LIST_LONGEST = 6, LIST_C = 32, LIST_L = 2, LIST_H = 4, LIST_WARMUP = 20 };
extern const float list_std;  // of the initial weights. GPT-2 starts from 0.02, which is for a thousand channels
struct list_training list_training(const struct options *o, enum list_rule rule, const char *label);
// The two functions of a learner whose model is a struct gpt.
const float *gpt_lists_forward(void *model, const struct list_batch *batch);
float gpt_lists_backward(void *model, const struct list_batch *batch);

// CSV with a column "step" and one per curve, which all have the same steps.
void write_curves(const struct options *o, const char *file, const char *const *names, const struct curve *curves,
                  int count);
int scaled(const struct options *o, int steps);  // a fraction of them with --quick
