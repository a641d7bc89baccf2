// Answers of a model that cannot be merged: every step reads the whole text again.
#include "17-lora/peft_model.h"

void peft_answer(struct answers *a, struct peft_model *m, float temperature, uint64_t seed) {
    (void)a, (void)m, (void)temperature, (void)seed;
    todo("peft_answer");
}
