// Tests of merge.c.
#include "17-lora/thin.h"

struct merge_case {
    struct lora l;
    float *w;  // (O,I)
};

static struct merge_case sized_merge(int O, int I, int R) {
    return (struct merge_case){
        {.O = O, .I = I, .R = R, .alpha = 2.6f * (float)R, .A = grade_floats(R * I), .B = grade_floats(O * R)},
        grade_floats(O * I)};
}

static struct merge_case random_merge(void) {
    return sized_merge(grade_int(11, 29), grade_int(30, 47), grade_int(3, 7));
}

// More outputs than inputs, and R above those.
static struct merge_case tall_merge(void) {
    return sized_merge(grade_int(9, 14), grade_int(2, 4), grade_int(5, 8));
}

// w (where it counts) + scale * B A, with thin matrices that may be misread.
static double *define_merged(const struct merge_case *k, double keeps, double scale, bool A_turned, bool B_turned) {
    const struct lora *l = &k->l;
    double *w = grade_doubles(l->O * l->I);
    for (int o = 0; o < l->O; o++) {
        for (int i = 0; i < l->I; i++) {
            double sum = 0;
            for (int r = 0; r < l->R; r++)
                sum +=
                    (double)l->B[B_turned ? r * l->O + o : o * l->R + r] * l->A[A_turned ? i * l->R + r : r * l->I + i];
            w[o * l->I + i] = keeps * k->w[o * l->I + i] + scale * sum;
        }
    }
    return w;
}

static void suspect_all(const struct merge_case *k, double sign) {
    const double alpha = k->l.alpha, scale = sign * alpha / k->l.R;
    suspect("what stood in w is gone: it is to be added to", define_merged(k, 0, scale, false, false));
    suspect("the scale is missing", define_merged(k, 1, sign, false, false));
    suspect("scaled by alpha: the scale is alpha / R", define_merged(k, 1, sign * alpha, false, false));
    suspect(sign > 0 ? "taken off, where it is to be added" : "added once more, where it is to be taken off",
            define_merged(k, 1, -scale, false, false));
    suspect("A is read as (I,R): a row of it belongs to one of the R numbers", define_merged(k, 1, scale, true, false));
    suspect("B is read as (R,O): a row of it belongs to one output", define_merged(k, 1, scale, false, true));
    suspect("w is scaled, too", define_merged(k, sign * scale, scale, false, false));
    suspect("divided by the scale", define_merged(k, 1, sign / fabs(scale), false, false));
}

static void check_merge(const char *what, const struct merge_case *k, double sign) {
    const struct lora *l = &k->l;
    float *w = grade_copy(k->w, l->O * l->I);
    (sign > 0 ? lora_merge : lora_unmerge)(w, l);
    suspect_all(k, sign);
    grade_array(what, w, define_merged(k, 1, sign * l->alpha / l->R, false, false), AXES("oi", l->O, l->I), 1e-4);
    grade_unchanged("A", l->A);
    grade_unchanged("B", l->B);
}

// The text's example: B A = (1 1 0; 2 0 -2), three times that on W.
static struct merge_case text_merge(void) {
    return (struct merge_case){{.O = 2,
                                .I = 3,
                                .R = 2,
                                .alpha = 6,
                                .A = grade_copy((float[]){1, 0, -1, 0, 1, 1}, 6),
                                .B = grade_copy((float[]){1, 1, 2, 0}, 4)},
                               grade_copy((float[]){1, 0, 0, 0, 1, 0}, 6)};
}

EXERCISE(lora_merge, .number = "17.2", .points = 5) {
    struct merge_case text = text_merge(), k = random_merge(), tall = tall_merge();
    check_merge("the text's W", &text, 1);
    lora_merge(text.w, &text.l);
    grade_array("the text's W, merged", text.w, (double[]){4, 3, 0, 6, 1, -6}, AXES("oi", 2, 3), 0);
    check_merge("w", &k, 1);
    check_merge("w, with O above I and R above I", &tall, 1);
    // One road does what two did: x through w and through B A.
    const struct lora *l = &k.l;
    float *x = grade_floats(l->I);
    double *two = grade_doubles(l->O), *one = grade_doubles(l->O);
    for (int o = 0; o < l->O; o++) {
        for (int i = 0; i < l->I; i++) two[o] += (double)k.w[o * l->I + i] * x[i];
        for (int r = 0; r < l->R; r++)
            for (int i = 0; i < l->I; i++)
                two[o] += (double)l->alpha / l->R * l->B[o * l->R + r] * l->A[r * l->I + i] * x[i];
    }
    lora_merge(k.w, l);
    for (int i = 0; i < l->O * l->I; i++) one[i / l->I] += (double)k.w[i] * x[i % l->I];
    grade_array("x through the merged matrix, as through both roads", grade_copy_doubles(one, l->O), two,
                AXES("o", l->O), 1e-4);
}

EXERCISE(lora_unmerge, .number = "17.2", .points = 3) {
    struct merge_case text = text_merge(), k = random_merge(), tall = tall_merge();
    check_merge("the text's W, taken apart", &text, -1);
    check_merge("w", &k, -1);
    check_merge("w, with O above I and R above I", &tall, -1);
    double *before = in_double(k.w, k.l.O * k.l.I);
    float *w = grade_copy_doubles(define_merged(&k, 1, (double)k.l.alpha / k.l.R, false, false), k.l.O * k.l.I);
    lora_unmerge(w, &k.l);
    grade_array("w, merged and taken apart", w, before, AXES("oi", k.l.O, k.l.I), 1e-4);
}
