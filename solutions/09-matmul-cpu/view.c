// Three forms, one product: a transposed matrix is the same memory walked with the steps swapped.
#include "09-matmul-cpu/matmul.h"

struct matmul_view matmul_view_a(enum matmul_form form, const float *A, int lda) {
    // BEGIN SOLUTION 09.1 matmul_view_a: steps from row to row and from column to column of op(A); TN swaps them
    if (form == MATMUL_TN) return (struct matmul_view){A, 1, (size_t)lda};
    return (struct matmul_view){A, (size_t)lda, 1};
    // END SOLUTION
}

struct matmul_view matmul_view_b(enum matmul_form form, const float *B, int ldb) {
    // BEGIN SOLUTION 09.1 matmul_view_b: the same for op(B); NT swaps them
    if (form == MATMUL_NT) return (struct matmul_view){B, 1, (size_t)ldb};
    return (struct matmul_view){B, (size_t)ldb, 1};
    // END SOLUTION
}

struct matmul_view matmul_view_from(struct matmul_view v, int i, int j) {
    v.data += (size_t)i * v.row + (size_t)j * v.column;
    return v;
}
