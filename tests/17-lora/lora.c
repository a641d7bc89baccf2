// Tests of lora.c: the text's example with its numbers, then random sizes against definitions in double.
#include "17-lora/thin.h"

// One call of either pass: rows of out lie out_row apart, a gap behind each.
struct lora_case {
    struct lora l;
    int N, out_row;
    float *x, *out, *dout;
    bool *dropped;  // NULL: nothing is
};

static struct lora make_lora(const float *A, const float *B, int O, int I, int R, float alpha, float dropout) {
    return (struct lora){.O = O,
                         .I = I,
                         .R = R,
                         .alpha = alpha,
                         .dropout = dropout,
                         .A = grade_copy(A, R * I),
                         .B = grade_copy(B, O * R),
                         .dA = grade_grad(R * I),
                         .dB = grade_grad(O * R)};
}

// The example of the text's first section: three inputs, two outputs, rank 2, alpha 6, hence scale 3.
static struct lora text_lora(void) {
    return make_lora((float[]){1, 0, -1, 0, 1, 1}, (float[]){1, 1, 2, 0}, 2, 3, 2, 6, 0);
}

// Rank, alpha and the share that is dropped are such that no two mistakes give the same factor.
static struct lora_case sized_case(int O, int I, int R, bool drops) {
    struct lora_case k = {.N = grade_int(4, 9), .out_row = O + grade_int(2, 9)};
    k.l = make_lora(grade_floats(R * I), grade_floats(O * R), O, I, R, 2.6f * (float)R, 0.3f);
    k.x = grade_floats(k.N * I);
    k.out = grade_floats(k.N * k.out_row), k.dout = grade_floats(k.N * k.out_row);
    if (drops) k.dropped = alloc_zeroed((size_t)k.N * I, sizeof *k.dropped);
    for (int i = 0; drops && i < k.N * I; i++) k.dropped[i] = rng_uniform(grade_rng()) < k.l.dropout;
    return k;
}

static struct lora_case random_case(bool drops) {
    return sized_case(grade_int(11, 29), grade_int(30, 47), grade_int(3, 7), drops);
}

// More numbers in the thin road than come in or go out: no saving, but right all the same.
static struct lora_case wide_road(bool drops) {
    return sized_case(grade_int(2, 4), grade_int(1, 3), grade_int(5, 7), drops);
}

// How a wrong answer differs from the definition.
struct wrong {
    bool no_drop;     // x where x' is meant
    bool not_grown;   // x' is not divided by 1 - dropout
    bool A_turned;    // A is read as (I,R)
    bool B_turned;    // B is read as (R,O)
    bool dense;       // rows of out follow each other without a gap
    bool stored;      // what stood in out is gone
    double scale;     // in place of alpha / R; 0: as it should be
    bool dx_no_drop;  // dx hears dropped elements, too
    bool dx_not_grown;
    double dx_grown;  // dx is multiplied by this in place of 1 / (1 - dropout); 0: as it should be
};

static double seen(const struct lora_case *k, const struct wrong *w, int n, int i) {
    const double x = k->x[n * k->l.I + i];
    if (!k->dropped || w->no_drop) return x;
    return k->dropped[n * k->l.I + i] ? 0 : w->not_grown ? x : x / (1 - (double)k->l.dropout);
}

static double a_of(const struct lora *l, const struct wrong *w, int r, int i) {
    return l->A[w->A_turned ? i * l->R + r : r * l->I + i];
}

static double b_of(const struct lora *l, const struct wrong *w, int o, int r) {
    return l->B[w->B_turned ? r * l->O + o : o * l->R + r];
}

static double scale_of(const struct lora *l, const struct wrong *w) {
    return w->scale != 0 ? w->scale : (double)l->alpha / l->R;
}

// mid (N,R) = x' A^T
static double *define_mid(const struct lora_case *k, struct wrong w) {
    const struct lora *l = &k->l;
    double *mid = grade_doubles(k->N * l->R);
    for (int n = 0; n < k->N; n++)
        for (int r = 0; r < l->R; r++)
            for (int i = 0; i < l->I; i++) mid[n * l->R + r] += seen(k, &w, n, i) * a_of(l, &w, r, i);
    return mid;
}

// All of out (N,out_row), gaps too.
static double *define_out(const struct lora_case *k, struct wrong w) {
    const struct lora *l = &k->l;
    double *out = in_double(k->out, k->N * k->out_row), *mid = define_mid(k, w);
    for (int n = 0; n < k->N; n++) {
        for (int o = 0; o < l->O; o++) {
            double *place = out + (w.dense ? n * l->O : n * k->out_row) + o;
            if (w.stored) *place = 0;
            for (int r = 0; r < l->R; r++) *place += scale_of(l, &w) * mid[n * l->R + r] * b_of(l, &w, o, r);
        }
    }
    return out;
}

static void check_forward(const char *what, const struct lora_case *k) {
    const int N = k->N, R = k->l.R;
    const double alpha = k->l.alpha;
    float *out = grade_copy(k->out, N * k->out_row), *mid = grade_output(N * R);
    lora_forward(out, k->out_row, mid, k->x, k->dropped, &k->l, N);
    char name[120];
    suspect("A is read as (I,R): a row of it belongs to one of the R numbers",
            define_mid(k, (struct wrong){.A_turned = 1}));
    suspect_factor("the scale is in mid already: it belongs to what is added to out", alpha / R);
    if (k->dropped) suspect("dropout is ignored: x where x' is meant", define_mid(k, (struct wrong){.no_drop = 1}));
    snprintf(name, sizeof name, "mid of %s", what);
    grade_array(name, mid, define_mid(k, (struct wrong){0}), AXES("nr", N, R), 1e-4);
    suspect("what stood in out is gone: it is to be added to", define_out(k, (struct wrong){.stored = 1}));
    suspect("the scale is missing", define_out(k, (struct wrong){.scale = 1}));
    suspect("scaled by alpha: the scale is alpha / R", define_out(k, (struct wrong){.scale = alpha}));
    suspect("scaled by alpha / sqrt(R): that is rank-stabilised LoRA",
            define_out(k, (struct wrong){.scale = alpha / sqrt(R)}));
    suspect("the scale is there twice", define_out(k, (struct wrong){.scale = alpha / R * alpha / R}));
    suspect("B is read as (R,O): a row of it belongs to one output", define_out(k, (struct wrong){.B_turned = 1}));
    suspect("the rows of out are out_row apart", define_out(k, (struct wrong){.dense = 1}));
    if (k->dropped) suspect("dropout is ignored: x where x' is meant", define_out(k, (struct wrong){.no_drop = 1}));
    snprintf(name, sizeof name, "out of %s, all out_row numbers of a row", what);
    grade_array(name, out, define_out(k, (struct wrong){0}), AXES("no", N, k->out_row), 1e-4);
    grade_unchanged("x", k->x);
    grade_unchanged("A", k->l.A);
    grade_unchanged("B", k->l.B);
}

// ---- lora_init ------------------------------------------------------------------------------------------------------

static double *define_init(uint64_t seed, int R, int I, double low, double width, bool by_columns) {
    struct rng r;
    rng_seed(&r, seed, 3);
    double *A = grade_doubles(R * I);
    for (int i = 0; i < R * I; i++) A[by_columns ? i % R * I + i / R : i] = low + width * rng_uniform(&r);
    return A;
}

EXERCISE(lora_init, .number = "17.1", .points = 4) {
    for (int sizes = 0; sizes < 3; sizes++) {  // the last: R > I
        const int I = sizes == 2 ? grade_int(2, 4) : sizes ? grade_int(33, 60) : 9;
        const int R = sizes == 2 ? grade_int(5, 8) : sizes ? grade_int(3, 7) : 2, O = grade_int(11, 20);
        const uint64_t seed = rng_u32(grade_rng());
        const double b = 1 / sqrt(I), zero = 0;
        struct lora l = {.O = O, .I = I, .R = R, .alpha = 8};
        l.A = grade_output(R * I), l.B = grade_output(O * R), l.dA = grade_grad(R * I), l.dB = grade_grad(O * R);
        struct rng r;
        rng_seed(&r, seed, 3);
        lora_init(&l, &r);
        double *zeros = grade_doubles(R * I);
        suspect("A is zeros, too: then neither A nor B ever learns anything", zeros);
        suspect("only positive numbers: [0, b)", define_init(seed, R, I, 0, b, false));
        suspect("[-b/2, b/2): twice the draw, less one", define_init(seed, R, I, -b / 2, b, false));
        suspect("b = 1/sqrt(R): the inputs of A count, and those are I",
                define_init(seed, R, I, -1 / sqrt(R), 2 / sqrt(R), false));
        suspect("b = 1/sqrt(O): the inputs of A count, and those are I",
                define_init(seed, R, I, -1 / sqrt(O), 2 / sqrt(O), false));
        suspect("b = 1/I: the root is missing", define_init(seed, R, I, -1.0 / I, 2.0 / I, false));
        suspect("b = sqrt(6/I), Kaiming's rule without its a = sqrt(5)",
                define_init(seed, R, I, -sqrt(6.0 / I), 2 * sqrt(6.0 / I), false));
        suspect("drawn column by column, where rows are asked for", define_init(seed, R, I, -b, 2 * b, true));
        grade_array(sizes ? "A" : "A of I = 9, all between -1/3 and 1/3", l.A,
                    define_init(seed, R, I, -b, 2 * b, false), AXES("ri", R, I), 1e-6);
        bool drawn = true;
        for (int i = 0; i < O * R; i++) drawn = drawn && l.B[i] != 0 && fabsf(l.B[i]) <= 1;
        grade_true(!drawn,
                   "B is not zeros: B[0] is %g\nlooks like: B is drawn at random, too: then the first forward "
                   "pass is not that of the pretrained model",
                   (double)l.B[0]);
        double *none = grade_doubles(O * R);
        grade_array("B", l.B, none, AXES("or", O, R), zero);
    }
}

// ---- lora_forward ---------------------------------------------------------------------------------------------------

EXERCISE(lora_forward, .number = "17.1", .points = 10) {
    // The text's example: x = (1,2,3), A x = (-2,5), B of that (3,-4), times 3 added to (10,20): (19,8).
    bool last[] = {false, false, true};
    struct lora_case text = {.l = text_lora(), .N = 1, .out_row = 2};
    text.x = grade_copy((float[]){1, 2, 3}, 3), text.out = grade_copy((float[]){10, 20}, 2);
    check_forward("the text's example", &text);
    float *said = grade_copy(text.out, 2), *two = grade_output(2);
    lora_forward(said, 2, two, text.x, NULL, &text.l, 1);
    grade_array("out of the text's example", said, (double[]){19, 8}, AXES("no", 1, 2), 1e-6);
    // Its last number is dropped, the others are doubled: x' = (2,4,0), A x' = (2,4), B of that (6,4): (28,32).
    text.dropped = last, text.l.dropout = 0.5f;
    check_forward("the text's example, its last number dropped", &text);

    struct lora_case k = random_case(false);
    check_forward("random rows", &k);
    k = random_case(true);
    check_forward("random rows with dropout", &k);
    free(k.dropped);
    k = random_case(false);
    k.l.R = 1, k.N = 1;
    check_forward("one row, rank 1", &k);
    k = wide_road(false);
    check_forward("R above I and O", &k);
    k = random_case(false);
    memset(k.l.B, 0, (size_t)k.l.O * k.l.R * sizeof(float));
    float *out = grade_copy(k.out, k.N * k.out_row), *mid = grade_output(k.N * k.l.R);
    lora_forward(out, k.out_row, mid, k.x, NULL, &k.l, k.N);
    grade_true(memcmp(out, k.out, (size_t)k.N * k.out_row * sizeof(float)) == 0,
               "with B = 0 out is not bit for bit what it was: a new LoRA must change nothing");
}

// ---- lora_backward --------------------------------------------------------------------------------------------------

static double dout_of(const struct lora_case *k, const struct wrong *w, int n, int o) {
    return k->dout[(w->dense ? n * k->l.O : n * k->out_row) + o];
}

// dmid (N,R) = scale * dout B
static double *define_dmid(const struct lora_case *k, struct wrong w) {
    const struct lora *l = &k->l;
    double *dmid = grade_doubles(k->N * l->R);
    for (int n = 0; n < k->N; n++)
        for (int r = 0; r < l->R; r++)
            for (int o = 0; o < l->O; o++)
                dmid[n * l->R + r] += scale_of(l, &w) * dout_of(k, &w, n, o) * b_of(l, &w, o, r);
    return dmid;
}

static double *define_dB(const struct lora_case *k, struct wrong w) {
    const struct lora *l = &k->l;
    double *dB = grade_doubles(l->O * l->R), *mid = define_mid(k, w);
    for (int n = 0; n < k->N; n++)
        for (int o = 0; o < l->O; o++)
            for (int r = 0; r < l->R; r++)
                dB[o * l->R + r] += scale_of(l, &w) * dout_of(k, &w, n, o) * mid[n * l->R + r];
    return dB;
}

static double *define_dA(const struct lora_case *k, struct wrong w) {
    const struct lora *l = &k->l;
    double *dA = grade_doubles(l->R * l->I), *dmid = define_dmid(k, w);
    for (int n = 0; n < k->N; n++)
        for (int r = 0; r < l->R; r++)
            for (int i = 0; i < l->I; i++) dA[r * l->I + i] += dmid[n * l->R + r] * seen(k, &w, n, i);
    return dA;
}

static double *define_dx(const struct lora_case *k, struct wrong w) {
    const struct lora *l = &k->l;
    double *dx = grade_doubles(k->N * l->I), *dmid = define_dmid(k, w);
    for (int at = 0; at < k->N * l->I; at++) {
        const int n = at / l->I, i = at % l->I;
        for (int r = 0; r < l->R; r++) dx[at] += dmid[n * l->R + r] * a_of(l, &w, r, i);
        if (k->dropped && k->dropped[at] && !w.dx_no_drop) dx[at] = 0;
        if (w.dx_grown != 0) dx[at] *= w.dx_grown;
        else if (k->dropped && !w.dx_no_drop && !w.dx_not_grown) dx[at] /= 1 - (double)l->dropout;
    }
    return dx;
}

// The mistakes that dA, dB and dx share.
static void suspect_all(double *(*define)(const struct lora_case *, struct wrong), const struct lora_case *k) {
    const double alpha = k->l.alpha, scale = alpha / k->l.R;
    suspect("the scale is missing", define(k, (struct wrong){.scale = 1}));
    suspect("the scale is there twice", define(k, (struct wrong){.scale = scale * scale}));
    suspect("scaled by alpha: the scale is alpha / R", define(k, (struct wrong){.scale = alpha}));
    suspect("the rows of dout are out_row apart", define(k, (struct wrong){.dense = 1}));
    suspect("B is read as (R,O): a row of it belongs to one output", define(k, (struct wrong){.B_turned = 1}));
}

static void check_backward(const char *what, const struct lora_case *k) {
    const struct lora *l = &k->l;
    const int N = k->N, O = l->O, I = l->I, R = l->R;
    struct lora given = *l;
    given.dA = grade_grad(R * I), given.dB = grade_grad(O * R);
    float *mid = grade_copy_doubles(define_mid(k, (struct wrong){0}), N * R), *dx = grade_grad(N * I);
    char name[120];
    lora_backward(dx, &given, k->dout, k->out_row, mid, k->x, k->dropped, N);
    snprintf(name, sizeof name, "dB of %s", what);
    suspect_all(define_dB, k);
    grade_gradient(name, given.dB, define_dB(k, (struct wrong){0}), AXES("or", O, R), 1e-4);
    snprintf(name, sizeof name, "dA of %s", what);
    suspect_all(define_dA, k);
    if (k->dropped)
        suspect("x where x' is meant: A never saw what was dropped", define_dA(k, (struct wrong){.no_drop = 1}));
    if (k->dropped)
        suspect("x' is not divided by 1 - dropout, as in the forward pass",
                define_dA(k, (struct wrong){.not_grown = 1}));
    grade_gradient(name, given.dA, define_dA(k, (struct wrong){0}), AXES("ri", R, I), 1e-4);
    snprintf(name, sizeof name, "dx of %s", what);
    suspect_all(define_dx, k);
    suspect("A is read as (I,R): a row of it belongs to one of the R numbers",
            define_dx(k, (struct wrong){.A_turned = 1}));
    if (k->dropped) {
        suspect("dx of dropped elements is not 0: the mask is forgotten",
                define_dx(k, (struct wrong){.dx_no_drop = 1}));
        suspect("dx is not divided by 1 - dropout, as x was", define_dx(k, (struct wrong){.dx_not_grown = 1}));
        suspect("dx is divided by dropout: it is 1 - dropout",
                define_dx(k, (struct wrong){.dx_grown = 1 / (double)l->dropout}));
        suspect("dx is multiplied by 1 - dropout: x was divided by it",
                define_dx(k, (struct wrong){.dx_grown = 1 - (double)l->dropout}));
    } else {
        suspect("dx is divided by 1 - dropout where nothing is dropped",
                define_dx(k, (struct wrong){.dx_grown = 1 / (1 - (double)l->dropout)}));
    }
    grade_gradient(name, dx, define_dx(k, (struct wrong){0}), AXES("ni", N, I), 1e-4);
    grade_unchanged("mid", mid);
    grade_unchanged("dout", k->dout);
    grade_unchanged("x", k->x);
}

// dx is NULL: it is not wanted, but A and B learn as ever.
static void check_without_dx(const char *what, const struct lora_case *k) {
    struct lora l = k->l;
    l.dA = grade_grad(l.R * l.I), l.dB = grade_grad(l.O * l.R);
    float *mid = grade_copy_doubles(define_mid(k, (struct wrong){0}), k->N * l.R);
    lora_backward(NULL, &l, k->dout, k->out_row, mid, k->x, k->dropped, k->N);
    char name[120];
    double *none = grade_doubles(l.O * l.R), *nothing = grade_doubles(l.R * l.I);
    snprintf(name, sizeof name, "what is added to dB of %s, where dx is not wanted", what);
    suspect("without dx there is no dB either: B learns in any case", none);
    grade_gradient(name, l.dB, define_dB(k, (struct wrong){0}), AXES("or", l.O, l.R), 1e-4);
    snprintf(name, sizeof name, "what is added to dA of %s, where dx is not wanted", what);
    suspect("without dx there is no dA either: A learns in any case", nothing);
    grade_gradient(name, l.dA, define_dA(k, (struct wrong){0}), AXES("ri", l.R, l.I), 1e-4);
}

EXERCISE(lora_backward, .number = "17.1", .points = 12) {
    // The text's example: dout = (1,-1); dB = 3 (1,-1)^T (-2,5); dmid = 3 (1,-1) B = (-3,3); dA = (-3,3)^T (1,2,3);
    // dx = (-3,3) A = (-3,3,6).
    bool last[] = {false, false, true};
    struct lora_case text = {.l = text_lora(), .N = 1, .out_row = 2};
    text.x = grade_copy((float[]){1, 2, 3}, 3), text.dout = grade_copy((float[]){1, -1}, 2);
    check_backward("the text's example", &text);
    float *dx = grade_copy((float[]){0, 0, 0}, 3);
    lora_backward(dx, &text.l, text.dout, 2, grade_copy((float[]){-2, 5}, 2), text.x, NULL, 1);
    grade_array("dx of the text's example", dx, (double[]){-3, 3, 6}, AXES("ni", 1, 3), 1e-6);
    text.dropped = last, text.l.dropout = 0.5f;
    check_backward("the text's example, its last number dropped", &text);

    struct lora_case k = random_case(false);
    check_backward("random rows", &k);
    check_without_dx("random rows", &k);
    k = random_case(true);
    check_backward("random rows with dropout", &k);
    check_without_dx("random rows with dropout", &k);
    free(k.dropped);
    k = wide_road(true);
    check_backward("R above I and O", &k);
    free(k.dropped);
}
