// AdamW for a list of arrays: what is not in it stays as it is.
#include <math.h>

#include "04-training/training.h"
#include "16-sft/sft.h"

// The length of all gradients together, as if they lay in one array.
static double whole_length(const struct tuner *t) {
    double squares = 0;
    for (int i = 0; i < t->pieces; i++) {
        // TODO 16.6 tuner_step: a piece's length is grad_norm's. What of it is added up?
        todo("16.6 tuner_step");
    }
    return sqrt(squares);
}

// Moves one piece. a has everything that is the same for all pieces; its lr is the schedule's.
static void move(struct tuned *p, const struct tuner *t, struct adamw a) {
    // TODO 16.6 tuner_step: this piece's learning rate; does it decay? Then adamw_update
    todo("16.6 tuner_step");
}

float tuner_step(struct tuner *t) {
    const float length = (float)whole_length(t);
    struct adamw a = {.beta1 = t->beta1, .beta2 = t->beta2, .eps = t->eps, .scale = 1.0f};
    // TODO 16.6 tuner_step: leave if the length is not finite; a.scale, a.lr and a.step
    todo("16.6 tuner_step");
    for (int i = 0; i < t->pieces; i++) move(&t->piece[i], t, a);
    t->step++;
    return length;
}
