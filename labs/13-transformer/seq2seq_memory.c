// The cross-attentions' parameters, room for what a batch leaves behind, and a translation said word by word.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "13-transformer/models.h"

static size_t cross_parameters(int C) {
    return 4 * (size_t)C * C + 6 * (size_t)C;
}

// The next n floats of a piece of memory; with no memory yet (NULL) it only counts.
static float *take(float *memory, size_t *used, size_t n) {
    float *p = memory ? memory + *used : NULL;
    *used += (n + 15) / 16 * 16;
    return p;
}

static void point_cross(struct cross_weights *w, float *params, int C) {
    size_t n = (size_t)C;
    w->norm = params;
    w->norm_bias = w->norm + n;
    w->q = w->norm_bias + n;
    w->q_bias = w->q + n * n;
    w->kv = w->q_bias + n;
    w->kv_bias = w->kv + 2 * n * n;
    w->proj = w->kv_bias + 2 * n;
    w->proj_bias = w->proj + n * n;
}

// As gpt_init: normal weights, the projection onto the residual stream smaller, norms 1, biases 0.
static void init_cross(struct cross_weights *w, int C, int L, float std, struct rng *r) {
    for (int c = 0; c < C; c++) w->norm[c] = 1;
    for (int i = 0; i < C * C; i++) w->q[i] = std * rng_normal(r);
    for (int i = 0; i < 2 * C * C; i++) w->kv[i] = std * rng_normal(r);
    for (int i = 0; i < C * C; i++) w->proj[i] = std / sqrtf(3.0f * (float)L) * rng_normal(r);
}

void seq2seq_init(struct seq2seq *m, const struct gpt_config *encoder, const struct gpt_config *decoder, float std,
                  struct rng *r) {
    if (encoder->shape != GPT2 || decoder->shape != GPT2)
        die("an encoder-decoder is built of two models of shape GPT2");
    if (encoder->C != decoder->C || encoder->H != decoder->H)
        die("encoder and decoder must have the same channels and heads, not %d and %d channels, %d and %d heads",
            encoder->C, decoder->C, encoder->H, decoder->H);
    *m = (struct seq2seq){.parameters = (size_t)decoder->L * cross_parameters(decoder->C)};
    gpt_init(&m->encoder, encoder, std, r);
    gpt_init(&m->decoder, decoder, std, r);
    m->encoder.causal = false;
    m->params = alloc_floats(m->parameters);
    for (int l = 0; l < decoder->L; l++) {
        point_cross(&m->weights[l], m->params + (size_t)l * cross_parameters(decoder->C), decoder->C);
        init_cross(&m->weights[l], decoder->C, decoder->L, std, r);
    }
}

static size_t take_all(struct seq2seq *m, float *memory, size_t N, size_t M, bool training) {
    size_t used = 0, C = (size_t)m->decoder.config.C;
    for (int l = 0; l < m->decoder.config.L; l++) {
        struct cross_state *s = &m->cross[l];
        s->norm = take(memory, &used, N * C);
        s->mean = take(memory, &used, N);
        s->rstd = take(memory, &used, N);
        s->q = take(memory, &used, N * C);
        s->kv = take(memory, &used, M * 2 * C);
        s->att = take(memory, &used, N * C);
        s->lse = take(memory, &used, N * (size_t)m->decoder.config.H);
        s->out = take(memory, &used, N * C);
    }
    if (!training) return used;
    m->scratch.dnorm = take(memory, &used, N * C);
    m->scratch.dq = take(memory, &used, N * C);
    m->scratch.datt = take(memory, &used, N * C);
    m->scratch.dkv = take(memory, &used, M * 2 * C);
    m->scratch.dmemory = take(memory, &used, M * C);
    m->dmemory = take(memory, &used, M * C);
    return used;
}

void seq2seq_reserve(struct seq2seq *m, int B, int S, int T, bool training) {
    gpt_reserve(&m->encoder, B, S, training);
    gpt_reserve(&m->decoder, B, T, training);
    size_t N = (size_t)B * T, M = (size_t)B * S;
    free(m->memory);
    m->memory = alloc_floats(take_all(m, NULL, N, M, training));
    take_all(m, m->memory, N, M, training);
    if (!training || m->grads) return;
    m->grads = alloc_floats(m->parameters);
    int C = m->decoder.config.C;
    for (int l = 0; l < m->decoder.config.L; l++)
        point_cross(&m->dweights[l], m->grads + (size_t)l * cross_parameters(C), C);
}

void seq2seq_zero_grads(struct seq2seq *m) {
    memset(m->grads, 0, m->parameters * sizeof(float));
    memset(m->encoder.grads, 0, m->encoder.parameters * sizeof(float));
    memset(m->decoder.grads, 0, m->decoder.parameters * sizeof(float));
}

void seq2seq_free(struct seq2seq *m) {
    gpt_free(&m->encoder);
    gpt_free(&m->decoder);
    free(m->params);
    free(m->grads);
    free(m->memory);
    *m = (struct seq2seq){0};
}

struct cross_context seq2seq_context(const struct seq2seq *m, const int *length, int B, int S, int T) {
    return (struct cross_context){.config = &m->decoder.config, .B = B, .T = T, .S = S, .length = length};
}

static int likeliest(const float *logits, int V) {
    int best = 0;
    for (int v = 1; v < V; v++)
        if (logits[v] > logits[best]) best = v;
    return best;
}

// Every word asks for the whole forward pass again. Chapter 15 keeps keys and values instead.
void seq2seq_greedy(int *out, struct seq2seq *m, const int *source, const int *length, int start, int B, int S, int T) {
    int V = m->decoder.config.V, *input = alloc_zeroed((size_t)B * T, sizeof *input);
    for (int i = 0; i < B * T; i++) input[i] = start;
    for (int t = 0; t < T; t++) {
        const float *logits = seq2seq_forward(m, source, length, input, B, S, T);
        for (int b = 0; b < B; b++) {
            out[b * T + t] = likeliest(logits + (size_t)(b * T + t) * V, V);
            if (t + 1 < T) input[b * T + t + 1] = out[b * T + t];
        }
    }
    free(input);
}
