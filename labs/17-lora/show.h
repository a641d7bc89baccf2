// What the parts of this chapter's program share.
#pragma once
#include "16-sft/tuning.h"
#include "17-lora/peft_model.h"

// ---- peft_tuning.c: chapter 16's fine-tuning, with a plan -----------------------------------------------------------
struct peft_result {
    double share;  // numbers that learn / numbers of the model
    struct exam greedy;
    double old_loss, base_bytes, seconds;
};
// Trains m (made by peft_init) on demonstrations, with a progress line; lr is the largest learning rate.
struct peft_result peft_tuning_run(struct peft_model *m, const struct tuning *how, const struct corpus *old);

// Its steps one by one, for several trainings at a time. The lessons may be exchanged for others before the first.
struct peft_run {
    struct peft_model *m;
    struct tuning how;
    const struct corpus *old;
    struct documents lessons;
    struct tuner tuner;
    struct rng rng, dropout;
    int *which;             // (batch)
    int *inputs, *targets;  // of the lessons, then of old text
};
void peft_run_init(struct peft_run *r, struct peft_model *m, const struct tuning *how, const struct corpus *old);
float peft_run_step(struct peft_run *r);  // returns the loss on the lessons
// Trains `count` of them to the end, as many at a time as there are threads, under one progress line.
void peft_run_all(struct peft_run *r, int count, const char *label);
struct peft_result peft_run_result(struct peft_run *r);
void peft_run_free(struct peft_run *r);

// Held-out questions, answered greedily: by the merged model where there is one.
struct exam peft_exam(struct peft_model *m, int count, uint64_t seed);
// The mean loss on old text for testing, cut where a prompt leaves no room.
double peft_old_loss(struct peft_model *m, const struct corpus *old);

// ---- show_*.c -------------------------------------------------------------------------------------------------------
struct lora_show {
    const char *out;
    bool quick;
    uint64_t seed;
    const struct gpt_config *config;
    const float *pretrained;
    const struct corpus *old;
    const struct tuning *how;  // of the full fine-tuning
    // The full fine-tuning, for the parts rank and methods; else NULL.
    const float *tuned;
    const struct tuning_result *full;
    const struct codec *codec;
    const char *base;  // the folder of the pretrained model, for who reads an adapter
};
// As *how, with the learning rate of small things and another label.
struct tuning small_tuning(const struct lora_show *s, float lr);
enum { ALL_SITES = (1 << LORA_SITES) - 1 };
void show_rank(const struct lora_show *s);     // is what full fine-tuning changed of low rank?
void show_methods(const struct lora_show *s);  // right answers against the share that learns, and what a step costs
void show_nf4(const struct lora_show *s);      // NF4 against Q4_0 and equal steps, on this model's weights
void show_merge(const struct lora_show *s);    // merged = unmerged; two adapters on one base
