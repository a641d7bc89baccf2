// A layer of experts. Rows are sorted by whom they ask, so that every expert answers all of its rows with one product.
#include <string.h>

#include "13-transformer/models.h"

// Returns the balance.
static float ask_gate(struct moe_state *s, const struct moe_weights *w, const struct moe_config *c, int N) {
    // TODO 13.19 moe_forward: the gate's scores of every row (no bias), the choice, the order, the balance
    todo("13.19 moe_forward");
}

// s->rows[j] = the row of x that pair order[j] belongs to.
static void gather(struct moe_state *s, const struct moe_config *c, int N) {
    for (int j = 0; j < N * c->K; j++) {
        // TODO 13.19 moe_forward: copy one row; pair i belongs to row i / K
        todo("13.19 moe_forward");
    }
}

// Expert e answers n of the sorted rows, from row `first` on.
static void expert_forward(struct moe_state *s, const struct moe_weights *w, const struct moe_config *c, int e,
                           size_t first, int n) {
    // TODO 13.19 moe_forward: from s->rows through the expert's up (2F,C), SwiGLU, and its down (C,F) to s->answer
    todo("13.19 moe_forward");
}

// out, which is zero, += every answer times its weight, in the row that asked.
static void combine(float *out, const struct moe_state *s, const struct moe_config *c, int N) {
    for (int j = 0; j < N * c->K; j++) {
        // TODO 13.19 moe_forward: answer j belongs to pair order[j]: so do its weight and its row of out
        todo("13.19 moe_forward");
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
        // TODO 13.19 moe_backward: danswer = weight * dout, and dweight = the answer . dout, of the pair order[j]
        todo("13.19 moe_backward");
    }
}

static void expert_backward(struct moe_weights *dw, struct moe_state *s, const struct moe_weights *w,
                            const struct moe_config *c, int e, size_t first, int n) {
    // TODO 13.19 moe_backward: expert_forward's lines backwards, from s->danswer to s->drows
    todo("13.19 moe_backward");
}

static void gather_backward(float *dx, const struct moe_state *s, const struct moe_config *c, int N) {
    for (int j = 0; j < N * c->K; j++) {
        // TODO 13.19 moe_backward: the row of x that was copied hears from every copy
        todo("13.19 moe_backward");
    }
}

// The gate hears from the weights that it gave and from the balance, and what it says of x goes to dx.
static void gate_backward(float *dx, struct moe_weights *dw, float dbalance, struct moe_state *s,
                          const struct moe_weights *w, const struct moe_config *c, int N) {
    // TODO 13.19 moe_backward: s->dlogits, from zero, by way of both; the gate's projection_backward into s->dgate; add that to dx
    todo("13.19 moe_backward");
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
