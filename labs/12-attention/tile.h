// Products of small matrices that lie in the cache: what the inside of flash attention is made of. (Given. The method
// is chapter 09's: one operand packed into panels, a tile of the result in registers.)
#pragma once
#include "09-matmul-cpu/matmul.h"

// Columns of a panel: two vectors of the machine that this is compiled for.
#ifdef __AVX512F__
enum { PANEL = 32 };
#else
enum { PANEL = 16 };
#endif

// B (K,N), seen through a view, as panels of PANEL columns, one after the other; zeros where columns are missing in the
// last. Each is (K,PANEL), so row k of B starts at panels + k*PANEL. panels holds K * round_up(N, PANEL) floats.
void tile_pack(float *panels, struct matmul_view B, int K, int N);

// C (M,N) = alpha * A B, or with add C += alpha * A B.
//     A (M,K): element (i,k) is A[i*a_row + k*a_step], so that a matrix may be read as its own transpose
//     B (K,N): packed; `panel` floats from one panel to the next
//     C: rows ldc floats apart; columns up to the next multiple of PANEL are written, too
// M, N, K >= 1.
void tile_product(float *C, int ldc, int M, int N, int K, float alpha, const float *A, size_t a_row, size_t a_step,
                  const float *B, size_t panel, bool add);
