// The stage of this chapter, and what the parts of its programs share.
#pragma once
#include "16-sft/village.h"

// ---- tuning.c: supervised fine-tuning of a model of the village -----------------------------------------------------
struct tuning {
    int steps, batch;  // of demonstrations
    float lr, mix;     // mix: how much the loss on old text counts, 0: none is read
    int old_rows;      // rows of old text (64 tokens) in a batch
    int layers;        // the last ones that learn; the model's L: all
    int demonstrations;
    bool as_they_come;  // questions in the shares in which they come (lessons_as_they_come)
    uint64_t seed;
    const char *out;       // a folder for checkpoints and the curve; NULL: none
    const char *label;     // of the progress line
    bool resume;           // go on from out/checkpoint.safetensors if it is there
    int checkpoint_every;  // steps; 0: none
    int questions;         // of the examination at the end; on the way there are fewer
};
struct tuning tuning_defaults(const struct gpt_config *c);
struct tuning tuning_quick(const struct gpt_config *c);  // only to see that it runs
enum { OLD_TOKENS = 200000 };                            // of the corpus of old text
struct tuning_result {
    struct exam greedy, drawn;    // held-out questions, temperature 0 and 1
    double old_before, old_loss;  // mean loss on old text that was not trained on, before and after
    double seconds;
};
// Trains m, with a progress line, out/tuning.csv (step, loss, old-text loss, learning rate, gradient) and, every
// tenth of the way, out/tuning_exam.csv (step, right, honest, each task, loss on old text). Without `resume` an earlier
// run's checkpoint is kept as out/previous.checkpoint.safetensors.
struct tuning_result tuning_run(struct gpt *m, const struct tuning *how, const struct corpus *old);
double old_text_loss(struct gpt *m, const struct corpus *old);

// ---- report.c -------------------------------------------------------------------------------------------------------
void report_tuning(const struct tuning *how, const struct tuning_result *result);

// ---- show_*.c: the parts of `main` ----------------------------------------------------------------------------------
struct show {
    const char *out;  // folder for CSV files
    bool quick;       // only to see that it runs: a fraction of the work
    uint64_t seed;
    const struct gpt_config *config;
    const float *pretrained, *tuned;  // parameters: chapter 14's model, and what `sft` made of it
    const struct corpus *old;
    const struct tuning *how;
};
void show_template(const struct show *s);    // a conversation as tokens, and which of them count
void show_transfer(const struct show *s);    // pretrained against from scratch; with and without old text in the mix
void show_layers(const struct show *s);      // the last layers only, or all
void show_forgetting(const struct show *s);  // a second task: naive, replay, EWC's trade-off curve, dynamic weights
