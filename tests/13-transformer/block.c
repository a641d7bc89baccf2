// Tests of block.c.
#include "13-transformer/definitions.h"

// One block with its memory, x and mid random, for the learner's functions and for the definition.
struct block_case {
    struct gpt_config g;
    struct gpt_weights w, dw;
    struct definition k;
    struct block_state s;
    struct block_scratch scratch;
    int parameters, *length;
    float *params, *grads, *out, *dout;
    double *x, *mid, *p;  // in double
    bool attends;         // the road whose slopes are measured
    struct held held;
};

static struct block_state poisoned_state(const struct gpt_config *g, int B, int T) {
    const int N = B * T, C = g->C, QKV = C + 2 * g->G * (C / g->H), U = g->shape == GPT2 ? g->F : 2 * g->F;
    return (struct block_state){.x = grade_floats(N * C),
                                .norm1 = grade_output(N * C),
                                .mean1 = grade_output(N),
                                .rstd1 = grade_output(N),
                                .qkv = grade_output(N * QKV),
                                .att = grade_output(N * C),
                                .lse = grade_output(N * g->H),
                                .mid = grade_floats(N * C),
                                .norm2 = grade_output(N * C),
                                .mean2 = grade_output(N),
                                .rstd2 = grade_output(N),
                                .up = grade_output(N * U),
                                .act = grade_output(N * g->F)};
}

static struct block_scratch poisoned_scratch(const struct gpt_config *g, int N) {
    const int C = g->C, U = g->shape == GPT2 ? g->F : 2 * g->F;
    return (struct block_scratch){.dnorm = grade_output(N * C),
                                  .datt = grade_output(N * C),
                                  .dqkv = ones(N * (C + 2 * g->G * (C / g->H))),
                                  .dact = grade_output(N * g->F),
                                  .dup = grade_output(N * U)};
}

static void random_block(struct block_case *k, enum gpt_shape shape, bool causal, bool padded) {
    const int B = 2, T = grade_int(4, 6);
    *k = (struct block_case){.g = random_config(shape, 1, T, 1)};
    k->parameters = count_parameters(&k->g);
    k->params = model_weights(&k->g, k->parameters);
    gpt_point(&k->w, &k->g, k->params);
    k->length = grade_ints(B, 1, T - 1);
    k->length[0] = T - 1;  // one key alone would need no attention
    const int D = k->g.C / k->g.H, N = B * T, C = k->g.C;
    float *cosine = grade_output(T * D), *sine = grade_output(T * D);
    for (int i = 0; shape == LLAMA && i < T * (D / 2); i++) {
        double angle = i / (D / 2) * pow(k->g.rope_base, -2.0 * (i % (D / 2)) / D);
        cosine[i] = (float)cos(angle), sine[i] = (float)sin(angle);
    }
    k->k = (struct definition){.g = &k->g, .w = &k->w, .params = k->params};
    k->k.c = (struct block_context){.config = &k->g,
                                    .B = B,
                                    .T = T,
                                    .causal = causal,
                                    .length = padded ? k->length : NULL,
                                    .cos = cosine,
                                    .sin = sine};
    k->s = poisoned_state(&k->g, B, T), k->scratch = poisoned_scratch(&k->g, N);
    k->grads = grade_grad(k->parameters);
    gpt_point(&k->dw, &k->g, k->grads);
    k->out = grade_output(N * C), k->dout = grade_floats(N * C);
    k->x = in_double(k->s.x, N * C), k->mid = in_double(k->s.mid, N * C);
    k->p = in_double(k->params, k->parameters);
    const int QKV = C + 2 * k->g.G * D;
    k->held = (struct held){grade_doubles(N * C),      grade_doubles(N * C),      grade_doubles(N * C),
                            grade_doubles(N * C),      grade_doubles(N * QKV),    grade_doubles(N * QKV),
                            grade_doubles(N * k->g.F), grade_doubles(N * k->g.F), 0};
}

// What the roads give with this mistake: attention's mid from x, the small network's out from mid.
static double *attend_gives(struct block_case *k, enum mistake mistake) {
    double *mid = grade_doubles(k->k.c.B * k->k.c.T * k->g.C);
    k->k.mistake = mistake;
    define_attend(mid, k->x, k->p, 0, &k->k, NULL, false);
    return mid;
}

static double *mlp_gives(struct block_case *k, enum mistake mistake) {
    double *out = grade_doubles(k->k.c.B * k->k.c.T * k->g.C);
    k->k.mistake = mistake;
    define_mlp(out, k->x, k->mid, k->p, 0, &k->k, NULL, false);
    return out;
}

static void check_attend(enum gpt_shape shape, bool causal, bool padded, const char *what) {
    struct block_case k;
    random_block(&k, shape, causal, padded);
    k.s.mid = grade_output(k.k.c.B * k.k.c.T * k.g.C);
    block_attend(&k.s, &k.w.block[0], &k.k.c);
    suspect("the straight road is missing: mid = x + what attention gives", attend_gives(&k, NO_STRAIGHT_1));
    suspect("norm1 stands after the road, not before attention", attend_gives(&k, NORM_AFTER));
    suspect("norm1 is missing", attend_gives(&k, NO_NORM_1));
    suspect("norm2 where norm1 is needed", attend_gives(&k, WRONG_NORM));
    if (shape == GPT2) suspect("proj's bias is missing", attend_gives(&k, NO_PROJ_BIAS));
    if (causal) suspect("the causal mask is missing", attend_gives(&k, NOT_CAUSAL));
    else suspect("causal, where the context says that it is not", attend_gives(&k, ALWAYS_CAUSAL));
    if (padded) suspect("the padding is looked at: the context's length is not used", attend_gives(&k, NO_LENGTH));
    if (shape == LLAMA) {
        suspect("queries and keys are not turned by their positions", attend_gives(&k, NO_TURN));
        suspect("the values are turned, too", attend_gives(&k, TURNED_VALUES));
    }
    grade_array(what, k.s.mid, attend_gives(&k, RIGHT), AXES("btc", k.k.c.B, k.k.c.T, k.g.C), 1e-4);
    grade_unchanged("x", k.s.x);
}

// The text's worked example: two tokens (3, 1) and (2, 4), one head. Their norms, up to eps, are (1, -1) and (-1, 1);
// the second token gives a quarter of its attention to the first and three quarters to itself.
struct worked_block {
    struct gpt_config g;
    struct gpt_weights w;
    struct block_state s;
    struct block_context c;
};

static void work_block(struct worked_block *k) {
    *k = (struct worked_block){.g = gpt2_config(2, 2, 2, 1, 1)};
    k->g.F = 2;
    const int n = count_parameters(&k->g);
    float *params = grade_copy_doubles(grade_doubles(n), n);
    gpt_point(&k->w, &k->g, params);
    struct block_weights *w = &k->w.block[0];
    w->norm1[0] = w->norm1[1] = w->norm2[0] = w->norm2[1] = 1;
    memcpy(w->qkv, (float[]){1, 0, 0, 0, 0.776836f, 0, 0, 0, 1, 0, 0, 1}, sizeof(float[12]));  // ln 3 / sqrt 2
    memcpy(w->proj, (float[]){0, 3, 3, 0}, sizeof(float[4]));
    memcpy(w->up, (float[]){1, 0, 1, 1}, sizeof(float[4]));
    memcpy(w->up_bias, (float[]){0, 1}, sizeof(float[2]));
    memcpy(w->down, (float[]){2, 0, 0, 1}, sizeof(float[4]));
    k->s = poisoned_state(&k->g, 1, 2);
    memcpy(k->s.x, (float[]){3, 1, 2, 4}, sizeof(float[4]));
    k->c = (struct block_context){.config = &k->g, .B = 1, .T = 2, .causal = true};
}

EXERCISE(block_attend, .number = "13.7", .points = 4, .seconds = 10, .needs = "projection_forward projection_add") {
    struct worked_block k;
    work_block(&k);
    block_attend(&k.s, &k.w.block[0], &k.c);
    suspect("the straight road is missing: mid = x + what attention gives", (double[]){-3, 3, 1.5, -1.5});
    suspect("the causal mask is missing", (double[]){1.5, 2.5, 3.5, 2.5});
    suspect("norm1 is missing", (double[]){6, 10, 7.25, 12.25});
    grade_array("mid of the text's example", k.s.mid, (double[]){0, 4, 3.5, 2.5}, AXES("tc", 2, 2), 1e-4);
    check_attend(GPT2, true, false, "GPT-2: mid");
    check_attend(LLAMA, true, false, "Llama: mid");
    check_attend(GPT2, false, true, "not causal, with padding: mid");
    check_attend(LLAMA, true, true, "Llama with padding: mid");
}

static void check_mlp(enum gpt_shape shape, const char *what) {
    struct block_case k;
    random_block(&k, shape, true, false);
    block_mlp(k.out, &k.s, &k.w.block[0], &k.k.c);
    suspect("the straight road is missing: out = mid + what the small network gives", mlp_gives(&k, NO_STRAIGHT_2));
    suspect("the straight road starts at x, not at mid: attention's part is lost", mlp_gives(&k, STRAIGHT_FROM_X));
    suspect("the small network reads x, not mid", mlp_gives(&k, MLP_READS_X));
    suspect("norm2 stands after the road, not before the small network", mlp_gives(&k, NORM_AFTER));
    suspect("norm2 is missing", mlp_gives(&k, NO_NORM_2));
    suspect("norm1 where norm2 is needed", mlp_gives(&k, WRONG_NORM));
    suspect("the bend between up and down is missing", mlp_gives(&k, NO_BEND));
    if (shape == GPT2) suspect("down's bias is missing", mlp_gives(&k, NO_DOWN_BIAS));
    grade_array(what, k.out, mlp_gives(&k, RIGHT), AXES("btc", k.k.c.B, k.k.c.T, k.g.C), 1e-4);
    grade_unchanged("mid", k.s.mid);
}

EXERCISE(block_mlp, .number = "13.7", .points = 4, .seconds = 10,
         .needs = "projection_forward projection_add gelu_rows_forward swiglu_forward") {
    struct worked_block k;
    work_block(&k);
    memcpy(k.s.mid, (float[]){0, 4, 3.5f, 2.5f}, sizeof(float[4]));
    float *out = grade_output(4);
    block_mlp(out, &k.s, &k.w.block[0], &k.c);
    suspect("the straight road is missing: out = mid + what the small network gives",
            (double[]){-0.317616, 0.841192, 1.682384, 0.841192});
    suspect("the bend between up and down is missing", (double[]){-2, 5, 5.5, 3.5});
    suspect("norm2 is missing", (double[]){0, 4 + gelu(5), 3.5 + 2 * gelu(3.5), 2.5 + gelu(7)});
    suspect("the straight road starts at x, not at mid: attention's part is lost",
            (double[]){2.682384, 1.841192, 3.682384, 4.841192});
    grade_array("out of the text's example", out, (double[]){-0.317616, 4.841192, 5.182384, 3.341192}, AXES("tc", 2, 2),
                1e-4);
    check_mlp(GPT2, "GPT-2: out");
    check_mlp(LLAMA, "Llama: out");
}

// The sum of dout times what a road gives, as a function of what came in, or of the parameters.
static double block_loss(struct block_case *k, const double *in, const double *p) {
    const int n = k->k.c.B * k->k.c.T * k->g.C;
    double out[n];
    if (k->attends) define_attend(out, in, p, 0, &k->k, &k->held, false);
    else define_mlp(out, k->x, in, p, 0, &k->k, &k->held, false);
    return dot(out, k->dout, n) + (k->k.mistake == DQKV_NOT_ZEROED ? k->held.qkv_sum : 0);
}

static double block_loss_of_input(const double *in, void *context) {
    struct block_case *k = context;
    return block_loss(k, in, k->p);
}

static double block_loss_of_params(const double *p, void *context) {
    struct block_case *k = context;
    return block_loss(k, k->attends ? k->x : k->mid, p);
}

// The slopes that a backward pass with this mistake finds.
static double *block_slopes(struct block_case *k, enum mistake mistake) {
    const int n = k->k.c.B * k->k.c.T * k->g.C;
    double out[n];
    k->k.mistake = RIGHT;
    if (k->attends) define_attend(out, k->x, k->p, 0, &k->k, &k->held, true);
    else define_mlp(out, k->x, k->mid, k->p, 0, &k->k, &k->held, true);
    k->k.mistake = mistake;
    double *slope = slopes(block_loss_of_input, k->attends ? k->s.x : k->s.mid, k, n);
    k->k.mistake = RIGHT;
    return slope;
}

static void check_attend_backward(enum gpt_shape shape, bool causal, bool padded, const char *what_dx,
                                  const char *what_grads) {
    struct block_case k;
    random_block(&k, shape, causal, padded);
    k.attends = true;
    block_attend(&k.s, &k.w.block[0], &k.k.c);
    float *dx = grade_copy(k.dout, k.k.c.B * k.k.c.T * k.g.C);
    block_attend_backward(dx, &k.dw.block[0], &k.scratch, &k.s, &k.w.block[0], &k.k.c);
    suspect("the gradient of the straight road is lost: norm_backward adds to dx", block_slopes(&k, LOST_STRAIGHT_1));
    suspect("attention's gradient does not reach x", block_slopes(&k, LOST_SIDE_1));
    suspect("dqkv is not zeroed: flash_backward adds to it", block_slopes(&k, DQKV_NOT_ZEROED));
    if (shape == LLAMA) {
        suspect("the gradient of queries and keys is not turned back", block_slopes(&k, LOST_TURN));
        suspect("the gradient is turned on, not back", block_slopes(&k, TURNED_AGAIN));
    }
    grade_array(what_dx, dx, block_slopes(&k, RIGHT), AXES("btc", k.k.c.B, k.k.c.T, k.g.C), 2e-4);
    grade_gradient_check(what_grads, k.grads, k.params, AXES("p", k.parameters), block_loss_of_params, &k, 2e-4);
}

EXERCISE(block_attend_backward, .number = "13.8", .points = 4, .seconds = 15,
         .needs = "projection_backward block_attend") {
    check_attend_backward(GPT2, true, false, "GPT-2: dx", "GPT-2: the gradients");
    check_attend_backward(LLAMA, true, false, "Llama: dx", "Llama: the gradients");
    check_attend_backward(GPT2, false, true, "not causal, with padding: dx", "not causal, with padding: the gradients");
}

static void check_mlp_backward(enum gpt_shape shape, const char *what_dx, const char *what_grads) {
    struct block_case k;
    random_block(&k, shape, true, false);
    block_mlp(k.out, &k.s, &k.w.block[0], &k.k.c);
    float *dx = grade_copy(k.dout, k.k.c.B * k.k.c.T * k.g.C);
    block_mlp_backward(dx, &k.dw.block[0], &k.scratch, &k.s, &k.w.block[0], &k.k.c);
    suspect("the gradient of the straight road is lost: norm_backward adds to dx", block_slopes(&k, LOST_STRAIGHT_2));
    suspect("the small network's gradient does not reach mid", block_slopes(&k, LOST_SIDE_2));
    suspect("the slope of the bend is missing", block_slopes(&k, LOST_BEND));
    grade_array(what_dx, dx, block_slopes(&k, RIGHT), AXES("btc", k.k.c.B, k.k.c.T, k.g.C), 2e-4);
    grade_gradient_check(what_grads, k.grads, k.params, AXES("p", k.parameters), block_loss_of_params, &k, 2e-4);
}

EXERCISE(block_mlp_backward, .number = "13.8", .points = 4, .seconds = 15,
         .needs = "projection_backward gelu_rows_backward swiglu_backward block_mlp") {
    check_mlp_backward(GPT2, "GPT-2: dx", "GPT-2: the gradients");
    check_mlp_backward(LLAMA, "Llama: dx", "Llama: the gradients");
}
