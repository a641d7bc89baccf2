// Tests of layer.c.
#include "12-attention/definitions.h"

enum { LB = 2, LT = 4, LH = 2, LD = 4, LC = LH * LD };

enum layer_mistake { LAYER, NO_ROPE, ROPE_ON_Q, ROPE_ON_V, NO_PROJ, PROJ_TRANSPOSED, NO_ROPE_BACK, ROPE_BACK_V };

struct layer_problem {
    struct attention_layer l;
    int O, n_x, n_y, n_qkv, n_proj;
    int length[LB];
    float slope[LH];
    float *x, *qkv, *proj, *dout;
    double *x_d, *qkv_d, *proj_d, *dout_d;
    const int *use_length;
};

// out (N,O) = x (N,I) w^T with w (O,I); transposed: x w with w (I,O)
static double *times(const double *x, const double *w, int N, int I, int O, bool transposed) {
    double *out = zeros(N * O);
    for (int n = 0; n < N; n++)
        for (int o = 0; o < O; o++)
            for (int i = 0; i < I; i++) out[n * O + o] += x[n * I + i] * (transposed ? w[i * O + o] : w[o * I + i]);
    return out;
}

// sum (O,I) of dout (N,O) and x (N,I)
static double *outer(const double *dout, const double *x, int N, int O, int I) {
    double *sum = zeros(O * I);
    for (int n = 0; n < N; n++)
        for (int o = 0; o < O; o++)
            for (int i = 0; i < I; i++) sum[o * I + i] += dout[n * O + o] * x[n * I + i];
    return sum;
}

static struct layer_problem layer_problem(int G, bool rope, bool alibi, bool padded) {
    struct layer_problem p = {.l = {.C = LC, .H = LH, .G = G, .causal = true}, .O = LC + 2 * G * LD};
    p.n_x = LB * LT * LC, p.n_y = LB * LT * p.O, p.n_qkv = p.O * LC, p.n_proj = LC * LC;
    p.x = grade_floats(p.n_x), p.qkv = grade_floats(p.n_qkv), p.proj = grade_floats(p.n_proj);
    p.dout = grade_floats(p.n_x);
    p.x_d = doubles_of(p.x, p.n_x), p.qkv_d = doubles_of(p.qkv, p.n_qkv), p.proj_d = doubles_of(p.proj, p.n_proj);
    p.dout_d = doubles_of(p.dout, p.n_x);
    p.l.qkv = p.qkv, p.l.proj = p.proj;
    if (rope) {
        p.l.cos = floats_of(angles(LT, LD, 100, ANGLE, false), LT * (LD / 2));
        p.l.sin = floats_of(angles(LT, LD, 100, ANGLE, true), LT * (LD / 2));
    }
    static int length[LB] = {LT - 1, LT};
    static float slope[LH] = {0.5f, 0.25f};
    if (alibi) p.l.slope = slope;
    if (padded) p.use_length = length;
    return p;
}

// Turns heads [from, to) of y (N,O), whose rows hold q, k and v, one after the other.
static void turn_heads(double *y, int O, int from, int to, int sign) {
    for (int n = 0; n < LB * LT; n++) {
        for (int h = from; h < to; h++) {
            for (int i = 0; i < LD / 2; i++) {
                double *a = y + n * O + h * LD + i, *b = a + LD / 2, old = *a;
                const double angle = sign * (n % LT) * pow(100, -2.0 * i / LD);
                *a = old * cos(angle) - *b * sin(angle);
                *b = old * sin(angle) + *b * cos(angle);
            }
        }
    }
}

struct layer_result {
    struct attention a;
    struct operands y;  // slices of the turned qkv; dout: the gradient of the heads' answers
    double *heads, *probs, *out;
};

static struct layer_result layer_define(const struct layer_problem *p, const double *x, const double *qkv,
                                        const double *proj, enum layer_mistake m) {
    const int N = LB * LT, G = p->l.G;
    struct layer_result r = {.a = attention_self(LB, LT, LH, G, LD)};
    r.a.causal = true, r.a.slope = p->l.slope, r.a.length = p->use_length;
    double *y = times(x, qkv, N, LC, p->O, false);
    const int turned_heads = m == ROPE_ON_Q ? LH : m == ROPE_ON_V ? LH + 2 * G : LH + G;
    if (p->l.cos && m != NO_ROPE) turn_heads(y, p->O, 0, turned_heads, 1);
    r.y = (struct operands){y, y + LC, y + LC + G * LD, times(p->dout_d, proj, N, LC, LC, true)};
    const struct result attended = attend(&r.a, &r.y, RIGHT);
    r.heads = attended.out, r.probs = attended.probs;
    r.out = m == NO_PROJ ? r.heads : times(r.heads, proj, N, LC, LC, m == PROJ_TRANSPOSED);
    return r;
}

static void check_layer_forward(struct layer_problem p) {
    struct attention_state s = {grade_output(p.n_y), grade_output(LB * LH * LT * LT), grade_output(p.n_x)};
    float *out = grade_output(p.n_x);
    attention_layer_forward(out, &s, p.x, &p.l, p.use_length, LB, LT);
    const struct layer_result want = layer_define(&p, p.x_d, p.qkv_d, p.proj_d, LAYER);
    const struct {
        const char *mistake;
        enum layer_mistake which;
    } mistakes[] = {{"queries and keys are not turned by RoPE", NO_ROPE},
                    {"only the queries are turned by RoPE; the keys must be, too", ROPE_ON_Q},
                    {"the values are turned, too; RoPE is for queries and keys", ROPE_ON_V}};
    struct layer_result wrong[3];
    for (int i = 0; i < 3; i++) wrong[i] = layer_define(&p, p.x_d, p.qkv_d, p.proj_d, mistakes[i].which);
    for (int i = 0; i < 3; i++) suspect(mistakes[i].mistake, wrong[i].y.q);
    grade_array("s->qkv", s.qkv, want.y.q, AXES("btj", LB, LT, p.O), 1e-4);
    for (int i = 0; i < 3; i++) suspect(mistakes[i].mistake, wrong[i].probs);
    grade_array("s->probs", s.probs, want.probs, AXES("bhts", LB, LH, LT, LT), 1e-4);
    grade_array("s->heads", s.heads, want.heads, AXES("btc", LB, LT, LC), 1e-4);
    suspect("proj is left out: out is the heads' answers", want.heads);
    suspect("proj is read as its transpose", layer_define(&p, p.x_d, p.qkv_d, p.proj_d, PROJ_TRANSPOSED).out);
    grade_array("out", out, want.out, AXES("btc", LB, LT, LC), 1e-4);
    grade_unchanged("x", p.x);
}

EXERCISE(attention_layer_forward, .number = "12.8", .points = 5, .needs = "attention_forward rope_forward") {
    check_layer_forward(layer_problem(2, false, false, false));
    check_layer_forward(layer_problem(2, true, false, true));
    check_layer_forward(layer_problem(1, true, false, false));
    check_layer_forward(layer_problem(1, false, true, true));
}

struct layer_gradients {
    double *dx, *dqkv, *dproj;
};

static struct layer_gradients layer_backward(const struct layer_problem *p, enum layer_mistake m) {
    const int N = LB * LT, G = p->l.G;
    const struct layer_result r = layer_define(p, p->x_d, p->qkv_d, p->proj_d, LAYER);
    const struct gradients g = attend_backward(&r.a, &r.y, RIGHT, p->n_y, p->n_y - LC);
    double *dy = zeros(p->n_y);  // dq, dk and dv fall into their slices
    for (int i = 0; i < p->n_y; i++) {
        const int j = i % p->O;
        dy[i] = j < LC ? g.dq[i] : j < LC + G * LD ? g.dk[i - LC] : g.dv[i - LC - G * LD];
    }
    if (p->l.cos && m != NO_ROPE_BACK) turn_heads(dy, p->O, 0, LH + G, m == ROPE_ON_Q ? 1 : -1);
    return (struct layer_gradients){times(dy, p->qkv_d, N, p->O, LC, true), outer(dy, p->x_d, N, p->O, LC),
                                    outer(p->dout_d, r.heads, N, LC, LC)};
}

struct layer_loss {
    const struct layer_problem *p;
    int which;  // x, qkv, proj
};

static double layer_loss(const double *values, void *context) {
    const struct layer_loss *l = context;
    const struct layer_problem *p = l->p;
    const struct layer_result r = layer_define(p, l->which == 0 ? values : p->x_d, l->which == 1 ? values : p->qkv_d,
                                               l->which == 2 ? values : p->proj_d, LAYER);
    double sum = 0;
    for (int i = 0; i < p->n_x; i++) sum += r.out[i] * p->dout_d[i];
    return sum;
}

static void suspect_layer(const struct layer_problem *p, bool dx) {
    const struct layer_gradients none = layer_backward(p, NO_ROPE_BACK), same = layer_backward(p, ROPE_ON_Q);
    suspect("the gradients of queries and keys are not turned back", dx ? none.dx : none.dqkv);
    suspect("the gradients of queries and keys are turned the same way as in the forward pass",
            dx ? same.dx : same.dqkv);
}

static void check_layer_backward(struct layer_problem p) {
    const struct layer_result r = layer_define(&p, p.x_d, p.qkv_d, p.proj_d, LAYER);
    const struct attention_state s = {floats_of(r.y.q, p.n_y), floats_of(r.probs, LB * LH * LT * LT),
                                      floats_of(r.heads, p.n_x)};
    float *dx = grade_grad(p.n_x), *dqkv = grade_grad(p.n_qkv), *dproj = grade_grad(p.n_proj);
    attention_layer_backward(dx, dqkv, dproj, p.dout, &s, p.x, &p.l, p.use_length, LB, LT);
    struct layer_loss l = {&p, 2};
    suspect("dproj is made from x; proj was given the heads' answers", outer(p.dout_d, p.x_d, LB * LT, LC, LC));
    grade_gradient_check("dproj", dproj, p.proj, AXES("oc", LC, LC), layer_loss, &l, 1e-4);
    l.which = 1;
    suspect_layer(&p, false);
    grade_gradient_check("dqkv", dqkv, p.qkv, AXES("oc", p.O, LC), layer_loss, &l, 1e-4);
    l.which = 0;
    suspect_layer(&p, true);
    grade_gradient_check("dx", dx, p.x, AXES("btc", LB, LT, LC), layer_loss, &l, 1e-4);
    float *alone = grade_grad(p.n_qkv);
    dproj = grade_grad(p.n_proj);
    attention_layer_backward(NULL, alone, dproj, p.dout, &s, p.x, &p.l, p.use_length, LB, LT);
    grade_gradient("dqkv without dx", alone, layer_backward(&p, LAYER).dqkv, AXES("oc", p.O, LC), 1e-4);
}

EXERCISE(attention_layer_backward, .number = "12.8", .points = 5, .needs = "attention_backward rope_backward",
         .seconds = 10) {
    check_layer_backward(layer_problem(2, false, false, false));
    check_layer_backward(layer_problem(1, true, false, true));
    check_layer_backward(layer_problem(1, false, true, false));
}
