// Types of numbers in GGUF files: those of this chapter, and the sizes of all others.
#include <string.h>

#include "14-pretraining/safetensors.h"
#include "15-inference/gguf_file.h"
#include "15-inference/half.h"

static const struct gguf_type types[] = {
    {"F32", 0, 1, 4, TYPE_F32},     {"F16", 1, 1, 2, TYPE_F16},    {"Q4_0", 2, 32, 18, TYPE_Q4_0},
    {"Q4_1", 3, 32, 20, -1},        {"Q5_0", 6, 32, 22, -1},       {"Q5_1", 7, 32, 24, -1},
    {"Q8_0", 8, 32, 34, TYPE_Q8_0}, {"Q8_1", 9, 32, 36, -1},       {"Q2_K", 10, 256, 84, -1},
    {"Q3_K", 11, 256, 110, -1},     {"Q4_K", 12, 256, 144, -1},    {"Q5_K", 13, 256, 176, -1},
    {"Q6_K", 14, 256, 210, -1},     {"Q8_K", 15, 256, 292, -1},    {"IQ2_XXS", 16, 256, 66, -1},
    {"IQ2_XS", 17, 256, 74, -1},    {"IQ3_XXS", 18, 256, 98, -1},  {"IQ1_S", 19, 256, 50, -1},
    {"IQ4_NL", 20, 32, 18, -1},     {"IQ3_S", 21, 256, 110, -1},   {"IQ2_S", 22, 256, 82, -1},
    {"IQ4_XS", 23, 256, 136, -1},   {"I8", 24, 1, 1, -1},          {"I16", 25, 1, 2, -1},
    {"I32", 26, 1, 4, -1},          {"I64", 27, 1, 8, -1},         {"F64", 28, 1, 8, -1},
    {"IQ1_M", 29, 256, 56, -1},     {"BF16", 30, 1, 2, TYPE_BF16}, {"TQ1_0", 34, 256, 54, -1},
    {"TQ2_0", 35, 256, 66, -1},     {"MXFP4", 39, 32, 17, -1},
};

const struct gguf_type *gguf_type_of_id(uint32_t id) {
    for (int i = 0; i < COUNT(types); i++)
        if (types[i].id == id) return &types[i];
    return NULL;
}

const struct gguf_type *gguf_type_of(enum number_type type) {
    for (int i = 0; i < COUNT(types); i++)
        if (types[i].ours == (int)type) return &types[i];
    die("there is no type of number %d", (int)type);
}

size_t gguf_type_bytes(const struct gguf_type *type, size_t n) {
    return n / type->numbers * type->bytes;
}

void gguf_to_floats(float *out, enum number_type type, const void *data, size_t n) {
    const uint16_t *half = data;
    switch (type) {
        case TYPE_F32:
            memcpy(out, data, n * sizeof *out);
            break;
        case TYPE_F16:
            for (size_t i = 0; i < n; i++) out[i] = half_to_float(half[i]);
            break;
        case TYPE_BF16:
            for (size_t i = 0; i < n; i++) out[i] = bf16_to_float(half[i]);
            break;
        case TYPE_Q8_0:
            q8_0_dequantize(out, data, n);
            break;
        case TYPE_Q4_0:
            q4_0_dequantize(out, data, n);
            break;
        default:
            die("there is no type of number %d", (int)type);
    }
}

void gguf_from_floats(void *out, enum number_type type, const float *x, size_t n) {
    uint16_t *half = out;
    switch (type) {
        case TYPE_F32:
            memcpy(out, x, n * sizeof *x);
            break;
        case TYPE_F16:
            for (size_t i = 0; i < n; i++) half[i] = float_to_half(x[i]);
            break;
        case TYPE_BF16:
            bf16_from_floats(half, x, n);
            break;
        case TYPE_Q8_0:
            q8_0_quantize(out, x, n);
            break;
        case TYPE_Q4_0:
            q4_0_quantize(out, x, n);
            break;
        default:
            die("there is no type of number %d", (int)type);
    }
}
