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
    const struct tuning *how;
};
void show_rank(
    const struct lora_show *s);  // singular values of what full fine-tuning changed: is the change of low rank?
void show_methods(
    const struct lora_show
        *s);  // accuracy against trainable share: LoRA by rank, QLoRA, adapter, prefix, prompt, P-tuning, full
void show_nf4(const struct lora_show *s);    // NF4 against Q4_0: error on this model's weights; bytes
void show_merge(const struct lora_show *s);  // merged = unmerged; two adapters on one base
