// AdamW for a list of arrays: what is not in it stays as it is.
#include <math.h>

#include "04-training/training.h"
#include "16-sft/sft.h"

// The length of all gradients together, as if they lay in one array.
static double whole_length(const struct tuner *t) {
    double squares = 0;
    for (int i = 0; i < t->pieces; i++) {
        // BEGIN SOLUTION 16.6 tuner_step: a piece's length is grad_norm's. What of it is added up?
        const double length = grad_norm(t->piece[i].g, t->piece[i].n);
        squares += length * length;
        // END SOLUTION
    }
    return sqrt(squares);
}

// Moves one piece. a has everything that is the same for all pieces; its lr is the schedule's.
static void move(struct tuned *p, const struct tuner *t, struct adamw a) {
    // BEGIN SOLUTION 16.6 tuner_step: this piece's learning rate; does it decay? Then adamw_update
    a.lr *= p->lr_scale;
    a.weight_decay = p->decays ? t->weight_decay : 0.0f;
    adamw_update(p->w, p->m, p->v, p->g, &a, p->n);
    // END SOLUTION
}

float tuner_step(struct tuner *t) {
    const float length = (float)whole_length(t);
    struct adamw a = {.beta1 = t->beta1, .beta2 = t->beta2, .eps = t->eps, .scale = 1.0f};
    // BEGIN SOLUTION 16.6 tuner_step: leave if the length is not finite; a.scale, a.lr and a.step
    if (!isfinite(length)) return length;
    if (t->clip > 0 && length > t->clip) a.scale = t->clip / (length + 1e-6f);
    a.lr = schedule_lr(t->lr_max, t->lr_min, t->step, t->warmup, t->total);
    a.step = t->step + 1;
    // END SOLUTION
    for (int i = 0; i < t->pieces; i++) move(&t->piece[i], t, a);
    t->step++;
    return length;
}
