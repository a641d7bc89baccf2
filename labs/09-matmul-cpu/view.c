// Three forms, one product: a transposed matrix is the same memory walked with the steps swapped.
#include "09-matmul-cpu/matmul.h"

struct matmul_view matmul_view_a(enum matmul_form form, const float *A, int lda) {
    // TODO 09.1 matmul_view_a: steps from row to row and from column to column of op(A); TN swaps them
    todo("09.1 matmul_view_a");
}

struct matmul_view matmul_view_b(enum matmul_form form, const float *B, int ldb) {
    // TODO 09.1 matmul_view_b: the same for op(B); NT swaps them
    todo("09.1 matmul_view_b");
}

struct matmul_view matmul_view_from(struct matmul_view v, int i, int j) {
    v.data += (size_t)i * v.row + (size_t)j * v.column;
    return v;
}
