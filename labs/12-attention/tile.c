// Products of small matrices: a tile of ROWS x PANEL results stays in registers while k goes by.
#include "12-attention/tile.h"

#include <string.h>

enum { LANES = PANEL / 2 };
#ifdef __AVX512F__
enum { ROWS = 8 };
#else
enum { ROWS = 6 };
#endif
typedef float vector __attribute__((vector_size(4 * LANES)));
typedef float vector_in_memory __attribute__((vector_size(4 * LANES), aligned(4), may_alias));

void tile_pack(float *panels, struct matmul_view B, int K, int N) {
    int whole = B.column == 1 ? N / PANEL * PANEL : 0;  // columns that can be copied a row of a panel at a time
    for (int j = 0; j < whole; j += PANEL)
        for (int k = 0; k < K; k++)
            memcpy(panels + (size_t)j * K + (size_t)k * PANEL, B.data + k * B.row + j, PANEL * sizeof(float));
    if (whole < N) pack_b(panels + (size_t)whole * K, matmul_view_from(B, 0, whole), K, N - whole, PANEL);
}

// At most ROWS rows of C and one panel. Rows that do not exist are computed as copies of the last, and not written.
static void tile(float *C, int ldc, int rows, int K, float alpha, const float *A, size_t a_row, size_t a_step,
                 const float *panel, bool add) {
    vector sum[ROWS][2] = {{{0}}};
    const float *a[ROWS];
    for (int i = 0; i < ROWS; i++) a[i] = A + min_int(i, rows - 1) * a_row;
    for (int k = 0; k < K; k++) {
        const vector_in_memory *b = (const vector_in_memory *)(panel + (size_t)k * PANEL);
        vector left = b[0], right = b[1];
#pragma GCC unroll 8
        for (int i = 0; i < ROWS; i++) {
            sum[i][0] += a[i][k * a_step] * left;
            sum[i][1] += a[i][k * a_step] * right;
        }
    }
#pragma GCC unroll 8
    for (int i = 0; i < ROWS; i++) {
        if (i == rows) break;
        vector_in_memory *c = (vector_in_memory *)(C + (size_t)i * ldc);
        vector left = alpha * sum[i][0], right = alpha * sum[i][1];
        c[0] = add ? left + c[0] : left;
        c[1] = add ? right + c[1] : right;
    }
}

void tile_product(float *C, int ldc, int M, int N, int K, float alpha, const float *A, size_t a_row, size_t a_step,
                  const float *B, size_t panel, bool add) {
    for (int j = 0; j < N; j += PANEL, B += panel)
        for (int i = 0; i < M; i += ROWS)
            tile(C + (size_t)i * ldc + j, ldc, min_int(ROWS, M - i), K, alpha, A + i * a_row, a_row, a_step, B, add);
}
