// Chapter 13's tests. Expected values come from the text's worked example, from definitions in double written here,
// from central differences of those definitions, and from published models whose sizes are known.
// This file has what several of the tests use.
#pragma once
#include <omp.h>
#include <stdlib.h>

#include "13-transformer/models.h"
#include "grade/grade.h"

// out (N,O) = x (N,I) weight^T + bias, weight (O,I); bias may be NULL.
static inline void define_linear(double *out, const double *x, const double *weight, const double *bias, int N, int I,
                                 int O) {
    for (int n = 0; n < N; n++) {
        for (int o = 0; o < O; o++) {
            double sum = bias ? bias[o] : 0;
            for (int i = 0; i < I; i++) sum += x[n * I + i] * weight[o * I + i];
            out[n * O + o] = sum;
        }
    }
}

// Layer norm, or RMS norm where there is no bias.
static inline void define_norm(double *out, const double *x, const double *weight, const double *bias, double eps,
                               int N, int C) {
    for (int n = 0; n < N; n++) {
        double mean = 0, square = 0;
        for (int c = 0; bias && c < C; c++) mean += x[n * C + c] / C;
        for (int c = 0; c < C; c++) square += (x[n * C + c] - mean) * (x[n * C + c] - mean) / C;
        for (int c = 0; c < C; c++)
            out[n * C + c] = (x[n * C + c] - mean) / sqrt(square + eps) * weight[c] + (bias ? bias[c] : 0);
    }
}

static inline double gelu(double x) {
    return 0.5 * x * (1 + tanh(sqrt(2 / acos(-1.0)) * (x + 0.044715 * x * x * x)));
}

static inline double silu(double x) {
    return x / (1 + exp(-x));
}

// out (B,T,H,D), dense; operands and masks as struct attention says.
static inline void define_attention(double *out, const double *q, const double *k, const double *v,
                                    const struct attention *a) {
    for (int i = 0; i < a->B * a->T * a->H; i++) {
        int h = i % a->H, t = i / a->H % a->T, b = i / a->H / a->T, g = h / (a->H / a->G);
        int seen = a->length ? a->length[b] : a->S;
        if (a->causal && t + 1 + a->S - a->T < seen) seen = t + 1 + a->S - a->T;
        const double *q_i = q + ((size_t)b * a->T + t) * a->q_row + h * a->D;
        double sum = 0, *out_i = out + (size_t)i * a->D;
        for (int d = 0; d < a->D; d++) out_i[d] = 0;
        for (int s = 0; s < seen; s++) {
            size_t at = b * a->kv_seq + s * a->kv_row + (size_t)g * a->D;
            double score = 0;
            for (int d = 0; d < a->D; d++) score += q_i[d] * k[at + d] / sqrt(a->D);
            sum += exp(score);
            for (int d = 0; d < a->D; d++) out_i[d] += exp(score) * v[at + d];
        }
        for (int d = 0; d < a->D && seen > 0; d++) out_i[d] /= sum;
    }
}

// Mean of -log softmax(logits)[target] over the targets that are not -1.
static inline double define_loss(const double *logits, const int *targets, int N, int V) {
    double loss = 0;
    int count = 0;
    for (int n = 0; n < N; n++) {
        if (targets[n] < 0) continue;
        double sum = 0;
        for (int v = 0; v < V; v++) sum += exp(logits[n * V + v] - logits[n * V + targets[n]]);
        loss += log(sum);
        count++;
    }
    return count ? loss / count : 0;
}

static inline double *in_double(const float *x, int n) {
    double *values = grade_doubles(n);
    for (int i = 0; i < n; i++) values[i] = x[i];
    return values;
}

static inline float *as_floats(const int *x, int n) {
    double *values = grade_doubles(n);
    for (int i = 0; i < n; i++) values[i] = x[i];
    return grade_copy_doubles(values, n);
}

static inline double dot(const double *x, const float *y, int n) {
    double sum = 0;
    for (int i = 0; i < n; i++) sum += x[i] * y[i];
    return sum;
}

// The slopes of loss at x (n), for suspicions about gradients.
static inline double *slopes(grade_loss loss, const float *x, void *context, int n) {
    double *at = in_double(x, n), *slope = grade_doubles(n);
    for (int i = 0; i < n; i++) {
        double kept = at[i];
        at[i] = kept + 1e-5;
        slope[i] = loss(at, context) / 2e-5;
        at[i] = kept - 1e-5;
        slope[i] -= loss(at, context) / 2e-5;
        at[i] = kept;
    }
    return slope;
}

// Scratch that another layer has used.
static inline float *ones(int n) {
    float *x = grade_output(n);
    for (int i = 0; i < n; i++) x[i] = 1;
    return x;
}

// Parameters of a model: small, and around 1 where a norm multiplies, so that nothing is left out unnoticed.
static inline float *random_weights(int n, double deviation) {
    float *x = grade_floats(n);
    for (int i = 0; i < n; i++) x[i] = (float)(deviation * x[i]);
    return x;
}

// Numbers of all sizes, ends and zero among them.
static inline float *bend_inputs(int n) {
    float *x = grade_floats(n);
    for (int i = 0; i < n; i++) x[i] *= 2;
    x[0] = 0, x[1] = 30, x[2] = -30, x[3] = 9, x[4] = -9;
    return x;
}

static inline double *each(double (*f)(double), const float *x, int n) {
    double *out = grade_doubles(n);
    for (int i = 0; i < n; i++) out[i] = f(x[i]);
    return out;
}

static inline double itself(double x) {
    return x;
}

// Wrong blocks, for suspicions. The LOST_ ones are right forward, but something is held at what it was when the slopes
// are measured, as if the backward pass forgot it.
enum mistake {
    RIGHT,
    NO_STRAIGHT_1,
    NO_STRAIGHT_2,
    STRAIGHT_FROM_X,
    NORM_AFTER,
    NO_NORM_1,
    NO_NORM_2,
    WRONG_NORM,  // each road takes the other's
    MLP_READS_X,
    NO_PROJ_BIAS,
    NO_DOWN_BIAS,
    NO_BEND,
    NOT_CAUSAL,
    ALWAYS_CAUSAL,
    NO_LENGTH,
    NO_TURN,
    TURNED_VALUES,
    LOST_STRAIGHT_1,
    LOST_STRAIGHT_2,
    LOST_SIDE_1,
    LOST_SIDE_2,
    LOST_TURN,
    TURNED_AGAIN,  // on, where the gradient is to be turned back
    LOST_BEND,
    DQKV_NOT_ZEROED  // dqkv begins with ones
};

// A model's definition: parameters in double lie as the floats do that w points into.
struct definition {
    const struct gpt_config *g;
    const struct gpt_weights *w;
    const float *params;
    struct block_context c;
    enum mistake mistake;
};

// The part of p (double) that lies where x does among the floats params.
static inline const double *twin(const double *p, const float *params, const float *x) {
    return x ? p + (x - params) : NULL;
}

static inline void define_turn(double *x, const struct definition *k, int heads, int row, int sense) {
    const int D = k->g->C / k->g->H;
    for (int n = 0; n < k->c.B * k->c.T; n++) {
        for (int i = 0; i < heads * D / 2; i++) {
            const int pair = i % (D / 2);
            double angle = sense * (n % k->c.T) * pow(k->g->rope_base, -2.0 * pair / D);
            double *a = x + n * row + i / (D / 2) * D + pair, *b = a + D / 2, old = *a;
            *a = old * cos(angle) - *b * sin(angle);
            *b = old * sin(angle) + *b * cos(angle);
        }
    }
}

// What is held for the LOST_ mistakes: values at the unmoved x.
struct held {
    double *straight1, *straight2, *side1, *side2, *unturned, *turned, *gate, *up, qkv_sum;
};

// mid (N,C) from x (N,C) and the parameters p. held: NULL, or, while `hold`, filled; else used.
static inline void define_attend(double *mid, const double *x, const double *p, int layer, const struct definition *k,
                                 struct held *held, bool hold) {
    const struct gpt_config *g = k->g;
    const struct block_weights *w = &k->w->block[layer];
    const int B = k->c.B, T = k->c.T, N = B * T, C = g->C, D = C / g->H, QKV = C + 2 * g->G * D;
    const enum mistake m = k->mistake;
    const double *weight = twin(p, k->params, m == WRONG_NORM ? w->norm2 : w->norm1);
    const double *bias = twin(p, k->params, m == WRONG_NORM ? w->norm2_bias : w->norm1_bias);
    double norm[N * C], qkv[N * QKV], att[N * C], side[N * C], unturned[N * QKV];
    if (m == NORM_AFTER || m == NO_NORM_1) memcpy(norm, x, sizeof norm);
    else define_norm(norm, x, weight, bias, g->eps, N, C);
    define_linear(qkv, norm, twin(p, k->params, w->qkv), twin(p, k->params, w->qkv_bias), N, C, QKV);
    memcpy(unturned, qkv, sizeof qkv);
    if (g->shape == LLAMA && m != NO_TURN) define_turn(qkv, k, g->H + (m == TURNED_VALUES ? 2 : 1) * g->G, QKV, 1);
    if (hold) memcpy(held->unturned, unturned, sizeof qkv), memcpy(held->turned, qkv, sizeof qkv);
    if (m == LOST_TURN || m == TURNED_AGAIN) {
        for (int i = 0; i < N * QKV; i++) qkv[i] = unturned[i] - held->unturned[i];
        if (m == TURNED_AGAIN) define_turn(qkv, k, g->H + g->G, QKV, -1);
        for (int i = 0; i < N * QKV; i++) qkv[i] += held->turned[i];
    }
    if (held) held->qkv_sum = 0;
    for (int i = 0; held && i < N * QKV; i++) held->qkv_sum += qkv[i];
    struct attention a = {.B = B, .T = T, .S = T, .H = g->H, .G = g->G, .D = D};
    a.q_row = a.kv_row = (size_t)QKV, a.kv_seq = (size_t)(T * QKV);
    a.causal = m == ALWAYS_CAUSAL || (k->c.causal && m != NOT_CAUSAL);
    a.length = m == NO_LENGTH ? NULL : k->c.length;
    define_attention(att, qkv, qkv + C, qkv + C + g->G * D, &a);
    bias = m == NO_PROJ_BIAS ? NULL : twin(p, k->params, w->proj_bias);
    define_linear(side, att, twin(p, k->params, w->proj), bias, N, C, C);
    for (int i = 0; i < N * C; i++) {
        if (hold) held->straight1[i] = x[i], held->side1[i] = side[i];
        const double straight = m == NO_STRAIGHT_1 ? 0 : m == LOST_STRAIGHT_1 ? held->straight1[i] : x[i];
        mid[i] = straight + (m == LOST_SIDE_1 ? held->side1[i] : side[i]);
    }
    if (m != NORM_AFTER) return;
    memcpy(side, mid, sizeof side);
    define_norm(mid, side, weight, twin(p, k->params, w->norm1_bias), g->eps, N, C);
}

// out (N,C) from mid; x, which came into the block, is for the mistakes.
static inline void define_mlp(double *out, const double *x, const double *mid, const double *p, int layer,
                              const struct definition *k, struct held *held, bool hold) {
    const struct gpt_config *g = k->g;
    const struct block_weights *w = &k->w->block[layer];
    const int N = k->c.B * k->c.T, C = g->C, F = g->F, U = g->shape == GPT2 ? F : 2 * F;
    const enum mistake m = k->mistake;
    const double *weight = twin(p, k->params, m == WRONG_NORM ? w->norm1 : w->norm2);
    const double *bias = twin(p, k->params, m == WRONG_NORM ? w->norm1_bias : w->norm2_bias);
    double norm[N * C], up[N * U], act[N * F], side[N * C];
    if (m == NO_NORM_2 || m == NORM_AFTER) memcpy(norm, mid, sizeof norm);
    else define_norm(norm, m == MLP_READS_X ? x : mid, weight, bias, g->eps, N, C);
    define_linear(up, norm, twin(p, k->params, w->up), twin(p, k->params, w->up_bias), N, C, U);
    for (int i = 0; i < N * F; i++) {
        const double *row = up + i / F * U + i % F;
        const double gate = m == NO_BEND ? row[0] : g->shape == GPT2 ? gelu(row[0]) : silu(row[0]);
        if (hold) held->gate[i] = gate, held->up[i] = row[0];
        const double bent = m == LOST_BEND ? held->gate[i] + row[0] - held->up[i] : gate;
        act[i] = g->shape == GPT2 ? bent : bent * row[F];
    }
    bias = m == NO_DOWN_BIAS ? NULL : twin(p, k->params, w->down_bias);
    define_linear(side, act, twin(p, k->params, w->down), bias, N, F, C);
    for (int i = 0; i < N * C; i++) {
        if (hold) held->straight2[i] = mid[i], held->side2[i] = side[i];
        const double straight = m == NO_STRAIGHT_2     ? 0
                                : m == STRAIGHT_FROM_X ? x[i]
                                : m == LOST_STRAIGHT_2 ? held->straight2[i]
                                                       : mid[i];
        out[i] = straight + (m == LOST_SIDE_2 ? held->side2[i] : side[i]);
    }
    if (m != NORM_AFTER) return;
    memcpy(side, out, sizeof side);
    define_norm(out, side, weight, twin(p, k->params, w->norm2_bias), g->eps, N, C);
}

// Sizes of which none is a multiple of another where that can be had; an eps that leaves a mark.
static inline struct gpt_config random_config(enum gpt_shape shape, int V, int T, int L) {
    struct gpt_config g =
        shape == GPT2 ? gpt2_config(V, T, 3 * grade_int(2, 3), L, 3) : llama_config(V, T, 16, L, 4, 2);
    g.F = grade_int(7, 11), g.eps = 0.03f;
    if (shape == LLAMA) g.rope_base = 50;
    return g;
}

// Norms multiply by about 1, matrices and biases are of a size at which every part matters.
static inline float *model_weights(const struct gpt_config *g, int n) {
    float *params = random_weights(n, 0.4);
    struct gpt_weights w;
    gpt_point(&w, g, params);
    for (int l = 0; l < g->L; l++)
        for (int c = 0; c < g->C; c++) w.block[l].norm1[c] += 1, w.block[l].norm2[c] += 1;
    for (int c = 0; c < g->C; c++) w.norm[c] += 1;
    return params;
}

// The number of floats up to the end of the last piece.
static inline int count_parameters(const struct gpt_config *g) {
    int count;
    struct gpt_tensor *t = gpt_tensors(g, &count);
    int n = (int)(t[count - 1].at + t[count - 1].size);
    free(t);
    return n;
}

// What a wrong model leaves out, or a wrong backward pass forgets: then those parameters are held at what they are.
enum model_mistake {
    MODEL_RIGHT,
    NO_FINAL_NORM,
    FIRST_BLOCK_ONLY,
    LAST_BLOCK_ONLY,
    EMBEDDING_HELD,
    HEAD_HELD,
    DX_NOT_ZEROED  // m->dx begins with ones
};

// The final rows (N,C) of tokens (B,T). embedding: the parameters from which the tables are taken.
// Adds to *top the sum of what the last block gives.
static inline void define_rows(double *rows, const int *tokens, const double *p, const double *embedding,
                               const struct definition *k, enum model_mistake mistake, double *top) {
    const struct gpt_config *g = k->g;
    const int N = k->c.B * k->c.T, C = g->C;
    const double *table = twin(embedding, k->params, k->w->token_table),
                 *positions = twin(embedding, k->params, k->w->position_table);
    double x[N * C], out[N * C], mid[N * C];
    for (int i = 0; i < N * C; i++)
        x[i] = table[tokens[i / C] * C + i % C] + (positions ? positions[i / C % k->c.T * C + i % C] : 0);
    for (int l = 0; l < g->L; l++) {
        if ((mistake == FIRST_BLOCK_ONLY && l > 0) || (mistake == LAST_BLOCK_ONLY && l + 1 < g->L)) continue;
        define_attend(mid, x, p, l, k, NULL, false);
        define_mlp(out, x, mid, p, l, k, NULL, false);
        memcpy(x, out, sizeof x);
    }
    for (int i = 0; top && i < N * C; i++) *top += x[i];
    if (mistake == NO_FINAL_NORM) memcpy(rows, x, sizeof x);
    else define_norm(rows, x, twin(p, k->params, k->w->norm), twin(p, k->params, k->w->norm_bias), g->eps, N, C);
}

// After gpt_init and gpt_reserve, which are given: other weights, and gradients that remember what they held.
static inline float *take_over(struct gpt *m) {
    const int n = (int)m->parameters;
    float *params = model_weights(&m->config, n), *grads = grade_grad(n);
    memcpy(m->params, params, sizeof(float) * (size_t)n);
    free(m->grads);
    m->grads = grads;
    gpt_point(&m->dweights, &m->config, m->grads);
    for (int i = 0; i < m->B * m->T * m->config.C; i++) m->dx[i] = 1;
    return grads;
}

static inline struct definition define_model(const struct gpt *m, int B, int T, const int *length) {
    struct definition k = {.g = &m->config, .w = &m->weights, .params = m->params};
    k.c = (struct block_context){.config = &m->config, .B = B, .T = T, .causal = m->causal, .length = length};
    return k;
}
