// How many bytes: what a model weighs, and what one token costs to read.
#include "15-inference/inference.h"

double type_bytes(enum number_type type, double n) {
    // BEGIN SOLUTION 15.1 type_bytes: 4, 2 or 2 bytes for each; or 34 or 18 for every QUANT_BLOCK of them
    switch (type) {
        case TYPE_F16:
        case TYPE_BF16:
            return 2 * n;
        case TYPE_Q8_0:
            return 34 * n / QUANT_BLOCK;
        case TYPE_Q4_0:
            return 18 * n / QUANT_BLOCK;
        default:
            return 4 * n;
    }
    // END SOLUTION
}

double decode_bytes(const struct gpt_config *c, enum number_type type) {
    // BEGIN SOLUTION 15.1 decode_bytes: the matrices of L blocks and the head in `type`; norms and biases in F32
    double C = c->C, F = c->F, QKV = C + 2.0 * c->G * (C / c->H);
    bool gpt2 = c->shape == GPT2;
    double matrices = QKV * C + C * C + (gpt2 ? 2 : 3) * F * C;
    double vectors = gpt2 ? 4 * C + QKV + C + F + C : 2 * C;
    return type_bytes(type, c->L * matrices + c->V * C) + 4 * (c->L * vectors + (gpt2 ? 2 * C : C));
    // END SOLUTION
}
