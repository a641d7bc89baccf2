// Tests of cross.c.
#include "13-transformer/pair.h"

static double *cross_gives(struct pair_case *k, enum cross_mistake mistake) {
    double *out = grade_doubles(k->N * k->m.decoder.config.C);
    define_cross(out, k->dx, k->dmemory, k->p[2], k->m.params, &k->m.weights[1], &k->cross, mistake, NULL, false);
    return out;
}

static void check_cross(bool same_length) {
    struct pair_case k;
    random_pair(&k, same_length);
    struct cross_state *s = &k.m.cross[1];
    s->x = k.x, s->memory = k.memory, s->out = grade_output(k.N * k.m.decoder.config.C);
    cross_forward(s, &k.m.weights[1], &k.cross);
    if (same_length)
        suspect("keys and values come from the decoder's own rows, not from the memory",
                cross_gives(&k, CROSS_KEYS_FROM_X));
    suspect("the straight road is missing: out = x + the answer", cross_gives(&k, CROSS_NO_STRAIGHT));
    suspect("the queries are made of x itself, not of its norm", cross_gives(&k, CROSS_NO_NORM));
    suspect("the memory is normed again: its encoder has done that", cross_gives(&k, CROSS_NORMED_MEMORY));
    suspect("keys and values are swapped: the keys come first in a row of kv", cross_gives(&k, CROSS_SWAPPED));
    suspect("causal: the source is known to its end", cross_gives(&k, CROSS_CAUSAL));
    suspect("the source's padding is looked at", cross_gives(&k, CROSS_NO_LENGTH));
    grade_array(same_length ? "out, S = T" : "out", s->out, cross_gives(&k, CROSS_RIGHT),
                AXES("btc", k.B, k.T, k.m.decoder.config.C), 1e-4);
    grade_unchanged("x", k.x);
    grade_unchanged("memory", k.memory);
    free_pair(&k);
}

EXERCISE(cross_forward, .number = "13.15", .points = 3, .seconds = 10, .needs = "projection_forward projection_add") {
    check_cross(true);
    check_cross(false);
}

static double cross_loss(struct pair_case *k, const double *x, const double *memory, const double *p) {
    double out[k->N * k->m.decoder.config.C];
    define_cross(out, x, memory, p, k->m.params, &k->m.weights[1], &k->cross, k->mistake, &k->held, false);
    const double ones = k->mistake == CROSS_DQ_NOT_ZEROED    ? k->held.q_sum
                        : k->mistake == CROSS_DKV_NOT_ZEROED ? k->held.kv_sum
                                                             : 0;
    return dot(out, k->dout, k->N * k->m.decoder.config.C) + ones;
}

static double cross_loss_of_x(const double *x, void *context) {
    struct pair_case *k = context;
    return cross_loss(k, x, k->dmemory, k->p[2]);
}

static double cross_loss_of_memory(const double *memory, void *context) {
    struct pair_case *k = context;
    return cross_loss(k, k->dx, memory, k->p[2]);
}

static double cross_loss_of_params(const double *p, void *context) {
    struct pair_case *k = context;
    return cross_loss(k, k->dx, k->dmemory, p);
}

static double *cross_slopes(struct pair_case *k, enum cross_mistake mistake, bool of_memory) {
    const int C = k->m.decoder.config.C;
    double out[k->N * C];
    define_cross(out, k->dx, k->dmemory, k->p[2], k->m.params, &k->m.weights[1], &k->cross, CROSS_RIGHT, &k->held,
                 true);
    k->mistake = mistake;
    double *slope =
        of_memory ? slopes(cross_loss_of_memory, k->memory, k, k->M * C) : slopes(cross_loss_of_x, k->x, k, k->N * C);
    k->mistake = CROSS_RIGHT;
    return slope;
}

EXERCISE(cross_backward, .number = "13.15", .points = 4, .seconds = 10, .needs = "cross_forward projection_backward") {
    struct pair_case k;
    random_pair(&k, false);
    const int C = k.m.decoder.config.C;
    struct cross_state *s = &k.m.cross[1];
    s->x = k.x, s->memory = k.memory;
    poison_cross_scratch(&k);
    cross_forward(s, &k.m.weights[1], &k.cross);
    float *dx = grade_copy(k.dout, k.N * C), *dmemory = grade_grad(k.M * C);
    cross_backward(dx, dmemory, &k.m.dweights[1], &k.m.scratch, s, &k.m.weights[1], &k.cross);
    suspect("the gradient of the straight road is lost", cross_slopes(&k, CROSS_LOST_STRAIGHT, false));
    suspect("dq is not zeroed: flash_backward adds to it", cross_slopes(&k, CROSS_DQ_NOT_ZEROED, false));
    suspect("the queries' gradient does not reach x", cross_slopes(&k, CROSS_LOST_SIDE, false));
    grade_array("dx", dx, cross_slopes(&k, CROSS_RIGHT, false), AXES("btc", k.B, k.T, C), 2e-4);
    suspect("only the keys' gradient reaches the memory", cross_slopes(&k, CROSS_KEYS_ONLY, true));
    suspect("dkv is not zeroed: flash_backward adds to it", cross_slopes(&k, CROSS_DKV_NOT_ZEROED, true));
    suspect("only the values' gradient reaches the memory", cross_slopes(&k, CROSS_VALUES_ONLY, true));
    grade_gradient_check("dmemory", dmemory, k.memory, AXES("bsc", k.B, k.S, C), cross_loss_of_memory, &k, 2e-4);
    grade_gradient_check("the weights' gradients", k.grads[2], k.m.params, AXES("p", (int)k.m.parameters),
                         cross_loss_of_params, &k, 2e-4);
    free_pair(&k);
}
