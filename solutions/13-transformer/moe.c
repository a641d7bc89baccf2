// A layer of experts. Rows are sorted by whom they ask, so that every expert answers all of its rows with one product.
#include <string.h>

#include "13-transformer/models.h"

// Returns the balance.
static float ask_gate(struct moe_state *s, const struct moe_weights *w, const struct moe_config *c, int N) {
    // BEGIN SOLUTION 13.19 moe_forward: the gate's scores of every row (no bias), the choice, the order, the balance
    projection_forward(s->logits, s->x, w->gate, NULL, N, c->C, c->E);
    moe_route_forward(s->chosen, s->weight, s->logits, N, c->E, c->K);
    moe_dispatch(s->order, s->start, s->chosen, N, c->E, c->K);
    return moe_balance_forward(s->probs, s->logits, s->start, N, c->E, c->K);
    // END SOLUTION
}

// s->rows[j] = the row of x that pair order[j] belongs to.
static void gather(struct moe_state *s, const struct moe_config *c, int N) {
    for (int j = 0; j < N * c->K; j++) {
        // BEGIN SOLUTION 13.19 moe_forward: copy one row; pair i belongs to row i / K
        const float *x_n = s->x + (size_t)(s->order[j] / c->K) * c->C;
        memcpy(s->rows + (size_t)j * c->C, x_n, (size_t)c->C * sizeof(float));
        // END SOLUTION
    }
}

// Expert e answers n of the sorted rows, from row `first` on.
static void expert_forward(struct moe_state *s, const struct moe_weights *w, const struct moe_config *c, int e,
                           size_t first, int n) {
    // BEGIN SOLUTION 13.19 moe_forward: from s->rows through the expert's up (2F,C), SwiGLU, and its down (C,F) to s->answer
    size_t C = (size_t)c->C, F = (size_t)c->F;
    projection_forward(s->up + first * 2 * F, s->rows + first * C, w->up + e * 2 * F * C, NULL, n, c->C, 2 * c->F);
    swiglu_forward(s->act + first * F, s->up + first * 2 * F, n, c->F);
    projection_forward(s->answer + first * C, s->act + first * F, w->down + e * C * F, NULL, n, c->F, c->C);
    // END SOLUTION
}

// out, which is zero, += every answer times its weight, in the row that asked.
static void combine(float *out, const struct moe_state *s, const struct moe_config *c, int N) {
    for (int j = 0; j < N * c->K; j++) {
        // BEGIN SOLUTION 13.19 moe_forward: answer j belongs to pair order[j]: so do its weight and its row of out
        int pair = s->order[j];
        const float *answer = s->answer + (size_t)j * c->C;
        float *out_n = out + (size_t)(pair / c->K) * c->C;
        for (int i = 0; i < c->C; i++) out_n[i] += s->weight[pair] * answer[i];
        // END SOLUTION
    }
}

float moe_forward(float *out, struct moe_state *s, const struct moe_weights *w, const struct moe_config *c, int N) {
    float balance = ask_gate(s, w, c, N);
    gather(s, c, N);
    for (int e = 0; e < c->E; e++) {
        int n = s->start[e + 1] - s->start[e];
        if (n) expert_forward(s, w, c, e, (size_t)s->start[e], n);
    }
    memset(out, 0, (size_t)N * c->C * sizeof(float));
    combine(out, s, c, N);
    return balance;
}

// What dout (N,C) means for the answers, s->danswer, and for the weights, s->dweight.
static void combine_backward(struct moe_state *s, const float *dout, const struct moe_config *c, int N) {
    for (int j = 0; j < N * c->K; j++) {
        // BEGIN SOLUTION 13.19 moe_backward: danswer = weight * dout, and dweight = the answer . dout, of the pair order[j]
        int pair = s->order[j];
        const float *dout_n = dout + (size_t)(pair / c->K) * c->C, *answer = s->answer + (size_t)j * c->C;
        float *danswer = s->danswer + (size_t)j * c->C, dot = 0;
        for (int i = 0; i < c->C; i++) {
            danswer[i] = s->weight[pair] * dout_n[i];
            dot += answer[i] * dout_n[i];
        }
        s->dweight[pair] = dot;
        // END SOLUTION
    }
}

static void expert_backward(struct moe_weights *dw, struct moe_state *s, const struct moe_weights *w,
                            const struct moe_config *c, int e, size_t first, int n) {
    // BEGIN SOLUTION 13.19 moe_backward: expert_forward's lines backwards, from s->danswer to s->drows
    size_t C = (size_t)c->C, F = (size_t)c->F, up = e * 2 * F * C, down = e * C * F;
    projection_backward(s->dact + first * F, dw->down + down, NULL, s->danswer + first * C, s->act + first * F,
                        w->down + down, n, c->F, c->C);
    swiglu_backward(s->dup + first * 2 * F, s->dact + first * F, s->up + first * 2 * F, n, c->F);
    projection_backward(s->drows + first * C, dw->up + up, NULL, s->dup + first * 2 * F, s->rows + first * C,
                        w->up + up, n, c->C, 2 * c->F);
    // END SOLUTION
}

static void gather_backward(float *dx, const struct moe_state *s, const struct moe_config *c, int N) {
    for (int j = 0; j < N * c->K; j++) {
        // BEGIN SOLUTION 13.19 moe_backward: the row of x that was copied hears from every copy
        float *dx_n = dx + (size_t)(s->order[j] / c->K) * c->C;
        for (int i = 0; i < c->C; i++) dx_n[i] += s->drows[(size_t)j * c->C + i];
        // END SOLUTION
    }
}

// The gate hears from the weights that it gave and from the balance, and what it says of x goes to dx.
static void gate_backward(float *dx, struct moe_weights *dw, float dbalance, struct moe_state *s,
                          const struct moe_weights *w, const struct moe_config *c, int N) {
    // BEGIN SOLUTION 13.19 moe_backward: s->dlogits, from zero, by way of both; the gate's projection_backward into s->dgate; add that to dx
    memset(s->dlogits, 0, (size_t)N * c->E * sizeof(float));
    moe_route_backward(s->dlogits, s->dweight, s->weight, s->chosen, N, c->E, c->K);
    moe_balance_backward(s->dlogits, dbalance, s->probs, s->start, N, c->E, c->K);
    projection_backward(s->dgate, dw->gate, NULL, s->dlogits, s->x, w->gate, N, c->C, c->E);
    for (size_t i = 0; i < (size_t)N * c->C; i++) dx[i] += s->dgate[i];
    // END SOLUTION
}

void moe_backward(float *dx, struct moe_weights *dw, float dbalance, const float *dout, struct moe_state *s,
                  const struct moe_weights *w, const struct moe_config *c, int N) {
    combine_backward(s, dout, c, N);
    for (int e = 0; e < c->E; e++) {
        int n = s->start[e + 1] - s->start[e];
        if (n) expert_backward(dw, s, w, c, e, (size_t)s->start[e], n);
    }
    gather_backward(dx, s, c, N);
    gate_backward(dx, dw, dbalance, s, w, c, N);
}
