// Tests of alibi.c.
#include "12-attention/definitions.h"

static void check_slopes(int H) {
    float *list = grade_output(H);
    alibi_slopes(list, H);
    suspect("2^(-8(h+1)/H) is used where H is no power of two", slopes(H, ANY_H));
    suspect("the exponents start at 0; they start at -8/H", slopes(H, FROM_0));
    suspect("the further slopes are the second, fourth ... of 2P; they are the first, third ...",
            slopes(H, EVERY_OTHER_FROM_2));
    suspect("the further slopes go on where those of P heads end; they lie between them", slopes(H, MORE_OF_P));
    suspect("the further slopes are the first of 2P; they are every other one", slopes(H, PLAIN_2P));
    char what[32];
    snprintf(what, sizeof what, "slopes of %d heads", H);
    grade_array(what, list, slopes(H, SLOPES), AXES("h", H), 1e-7);
}

EXERCISE(alibi_slopes, .number = "12.7", .points = 4) {
    for (int H = 8; H >= 1; H /= 2) check_slopes(H);
    float *list = grade_output(12);
    alibi_slopes(list, 12);
    suspect("2^(-8(h+1)/H) is used where H is no power of two", slopes(12, ANY_H));
    grade_array("slopes of 12 heads, as published", list, golden_slopes, AXES("h", 12), 1e-7);
    check_slopes(grade_int(5, 7));
    check_slopes(grade_int(17, 31));
    check_slopes(3);
}
