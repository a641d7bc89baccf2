// Tests of classifier.c.
#include "13-transformer/definitions.h"

struct classifier_case {
    struct classifier m;
    struct definition k;
    int B, T, n, heads, *tokens, *length, *labels;
    double *p, *head;
};

static void random_classifier(struct classifier_case *k, enum pooling pooling) {
    k->B = 3, k->T = grade_int(4, 5);
    struct gpt_config g = random_config(GPT2, 7, k->T, 1);
    classifier_init(&k->m, &g, grade_int(3, 5), pooling, 0.02f, grade_rng());
    classifier_reserve(&k->m, k->B, k->T, true);
    take_over(&k->m.encoder);
    k->n = (int)k->m.encoder.parameters, k->heads = (int)k->m.parameters;
    for (int i = 0; i < k->heads; i++) k->m.params[i] = rng_normal(grade_rng());
    free(k->m.grads);
    k->m.grads = k->m.dweight = grade_grad(k->heads), k->m.dbias = k->m.grads + k->m.K * g.C;
    k->tokens = grade_ints(k->B * k->T, 0, g.V - 1), k->length = grade_ints(k->B, 2, k->T - 1);
    k->labels = grade_ints(k->B, 0, k->m.K - 1);
    k->labels[1] = -1;
    k->k = define_model(&k->m.encoder, k->B, k->T, k->length);
    k->p = in_double(k->m.encoder.params, k->n), k->head = in_double(k->m.params, k->heads);
}

static void free_classifier(struct classifier *m) {
    m->grads = m->encoder.grads = NULL;
    classifier_free(m);
}

static void define_verdict(double *logits, const struct classifier_case *k, const double *p, const double *head,
                           enum pooling pooling) {
    const int C = k->m.encoder.config.C;
    double rows[k->B * k->T * C], pooled[k->B * C];
    define_rows(rows, k->tokens, p, p, &k->k, MODEL_RIGHT, NULL);
    for (int i = 0; i < k->B * C; i++) {
        const int b = i / C, n = pooling == POOL_FIRST ? 1 : k->length[b];
        pooled[i] = 0;
        for (int t = 0; t < n; t++) pooled[i] += rows[(b * k->T + t) * C + i % C] / n;
    }
    define_linear(logits, pooled, head, head + k->m.K * C, k->B, C, k->m.K);
}

static double *verdict(const struct classifier_case *k, enum pooling pooling) {
    double *logits = grade_doubles(k->B * k->m.K);
    define_verdict(logits, k, k->p, k->head, pooling);
    return logits;
}

EXERCISE(classifier_forward, .number = "13.14", .points = 1, .seconds = 10,
         .needs = "gpt_rows pool_forward projection_forward") {
    for (int pooling = POOL_FIRST; pooling <= POOL_MEAN; pooling++) {
        struct classifier_case k;
        random_classifier(&k, (enum pooling)pooling);
        const float *logits = classifier_forward(&k.m, k.tokens, k.length, k.B, k.T);
        suspect("the other pooling: m->pooling says which",
                verdict(&k, pooling == POOL_FIRST ? POOL_MEAN : POOL_FIRST));
        k.k.c.causal = true;
        suspect("the encoder is causal", verdict(&k, (enum pooling)pooling));
        k.k.c.causal = false, k.k.c.length = NULL;
        suspect("the encoder looks at the padding", verdict(&k, (enum pooling)pooling));
        k.k.c.length = k.length;
        grade_array(pooling == POOL_FIRST ? "logits, first row" : "logits, mean row", logits,
                    verdict(&k, (enum pooling)pooling), AXES("bk", k.B, k.m.K), 2e-4);
        free_classifier(&k.m);
    }
}

static const double classifier_dloss = 1.5;

static double classifier_loss_at(const struct classifier_case *k, const double *p, const double *head) {
    double logits[k->B * k->m.K];
    define_verdict(logits, k, p, head, k->m.pooling);
    return classifier_dloss * define_loss(logits, k->labels, k->B, k->m.K);
}

static double classifier_loss_of_encoder(const double *p, void *context) {
    struct classifier_case *k = context;
    return classifier_loss_at(k, p, k->head);
}

static double classifier_loss_of_head(const double *head, void *context) {
    struct classifier_case *k = context;
    return classifier_loss_at(k, k->p, head);
}

EXERCISE(classifier_backward, .number = "13.14", .points = 2, .seconds = 15,
         .needs = "classifier_forward pool_backward gpt_backward_rows masked_loss_backward") {
    for (int pooling = POOL_FIRST; pooling <= POOL_MEAN; pooling++) {
        struct classifier_case k;
        random_classifier(&k, (enum pooling)pooling);
        classifier_forward(&k.m, k.tokens, k.length, k.B, k.T);
        float loss = classifier_backward(&k.m, (float)classifier_dloss, k.tokens, k.length, k.labels, k.B, k.T);
        grade_scalar("the loss returned", loss, classifier_loss_at(&k, k.p, k.head) / classifier_dloss, 1e-4);
        grade_gradient_check("the head's gradients", k.m.grads, k.m.params, AXES("p", k.heads), classifier_loss_of_head,
                             &k, 5e-4);
        grade_gradient_check("the encoder's gradients", k.m.encoder.grads, k.m.encoder.params, AXES("p", k.n),
                             classifier_loss_of_encoder, &k, 5e-4);
        free_classifier(&k.m);
    }
}
