// A transformer without its small networks: what is left is attention, and a road past it.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "03-backprop/backprop.h"
#include "04-training/training.h"
#include "09-matmul-cpu/matmul.h"
#include "12-attention/toy.h"

const char *const toy_position_names[TOY_POSITIONS] = {"none", "sinusoidal", "learned", "RoPE", "ALiBi"};
static const float EPS = 1e-5f;

// Points w into an array of parameters; returns how many there are.
static int point(struct toy_weights *w, const struct toy_config *c, float *params) {
    float *at = params;
    int C = c->C;
    w->tokens = at, at += c->V * C;
    w->positions = NULL;
    if (c->positions == TOY_LEARNED) w->positions = at, at += c->T * C;
    for (int l = 0; l < c->L; l++) {
        w->norm[l] = at, at += C;
        w->qkv[l] = at, at += 3 * C * C;
        w->proj[l] = at, at += C * C;
    }
    w->last_norm = at, at += C;
    w->head = at, at += c->V * C;
    return (int)(at - params);
}

static void random_weights(struct toy *m, uint64_t seed) {
    const struct toy_config *c = &m->config;
    struct rng r;
    rng_seed(&r, seed, 1);
    float std = 1.0f / sqrtf((float)c->C);
    for (int i = 0; i < m->parameters; i++) m->params[i] = std * rng_normal(&r);
    for (int i = 0; i < c->V * c->C; i++) m->w.tokens[i] *= sqrtf((float)c->C);
    for (int l = 0; l < c->L; l++) {
        for (int i = 0; i < c->C; i++) m->w.norm[l][i] = 1.0f;
    }
    for (int i = 0; i < c->C; i++) m->w.last_norm[i] = 1.0f;
}

static void sinusoid(float *out, int T, int C){
    for(int t=0;t<T;t++)for(int i=0;i<C/2;i++){double a=t*pow(10000,-2.0*i/C);out[t*C+2*i]=sin(a);out[t*C+2*i+1]=cos(a);}
}
static void slopes(float*s,int H){for(int h=0;h<H;h++)s[h]=powf(2,-8.0f*(h+1)/H);}

void toy_init(struct toy *m, const struct toy_config *c, int B, uint64_t seed) {
    memset(m, 0, sizeof *m);
    m->config = *c;
    m->max_rows = B * c->T;
    m->parameters = point(&m->w, c, NULL);
    m->params = alloc_floats(m->parameters), m->grads = alloc_floats(m->parameters);
    m->m = alloc_floats(m->parameters), m->v = alloc_floats(m->parameters);
    point(&m->w, c, m->params);
    point(&m->dw, c, m->grads);
    random_weights(m, seed);
    int D = c->C / c->H, C = c->C;
    m->sinusoidal = alloc_floats(c->T*C); sinusoid(m->sinusoidal,c->T,C);
    m->cos = alloc_floats(c->T*D/2); m->sin = alloc_floats(c->T*D/2); rope_table(m->cos,m->sin,c->T,D,10000);
    m->slopes=alloc_floats(c->H); slopes(m->slopes,c->H);
    size_t N = m->max_rows;
    for (int l = 0; l <= c->L; l++) m->x[l] = alloc_floats(N * C);
    for (int l = 0; l < c->L; l++) {
        m->normed[l] = alloc_floats(N * C), m->rstd[l] = alloc_floats(N);
        m->qkv[l] = alloc_floats(N * 3 * C), m->att[l] = alloc_floats(N * C);
        m->probs[l] = alloc_floats(N * c->H * c->T);
    }
    m->last=alloc_floats(N*C);m->last_normed=alloc_floats(N*C);m->last_rstd=alloc_floats(N);m->logits=alloc_floats(N*c->V);m->softmax=alloc_floats(N*c->V);
    m->dx=alloc_floats(N*C);m->dnormed=alloc_floats(N*C);m->dqkv=alloc_floats(N*3*C);m->datt=alloc_floats(N*C);m->dlast=alloc_floats(N*C);m->dlast_normed=alloc_floats(N*C);m->dlogits=alloc_floats(N*c->V);
}

void toy_free(struct toy *m) {
    free(m->params),free(m->grads),free(m->m),free(m->v),free(m->sinusoidal),free(m->cos),free(m->sin),free(m->slopes);
    for(int l=0;l<=m->config.L;l++)free(m->x[l]);
    for(int l=0;l<m->config.L;l++)free(m->normed[l]),free(m->rstd[l]),free(m->qkv[l]),free(m->att[l]),free(m->probs[l]);
    free(m->last),free(m->last_normed),free(m->last_rstd),free(m->logits),free(m->softmax),free(m->dx),free(m->dnormed),free(m->dqkv),free(m->datt),free(m->dlast),free(m->dlast_normed),free(m->dlogits);
}

void toy_batch_init(struct toy_batch *b, int B, int T) {
    *b = (struct toy_batch){.B = B, .T = T};
    b->tokens = alloc_zeroed((size_t)B * T, sizeof(int)), b->length = alloc_zeroed(B, sizeof(int));
    b->rows = alloc_zeroed((size_t)B * T, sizeof(int)), b->targets = alloc_zeroed((size_t)B * T, sizeof(int));
}
void toy_batch_free(struct toy_batch *b) {
    free(b->tokens), free(b->length), free(b->rows), free(b->targets);
}

static struct attention shape(const struct toy *m, const struct toy_batch *b) {
    struct attention a = attention_self(b->B, b->T, m->config.H, m->config.H, m->config.C / m->config.H);
    a.causal = m->config.causal;
    a.length = b->length;
    if (m->config.positions == TOY_ALIBI) a.slope = m->slopes;
    return a;
}

static void embed(struct toy *m, const struct toy_batch *b) {
    int C = m->config.C;
    const float *table = m->config.positions == TOY_SINUSOIDAL ? m->sinusoidal : m->w.positions;
    for (int n = 0; n < b->B * b->T; n++) {
        for (int i = 0; i < C; i++) {
            m->x[0][n * C + i] = m->w.tokens[b->tokens[n] * C + i] + (table ? table[n % b->T * C + i] : 0.0f);
        }
    }
}

float toy_loss(struct toy *m, const struct toy_batch *b) {
    const struct toy_config *c = &m->config;
    int N = b->B * b->T, C = c->C, D = C / c->H;
    struct attention a = shape(m, b);
    embed(m, b);
    for (int l = 0; l < c->L; l++) {
        rmsnorm_forward(m->normed[l], m->rstd[l], m->x[l], m->w.norm[l], EPS, N, C);
        matmul(MATMUL_NT, N, 3 * C, C, 1.0f, m->normed[l], C, m->w.qkv[l], C, 0.0f, m->qkv[l], 3 * C);
        float *q = m->qkv[l], *k = q + C, *v = k + C;
        if (c->positions == TOY_ROPE) {
            rope_forward(q, 3 * C, m->cos, m->sin, 0, b->B, b->T, c->H, D);
            rope_forward(k, 3 * C, m->cos, m->sin, 0, b->B, b->T, c->H, D);
        }
        attention_forward(m->att[l], m->probs[l], q, k, v, &a);
        memcpy(m->x[l + 1], m->x[l], (size_t)N * C * sizeof(float));
        matmul(MATMUL_NT, N, C, C, 1.0f, m->att[l], C, m->w.proj[l], C, 1.0f, m->x[l + 1], C);
    }
    for (int i = 0; i < b->count; i++) memcpy(m->last + (size_t)i * C, m->x[c->L] + (size_t)b->rows[i] * C, C * sizeof(float));
    rmsnorm_forward(m->last_normed, m->last_rstd, m->last, m->w.last_norm, EPS, b->count, C);
    matmul(MATMUL_NT, b->count, c->V, C, 1.0f, m->last_normed, C, m->w.head, C, 0.0f, m->logits, c->V);
    return cross_entropy_forward(m->softmax, m->logits, b->targets, b->count, c->V);
}

static void backward(struct toy *m, const struct toy_batch *b) {
    const struct toy_config *c = &m->config;
    int N = b->B * b->T, C = c->C, D = C / c->H, n = b->count;
    memset(m->grads, 0, m->parameters * sizeof(float));
    memset(m->dlogits, 0, (size_t)n * c->V * sizeof(float));
    memset(m->dlast, 0, (size_t)n * C * sizeof(float));
    memset(m->dx, 0, (size_t)N * C * sizeof(float));
    cross_entropy_backward(m->dlogits, 1.0f, m->softmax, b->targets, n, c->V);
    matmul(MATMUL_TN, c->V, C, n, 1.0f, m->dlogits, c->V, m->last_normed, C, 1.0f, m->dw.head, C);
    matmul(MATMUL_NN, n, C, c->V, 1.0f, m->dlogits, c->V, m->w.head, C, 0.0f, m->dlast_normed, C);
    rmsnorm_backward(m->dlast, m->dw.last_norm, m->dlast_normed, m->last, m->last_rstd, m->w.last_norm, n, C);
    for (int i = 0; i < n; i++) for (int k = 0; k < C; k++) m->dx[(size_t)b->rows[i] * C + k] += m->dlast[i * C + k];
    struct attention a = shape(m, b);
    for (int l = c->L - 1; l >= 0; l--) {
        matmul(MATMUL_TN, C, C, N, 1.0f, m->dx, C, m->att[l], C, 1.0f, m->dw.proj[l], C);
        matmul(MATMUL_NN, N, C, C, 1.0f, m->dx, C, m->w.proj[l], C, 0.0f, m->datt, C);
        memset(m->dqkv, 0, (size_t)N * 3 * C * sizeof(float));
        const float *q = m->qkv[l];
        float *dq = m->dqkv;
        attention_backward(dq, dq + C, dq + 2 * C, m->datt, m->probs[l], q, q + C, q + 2 * C, &a);
        if (c->positions == TOY_ROPE) {
            rope_backward(dq, 3 * C, m->cos, m->sin, 0, b->B, b->T, c->H, D);
            rope_backward(dq + C, 3 * C, m->cos, m->sin, 0, b->B, b->T, c->H, D);
        }
        matmul(MATMUL_TN, 3 * C, C, N, 1.0f, m->dqkv, 3 * C, m->normed[l], C, 1.0f, m->dw.qkv[l], C);
        matmul(MATMUL_NN, N, C, 3 * C, 1.0f, m->dqkv, 3 * C, m->w.qkv[l], C, 0.0f, m->dnormed, C);
        rmsnorm_backward(m->dx, m->dw.norm[l], m->dnormed, m->x[l], m->rstd[l], m->w.norm[l], N, C);
    }
    for (int i = 0; i < N; i++) for (int k = 0; k < C; k++) {
        m->dw.tokens[b->tokens[i] * C + k] += m->dx[i * C + k];
        if (m->dw.positions) m->dw.positions[i % b->T * C + k] += m->dx[i * C + k];
    }
}

float toy_step(struct toy *m, const struct toy_batch *b, float lr) {
    float loss = toy_loss(m, b);
    backward(m, b);
    float *all[1]={m->grads}; (void)all;
    adamw_step(m->params, m->m, m->v, m->grads, lr, 0.9f, 0.98f, 1e-8f, 0.0f, ++m->steps, m->parameters);
    return loss;
}

void toy_answers(int *answers, const struct toy *m, int count) {
    int V = m->config.V;
    for (int i = 0; i < count; i++) {
        const float *row = m->logits + (size_t)i * V;
        answers[i] = 0;
        for (int v = 1; v < V; v++) if (row[v] > row[answers[i]]) answers[i] = v;
    }
}

double toy_accuracy(struct toy *m, const struct toy_batch *b) {
    toy_loss(m, b);
    int *answers = alloc_zeroed(b->count, sizeof(int)), right = 0;
    toy_answers(answers, m, b->count);
    for (int i = 0; i < b->count; i++) right += answers[i] == b->targets[i];
    free(answers);
    return (double)right / b->count;
}
