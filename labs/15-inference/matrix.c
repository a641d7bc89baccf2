// A weight matrix in any type: made, looked at, multiplied.
#include <stdlib.h>
#include <string.h>

#include "15-inference/inference.h"

const char *const number_type_name[NUMBER_TYPES] = {"F32", "F16", "BF16", "Q8_0", "Q4_0"};

static size_t row_bytes(enum number_type type, int cols) {
    return (size_t)type_bytes(type, cols);
}

struct matrix matrix_make(enum number_type type, const float *w, int rows, int cols) {
    if (type != TYPE_F32 && type != TYPE_Q8_0 && type != TYPE_Q4_0)
        die("a matrix in %s: this chapter computes with F32, Q8_0 and Q4_0 only", number_type_name[type]);
    struct matrix m = {.type = cols % QUANT_BLOCK ? TYPE_F32 : type, .rows = rows, .cols = cols};
    const size_t n = (size_t)rows * (size_t)cols;
    m.data = alloc_zeroed(matrix_bytes(&m), 1);
    if (m.type == TYPE_F32) memcpy(m.data, w, n * sizeof(float));
    if (m.type == TYPE_Q8_0) q8_0_quantize(m.data, w, n);
    if (m.type == TYPE_Q4_0) q4_0_quantize(m.data, w, n);
    return m;
}

void matrix_free(struct matrix *m) {
    free(m->data);
    *m = (struct matrix){0};
}

size_t matrix_bytes(const struct matrix *m) {
    return (size_t)m->rows * row_bytes(m->type, m->cols);
}

void matrix_row(float *out, const struct matrix *m, int row) {
    const char *data = (const char *)m->data + (size_t)row * row_bytes(m->type, m->cols);
    const size_t n = (size_t)m->cols;
    if (m->type == TYPE_F32) memcpy(out, data, n * sizeof(float));
    if (m->type == TYPE_Q8_0) q8_0_dequantize(out, (const void *)data, n);
    if (m->type == TYPE_Q4_0) q4_0_dequantize(out, (const void *)data, n);
}

// From so many rows of x on, chapter 09's matmul is the faster way, though it packs w first, and though blocks must be
// turned to floats for it.
enum { MANY_FOR_FLOATS = 16, MANY_FOR_BLOCKS = 32, STRIPE = 256 };

// A stripe of w at a time: its floats stay in the cache until they are used.
static void multiply_stripes(float *out, const float *x, const struct matrix *w, const float *bias, int N) {
    float *floats = alloc_floats((size_t)STRIPE * w->cols), *part = alloc_floats((size_t)N * STRIPE);
    for (int first = 0; first < w->rows; first += STRIPE) {
        const int rows = w->rows - first < STRIPE ? w->rows - first : STRIPE;
#pragma omp parallel for schedule(static)
        for (int i = 0; i < rows; i++) matrix_row(floats + (size_t)i * w->cols, w, first + i);
        projection_forward(part, x, floats, bias ? bias + first : NULL, N, w->cols, rows);
        for (int n = 0; n < N; n++)
            memcpy(out + (size_t)n * w->rows + first, part + (size_t)n * rows, (size_t)rows * sizeof(float));
    }
    free(floats);
    free(part);
}

void matrix_forward(float *out, const float *x, const struct matrix *w, const float *bias, int N) {
    const bool floats = w->type == TYPE_F32;
    if (N < (floats ? MANY_FOR_FLOATS : MANY_FOR_BLOCKS)) matvec(out, x, w, bias, N);
    else if (floats) projection_forward(out, x, w->data, bias, N, w->cols, w->rows);
    else multiply_stripes(out, x, w, bias, N);
}
