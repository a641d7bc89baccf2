// Tests of gpt.c.
#include "13-transformer/definitions.h"

struct model_case {
    struct gpt m;
    struct definition k;
    int B, T, N, n, *tokens, *targets, *length;
    float *dlogits;  // (N,V), or drows (N,C): room for both
    double *p;
    enum model_mistake mistake;
    bool of_rows;
};

static void random_model(struct model_case *k, enum gpt_shape shape, bool tied, bool causal) {
    k->B = 2, k->T = grade_int(3, 5), k->N = k->B * k->T;
    struct gpt_config g = random_config(shape, 7, k->T + 1, 2);
    g.tied = tied;
    gpt_init(&k->m, &g, 0.02f, grade_rng());
    gpt_reserve(&k->m, k->B, k->T, true);
    k->m.causal = causal;
    take_over(&k->m);
    k->n = (int)k->m.parameters, k->p = in_double(k->m.params, k->n);
    k->tokens = grade_ints(k->N, 0, g.V - 1), k->targets = grade_ints(k->N, -1, g.V - 1);
    k->tokens[1] = k->tokens[0], k->targets[0] = 2;
    k->length = grade_ints(k->B, 1, k->T - 1);
    k->length[0] = k->T - 1;
    k->k = define_model(&k->m, k->B, k->T, causal ? NULL : k->length);
    k->dlogits = grade_floats(k->N * (g.V + g.C));
    k->mistake = MODEL_RIGHT, k->of_rows = false;
}

static void free_model(struct gpt *m) {
    m->grads = NULL;  // the grader's
    gpt_free(m);
}

static double *rows_give(const struct model_case *k, enum model_mistake mistake) {
    double *rows = grade_doubles(k->N * k->m.config.C);
    define_rows(rows, k->tokens, k->p, k->p, &k->k, mistake, NULL);
    return rows;
}

static void check_rows(enum gpt_shape shape, bool causal, const char *what) {
    struct model_case k;
    random_model(&k, shape, true, causal);
    const float *rows = gpt_rows(&k.m, k.tokens, k.k.c.length, k.B, k.T);
    grade_true(rows == k.m.norm, "gpt_rows returns m->norm");
    suspect("the last norm is missing", rows_give(&k, NO_FINAL_NORM));
    suspect("only the first block reads and is read", rows_give(&k, FIRST_BLOCK_ONLY));
    suspect("only the last block counts: each block's out is the next one's x", rows_give(&k, LAST_BLOCK_ONLY));
    grade_array(what, rows, rows_give(&k, MODEL_RIGHT), AXES("btc", k.B, k.T, k.m.config.C), 2e-4);
    free_model(&k.m);
}

EXERCISE(gpt_rows, .number = "13.9", .points = 3, .seconds = 10, .needs = "embedding_forward block_attend block_mlp") {
    check_rows(GPT2, true, "GPT-2: rows");
    check_rows(LLAMA, true, "Llama: rows");
    check_rows(GPT2, false, "an encoder, not causal, with padding: rows");
}

EXERCISE(gpt_forward, .number = "13.9", .points = 1, .seconds = 10, .needs = "gpt_rows projection_forward") {
    for (int tied = 0; tied < 2; tied++) {
        struct model_case k;
        random_model(&k, GPT2, tied, true);
        const struct gpt_config *g = &k.m.config;
        const double *rows = rows_give(&k, MODEL_RIGHT), *head = twin(k.p, k.k.params, k.m.weights.head);
        double *want = grade_doubles(k.N * g->V), *table = grade_doubles(k.N * g->V);
        define_linear(want, rows, head, NULL, k.N, g->C, g->V);
        define_linear(table, rows, twin(k.p, k.k.params, k.m.weights.token_table), NULL, k.N, g->C, g->V);
        const float *logits = gpt_forward(&k.m, k.tokens, NULL, k.B, k.T);
        grade_true(logits == k.m.logits, "gpt_forward returns m->logits");
        if (!tied) suspect("the token table makes the logits, although this model has a head of its own", table);
        grade_array(tied ? "tied: logits" : "with a head of its own: logits", logits, want, AXES("btv", k.B, k.T, g->V),
                    2e-4);
        grade_scalar("gpt_loss", gpt_loss(&k.m, k.tokens, k.targets, NULL, k.B, k.T),
                     define_loss(want, k.targets, k.N, g->V), 1e-4);
        free_model(&k.m);
    }
}

// The sum of logits times dlogits, or of rows times them, as a function of all parameters.
static double model_loss(const double *p, void *context) {
    const struct model_case *k = context;
    const struct gpt_config *g = &k->m.config;
    double rows[k->N * g->C], logits[k->N * g->V], top = 0;
    define_rows(rows, k->tokens, p, k->mistake == EMBEDDING_HELD ? k->p : p, &k->k, MODEL_RIGHT, &top);
    if (k->mistake != DX_NOT_ZEROED) top = 0;
    if (k->of_rows) return dot(rows, k->dlogits, k->N * g->C) + top;
    const double *head = twin(k->mistake == HEAD_HELD ? k->p : p, k->k.params, k->m.weights.head);
    define_linear(logits, rows, head, NULL, k->N, g->C, g->V);
    return dot(logits, k->dlogits, k->N * g->V) + top;
}

static double *model_slopes(struct model_case *k, enum model_mistake mistake) {
    k->mistake = mistake;
    double *slope = slopes(model_loss, k->m.params, k, k->n);
    k->mistake = MODEL_RIGHT;
    return slope;
}

static void check_backward_rows(enum gpt_shape shape, bool causal, bool name, const char *what) {
    struct model_case k;
    random_model(&k, shape, true, causal);
    k.of_rows = true;
    gpt_rows(&k.m, k.tokens, k.k.c.length, k.B, k.T);
    memcpy(k.m.scratch.dnorm, k.dlogits, sizeof(float) * (size_t)(k.N * k.m.config.C));
    gpt_backward_rows(&k.m, k.m.scratch.dnorm, k.tokens, k.k.c.length, k.B, k.T);
    if (name) {
        suspect("m->dx is not zeroed before the last norm adds to it", model_slopes(&k, DX_NOT_ZEROED));
        suspect("the tables learn nothing: what arrives at the bottom goes to the rows that were looked up",
                model_slopes(&k, EMBEDDING_HELD));
    }
    grade_gradient_check(what, k.m.grads, k.m.params, AXES("p", k.n), model_loss, &k, 5e-4);
    free_model(&k.m);
}

EXERCISE(gpt_backward_rows, .number = "13.10", .points = 5, .seconds = 15,
         .needs = "gpt_rows block_attend_backward block_mlp_backward embedding_backward") {
    check_backward_rows(GPT2, true, true, "GPT-2: all gradients");
    check_backward_rows(LLAMA, true, false, "Llama: all gradients");
    check_backward_rows(GPT2, false, false, "an encoder, not causal, with padding: all gradients");
}

EXERCISE(gpt_backward_logits, .number = "13.10", .points = 2, .seconds = 15,
         .needs = "gpt_forward gpt_backward_rows projection_backward") {
    for (int tied = 1; tied >= 0; tied--) {
        struct model_case k;
        random_model(&k, GPT2, tied, true);
        gpt_forward(&k.m, k.tokens, NULL, k.B, k.T);
        memcpy(k.m.logits, k.dlogits, sizeof(float) * (size_t)(k.N * k.m.config.V));
        gpt_backward_logits(&k.m, k.tokens, NULL, k.B, k.T);
        if (tied)
            suspect("the embedding's gradient is lost: a tied table is used at the bottom and at the top",
                    model_slopes(&k, EMBEDDING_HELD));
        suspect("the head learns nothing", model_slopes(&k, HEAD_HELD));
        grade_gradient_check(tied ? "tied: all gradients" : "with a head of its own: all gradients", k.m.grads,
                             k.m.params, AXES("p", k.n), model_loss, &k, 5e-4);
        free_model(&k.m);
    }
}
