// P-tuning: the rows of a prompt come from one small network, so that a step moves all of them together.
#include <math.h>

#include "09-matmul-cpu/matmul.h"
#include "13-transformer/transformer.h"
#include "17-lora/lora.h"

void ptuning_forward(float *prompt, float *hidden, const struct ptuning *t) {
    // BEGIN SOLUTION 17.8 ptuning_forward: hidden = tanh(seeds through in); prompt = hidden through out
    projection_forward(hidden, t->seeds, t->in_w, t->in_b, t->P, t->M, t->M);
    for (int i = 0; i < t->P * t->M; i++) hidden[i] = tanhf(hidden[i]);
    projection_forward(prompt, hidden, t->out_w, t->out_b, t->P, t->M, t->C);
    // END SOLUTION
}

// tanh' = 1 - tanh^2, and tanh is what hidden holds.
void ptuning_backward(struct ptuning *t, float *scratch, const float *dprompt, const float *hidden) {
    // BEGIN SOLUTION 17.8 ptuning_backward: through out, tanh and in; the seeds' gradient is added, too
    projection_backward(scratch, t->dout_w, t->dout_b, dprompt, hidden, t->out_w, t->P, t->M, t->C);
    for (int i = 0; i < t->P * t->M; i++) scratch[i] *= 1 - hidden[i] * hidden[i];
    projection_backward(NULL, t->din_w, t->din_b, scratch, t->seeds, t->in_w, t->P, t->M, t->M);
    matmul(MATMUL_NN, t->P, t->M, t->M, 1, scratch, t->M, t->in_w, t->M, 1, t->dseeds, t->M);
    // END SOLUTION
}
