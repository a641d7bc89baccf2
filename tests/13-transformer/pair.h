// An encoder and a decoder, for the tests of cross-attention and of what is built on it.
#pragma once
#include "13-transformer/definitions.h"

enum cross_mistake {
    CROSS_RIGHT,
    CROSS_SKIPPED,
    CROSS_NO_STRAIGHT,
    CROSS_NO_NORM,
    CROSS_NORMED_MEMORY,
    CROSS_KEYS_FROM_X,  // where S = T
    CROSS_SWAPPED,      // values as keys
    CROSS_CAUSAL,
    CROSS_NO_LENGTH,
    CROSS_LOST_STRAIGHT,
    CROSS_LOST_SIDE,
    CROSS_KEYS_ONLY,  // of the memory's gradient
    CROSS_VALUES_ONLY,
    CROSS_DQ_NOT_ZEROED,  // dq and dkv begin with ones
    CROSS_DKV_NOT_ZEROED,
    CROSS_READS_X  // in the decoder's block: what came into the block, in place of mid
};

struct cross_held {
    double *x, *side, *kv, q_sum, kv_sum;
};

// out (N,C) from x (N,C) and memory (M,C); the weights w lie in params as in p.
static inline void define_cross(double *out, const double *x, const double *memory, const double *p,
                                const float *params, const struct cross_weights *w, const struct cross_context *c,
                                enum cross_mistake m, struct cross_held *held, bool hold) {
    const int N = c->B * c->T, M = c->B * c->S, C = c->config->C, H = c->config->H;
    const double *weight = twin(p, params, w->norm), *bias = twin(p, params, w->norm_bias);
    double norm[N * C], normed[M * C], q[N * C], kv[M * 2 * C], att[N * C], side[N * C];
    if (m == CROSS_NO_NORM) memcpy(norm, x, sizeof norm);
    else define_norm(norm, x, weight, bias, c->config->eps, N, C);
    define_linear(q, norm, twin(p, params, w->q), twin(p, params, w->q_bias), N, C, C);
    if (m == CROSS_NORMED_MEMORY) define_norm(normed, memory, weight, bias, c->config->eps, M, C);
    const double *from = m == CROSS_NORMED_MEMORY ? normed : m == CROSS_KEYS_FROM_X ? norm : memory;
    define_linear(kv, from, twin(p, params, w->kv), twin(p, params, w->kv_bias), M, C, 2 * C);
    if (hold) memcpy(held->kv, kv, sizeof kv), memcpy(held->x, x, sizeof norm);
    if (held) held->q_sum = held->kv_sum = 0;
    for (int i = 0; held && i < N * C; i++) held->q_sum += q[i];
    for (int i = 0; i < M * 2 * C; i++) {
        if (held) held->kv_sum += kv[i];
        const bool key = i % (2 * C) < C;
        if ((m == CROSS_KEYS_ONLY && !key) || (m == CROSS_VALUES_ONLY && key)) kv[i] = held->kv[i];
    }
    struct attention a = {.B = c->B, .T = c->T, .S = c->S, .H = H, .G = H, .D = C / H, .q_row = (size_t)C};
    a.kv_row = (size_t)(2 * C), a.kv_seq = (size_t)(c->S * 2 * C);
    a.causal = m == CROSS_CAUSAL, a.length = m == CROSS_NO_LENGTH ? NULL : c->length;
    define_attention(att, q, kv + (m == CROSS_SWAPPED ? C : 0), kv + (m == CROSS_SWAPPED ? 0 : C), &a);
    define_linear(side, att, twin(p, params, w->proj), twin(p, params, w->proj_bias), N, C, C);
    if (hold) memcpy(held->side, side, sizeof side);
    for (int i = 0; i < N * C; i++) {
        const double straight = m == CROSS_NO_STRAIGHT ? 0 : m == CROSS_LOST_STRAIGHT ? held->x[i] : x[i];
        out[i] = straight + (m == CROSS_SKIPPED ? 0 : m == CROSS_LOST_SIDE ? held->side[i] : side[i]);
    }
}

// An encoder-decoder, and one layer of it by itself: its x, its memory and dout are random.
struct pair_case {
    struct seq2seq m;
    int B, S, T, N, M, layer, *source, *length, *input, *targets;
    struct definition encoder, decoder;
    struct cross_context cross;
    float *x, *memory, *dout, *grads[3];  // encoder, decoder, cross-attentions
    double *dx, *dmemory, *p[3];          // x and memory in double
    enum cross_mistake mistake;
    struct cross_held held;
    bool last_layer_only;  // the memory of the other layers is held
    double *held_memory;
};

static inline void random_pair(struct pair_case *k, bool same_length) {
    *k = (struct pair_case){.B = 2, .S = grade_int(3, 4), .layer = 1};
    k->T = same_length ? k->S : k->S + grade_int(1, 2);
    k->N = k->B * k->T, k->M = k->B * k->S;
    struct gpt_config encoder = random_config(GPT2, 5, k->S, 1), decoder = encoder;
    decoder.V = 6, decoder.T = k->T, decoder.L = 2, decoder.F = 8;
    struct seq2seq *m = &k->m;
    seq2seq_init(m, &encoder, &decoder, 0.3f, grade_rng());
    seq2seq_reserve(m, k->B, k->S, k->T, true);
    k->grads[0] = take_over(&m->encoder), k->grads[1] = take_over(&m->decoder);
    free(m->grads);
    float *old = m->params, *fresh = random_weights((int)m->parameters, 0.4);
    memcpy(old, fresh, sizeof(float) * m->parameters);
    m->grads = k->grads[2] = grade_grad((int)m->parameters);
    for (int l = 0; l < decoder.L; l++) {
        // dweights lie in grads as weights do in params
        float **from = &m->weights[l].norm, **to = &m->dweights[l].norm;
        for (size_t i = 0; i < sizeof(struct cross_weights) / sizeof *to; i++) to[i] = m->grads + (from[i] - m->params);
    }
    k->length = grade_ints(k->B, 1, k->S - 1), k->length[0] = k->S - 1;  // one key alone would need no attention
    k->source = grade_ints(k->M, 0, encoder.V - 1);
    k->input = grade_ints(k->N, 0, decoder.V - 1), k->targets = grade_ints(k->N, -1, decoder.V - 1);
    k->targets[0] = 1;
    k->encoder = define_model(&m->encoder, k->B, k->S, k->length);
    k->decoder = define_model(&m->decoder, k->B, k->T, NULL);
    k->cross =
        (struct cross_context){.config = &m->decoder.config, .B = k->B, .T = k->T, .S = k->S, .length = k->length};
    const int C = decoder.C;
    k->x = grade_floats(k->N * C), k->memory = grade_floats(k->M * C), k->dout = grade_floats(k->N * C);
    k->dx = in_double(k->x, k->N * C), k->dmemory = in_double(k->memory, k->M * C);
    k->p[0] = in_double(m->encoder.params, (int)m->encoder.parameters);
    k->p[1] = in_double(m->decoder.params, (int)m->decoder.parameters);
    k->p[2] = in_double(m->params, (int)m->parameters);
    k->held = (struct cross_held){grade_doubles(k->N * C), grade_doubles(k->N * C), grade_doubles(k->M * 2 * C), 0, 0};
}

static inline void free_pair(struct pair_case *k) {
    k->m.grads = k->m.encoder.grads = k->m.decoder.grads = NULL;
    seq2seq_free(&k->m);
}

// The backward pass shares its scratch with other layers: it may hold anything.
static inline void poison_cross_scratch(struct pair_case *k) {
    const int C = k->m.decoder.config.C;
    k->m.scratch = (struct cross_scratch){.dnorm = grade_output(k->N * C),
                                          .dq = ones(k->N * C),
                                          .datt = grade_output(k->N * C),
                                          .dkv = ones(k->M * 2 * C),
                                          .dmemory = grade_output(k->M * C)};
}

static inline void define_decoder_block(double *out, const double *x, const double *memory, const double *decoder,
                                        const double *cross, int l, struct pair_case *k, bool hold) {
    const int n = k->N * k->m.decoder.config.C;
    double mid[n], asked[n];
    define_attend(mid, x, decoder, l, &k->decoder, NULL, false);
    define_cross(asked, k->mistake == CROSS_READS_X ? x : mid, memory, cross, k->m.params, &k->m.weights[l], &k->cross,
                 k->mistake, &k->held, hold);
    define_mlp(out, x, asked, decoder, l, &k->decoder, NULL, false);
}
