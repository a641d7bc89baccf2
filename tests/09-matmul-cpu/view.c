#define _DEFAULT_SOURCE  // for MAP_ANONYMOUS
// Tests of view.c.
#include "09-matmul-cpu/definitions.h"

EXERCISE(matmul_view, .number = "09.1", .points = 4) {
    const float six[] = {1, 2, 3, 4, 5, 6};
    struct matmul_view v = matmul_view_a(MATMUL_NN, six, 3);
    grade_scalar("section 9.1's A, NN: element (1,2)", (double)v.data[v.row + 2 * v.column], 6, 0);
    int ld = grade_int(5, 40);
    const float *data = grade_floats(3);
    for (int form = 0; form < 3; form++) {
        struct matmul_view a = matmul_view_a((enum matmul_form)form, data, ld);
        struct matmul_view b = matmul_view_b((enum matmul_form)form, data, ld);
        bool ta = form == MATMUL_TN, tb = form == MATMUL_NT;
        char what[100];
        snprintf(what, sizeof what, "%s, lda %d: from one row of op(A) to the next", form_names[form], ld);
        suspect_scalar("A is transposed in form TN, and in no other: the two steps are swapped", ta ? ld : 1);
        grade_scalar(what, (double)a.row, ta ? 1 : ld, 0);
        snprintf(what, sizeof what, "%s, lda %d: from one column of op(A) to the next", form_names[form], ld);
        grade_scalar(what, (double)a.column, ta ? ld : 1, 0);
        snprintf(what, sizeof what, "%s, ldb %d: from one row of op(B) to the next", form_names[form], ld);
        suspect_scalar("B is transposed in form NT, and in no other: the two steps are swapped", tb ? ld : 1);
        grade_scalar(what, (double)b.row, tb ? 1 : ld, 0);
        snprintf(what, sizeof what, "%s, ldb %d: from one column of op(B) to the next", form_names[form], ld);
        grade_scalar(what, (double)b.column, tb ? ld : 1, 0);
        grade_true(a.data == data && b.data == data, "the view must start at the matrix's first float");
    }
}
