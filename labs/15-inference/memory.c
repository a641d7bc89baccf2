// How many bytes: what a model weighs, and what one token costs to read.
#include "15-inference/inference.h"

double type_bytes(enum number_type type, double n) {
    // TODO 15.1 type_bytes: 4, 2 or 2 bytes for each; or 34 or 18 for every QUANT_BLOCK of them
    todo("15.1 type_bytes");
}

double decode_bytes(const struct gpt_config *c, enum number_type type) {
    // TODO 15.1 decode_bytes: the matrices of L blocks and the head in `type`; norms and biases in F32
    todo("15.1 decode_bytes");
}
