// A mixture of experts in place of the small network, with and without the loss that balances them.
#include <stdlib.h>
#include <string.h>

#include "13-transformer/models.h"
#include "13-transformer/show.h"

enum { EXPERTS = 8, ASKED = 2, HIDDEN = 16 };

// A Llama whose blocks have experts. The weights of its own small networks are not used.
struct expert_gpt {
    struct gpt gpt;
    struct moe_config moe;
    float *params, *grads;  // of the experts, layer by layer
    struct moe_weights weights[LIST_L], dweights[LIST_L];
    struct moe_state state[LIST_L];
    float dbalance;                // what the balance weighs in the loss
    float balance;                 // of the last batch, mean over the layers
    float share[LIST_L][EXPERTS];  // of the pairs of the last batch, by expert
    struct csv_log log;
};

static void expert_init(struct expert_gpt *m, const struct options *o, float dbalance) {
    struct rng r;
    rng_seed(&r, (uint64_t)o->seed, 6);
    const int T = 2 * LIST_LONGEST;
    const struct gpt_config c = llama_config(LIST_VOCABULARY, T, LIST_C, LIST_L, LIST_H, LIST_H);
    *m = (struct expert_gpt){.moe = {LIST_C, HIDDEN, EXPERTS, ASKED}, .dbalance = dbalance};
    gpt_init(&m->gpt, &c, list_std, &r);
    gpt_reserve(&m->gpt, o->batch, T, true);
    const size_t each = moe_parameters(&m->moe);
    m->params = alloc_floats(LIST_L * each);
    m->grads = alloc_floats(LIST_L * each);
    for (size_t i = 0; i < LIST_L * each; i++) m->params[i] = list_std * rng_normal(&r);
    for (int l = 0; l < LIST_L; l++) {
        // the gate starts bold, five times as large as the rest: it has favourites from the first step
        for (int i = 0; i < EXPERTS * LIST_C; i++) m->params[l * each + i] *= 5;
        moe_point(&m->weights[l], &m->moe, m->params + l * each);
        moe_point(&m->dweights[l], &m->moe, m->grads + l * each);
        moe_reserve(&m->state[l], &m->moe, o->batch * T);
    }
}

static void expert_free(struct expert_gpt *m) {
    for (int l = 0; l < LIST_L; l++) moe_free(&m->state[l]);
    free(m->params);
    free(m->grads);
    gpt_free(&m->gpt);
}

static const float *expert_forward(void *model, const struct list_batch *b) {
    struct expert_gpt *m = model;
    struct gpt *g = &m->gpt;
    const struct gpt_config *c = &g->config;
    const int N = b->B * b->T;
    const struct block_context context = gpt_context(g, b->length, b->B, b->T);
    embedding_forward(g->block[0].x, b->tokens, g->weights.token_table, NULL, b->B, b->T, c->C);
    m->balance = 0;
    for (int l = 0; l < LIST_L; l++) {
        struct block_state *s = &g->block[l];
        struct moe_state *moe = &m->state[l];
        float *out = l + 1 < LIST_L ? g->block[l + 1].x : g->x;
        block_attend(s, &g->weights.block[l], &context);
        norm_forward(s->norm2, s->mean2, s->rstd2, s->mid, g->weights.block[l].norm2, NULL, c->eps, N, c->C);
        moe->x = s->norm2;
        m->balance += moe_forward(out, moe, &m->weights[l], &m->moe, N) / LIST_L;
        for (size_t i = 0; i < (size_t)N * c->C; i++) out[i] += s->mid[i];
        for (int e = 0; e < EXPERTS; e++)
            m->share[l][e] = (float)(moe->start[e + 1] - moe->start[e]) / (float)(N * ASKED);
    }
    norm_forward(g->norm, g->mean, g->rstd, g->x, g->weights.norm, NULL, c->eps, N, c->C);
    projection_forward(g->logits, g->norm, g->weights.head, NULL, N, c->C, c->V);
    return g->logits;
}

static float expert_backward(void *model, const struct list_batch *b) {
    struct expert_gpt *m = model;
    struct gpt *g = &m->gpt;
    const struct gpt_config *c = &g->config;
    const int N = b->B * b->T;
    const size_t bytes = (size_t)N * c->C * sizeof(float);
    const struct block_context context = gpt_context(g, b->length, b->B, b->T);
    float *dnorm = g->scratch.dnorm;
    float loss = masked_loss_backward(g->logits, 1, b->targets, N, c->V);
    projection_backward(dnorm, g->dweights.head, NULL, g->logits, g->norm, g->weights.head, N, c->C, c->V);
    memset(g->dx, 0, bytes);
    norm_backward(g->dx, g->dweights.norm, NULL, dnorm, g->x, g->mean, g->rstd, g->weights.norm, N, c->C);
    for (int l = LIST_L - 1; l >= 0; l--) {
        struct block_weights *dw = &g->dweights.block[l];
        const struct block_state *s = &g->block[l];
        memset(dnorm, 0, bytes);
        moe_backward(dnorm, &m->dweights[l], m->dbalance, g->dx, &m->state[l], &m->weights[l], &m->moe, N);
        norm_backward(g->dx, dw->norm2, NULL, dnorm, s->mid, s->mean2, s->rstd2, g->weights.block[l].norm2, N, c->C);
        block_attend_backward(g->dx, dw, &g->scratch, s, &g->weights.block[l], &context);
    }
    embedding_backward(g->dweights.token_table, NULL, g->dx, b->tokens, b->B, b->T, c->C);
    return loss;
}

// How often every expert of the first layer was asked, of the tokens of the last batch.
static void write_shares(void *model, int step) {
    struct expert_gpt *m = model;
    char row[256];
    int used = snprintf(row, sizeof row, "%d", step);
    for (int e = 0; e < EXPERTS; e++)
        used += snprintf(row + used, sizeof row - (size_t)used, ",%.2f", 100 * (double)m->share[0][e]);
    csv_row(&m->log, "%s", row);
}

static int compare_shares(const void *a, const void *b) {
    const float x = *(const float *)a, y = *(const float *)b;
    return x < y ? 1 : x > y ? -1 : 0;
}

static void learn_experts(const struct options *o, const char *file, float dbalance) {
    struct expert_gpt m;
    struct curve curve;
    expert_init(&m, o, dbalance);
    csv_open(&m.log, o->out, file, "step,1,2,3,4,5,6,7,8");
    struct learner learner = {.model = &m, .forward = expert_forward, .backward = expert_backward};
    trainer_init(&learner.trainer, o->lr, LIST_WARMUP, o->steps);
    trainer_add(&learner.trainer, m.gpt.params, m.gpt.grads, m.gpt.parameters);
    trainer_add(&learner.trainer, m.params, m.grads, LIST_L * moe_parameters(&m.moe));
    struct list_training t = list_training(o, SORT, dbalance > 0 ? "experts, balanced" : "experts, free");
    t.task.shortest = LIST_LONGEST;  // without padding, which would be counted, too
    t.watch = write_shares;
    learn_lists(&learner, &t, &curve);
    csv_close(&m.log);
    printf("  %-18g %9.1f%% %10.2f   ", (double)dbalance, 100 * (double)curve.accuracy[curve.count - 1],
           (double)m.balance);
    float *share = m.share[0];
    qsort(share, EXPERTS, sizeof *share, compare_shares);
    for (int e = 0; e < EXPERTS; e++) printf(" %5.1f%%", 100 * (double)share[e]);
    printf("\n");
    trainer_free(&learner.trainer);
    expert_free(&m);
}

void show_experts(const struct options *o) {
    const struct moe_config c = {LIST_C, HIDDEN, EXPERTS, ASKED};
    printf("\n%d experts in each of %d layers, of which a token asks %d: %zu parameters a layer, %zu for one token\n",
           EXPERTS, LIST_L, ASKED, moe_parameters(&c), moe_active_parameters(&c));
    printf("  %-18s %10s %10s    %s\n", "balance's weight", "sorted", "balance", "share of each expert, first layer");
    learn_experts(o, "experts_free.csv", 0);
    learn_experts(o, "experts_little.csv", 0.01f);
    learn_experts(o, "experts_balanced.csv", 0.1f);
}
