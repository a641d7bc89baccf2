// One step, several texts: questions to learn from, and old text that must not be lost.
#include "16-sft/sft.h"

// Adds a part's gradient, times its weight, to m->grads. Returns its mean loss.
static float add_part(struct gpt *m, const struct part *p) {
    // TODO 16.4 mixed_gradient: gpt_forward; gpt_backward, which takes a factor for the loss
    todo("16.4 mixed_gradient");
}

float mixed_gradient(struct gpt *m, float *losses, const struct part *part, int K) {
    double sum = 0;
    // TODO 16.4 mixed_gradient: gradients are added to: what must come first?
    todo("16.4 mixed_gradient");
    for (int k = 0; k < K; k++) {
        losses[k] = 0;
        if (part[k].weight == 0) continue;  // nobody has to fill a batch that does not count
        losses[k] = add_part(m, &part[k]);
        // TODO 16.4 mixed_gradient: this part's share in the sum
        todo("16.4 mixed_gradient");
    }
    return (float)sum;
}
