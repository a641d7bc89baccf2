// The sizes of a model, and which of them make sense.
#include "13-transformer/transformer.h"

struct gpt_config gpt2_config(int V, int T, int C, int L, int H) {
    return (struct gpt_config){
        .shape = GPT2, .V = V, .T = T, .C = C, .L = L, .H = H, .G = H, .F = 4 * C, .eps = 1e-5f, .tied = true};
}

// Three matrices in place of two: 8C/3 keeps the number of parameters of 4C.
struct gpt_config llama_config(int V, int T, int C, int L, int H, int G) {
    return (struct gpt_config){.shape = LLAMA,
                               .V = V,
                               .T = T,
                               .C = C,
                               .L = L,
                               .H = H,
                               .G = G,
                               .F = (8 * C / 3 + 15) / 16 * 16,
                               .eps = 1e-5f,
                               .rope_base = 10000,
                               .tied = true};
}

const char *gpt_config_fault(const struct gpt_config *c) {
    if (c->V < 1) return "the vocabulary must have a token";
    if (c->T < 1) return "the context must have a position";
    if (c->C < 1 || c->L < 1 || c->H < 1 || c->G < 1 || c->F < 1)
        return "channels, layers, heads, key/value heads and hidden channels must be 1 or more";
    if (c->L > GPT_MAX_LAYERS) return "more layers than a struct gpt has room for (GPT_MAX_LAYERS)";
    if (c->C % c->H) return "channels must be a multiple of heads";
    if (c->H % c->G) return "heads must be a multiple of key/value heads";
    if (c->shape == GPT2 && c->G != c->H) return "GPT-2 has as many key/value heads as heads";
    if (c->shape == LLAMA && c->C / c->H % 2) return "rotary positions need an even number of channels per head";
    if (!(c->eps > 0)) return "the norms' eps must be above 0";
    if (c->shape == LLAMA && !(c->rope_base > 1)) return "the base of the rotary positions must be above 1";
    return NULL;
}
