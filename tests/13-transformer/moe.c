// Tests of moe.c.
#include "13-transformer/experts.h"

enum moe_mistake {
    MOE_RIGHT,
    MOE_UNWEIGHTED,
    MOE_FIRST_ONLY,
    MOE_WRONG_WEIGHT,  // of pair j, where that of pair order[j] is meant
    MOE_FIRST_EXPERT,  // all answer with expert 0's matrices
    MOE_GATE_HELD,     // backwards: the weights are held
    MOE_EXPERTS_HELD,  // backwards: the answers are held
    MOE_GATE_SILENT,   // backwards: the weights are held, and the balance is left out
    MOE_FULL_ANSWERS,  // backwards: the answers' gradient is not weighted
    MOE_NO_BALANCE
};

struct moe_case {
    struct moe_config c;
    struct moe_weights w, dw;
    struct moe_state s;
    int N, n;
    float *params, *grads, *x, *dout;
    double *p, *dx, dbalance, *weight, *answer;  // p and x in double; (N,E), (N,E,C) what is held
    struct balance_case balance;
    enum moe_mistake mistake;
};

static void random_moe(struct moe_case *k) {
    *k = (struct moe_case){.c = {grade_int(5, 7), grade_int(3, 5), 4, 2}, .N = grade_int(6, 8), .dbalance = 0.7};
    k->n = (int)moe_parameters(&k->c);
    k->params = random_weights(k->n, 0.5), k->grads = grade_grad(k->n);
    moe_point(&k->w, &k->c, k->params), moe_point(&k->dw, &k->c, k->grads);
    // Every row's first number is 2, for which all experts but the last get a high score: nobody asks that one.
    float *x = grade_floats(k->N * k->c.C);
    for (int n = 0; n < k->N; n++) x[n * k->c.C] = 2;
    for (int e = 0; e < k->c.E; e++) k->w.gate[e * k->c.C] = e + 1 < k->c.E ? 3 : 0;
    for (int i = 1; i < k->c.C; i++) k->w.gate[(k->c.E - 1) * k->c.C + i] = 0;
    k->x = grade_copy(x, k->N * k->c.C), k->dout = grade_floats(k->N * k->c.C);
    k->p = in_double(k->params, k->n), k->dx = in_double(k->x, k->N * k->c.C);
    moe_reserve(&k->s, &k->c, k->N);
    k->s.x = k->x;
    k->weight = grade_doubles(k->N * k->c.E), k->answer = grade_doubles(k->N * k->c.E * k->c.C);
}

// The K experts with the highest scores get their weight, the others 0.
static void define_gate(double *weight, double *probs, const double *x, const double *p, const struct moe_case *k) {
    const int E = k->c.E, C = k->c.C;
    double logits[k->N * E];
    define_linear(logits, x, p, NULL, k->N, C, E);
    define_probs(probs, logits, k->N, E);
    for (int n = 0; n < k->N; n++) {
        double sum = 0;
        for (int e = 0; e < E; e++) {
            int rank = 0;
            for (int f = 0; f < E; f++) rank += logits[n * E + f] > logits[n * E + e];
            weight[n * E + e] = rank < (k->mistake == MOE_FIRST_ONLY ? 1 : k->c.K) ? probs[n * E + e] : 0;
            sum += rank < k->c.K ? probs[n * E + e] : 0;
        }
        for (int e = 0; e < E; e++)
            weight[n * E + e] /= k->mistake == MOE_UNWEIGHTED ? weight[n * E + e] + 1e-300 : sum;
    }
}

static void define_expert(double *answer, const double *x, int e, const double *p, const struct moe_case *k) {
    const int C = k->c.C, F = k->c.F, N = k->N;
    if (k->mistake == MOE_FIRST_EXPERT) e = 0;
    double up[N * 2 * F], act[N * F];
    define_linear(up, x, p + k->c.E * C + e * 2 * F * C, NULL, N, C, 2 * F);
    for (int i = 0; i < N * F; i++) act[i] = silu(up[i / F * 2 * F + i % F]) * up[i / F * 2 * F + F + i % F];
    define_linear(answer, act, p + k->c.E * C + k->c.E * 2 * F * C + e * C * F, NULL, N, F, C);
}

// out (N,C); returns the balance. hold: keeps weights and answers.
static double define_moe(double *out, const double *x, const double *p, struct moe_case *k, bool hold) {
    const int E = k->c.E, C = k->c.C, N = k->N;
    double weight[N * E], probs[N * E], answer[N * C], balance = 0;
    define_gate(weight, probs, x, p, k);
    if (hold) memcpy(k->weight, weight, sizeof weight);
    memset(out, 0, sizeof answer);
    for (int e = 0; e < E; e++) {
        define_expert(answer, x, e, p, k);
        double *held = k->answer + e * N * C, asked = 0, mean = 0;
        if (hold) memcpy(held, answer, sizeof answer);
        for (int n = 0; n < N; n++) asked += weight[n * E + e] > 0, mean += probs[n * E + e] / N;
        balance += E * asked / (N * k->c.K) * mean;
        for (int i = 0; i < N * C; i++) {
            const bool gate_held = k->mistake == MOE_GATE_HELD || k->mistake == MOE_GATE_SILENT;
            const bool expert_held = k->mistake == MOE_EXPERTS_HELD || k->mistake == MOE_FULL_ANSWERS;
            const double share = (gate_held ? k->weight : weight)[i / C * E + e];
            out[i] += share * (expert_held ? held[i] : answer[i]);
            if (k->mistake == MOE_FULL_ANSWERS && share > 0) out[i] += answer[i];
        }
    }
    return balance;
}

static double *moe_gives(struct moe_case *k, enum moe_mistake mistake) {
    double *out = grade_doubles(k->N * k->c.C);
    k->mistake = mistake;
    define_moe(out, k->dx, k->p, k, false);
    k->mistake = MOE_RIGHT;
    return out;
}

// Weights in the order of the pairs, answers in that of the experts.
static double *moe_mismatched(struct moe_case *k) {
    double *out = moe_gives(k, MOE_RIGHT);
    define_moe(out, k->dx, k->p, k, true);
    memset(out, 0, sizeof *out * (size_t)(k->N * k->c.C));
    for (int e = 0, j = 0; e < k->c.E; e++) {
        for (int n = 0; n < k->N; n++) {
            if (k->weight[n * k->c.E + e] == 0) continue;
            for (int i = 0; i < k->c.C; i++)
                out[n * k->c.C + i] += k->s.weight[j] * k->answer[(e * k->N + n) * k->c.C + i];
            j++;
        }
    }
    return out;
}

EXERCISE(moe_forward, .number = "13.19", .points = 3, .seconds = 10,
         .needs = "moe_route_forward moe_dispatch moe_balance_forward swiglu_forward") {
    struct moe_case k;
    random_moe(&k);
    float *out = grade_output(k.N * k.c.C);
    float balance = moe_forward(out, &k.s, &k.w, &k.c, k.N);
    double *want = moe_gives(&k, MOE_RIGHT);
    suspect("the answers are not weighted", moe_gives(&k, MOE_UNWEIGHTED));
    suspect("only the first choice's answer counts", moe_gives(&k, MOE_FIRST_ONLY));
    suspect("all experts answer with the first one's matrices", moe_gives(&k, MOE_FIRST_EXPERT));
    suspect("the weight of pair j, where row j of the sorted answers is for pair order[j]", moe_mismatched(&k));
    grade_array("out", out, want, AXES("nc", k.N, k.c.C), 1e-4);
    grade_scalar("the balance returned", balance, define_moe(want, k.dx, k.p, &k, false), 1e-4);
    grade_unchanged("x", k.x);
    moe_free(&k.s);
}

static double moe_loss(struct moe_case *k, const double *x, const double *p) {
    const bool no_balance = k->mistake == MOE_NO_BALANCE || k->mistake == MOE_GATE_SILENT;
    double out[k->N * k->c.C], balance = define_moe(out, x, p, k, false);
    return dot(out, k->dout, k->N * k->c.C) + (no_balance ? 0 : k->dbalance * balance);
}

static double moe_loss_of_x(const double *x, void *context) {
    struct moe_case *k = context;
    return moe_loss(k, x, k->p);
}

static double moe_loss_of_params(const double *p, void *context) {
    struct moe_case *k = context;
    return moe_loss(k, k->dx, p);
}

static double *moe_slopes(struct moe_case *k, enum moe_mistake mistake, bool of_x) {
    double out[k->N * k->c.C];
    define_moe(out, k->dx, k->p, k, true);
    k->mistake = mistake;
    double *slope =
        of_x ? slopes(moe_loss_of_x, k->x, k, k->N * k->c.C) : slopes(moe_loss_of_params, k->params, k, k->n);
    k->mistake = MOE_RIGHT;
    return slope;
}

EXERCISE(moe_backward, .number = "13.19", .points = 4, .seconds = 15,
         .needs = "moe_forward moe_route_backward moe_balance_backward swiglu_backward projection_backward") {
    struct moe_case k;
    random_moe(&k);
    moe_forward(grade_output(k.N * k.c.C), &k.s, &k.w, &k.c, k.N);
    float *dx = grade_grad(k.N * k.c.C);
    for (int i = 0; i < k.N * k.c.E; i++) k.s.dlogits[i] = 1;  // scratch may hold anything
    moe_backward(dx, &k.dw, (float)k.dbalance, k.dout, &k.s, &k.w, &k.c, k.N);
    suspect("the gate learns nothing from the answers: dweight is the answer times dout",
            moe_slopes(&k, MOE_GATE_HELD, false));
    suspect("the experts learn nothing", moe_slopes(&k, MOE_EXPERTS_HELD, false));
    suspect("the balance is left out", moe_slopes(&k, MOE_NO_BALANCE, false));
    suspect("an answer's gradient is dout times the weight: the weight is missing",
            moe_slopes(&k, MOE_FULL_ANSWERS, false));
    grade_gradient_check("the weights' gradients", k.grads, k.params, AXES("p", k.n), moe_loss_of_params, &k, 2e-4);
    suspect("the gate's part of dx is missing", moe_slopes(&k, MOE_GATE_SILENT, true));
    suspect("the experts' part of dx is missing", moe_slopes(&k, MOE_EXPERTS_HELD, true));
    grade_gradient_check("dx", dx, k.x, AXES("nc", k.N, k.c.C), moe_loss_of_x, &k, 2e-4);
    moe_free(&k.s);
}
