// The model once more, for parts of the program that look inside it or change its weights.
#include <string.h>

#include "15-inference/show.h"

void show_copy(struct gpt *m, const struct show *s) {
    struct rng r;
    rng_seed(&r, s->seed, 1);
    gpt_init(m, s->config, 0, &r);
    memcpy(m->params, s->params, m->parameters * sizeof(float));
}
