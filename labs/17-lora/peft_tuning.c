// Chapter 16's fine-tuning of what a plan lets learn.
#include "17-lora/show.h"

struct peft_result peft_tuning_run(struct peft_model *m, const struct tuning *how, const struct corpus *old) {
    (void)m, (void)how, (void)old;
    todo("peft_tuning_run");
}
