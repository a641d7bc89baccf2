// What a model with small things in it owns, and room for a batch.
#include "17-lora/peft_model.h"

void peft_init(struct peft_model *m, const struct gpt_config *c, const float *params, const struct peft_plan *plan,
               uint64_t seed) {
    (void)m, (void)c, (void)params, (void)plan, (void)seed;
    todo("peft_init");
}

void peft_reserve(struct peft_model *m, int B, int T, bool training) {
    (void)m, (void)B, (void)T, (void)training;
    todo("peft_reserve");
}

void peft_free(struct peft_model *m) {
    (void)m;
    todo("peft_free");
}

size_t peft_trainable(const struct peft_model *m) {
    (void)m;
    todo("peft_trainable");
}

size_t peft_base_bytes(const struct peft_model *m) {
    (void)m;
    todo("peft_base_bytes");
}

void peft_tune(struct peft_model *m, struct tuner *t) {
    (void)m, (void)t;
    todo("peft_tune");
}

void peft_zero_grads(struct peft_model *m) {
    (void)m;
    todo("peft_zero_grads");
}
