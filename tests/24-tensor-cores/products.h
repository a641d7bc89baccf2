// What the tests of chapter 24 have of matrices: numbers of 16 bits, products of them in double, and what a product looks like that
// has gone wrong in one of the usual ways.
#pragma once
#include "24-tensor-cores/gemm.h"
#include "gpu/gpu.h"

struct rung {
    int number;
    const char *name, *kernel;
    gemm_function *run;
    int BM, BN, BK;  // tile of a block and step along k
};

// ---- numbers of 16 bits -----------------------------------------------------------------------------------------------
static inline double from_bf16(uint16_t bits) {
    uint32_t whole = (uint32_t)bits << 16;
    float x;
    memcpy(&x, &whole, sizeof x);
    return x;
}

static inline uint16_t to_bf16(float x) {  // to the nearest, ties to even; no NaN
    uint32_t whole;
    memcpy(&whole, &x, sizeof whole);
    return (uint16_t)((whole + 0x7fff + (whole >> 16 & 1)) >> 16);
}

// n is even: two of them are copied as one float.
static inline uint16_t *gpu_copy_bf16(const uint16_t *host, int n) {
    float *pairs = grade_floats(n / 2);
    memcpy(pairs, host, (size_t)n * sizeof *host);
    return (uint16_t *)gpu_copy(pairs, n / 2);
}

static inline const uint16_t *gpu_fetch_bf16(const uint16_t *device, int n) {
    return (const uint16_t *)gpu_fetch((const float *)(const void *)device, n / 2);
}

// ---- products ---------------------------------------------------------------------------------------------------------
struct product {
    int M, N, K;
    uint16_t *A, *B;  // on the host: A (M,K), B (N,K)
};

static inline uint16_t *random_bf16(int n) {
    float *x = grade_floats(n), *pairs = grade_floats((n + 1) / 2);
    uint16_t *bits = (uint16_t *)(void *)pairs;
    for (int i = 0; i < n; i++) bits[i] = to_bf16(x[i]);
    return bits;
}

static inline struct product random_product(int M, int N, int K) {
    return (struct product){M, N, K, random_bf16(M * K), random_bf16(N * K)};
}

// What each term of a sum is multiplied with, and which k of A and of B it takes: NULL where as they should be.
typedef double weigh(int k, int number);

static inline double *weighed(const struct product *p, weigh *weight, int number) {
    double *sums = grade_doubles(p->M * p->N);
    for (int k = 0; k < p->K; k++) {
        double w = weight(k, number);
        if (w == 0) continue;
        for (int i = 0; i < p->M; i++) {
            double a = w * from_bf16(p->A[i * p->K + k]);
            for (int j = 0; j < p->N; j++) sums[i * p->N + j] += a * from_bf16(p->B[j * p->K + k]);
        }
    }
    return sums;
}

static inline double always(int k, int number) {
    (void)k, (void)number;
    return 1;
}
static inline double before(int k, int number) {
    return k < number;
}
static inline double from(int k, int number) {
    return k >= number;
}
static inline double not_in(int k, int number) {  // sixteen k from `number` on in every 64
    return k % 64 / 16 != number;
}
static inline double one_of_four(int k, int number) {
    return k % 64 / 16 == number ? 4 : 0;
}

// Fragments that were read turned: within each `size` x `size` numbers of A or of B, rows and columns are exchanged.
static inline double *turned_pieces(const struct product *p, bool of_a, int size) {
    int n = p->N;
    double *sums = grade_doubles(n * n);
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++)
            for (int k = 0; k < n; k++) {
                int row = of_a ? i : j, turned = (row / size * size + k % size) * n + k / size * size + row % size;
                sums[i * n + j] +=
                    from_bf16(p->A[of_a ? turned : i * n + k]) * from_bf16(p->B[of_a ? j * n + k : turned]);
            }
    return sums;
}

// Fragments whose second and third register of ldmatrix .x4 are exchanged: 8 rows further for 8 k further.
static inline double *exchanged_registers(const struct product *p, bool of_a) {
    int n = p->N;
    double *sums = grade_doubles(n * n);
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++)
            for (int k = 0; k < n; k++) {
                int row = of_a ? i : j;
                int other = (row / 16 * 16 + k / 8 % 2 * 8 + row % 8) * n + k / 16 * 16 + row / 8 % 2 * 8 + k % 8;
                sums[i * n + j] +=
                    from_bf16(p->A[of_a ? other : i * n + k]) * from_bf16(p->B[of_a ? j * n + k : other]);
            }
    return sums;
}

// Tiles of 64 k, straight where they should be swizzled or the other way round: 8 k of row r come from another place of the row.
static inline double *unswizzled(const struct product *p) {
    int n = p->N;
    double *sums = grade_doubles(n * n);
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++)
            for (int k = 0; k < n; k++)
                sums[i * n + j] += from_bf16(p->A[i * n + (k ^ i % 8 * 8)]) * from_bf16(p->B[j * n + (k ^ j % 8 * 8)]);
    return sums;
}

// Of square matrices: B read by columns (A B instead of A B^T), A read by columns, or the transpose of it all
static inline double *square_product(const struct product *p, bool exchange, bool turn_a, bool turn_b) {
    const uint16_t *A = exchange ? p->B : p->A, *B = exchange ? p->A : p->B;
    int n = p->N;
    double *sums = grade_doubles(n * n);
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++)
            for (int k = 0; k < n; k++)
                sums[i * n + j] +=
                    from_bf16(A[turn_a ? k * n + i : i * n + k]) * from_bf16(B[turn_b ? k * n + j : j * n + k]);
    return sums;
}

static inline void suspect_square(const struct product *p) {
    suspect("this is A B: B is stored with k in a row, and its rows are columns of the product",
            square_product(p, 0, 0, 1));
    suspect("A is read by columns", square_product(p, 0, 1, 0));
    suspect("rows and columns of C are exchanged", square_product(p, 1, 0, 0));
    suspect("each 8 x 8 of A is turned: ldmatrix_x4 where k lies in a row, without _trans", turned_pieces(p, true, 8));
    suspect("each 8 x 8 of B is turned: ldmatrix_x4 where k lies in a row, without _trans", turned_pieces(p, false, 8));
    suspect("each 16 x 16 of B is turned: B's tile has k in a row, and its fragments are col_major",
            turned_pieces(p, false, 16));
    suspect("registers 1 and 2 of A's fragments are exchanged: in which order do the lanes name the four pieces?",
            exchanged_registers(p, true));
    suspect("registers 1 and 2 of B's fragments are exchanged: in which order do the lanes name the four pieces?",
            exchanged_registers(p, false));
    suspect("tiles are swizzled when they are written and not when they are read, or the other way round",
            unswizzled(p));
}

// A step's k beyond K that come from the matrices' beginning instead of being zero.
static inline double *with_rim(const struct product *p, int BK) {
    double *sums = weighed(p, always, 0), extra = 0;
    for (int k = 0; k < 8; k++) extra += from_bf16(p->A[k]) * from_bf16(p->B[k]);
    for (int i = 0; i < p->M * p->N; i++) sums[i] += extra * ((BK - p->K % BK) / 8);
    return sums;
}

// The second `half` of each 2 * half rows of A (or of B) are those of the first.
static inline double *first_half_twice(const struct product *p, bool of_a, int half) {
    double *sums = grade_doubles(p->M * p->N);
    for (int i = 0; i < p->M; i++)
        for (int j = 0; j < p->N; j++) {
            int row = of_a ? i - i / half % 2 * half : i, column = of_a ? j : j - j / half % 2 * half;
            for (int k = 0; k < p->K; k++)
                sums[i * p->N + j] += from_bf16(p->A[row * p->K + k]) * from_bf16(p->B[column * p->K + k]);
        }
    return sums;
}

// The descriptor of A (or of B) stays where it is for all four products of a step; the other's moves on.
static inline double *stands_still(const struct product *p, bool of_a) {
    double *sums = grade_doubles(p->M * p->N);
    for (int k = 0; k < p->K; k++) {
        int still = k / 64 * 64 + k % 16, ka = of_a ? still : k, kb = of_a ? k : still;
        for (int i = 0; i < p->M; i++)
            for (int j = 0; j < p->N; j++)
                sums[i * p->N + j] += from_bf16(p->A[i * p->K + ka]) * from_bf16(p->B[j * p->K + kb]);
    }
    return sums;
}

// Pieces of C that were staged straight, and that TMA takes as swizzled: 8 columns of row i come from another place of the row.
static inline double *staged_straight(const struct product *p) {
    double *right = weighed(p, always, 0), *sums = grade_doubles(p->M * p->N);
    for (int i = 0; i < p->M; i++)
        for (int j = 0; j < p->N; j++) {
            int from = j ^ i % 8 * 8;
            sums[i * p->N + j] = from < p->N ? right[i * p->N + from] : 0;
        }
    return sums;
}

// Mistakes that only Hopper's rungs can make
static inline void suspect_hopper(const struct rung *r, const struct product *p) {
    if (p->K >= 64) {
        suspect("A's descriptor stays where it is: it moves on by 32 bytes for each product, as B's",
                stands_still(p, true));
        suspect("B's descriptor stays where it is: it moves on by 32 bytes for each product, as A's",
                stands_still(p, false));
    }
    if (r->number < 18) return;
    if (p->N > r->BN / 2) suspect("both blocks send the same half of B", first_half_twice(p, false, r->BN / 2));
    if (p->M > r->BM) suspect("both blocks load the same rows of A", first_half_twice(p, true, r->BM));
    if (r->number == 20)
        suspect("C's pieces are staged straight, and the tensor map says that they are swizzled: swizzle_place",
                staged_straight(p));
}

static inline void suspect_steps(const struct rung *r, const struct product *p) {
    int whole = p->K / r->BK * r->BK, last = (p->K - 1) / r->BK * r->BK;
    if (whole > 0 && whole < p->K)
        suspect("the last step of k, which is not a whole tile, is left out", weighed(p, before, whole));
    if (last > 0 && last != whole) suspect("the last step of k is left out", weighed(p, before, last));
    if (p->K > r->BK) {
        suspect("only the first step of k is in the sum (and if TMA brings the tiles: x counts along k, y along rows)",
                weighed(p, before, r->BK));
        suspect("only the last step of k is in the sum: sums are set to zero, or overwritten, at every step",
                weighed(p, from, last));
        suspect("the first step of k is left out", weighed(p, from, r->BK));
    }
    if (p->M > 64)
        suspect("rows 64 and on of a tile of A are not read: its first 64 come twice", first_half_twice(p, true, 64));
    if (r->number >= 12) suspect_hopper(r, p);
    if (p->K % r->BK > 0) suspect("what lies outside of A and B must be zero, and is not", with_rim(p, r->BK));
    if (p->K < 32) return;
    suspect(
        "the first 16 of every 64 k are multiplied four times, the others never: does the descriptor (or the address) "
        "move on "
        "by 32 bytes for each product?",
        weighed(p, one_of_four, 0));
    suspect("of every 64 k the last 16 are left out: there are four products of 16", weighed(p, not_in, 3));
    suspect("of every 64 k the first 16 are left out", weighed(p, not_in, 0));
}
