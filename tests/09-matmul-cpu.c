// Chapter 09, matrix multiplication. Expected values: the chapter's example, worked by hand, and the definition in
// double. Between the rows of A and B stands NaN, so whoever reads there finds out. Locality is graded by counting: the
// matrices lie in pages of which only a few can be touched at a time, and each further one is a page load.
#define _DEFAULT_SOURCE  // for MAP_ANONYMOUS
#include "09-matmul-cpu/matmul.h"

#include <omp.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "grade/grade.h"

// ---- one product, and what it should give ---------------------------------------------------------------------------
struct problem {
    enum matmul_form form;
    int M, N, K;
    float alpha, beta;
    int lda, ldb, ldc;
    const float *A, *B;
    float *C;
    const float *old;  // C before
};
static const char *const form_names[] = {"NN", "NT", "TN"};

// rows x columns random numbers, rows ld apart, and `between` after each row.
static float *random_matrix(int rows, int columns, int ld, float between) {
    float *values = grade_floats(rows * ld);
    for (int i = 0; i < rows; i++)
        for (int j = columns; j < ld; j++) values[i * ld + j] = between;
    return grade_copy(values, rows * ld);
}

static struct problem random_problem(enum matmul_form form, int M, int N, int K, float alpha, float beta) {
    bool ta = form == MATMUL_TN, tb = form == MATMUL_NT;
    struct problem p = {.form = form, .M = M, .N = N, .K = K, .alpha = alpha, .beta = beta};
    p.lda = (ta ? M : K) + grade_int(1, 4);
    p.ldb = (tb ? K : N) + grade_int(5, 8);
    p.ldc = N + grade_int(9, 12);
    p.A = random_matrix(ta ? K : M, ta ? M : K, p.lda, NAN);
    p.B = random_matrix(tb ? N : K, tb ? K : N, p.ldb, NAN);
    p.old = grade_floats(M * p.ldc);
    p.C = grade_copy(p.old, M * p.ldc);
    return p;
}

static double element(const float *data, int ld, bool transposed, int i, int j) {
    return (double)(transposed ? data[j * ld + i] : data[i * ld + j]);
}

// The definition, with the first K terms of each sum.
static double *product(const struct problem *p, int K, double alpha, double beta) {
    double *want = grade_doubles(p->M * p->ldc);
    for (int i = 0; i < p->M; i++)
        for (int j = 0; j < p->ldc; j++) {
            double *c = &want[i * p->ldc + j], sum = 0;
            *c = (double)p->old[i * p->ldc + j];
            if (j >= p->N) continue;
            if (alpha != 0)
                for (int k = 0; k < K; k++)
                    sum += element(p->A, p->lda, p->form == MATMUL_TN, i, k) *
                           element(p->B, p->ldb, p->form == MATMUL_NT, k, j);
            *c = alpha * sum + (beta == 0 ? 0 : beta * *c);
        }
    return want;
}

static void grade_product(const char *function, matmul_function *run, struct problem p) {
    double *want = product(&p, p.K, (double)p.alpha, (double)p.beta);
    run(p.form, p.M, p.N, p.K, p.alpha, p.A, p.lda, p.B, p.ldb, p.beta, p.C, p.ldc);
    if (p.alpha != 1 && p.alpha != 0 && p.K > 0) suspect("alpha is missing", product(&p, p.K, 1, (double)p.beta));
    if (p.beta != 0) suspect("beta * C is missing: C is overwritten", product(&p, p.K, (double)p.alpha, 0));
    if (p.beta != 1 && p.beta != 0)
        suspect("C is added to as it was, without beta", product(&p, p.K, (double)p.alpha, 1));
    if (p.beta != 1 && p.beta != 0)
        suspect("beta is applied twice", product(&p, p.K, (double)p.alpha, (double)p.beta * (double)p.beta));
    if (p.K > 0)
        suspect("the last term of each sum, k = K-1, is left out",
                product(&p, p.K - 1, (double)p.alpha, (double)p.beta));
    if (p.K > 0)
        suspect("the product is missing: only beta * C is there", product(&p, 0, (double)p.alpha, (double)p.beta));
    char what[300];
    snprintf(what, sizeof what,
             "%s %s, M %d, N %d, K %d, alpha %g, beta %g: C (columns from %d on lie between rows; NaN: read between "
             "rows of A or B, or C with beta 0)",
             function, form_names[p.form], p.M, p.N, p.K, (double)p.alpha, (double)p.beta, p.N);
    grade_array(what, p.C, want, AXES("ij", p.M, p.ldc), 1e-4);
    grade_unchanged("A", p.A);
    grade_unchanged("B", p.B);
}

// The example of section 9.1, in all three forms.
static void grade_example(const char *function, matmul_function *run) {
    const float a[] = {1, 2, 3, 4, 5, 6}, a_t[] = {1, 4, 2, 5, 3, 6};
    const float b[] = {7, 8, 9, 10, 11, 12}, b_t[] = {7, 9, 11, 8, 10, 12};
    const double want[] = {58, 64, 139, 154};
    for (int form = 0; form < 3; form++) {
        float *C = grade_output(4);
        const float *A = grade_copy(form == MATMUL_TN ? a_t : a, 6), *B = grade_copy(form == MATMUL_NT ? b_t : b, 6);
        run((enum matmul_form)form, 2, 2, 3, 1, A, form == MATMUL_TN ? 2 : 3, B, form == MATMUL_NT ? 3 : 2, 0, C, 2);
        char what[100];
        snprintf(what, sizeof what, "%s %s of section 9.1's example: C", function, form_names[form]);
        suspect("the rows of C are crossed with the rows of B, not with its columns", (double[]){26, 29, 62, 68});
        grade_array(what, C, want, AXES("ij", 2, 2), 1e-6);
    }
}

// What every rung must get right: three forms, odd sizes, distances between rows, special values.
static void grade_rung(const char *function, matmul_function *run, int size) {
    grade_example(function, run);
    for (int form = 0; form < 3; form++) {
        enum matmul_form f = (enum matmul_form)form;
        grade_product(
            function, run,
            random_problem(f, size + grade_int(1, 5), size + grade_int(7, 11), size + grade_int(13, 17), 1.5f, -0.5f));
        grade_product(function, run, random_problem(f, 1, grade_int(2, 5), grade_int(6, 9), -2, 1));
        grade_product(function, run, random_problem(f, grade_int(6, 9), 1, 1, 0.5f, 2));
        struct problem p = random_problem(f, grade_int(3, 5), grade_int(6, 8), grade_int(9, 11), 1, 0);
        for (int i = 0; i < p.M; i++)
            for (int j = 0; j < p.N; j++) p.C[i * p.ldc + j] = NAN;
        grade_product(function, run, p);
        p = random_problem(f, 4, 3, 2, 0, 0.5f);
        p.A = random_matrix(8, 1, p.lda, NAN);  // alpha = 0: A and B are not read
        ((float *)p.A)[0] = NAN;
        p.A = grade_copy(p.A, 8);
        grade_product(function, run, p);
        grade_product(function, run, random_problem(f, 3, 5, 0, 1, 0.25f));  // K = 0: C is still scaled
        grade_product(function, run, random_problem(f, 0, 5, 4, 1, 0.25f));
        grade_product(function, run, random_problem(f, 5, 0, 4, 1, 0.25f));
    }
}

// ---- counting page loads --------------------------------------------------------------------------------------------
// An arena of pages nobody may touch. Touching one raises a signal, whose handler lets the page in, counts it, and
// locks the one that came in first of the RESIDENT_MAX or fewer: a cache of pages, by the machine's own means.
enum { RESIDENT_MAX = 512 };
static struct {
    char *start;
    size_t page, size;
    int resident, next;  // how many may be in at a time, whose turn it is to go
    char *in[RESIDENT_MAX];
    volatile long loads;
} arena;

static void let_in(int signal_number, siginfo_t *info, void *context) {
    (void)context;
    char *address = info->si_addr;
    if (address < arena.start || address >= arena.start + arena.size) {  // a true fault
        signal(signal_number, SIG_DFL);
        return;
    }
    char *page = arena.start + (size_t)(address - arena.start) / arena.page * arena.page;
    if (arena.in[arena.next]) mprotect(arena.in[arena.next], arena.page, PROT_NONE);
    mprotect(page, arena.page, PROT_READ | PROT_WRITE);
    arena.in[arena.next] = page;
    arena.next = (arena.next + 1) % arena.resident;
    arena.loads++;
}

static void arena_open(int pages, int resident) {
    memset(&arena, 0, sizeof arena);
    arena.page = (size_t)sysconf(_SC_PAGESIZE);
    arena.size = arena.page * (size_t)pages;
    arena.resident = resident;
    arena.start = mmap(NULL, arena.size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    grade_true(arena.start != MAP_FAILED, "the test itself found no memory for %d pages", pages);
    struct sigaction action = {.sa_sigaction = let_in, .sa_flags = SA_SIGINFO};
    sigaction(SIGSEGV, &action, NULL);
    sigaction(SIGBUS, &action, NULL);
}

static void arena_close(void) {
    munmap(arena.start, arena.size);
    signal(SIGSEGV, SIG_DFL);
    signal(SIGBUS, SIG_DFL);
}

// Runs one product whose B has a page to each row; returns how many pages were loaded, with `resident` in at a time.
static long page_loads(matmul_function *run, enum matmul_form form, int M, int N, int K, int resident) {
    int floats = (int)sysconf(_SC_PAGESIZE) / (int)sizeof(float), rows = form == MATMUL_NT ? N : K;
    int a_pages = (M * K) / floats + 1, c_pages = (M * N) / floats + 1;
    arena_open(a_pages + c_pages + rows, resident);
    float *A = (float *)(void *)arena.start, *C = A + a_pages * floats, *B = C + c_pages * floats;
    arena.loads = 0;
    run(form, M, N, K, 1, A, form == MATMUL_TN ? M : K, B, floats, 0, C, N);
    long loads = arena.loads;
    arena_close();
    return loads;
}

// ---- 9.1: views, beta, the definition -------------------------------------------------------------------------------
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

EXERCISE(matmul_scale, .number = "09.2", .points = 4) {
    int M = grade_int(3, 7), N = grade_int(8, 12), ldc = N + grade_int(1, 5);
    const float betas[] = {1, 0, -0.5f, 3};
    for (int b = 0; b < COUNT(betas); b++) {
        float *C = grade_floats(M * ldc);
        double *want = grade_doubles(M * ldc), *dense = grade_doubles(M * ldc);
        for (int i = 0; i < M * ldc; i++) {
            want[i] = (double)C[i] * (i % ldc < N ? (double)betas[b] : 1);
            dense[i] = (double)C[i] * (i < M * N ? (double)betas[b] : 1);
        }
        matmul_scale(M, N, betas[b], C, ldc);
        char what[100];
        snprintf(what, sizeof what, "C (%d,%d), ldc %d, beta %g", M, N, ldc, (double)betas[b]);
        suspect("rows are ldc apart, not N", dense);
        grade_array(what, C, want, AXES("ij", M, ldc), 1e-6);
    }
    float *C = grade_floats(6);
    C[0] = C[4] = NAN;
    C[5] = INFINITY;
    matmul_scale(2, 3, 0, C, 3);
    bool nan_left = C[0] != C[0] || C[5] != C[5];
    grade_true(!nan_left,
               "beta = 0: C held NaN and infinity, and holds NaN now. 0 * NaN is NaN: write zeros, do not multiply");
    grade_array("beta = 0, C of NaN and infinity", C, (double[]){0, 0, 0, 0, 0, 0}, AXES("ij", 2, 3), 0);
}

EXERCISE(matmul_naive, .number = "09.3", .points = 7, .needs = "matmul_view matmul_scale") {
    grade_rung("matmul_naive", matmul_naive, 5);
}

// ---- 9.2: the roofline ----------------------------------------------------------------------------------------------
EXERCISE(roofline, .number = "09.4", .points = 6) {
    suspect_scalar("a multiplication and an addition are two operations", 1073741824);
    suspect_scalar("the product of ints overflows: multiply in double", -2147483648.0);
    suspect_scalar("the product of ints overflows: multiply in double", 0);
    grade_scalar("operations of 1024 x 1024 x 1024", matmul_flops(1024, 1024, 1024), 2147483648, 1e-12);
    int M = grade_int(2000, 3000), N = grade_int(3001, 4000), K = grade_int(4001, 5000);
    double m = M, n = N, k = K;
    suspect_scalar("the product of ints overflows: multiply in double",
                   (double)(int32_t)(2u * (unsigned)M * (unsigned)N * (unsigned)K));
    suspect_scalar("the product of ints overflows: multiply in double",
                   2 * (double)(int32_t)((unsigned)M * (unsigned)N * (unsigned)K));
    grade_scalar("operations of a large product", matmul_flops(M, N, K), 2 * m * n * k, 1e-12);
    suspect_scalar("these are floats; a float has 4 bytes", 3 * 1024 * 1024);
    suspect_scalar("with beta = 0 C is written and not read", 16 * 1024 * 1024);
    grade_scalar("bytes of 1024 x 1024 x 1024, beta 0", matmul_bytes(1024, 1024, 1024, 0), 12 * 1024 * 1024, 1e-12);
    suspect_scalar("with beta != 0 C is read and written: 2 M N", 4 * (m * k + k * n + m * n));
    grade_scalar("bytes with beta 1", matmul_bytes(M, N, K, 1), 4 * (m * k + k * n + 2 * m * n), 1e-12);
    suspect_scalar("this is the peak, but memory cannot feed it", 100);
    grade_scalar("attainable: peak 100 GFLOP/s, 20 GB/s, 0.5 operations per byte", roofline_attainable(100, 20, 0.5),
                 10, 1e-12);
    suspect_scalar("no machine is faster than its peak", 3400);
    grade_scalar("attainable: peak 100 GFLOP/s, 20 GB/s, 170 operations per byte", roofline_attainable(100, 20, 170),
                 100, 1e-12);
    suspect_scalar("a multiplication and an addition are two operations", 96.0 / 22);
    grade_scalar("operations per float loaded, tile 6 x 16", tile_intensity(6, 16), 192.0 / 22, 1e-9);
    grade_scalar("operations per float loaded, tile 1 x 8", tile_intensity(1, 8), 16.0 / 9, 1e-9);
}

// ---- 9.3: order and blocks ------------------------------------------------------------------------------------------
EXERCISE(matmul_loop_order, .number = "09.5", .points = 9, .needs = "matmul_view matmul_scale") {
    grade_rung("matmul_loop_order", matmul_loop_order, 11);
    int M = 6, N = 33, K = 40;
    for (int form = 0; form < 3; form++) {
        long best = form == MATMUL_NT ? M * N : M * K;
        long loads = page_loads(matmul_loop_order, (enum matmul_form)form, M, N, K, 16);
        grade_true(loads < 2 * best + 40,
                   "%s with M %d, N %d, K %d and a page to each row of B: %ld page loads, %ld are needed: "
                   "the innermost loop walks across the rows of B, not along one",
                   form_names[form], M, N, K, loads, best);
    }
}

EXERCISE(matmul_blocked, .number = "09.6", .points = 9, .needs = "matmul_loop_order", .seconds = 10) {
    grade_rung("matmul_blocked", matmul_blocked, 5);
    for (int form = 0; form < 3; form++)
        grade_product("matmul_blocked", matmul_blocked,
                      random_problem((enum matmul_form)form, grade_int(3, 9), MATMUL_BLOCK + grade_int(1, 30),
                                     2 * MATMUL_BLOCK + grade_int(1, 30), 0.5f, 0.5f));
    int M = 20, N = 40, K = 2 * MATMUL_BLOCK + 44, needed = K + 10;
    long loads = page_loads(matmul_blocked, MATMUL_NN, M, N, K, MATMUL_BLOCK + 32);
    grade_true(
        loads < 2 * needed,
        "NN with M %d, N %d, K %d and a page to each row of B, %d pages in at a time: %ld page loads, about %d are "
        "needed: every row of C fetches all of B again",
        M, N, K, MATMUL_BLOCK + 32, loads, needed);
}

// ---- 9.4: panels ----------------------------------------------------------------------------------------------------
EXERCISE(pack_panel, .number = "09.7", .points = 7) {
    const float six[] = {1, 2, 3, 4, 5, 6};
    float *panel = grade_output(12);
    pack_panel(panel, six, 3, 1, 2, 3, 4);  // section 9.4: two rows of A, panel of width 4
    suspect(
        "lines stand one after the other; the panel interleaves them: first all lines' float 0, then all lines' float "
        "1",
        (double[]){1, 2, 3, 4, 5, 6, 0, 0, 0, 0, 0, 0});
    suspect("a step of the panel is `width` floats, not `lines`", (double[]){1, 4, 2, 5, 3, 6, 0, 0, 0, 0, 0, 0});
    grade_array("panel of section 9.4's example", panel, (double[]){1, 4, 0, 0, 2, 5, 0, 0, 3, 6, 0, 0},
                AXES("ki", 3, 4), 0);
    for (int turn = 0; turn < 12; turn++) {
        int kc = grade_int(5, 30), width = grade_int(3, 17), lines = turn % 2 ? width : grade_int(1, width - 1);
        int ld = kc + width + grade_int(1, 5);
        bool along = turn % 3 == 0;  // lines are rows; otherwise columns
        size_t line = along ? (size_t)ld : 1, step = along ? 1 : (size_t)ld;
        const float *from = random_matrix(along ? lines : kc, along ? kc : lines, ld, NAN);
        float *got = grade_output(kc * width);
        double *want = grade_doubles(kc * width);
        for (int k = 0; k < kc; k++)
            for (int i = 0; i < width; i++)
                want[k * width + i] = i < lines ? (double)from[(size_t)i * line + (size_t)k * step] : 0;
        pack_panel(got, from, line, step, lines, kc, width);
        char what[160];
        snprintf(what, sizeof what, "panel: line %d, step %d, %d lines of width %d, kc %d (NaN: read beyond the lines)",
                 (int)line, (int)step, lines, width, kc);
        grade_array(what, got, want, AXES("ki", kc, width), 0);
    }
}

// What pack_a and pack_b share: v as count lines of kc, panel after panel of `width` lines.
static double *packed(struct matmul_view v, int count, int kc, int width, bool rows) {
    double *want = grade_doubles(round_up(count, width) * kc);
    for (int i = 0; i < round_up(count, width); i++)
        for (int k = 0; k < kc; k++) {
            size_t at = rows ? (size_t)i * v.row + (size_t)k * v.column : (size_t)k * v.row + (size_t)i * v.column;
            want[i / width * width * kc + k * width + i % width] = i < count ? (double)v.data[at] : 0;
        }
    return want;
}

static void grade_pack(bool rows) {
    for (int turn = 0; turn < 6; turn++) {
        int width = grade_int(3, 9), count = turn == 0 ? 2 * width : grade_int(width + 1, 4 * width),
            kc = grade_int(5, 20);
        bool swapped = turn % 2;
        int lines = swapped == rows ? kc : count, length = swapped == rows ? count : kc, ld = length + 3;
        const float *data = random_matrix(lines, length, ld, NAN);
        struct matmul_view v =
            swapped ? (struct matmul_view){data, 1, (size_t)ld} : (struct matmul_view){data, (size_t)ld, 1};
        int n = round_up(count, width) * kc;
        float *got = grade_output(n);
        double *want = packed(v, count, kc, width, rows);
        if (rows) pack_a(got, v, count, kc, width);
        else pack_b(got, v, kc, count, width);
        char what[200];
        snprintf(what, sizeof what, "%s of %d %s, kc %d, panels of %d, steps row %d, column %d (p: panel)",
                 rows ? "pack_a" : "pack_b", count, rows ? "rows" : "columns", kc, width, (int)v.row, (int)v.column);
        bool last_missing = true;
        for (int i = (count - 1) / width * width * kc; i < n; i++) last_missing = last_missing && isnan(got[i]);
        grade_true(!last_missing, "%s: the last panel, which is short, is left out", what);
        grade_array(what, got, want, AXES("pki", n / width / kc, kc, width), 0);
    }
}

EXERCISE(pack_a, .number = "09.8", .points = 4, .needs = "pack_panel") {
    grade_pack(true);
}

EXERCISE(pack_b, .number = "09.8", .points = 4, .needs = "pack_panel") {
    grade_pack(false);
}

// ---- 9.5: micro-kernels ---------------------------------------------------------------------------------------------
// n random floats that start at a multiple of 64 bytes.
static float *random_panel(int n) {
    float *values = grade_floats(n + 16);
    while ((uintptr_t)values % 64) values++;
    return values;
}

static double *tile(const float *c, int ldc, int kc, const float *a, const float *b, int MR, int NR, double alpha,
                    double beta) {
    double *want = grade_doubles(MR * ldc);
    for (int i = 0; i < MR; i++)
        for (int j = 0; j < ldc; j++) {
            double old = (double)c[i * ldc + j], sum = 0;
            for (int k = 0; k < kc && j < NR; k++) sum += (double)a[k * MR + i] * (double)b[k * NR + j];
            want[i * ldc + j] = j < NR ? alpha * sum + (beta == 0 ? 0 : beta * old) : old;
        }
    return want;
}

static void grade_kernel(kernel_function *run, int MR, int NR) {
    for (int turn = 0; turn < 8; turn++) {
        int kc = turn == 0 ? 1 : grade_int(2, 37), ldc = NR + grade_int(0, 5);
        float alpha = turn % 2 ? 1 : -1.5f, beta = turn < 3 ? 0 : turn < 5 ? 1 : 0.5f;
        const float *a = random_panel(kc * MR), *b = random_panel(kc * NR);
        const float *old = grade_floats(MR * ldc);
        float *c = grade_copy(old, MR * ldc);
        if (beta == 0)
            for (int i = 0; i < MR; i++) c[i * ldc] = NAN;
        run(c, ldc, kc, a, b, alpha, beta);
        char what[120];
        snprintf(what, sizeof what, "tile %d x %d, kc %d, ldc %d, alpha %g, beta %g: c", MR, NR, kc, ldc, (double)alpha,
                 (double)beta);
        if (kc > 1)
            suspect("only the last k counts: sum is stored, not added to",
                    tile(old, ldc, 1, a + (kc - 1) * MR, b + (kc - 1) * NR, MR, NR, (double)alpha, (double)beta));
        if (kc > 1)
            suspect("only k = 0 counts: a and b must move on with k",
                    tile(old, ldc, 1, a, b, MR, NR, (double)alpha * kc, (double)beta));
        double *want = tile(old, ldc, kc, a, b, MR, NR, (double)alpha, (double)beta), *half = grade_doubles(MR * ldc);
        for (int i = 0; i < MR * ldc; i++)
            half[i] = i % ldc >= NR / 2 && i % ldc < NR ? want[i / ldc * ldc + i % ldc - NR / 2] : want[i];
        suspect("both halves of each row are made with the left half of b", half);
        grade_array(what, c, want, AXES("ij", MR, ldc), 1e-4);
    }
}

EXERCISE(kernel_scalar, .number = "09.9", .points = 8) {
    grade_kernel(kernel_scalar, 4, 8);
}

// A processor without AVX2 cannot run the exercise; there the plain kernel stands in, so that 100 points remain possible.
EXERCISE(kernel_6x16, .number = "09.10", .points = 10) {
    if (matmul_kernel_count() > 1) grade_kernel(kernel_6x16, 6, 16);
    else grade_kernel(kernel_scalar, 4, 8);
    if (matmul_kernel_count() > 2) grade_kernel(kernel_14x32, 14, 32);
}

// ---- 9.6: the loops around the kernel -------------------------------------------------------------------------------
// A kernel of the test's own, 3 x 5, that counts its runs.
static long kernel_runs;
static void kernel_3x5(float *c, int ldc, int kc, const float *a, const float *b, float alpha, float beta) {
    kernel_runs++;
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 5; j++) {
            float sum = 0;
            for (int k = 0; k < kc; k++) sum += a[k * 3 + i] * b[k * 5 + j];
            c[i * ldc + j] = alpha * sum + (beta == 0 ? 0 : beta * c[i * ldc + j]);
        }
}
static const struct matmul_kernel test_kernel = {"3x5", 3, 5, kernel_3x5};

EXERCISE(edge_tile, .number = "09.11", .points = 5) {
    for (int turn = 0; turn < 10; turn++) {
        int kc = grade_int(2, 9), mr = grade_int(1, 3), nr = grade_int(1, 5), ldc = nr + grade_int(0, 4);
        float alpha = 1.5f, beta = turn < 5 ? 0 : turn < 7 ? 1 : -0.5f;
        const float *a = random_panel(kc * 3), *b = random_panel(kc * 5);
        const float *old = grade_floats(mr * ldc);
        float *c = grade_copy(old, mr * ldc);
        if (beta == 0) c[0] = NAN;
        double *want = grade_doubles(mr * ldc), *no_beta = grade_doubles(mr * ldc);
        for (int i = 0; i < mr; i++)
            for (int j = 0; j < ldc; j++) {
                double sum = 0;
                for (int k = 0; k < kc && j < nr; k++) sum += (double)a[k * 3 + i] * (double)b[k * 5 + j];
                double before = (double)old[i * ldc + j];
                want[i * ldc + j] = j < nr ? (double)alpha * sum + (double)beta * before : before;
                no_beta[i * ldc + j] = j < nr ? (double)alpha * sum : before;
            }
        edge_tile(&test_kernel, c, ldc, mr, nr, kc, a, b, alpha, beta);
        char what[140];
        snprintf(what, sizeof what, "%d x %d of a 3 x 5 tile, kc %d, ldc %d, beta %g: c", mr, nr, kc, ldc,
                 (double)beta);
        if (beta != 0) suspect("beta * c is missing: the buffer must hold c before the kernel runs", no_beta);
        grade_array(what, c, want, AXES("ij", mr, ldc), 1e-5);
    }
}

EXERCISE(macro_kernel, .number = "09.11", .points = 6, .needs = "edge_tile") {
    for (int turn = 0; turn < 4; turn++) {
        int mc = turn == 0 ? 6 : grade_int(4, 20), nc = turn == 0 ? 10 : grade_int(6, 30), kc = grade_int(2, 9);
        int mp = round_up(mc, 3), np = round_up(nc, 5), ldc = nc + grade_int(1, 4);
        float alpha = -0.5f, beta = turn % 2 ? 1 : 0;
        const float *a = random_panel(mp * kc), *b = random_panel(np * kc);
        const float *old = grade_floats(mc * ldc);
        float *c = grade_copy(old, mc * ldc);
        double *want = grade_doubles(mc * ldc);
        for (int i = 0; i < mc; i++)
            for (int j = 0; j < ldc; j++) {
                double sum = 0, before = (double)old[i * ldc + j];
                for (int k = 0; k < kc && j < nc; k++)
                    sum += (double)a[i / 3 * 3 * kc + k * 3 + i % 3] * (double)b[j / 5 * 5 * kc + k * 5 + j % 5];
                want[i * ldc + j] = j < nc ? (double)alpha * sum + (double)beta * before : before;
            }
        kernel_runs = 0;
        macro_kernel(&test_kernel, c, ldc, mc, nc, kc, a, b, alpha, beta);
        long tiles = (long)(mp / 3) * (np / 5);
        char what[140];
        snprintf(what, sizeof what, "mc %d, nc %d, kc %d, ldc %d, kernel 3 x 5: C", mc, nc, kc, ldc);
        for (int i = 0; i < mc * ldc; i++)
            grade_true(i % ldc < nc || c[i] == old[i],
                       "mc %d, nc %d: a tile that sticks out wrote outside C, at (i=%d,j=%d)", mc, nc, i / ldc,
                       i % ldc);
        grade_array(what, c, want, AXES("ij", mc, ldc), 1e-5);
        grade_true(kernel_runs == tiles, "mc %d, nc %d: the kernel ran %ld times for %ld tiles", mc, nc, kernel_runs,
                   tiles);
    }
}

EXERCISE(matmul_blocks, .number = "09.12", .points = 5) {
    struct matmul_blocks got =
        matmul_blocks((struct matmul_caches){32 << 10, 512 << 10, 8 << 20}, 6, 16);  // section 9.6
    suspect_scalar("a panel of B fills half of L1: the other half is for what passes through", 512);
    suspect_scalar("a float has 4 bytes", 1024);
    grade_scalar("KC for 32 KiB of L1 and NR 16", got.KC, 256, 0);
    suspect_scalar("MC must be a multiple of MR", 256);
    suspect_scalar("MC must be a multiple of MR, rounded down: half of L2 is all there is", 258);
    grade_scalar("MC for 512 KiB of L2, KC 256 and MR 6", got.MC, 252, 0);
    grade_scalar("NC for 8 MiB of L3, KC 256 and NR 16", got.NC, 4096, 0);
    for (int turn = 0; turn < 20; turn++) {
        struct matmul_caches caches = {grade_int(4000, 70000), grade_int(100000, 3000000), grade_int(1000000, 9000000)};
        int MR = grade_int(3, 14), NR = grade_int(5, 32);
        got = matmul_blocks(caches, MR, NR);
        // half a cache holds KC, and not one more
        char what[120];
        snprintf(what, sizeof what, "L1 %d, L2 %d, L3 %d bytes, MR %d, NR %d: ", caches.L1, caches.L2, caches.L3, MR,
                 NR);
        int KC = 1, MC = MR, NC = NR;
        while (8L * (KC + 1) * NR <= caches.L1) KC++;
        while (8L * KC * (MC + MR) <= caches.L2) MC += MR;
        while (8L * KC * (NC + NR) <= caches.L3) NC += NR;
        grade_true(got.KC == KC, "%sKC is %d, not %d", what, KC, got.KC);
        grade_true(got.MC == MC, "%sMC is %d, not %d", what, MC, got.MC);
        grade_true(got.NC == NC, "%sNC is %d, not %d", what, NC, got.NC);
    }
    got = matmul_blocks((struct matmul_caches){64, 128, 256}, 6, 16);
    grade_true(got.KC == 1 && got.MC == 12 && got.NC == 32,
               "caches of 64, 128 and 256 bytes, 6 x 16: KC 1, MC 12, NC 32, not %d, %d, %d", got.KC, got.MC, got.NC);
    got = matmul_blocks((struct matmul_caches){16, 16, 16}, 6, 16);
    grade_true(got.KC == 1 && got.MC == 6 && got.NC == 16,
               "caches of 16 bytes, 6 x 16: at least KC 1, MC 6, NC 16, not %d, %d, %d", got.KC, got.MC, got.NC);
}

static void packed_3x5(enum matmul_form form, int M, int N, int K, float alpha, const float *A, int lda, const float *B,
                       int ldb, float beta, float *C, int ldc) {
    matmul_packed(&test_kernel, form, M, N, K, alpha, A, lda, B, ldb, beta, C, ldc);
}

EXERCISE(matmul_packed, .number = "09.13", .points = 6,
         .needs = "matmul_view matmul_scale pack_a pack_b macro_kernel matmul_blocks", .seconds = 10) {
    grade_rung("matmul_packed", packed_3x5, 11);
    struct matmul_blocks size = matmul_blocks(matmul_caches(), 3, 5);
    for (int form = 0; form < 3; form++) {  // more than one block, of each kind
        enum matmul_form f = (enum matmul_form)form;
        struct problem p = random_problem(f, 4, 7, size.KC + grade_int(1, 9), 1, -1);
        double *first = product(&p, size.KC, 1, -1), *again = product(&p, p.K, 1, -1);
        for (int i = 0; i < p.M * p.ldc; i++)
            if (i % p.ldc < p.N) again[i] -= 2 * first[i];  // the second block's product, and beta times the first's
        suspect("beta belongs to the first block of k alone; later ones add to C (beta 1)", again);
        grade_product("matmul_packed, more than one block of k:", packed_3x5, p);
        grade_product("matmul_packed, more than one block of rows:", packed_3x5,
                      random_problem(f, size.MC + grade_int(1, 9), 7, 5, 1, 0));
        grade_product("matmul_packed, more than one block of columns:", packed_3x5,
                      random_problem(f, 4, size.NC + grade_int(1, 9), 5, 1, 0.5f));
    }
}

// ---- 9.7: threads ---------------------------------------------------------------------------------------------------
EXERCISE(matmul, .number = "09.14", .points = 6, .needs = "matmul_packed kernel_scalar kernel_6x16", .seconds = 10) {
    grade_rung("matmul", matmul, 11);
    struct matmul_blocks size = matmul_blocks(matmul_caches(), 6, 16);
    for (int form = 0; form < 3; form++) {
        int M = grade_int(150, 180), N = grade_int(130, 160), K = size.KC + grade_int(3, 20);
        struct problem p = random_problem((enum matmul_form)form, M, N, K, 0.5f, 0.5f);
        omp_set_num_threads(1);
        grade_product("matmul, 1 thread", matmul, p);
        for (int threads = 2; threads <= 3; threads++) {
            omp_set_num_threads(threads);
            float *again = grade_copy(p.old, M * p.ldc);
            matmul(p.form, M, N, K, p.alpha, p.A, p.lda, p.B, p.ldb, p.beta, again, p.ldc);
            int wrong = 0, first = -1;
            for (int i = 0; i < M * p.ldc; i++)
                if (again[i] != p.C[i] && ++wrong == 1) first = i;
            grade_true(wrong == 0,
                       "%s, %d x %d x %d: with %d threads %d results differ from those of 1 thread, the first at "
                       "(i=%d,j=%d): %.9g, not %.9g: is every task done once, by one thread (omp for)?",
                       form_names[form], M, N, K, threads, wrong, first / p.ldc, first % p.ldc,
                       first < 0 ? 0 : (double)again[first], first < 0 ? 0 : (double)p.C[first]);
        }
        grade_product("matmul, 3 threads, many rows:", matmul,
                      random_problem((enum matmul_form)form, 2 * size.MC + 9, 177, 57, 1, 0));
        grade_product("matmul, 3 threads, many columns:", matmul,
                      random_problem((enum matmul_form)form, 9, 6001, 83, 1, 1));
    }
}
