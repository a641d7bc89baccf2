// Tests of seq2seq.c.
#include "13-transformer/pair.h"

EXERCISE(teacher_forcing, .number = "13.16", .points = 1) {
    const int B = 3, T = grade_int(4, 7), start = 9;
    int *targets = grade_ints(B * T, 0, 8), *input = grade_ints(B * T, -5, -5);
    for (int b = 1; b < B; b++) targets[b * T + T - 1] = targets[b * T + T - 2] = -1;
    double *want = grade_doubles(B * T), *flat = grade_doubles(B * T), *early = grade_doubles(B * T);
    for (int i = 0; i < B * T; i++) {
        const int before = i ? targets[i - 1] : -1;
        early[i] = targets[i] < 0 ? start : targets[i];
        flat[i] = before < 0 ? start : before;
        want[i] = i % T ? flat[i] : start;
    }
    teacher_forcing(input, targets, start, B, T);
    suspect("each word is shown where it is to be predicted: one place later", early);
    suspect("a text begins with the last word of the one before: each begins with `start`", flat);
    grade_array("input", as_floats(input, B * T), want, AXES("bt", B, T), 0);
}

static void define_pair(double *logits, const double *const p[3], struct pair_case *k, bool hold) {
    const struct gpt *d = &k->m.decoder;
    const int C = d->config.C, n = k->N * C;
    double memory[k->M * C], x[n], out[n], rows[n];
    define_rows(memory, k->source, p[0], p[0], &k->encoder, MODEL_RIGHT, NULL);
    if (hold) k->held_memory = grade_doubles(k->M * C), memcpy(k->held_memory, memory, sizeof memory);
    const double *table = twin(p[1], d->params, d->weights.token_table);
    const double *positions = twin(p[1], d->params, d->weights.position_table);
    for (int i = 0; i < n; i++) x[i] = table[k->input[i / C] * C + i % C] + positions[i / C % k->T * C + i % C];
    for (int l = 0; l < d->config.L; l++) {
        const bool held = k->last_layer_only && l > 0;  // backwards, layer 0 comes last
        define_decoder_block(out, x, held ? k->held_memory : memory, p[1], p[2], l, k, false);
        memcpy(x, out, sizeof x);
    }
    define_norm(rows, x, twin(p[1], d->params, d->weights.norm), twin(p[1], d->params, d->weights.norm_bias),
                d->config.eps, k->N, C);
    define_linear(logits, rows, twin(p[1], d->params, d->weights.head), NULL, k->N, C, d->config.V);
}

static double *pair_gives(struct pair_case *k, enum cross_mistake mistake) {
    double *logits = grade_doubles(k->N * k->m.decoder.config.V);
    k->mistake = mistake;
    define_pair(logits, (const double *const *)k->p, k, false);
    k->mistake = CROSS_RIGHT;
    return logits;
}

EXERCISE(seq2seq_forward, .number = "13.16", .points = 1, .seconds = 10,
         .needs = "decoder_block_forward gpt_rows embedding_forward") {
    struct pair_case k;
    random_pair(&k, false);
    const float *logits = seq2seq_forward(&k.m, k.source, k.length, k.input, k.B, k.S, k.T);
    suspect("the memory is not asked", pair_gives(&k, CROSS_SKIPPED));
    suspect("the decoder looks at the source's padding", pair_gives(&k, CROSS_NO_LENGTH));
    k.encoder.c.causal = true;
    suspect("the encoder is causal", pair_gives(&k, CROSS_RIGHT));
    k.encoder.c.causal = false, k.encoder.c.length = NULL;
    suspect("the encoder looks at its padding", pair_gives(&k, CROSS_RIGHT));
    k.encoder.c.length = k.length, k.decoder.c.causal = false;
    suspect("the decoder sees the words that it is to write", pair_gives(&k, CROSS_RIGHT));
    k.decoder.c.causal = true;
    grade_array("logits", logits, pair_gives(&k, CROSS_RIGHT), AXES("btv", k.B, k.T, k.m.decoder.config.V), 5e-4);
    free_pair(&k);
}

static const double pair_dloss = 1.5;

static double pair_loss(const double *p, struct pair_case *k, int which) {
    const int V = k->m.decoder.config.V;
    const double *all[3] = {k->p[0], k->p[1], k->p[2]};
    double logits[k->N * V];
    all[which] = p;
    define_pair(logits, all, k, false);
    return pair_dloss * define_loss(logits, k->targets, k->N, V);
}

static double pair_loss_of_encoder(const double *p, void *context) {
    return pair_loss(p, context, 0);
}

static double pair_loss_of_decoder(const double *p, void *context) {
    return pair_loss(p, context, 1);
}

static double pair_loss_of_cross(const double *p, void *context) {
    return pair_loss(p, context, 2);
}

EXERCISE(seq2seq_backward, .number = "13.16", .points = 2, .seconds = 20,
         .needs = "seq2seq_forward decoder_block_backward gpt_backward_rows masked_loss_backward") {
    struct pair_case k;
    random_pair(&k, false);
    const int n = (int)k.m.encoder.parameters;
    for (int i = 0; i < k.M * k.m.decoder.config.C; i++) k.m.dmemory[i] = 1;
    seq2seq_forward(&k.m, k.source, k.length, k.input, k.B, k.S, k.T);
    float loss = seq2seq_backward(&k.m, (float)pair_dloss, k.source, k.length, k.input, k.targets, k.B, k.S, k.T);
    grade_scalar("the loss returned", loss, pair_loss(k.p[1], &k, 1) / pair_dloss, 1e-4);
    grade_gradient_check("the decoder's gradients", k.grads[1], k.m.decoder.params,
                         AXES("p", (int)k.m.decoder.parameters), pair_loss_of_decoder, &k, 1e-3);
    grade_gradient_check("the cross-attentions' gradients", k.grads[2], k.m.params, AXES("p", (int)k.m.parameters),
                         pair_loss_of_cross, &k, 1e-3);
    double logits[k.N * k.m.decoder.config.V];
    define_pair(logits, (const double *const *)k.p, &k, true);
    k.last_layer_only = true;
    suspect("only one layer's gradient reaches the encoder: the memory hears the sum over all of them",
            slopes(pair_loss_of_encoder, k.m.encoder.params, &k, n));
    k.last_layer_only = false;
    grade_gradient_check("the encoder's gradients", k.grads[0], k.m.encoder.params, AXES("p", n), pair_loss_of_encoder,
                         &k, 1e-3);
    free_pair(&k);
}
