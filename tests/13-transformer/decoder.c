// Tests of decoder.c.
#include "13-transformer/pair.h"

static double *decoder_block_gives(struct pair_case *k, enum cross_mistake mistake) {
    double *out = grade_doubles(k->N * k->m.decoder.config.C);
    k->mistake = mistake;
    define_decoder_block(out, k->dx, k->dmemory, k->p[1], k->p[2], k->layer, k, false);
    k->mistake = CROSS_RIGHT;
    return out;
}

static void run_decoder_block(struct pair_case *k, float *out) {
    memcpy(k->m.decoder.block[k->layer].x, k->x, sizeof(float) * (size_t)(k->N * k->m.decoder.config.C));
    k->m.cross[k->layer].memory = k->memory;
    decoder_block_forward(out, &k->m, k->layer, &k->decoder.c, &k->cross);
}

EXERCISE(decoder_block_forward, .number = "13.16", .points = 2, .seconds = 10,
         .needs = "block_attend block_mlp cross_forward") {
    struct pair_case k;
    random_pair(&k, false);
    float *out = grade_output(k.N * k.m.decoder.config.C);
    run_decoder_block(&k, out);
    suspect("the memory is not asked, or the small network reads mid, where it is to read what the memory answered",
            decoder_block_gives(&k, CROSS_SKIPPED));
    suspect("the cross-attention reads the block's x; it is to read mid", decoder_block_gives(&k, CROSS_READS_X));
    grade_array("out", out, decoder_block_gives(&k, CROSS_RIGHT), AXES("btc", k.B, k.T, k.m.decoder.config.C), 2e-4);
    free_pair(&k);
}

static double decoder_block_loss(struct pair_case *k, const double *x, const double *memory, const double *decoder,
                                 const double *cross) {
    double out[k->N * k->m.decoder.config.C];
    define_decoder_block(out, x, memory, decoder, cross, k->layer, k, false);
    return dot(out, k->dout, k->N * k->m.decoder.config.C);
}

static double decoder_block_loss_of_x(const double *x, void *context) {
    struct pair_case *k = context;
    return decoder_block_loss(k, x, k->dmemory, k->p[1], k->p[2]);
}

static double decoder_block_loss_of_memory(const double *memory, void *context) {
    struct pair_case *k = context;
    return decoder_block_loss(k, k->dx, memory, k->p[1], k->p[2]);
}

static double decoder_block_loss_of_decoder(const double *p, void *context) {
    struct pair_case *k = context;
    return decoder_block_loss(k, k->dx, k->dmemory, p, k->p[2]);
}

static double decoder_block_loss_of_cross(const double *p, void *context) {
    struct pair_case *k = context;
    return decoder_block_loss(k, k->dx, k->dmemory, k->p[1], p);
}

static double *decoder_block_slopes(struct pair_case *k, enum cross_mistake mistake) {
    const int n = k->N * k->m.decoder.config.C;
    double out[n];
    define_decoder_block(out, k->dx, k->dmemory, k->p[1], k->p[2], k->layer, k, true);
    k->mistake = mistake;
    double *slope = slopes(decoder_block_loss_of_x, k->x, k, n);
    k->mistake = CROSS_RIGHT;
    return slope;
}

EXERCISE(decoder_block_backward, .number = "13.16", .points = 2, .seconds = 15,
         .needs = "decoder_block_forward block_attend_backward block_mlp_backward cross_backward") {
    struct pair_case k;
    random_pair(&k, false);
    const int C = k.m.decoder.config.C;
    run_decoder_block(&k, grade_output(k.N * C));
    poison_cross_scratch(&k);
    float *dx = grade_copy(k.dout, k.N * C);
    k.m.dmemory = grade_grad(k.M * C);
    decoder_block_backward(dx, &k.m, k.layer, &k.decoder.c, &k.cross);
    suspect("the cross-attention's backward pass is missing", decoder_block_slopes(&k, CROSS_LOST_SIDE));
    grade_array("dx", dx, decoder_block_slopes(&k, CROSS_RIGHT), AXES("btc", k.B, k.T, C), 5e-4);
    grade_gradient_check("dmemory", k.m.dmemory, k.memory, AXES("bsc", k.B, k.S, C), decoder_block_loss_of_memory, &k,
                         5e-4);
    grade_gradient_check("the cross-attention's gradients", k.grads[2], k.m.params, AXES("p", (int)k.m.parameters),
                         decoder_block_loss_of_cross, &k, 5e-4);
    grade_gradient_check("the decoder's gradients", k.grads[1], k.m.decoder.params,
                         AXES("p", (int)k.m.decoder.parameters), decoder_block_loss_of_decoder, &k, 5e-4);
    free_pair(&k);
}
