// P-tuning: the rows of a prompt come from one small network, so that a step moves all of them together.
#include <math.h>

#include "09-matmul-cpu/matmul.h"
#include "13-transformer/transformer.h"
#include "17-lora/lora.h"

void ptuning_forward(float *prompt, float *hidden, const struct ptuning *t) {
    // TODO 17.8 ptuning_forward: hidden = tanh(seeds through in); prompt = hidden through out
    todo("17.8 ptuning_forward");
}

// tanh' = 1 - tanh^2, and tanh is what hidden holds.
void ptuning_backward(struct ptuning *t, float *scratch, const float *dprompt, const float *hidden) {
    // TODO 17.8 ptuning_backward: through out, tanh and in; the seeds' gradient is added, too
    todo("17.8 ptuning_backward");
}
