// Chapter 13's Llama, frozen, with small things in it that learn.
#include "17-lora/peft_model.h"

const char *const lora_site_name[LORA_SITES] = {"q_proj",    "k_proj",  "v_proj",   "o_proj",
                                                "gate_proj", "up_proj", "down_proj"};

const float *peft_forward(struct peft_model *m, const int *tokens, struct rng *r, int B, int T) {
    (void)m, (void)tokens, (void)r, (void)B, (void)T;
    todo("peft_forward");
}

float peft_backward(struct peft_model *m, float dloss, const int *tokens, const int *targets, struct rng *r, int B,
                    int T) {
    (void)m, (void)dloss, (void)tokens, (void)targets, (void)r, (void)B, (void)T;
    todo("peft_backward");
}

float *peft_merged(const struct peft_model *m) {
    (void)m;
    todo("peft_merged");
}
