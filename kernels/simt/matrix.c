// mma.sync, mma.sp, ldmatrix and stmatrix: what the 32 lanes of a warp do with small matrices whose elements they share (PTX ISA,
// "Warp Level Matrix Multiply-Accumulate Instructions"). Which lane holds what follows one rule for all types: lane l stands
// at row l / 4, and its registers hold `per` = 4 / bytes neighbours each, from column l % 4 * per on.
#include <string.h>

#include "simt/hopper.h"

enum { ALL_LANES = -1, MOST_M = 16, MOST_N = 8, MOST_K = 32 };

struct mma {  // of one lane
    int m, n, k;
    enum simt_element element;
    void *d;
    const unsigned *a, *b;
    const void *c;
    uint32_t pc;
    unsigned metadata;  // of mma.sp
    int selector;
};

void matrix_check_lanes(const char *name, unsigned lanes, uint32_t pc) {
    if (lanes != (unsigned)ALL_LANES)
        finding_add(SIMT_WARP_MASK, pc, 0, "let all 32 lanes of a warp come to it, and launch blocks of whole warps",
                    "%s takes the whole warp, but only %d lanes came", name, __builtin_popcount(lanes));
}

static int bytes_of(enum simt_element element) {
    return element == SIMT_TF32 ? 4 : element == SIMT_S8 ? 1 : 2;
}

// Element i of a register. Products and sums of a few of them are exact in double, or nearly.
static double element_of(unsigned word, int i, enum simt_element element) {
    float f;
    switch (element) {
        case SIMT_F16:
            return simt_half_to_float((uint16_t)(word >> 16 * i));
        case SIMT_BF16:
            return simt_bf16_to_float((uint16_t)(word >> 16 * i));
        case SIMT_S8:
            return (int8_t)(word >> 8 * i);
        default:
            word &= ~0x1fffu;  // TF32 has 10 bits behind the point; the instruction does not look at the others
            memcpy(&f, &word, sizeof f);
            return f;
    }
}

// The two registers at the same columns are rows l / 4 and l / 4 + 8.
static void gather_a(double a[MOST_M][MOST_K], const struct mma *lane, int l) {
    const int per = 4 / bytes_of(lane->element), registers = 2 * lane->k / (4 * per);
    for (int r = 0; r < registers; r++)
        for (int i = 0; i < per; i++)
            a[l / 4 + 8 * (r % 2)][r / 2 * 4 * per + l % 4 * per + i] = element_of(lane->a[r], i, lane->element);
}

static void gather_b(double b[MOST_K][MOST_N], const struct mma *lane, int l) {
    const int per = 4 / bytes_of(lane->element), registers = lane->k / (4 * per);
    for (int r = 0; r < registers; r++)
        for (int i = 0; i < per; i++)
            b[r * 4 * per + l % 4 * per + i][l / 4] = element_of(lane->b[r], i, lane->element);
}

// d and c: rows l / 4 and l / 4 + 8, columns l % 4 * 2 and the next
static void finish(const struct mma *lane, int l, double d[MOST_M][MOST_N]) {
    for (int i = 0; i < 4; i++) {
        const double sum = d[l / 4 + i / 2 * 8][l % 4 * 2 + i % 2];
        if (lane->element == SIMT_S8) {  // wraps round
            const uint32_t whole = (uint32_t)(int64_t)sum + ((const uint32_t *)lane->c)[i];
            memcpy((int *)lane->d + i, &whole, sizeof whole);
        } else ((float *)lane->d)[i] = (float)(sum + ((const float *)lane->c)[i]);
    }
}

static void mma_all(void **arguments, unsigned lanes) {
    double a[MOST_M][MOST_K] = {{0}}, b[MOST_K][MOST_N] = {{0}}, d[MOST_M][MOST_N] = {{0}};
    const struct mma *first = arguments[__builtin_ctz(lanes)];
    matrix_check_lanes("mma.sync", lanes, first->pc);
    for (int l = 0; l < WARP; l++)
        if (arguments[l]) gather_a(a, arguments[l], l), gather_b(b, arguments[l], l);
    for (int i = 0; i < MOST_M; i++)
        for (int k = 0; k < first->k; k++)
            for (int j = 0; j < MOST_N; j++) d[i][j] += a[i][k] * b[k][j];
    for (int l = 0; l < WARP; l++)
        if (arguments[l]) finish(arguments[l], l, d);
    flops_tensor(2ull * (unsigned)first->m * (unsigned)first->n * (unsigned)first->k);
}

void simt_mma(int m, int n, int k, enum simt_element element, void *d, const unsigned *a, const unsigned *b,
              const void *c) {
    const uint32_t pc = (uint32_t)(uintptr_t)__builtin_return_address(0);
    struct mma lane = {m, n, k, element, d, a, b, c, pc, 0, 0};
    warp_arrive((unsigned)ALL_LANES, "mma.sync", &lane, mma_all, pc);
}

// ---- mma.sp ---------------------------------------------------------------------------------------------------------
// Of four neighbours in a row of a, two are in the registers, and the metadata say which: two bits each. Two lanes of every four
// have them (the selector says which two): the first for columns 0 to 15 of rows l / 4 (low half) and l / 4 + 8, the second for the
// others. The numbers come in the order of their places.
static void expand(double a[MOST_M][MOST_K], double kept[MOST_M][MOST_K], void **lanes, int row) {
    for (int group = 0; group < 8; group++) {
        const struct mma *any = lanes[0], *lane = lanes[row % 8 * 4 + any->selector * 2 + group / 4];
        const unsigned places = lane->metadata >> (row / 8 * 16 + group % 4 * 4);
        const unsigned first = places & 3, second = places >> 2 & 3;
        if (first >= second && simt_instrumented)
            finding_add(SIMT_DESCRIPTOR, lane->pc, 0,
                        "tell the places in rising order: 4 bits for four numbers, the first in the lower two",
                        "the metadata of mma.sp say of row %d, columns %d to %d, that numbers %u and %u are there: not "
                        "two different "
                        "ones in their order",
                        row, 4 * group, 4 * group + 3, first, second);
        a[row][4 * group + first] = kept[row][2 * group];
        a[row][4 * group + second] = kept[row][2 * group + 1];
    }
}

static void mma_sparse_all(void **arguments, unsigned lanes) {
    double a[MOST_M][MOST_K] = {{0}}, kept[MOST_M][MOST_K], b[MOST_K][MOST_N], d[MOST_M][MOST_N] = {{0}};
    const struct mma *first = arguments[__builtin_ctz(lanes)];
    matrix_check_lanes("mma.sp", lanes, first->pc);
    if (lanes != (unsigned)ALL_LANES) return;
    for (int l = 0; l < WARP; l++) {
        struct mma half = *(const struct mma *)arguments[l];
        gather_b(b, &half, l);
        half.k /= 2;
        gather_a(kept, &half, l);
    }
    for (int row = 0; row < MOST_M; row++) expand(a, kept, arguments, row);
    for (int i = 0; i < MOST_M; i++)
        for (int k = 0; k < MOST_K; k++)
            for (int j = 0; j < MOST_N; j++) d[i][j] += a[i][k] * b[k][j];
    for (int l = 0; l < WARP; l++) finish(arguments[l], l, d);
    flops_tensor(2ull * MOST_M * MOST_N * MOST_K / 2);  // zeros are not multiplied
}

void simt_mma_sparse(enum simt_element element, float *d, const unsigned *a, const unsigned *b, const float *c,
                     unsigned metadata, int selector) {
    const uint32_t pc = (uint32_t)(uintptr_t)__builtin_return_address(0);
    struct mma lane = {MOST_M, MOST_N, MOST_K, element, d, a, b, c, pc, metadata, selector};
    warp_arrive((unsigned)ALL_LANES, "mma.sp", &lane, mma_sparse_all, pc);
}

// ---- ldmatrix -------------------------------------------------------------------------------------------------------
struct ldmatrix {
    unsigned *out;
    const void *row;
    int n, transpose;
    uint32_t pc;
    uint16_t number[8];  // of its row
};

static void ldmatrix_all(void **arguments, unsigned lanes) {
    const struct ldmatrix *first = arguments[__builtin_ctz(lanes)];
    matrix_check_lanes("ldmatrix", lanes, first->pc);
    if (lanes != (unsigned)ALL_LANES) return;
    for (int l = 0; l < WARP; l++) {
        const struct ldmatrix *to = arguments[l];
        for (int i = 0; i < first->n; i++) {
            unsigned word = 0;
            for (int j = 0; j < 2; j++) {
                const int row = to->transpose ? l % 4 * 2 + j : l / 4, column = to->transpose ? l / 4 : l % 4 * 2 + j;
                const struct ldmatrix *from = arguments[8 * i + row];
                word |= (unsigned)from->number[column] << 16 * j;
            }
            to->out[i] = word;
        }
    }
}

// The lanes that give an address read its row: 16 bytes each, and so 8 rows in a wavefront if their banks differ.
void simt_ldmatrix(unsigned *out, const void *row, int n, int transpose) {
    const uint32_t pc = (uint32_t)(uintptr_t)__builtin_return_address(0);
    struct ldmatrix lane = {out, row, n, transpose, pc, {0}};
    if (simt_self->id % WARP < 8 * n) {
        if (simt_instrumented) simt_access((uintptr_t)row, 16, 0, pc);
        memcpy(lane.number, row, sizeof lane.number);
    }
    warp_arrive((unsigned)ALL_LANES, "ldmatrix", &lane, ldmatrix_all, pc);
    if (simt_self->accumulates) wgmma_touch((uintptr_t)out, (unsigned)n * 4, ACCESS_WRITE, pc);
}

// ---- stmatrix -------------------------------------------------------------------------------------------------------
struct stmatrix {
    const unsigned *in;
    int n, transpose;
    uint32_t pc;
    uint16_t number[8];  // of the row that the lane gives the address of
};

static void stmatrix_all(void **arguments, unsigned lanes) {
    const struct stmatrix *first = arguments[__builtin_ctz(lanes)];
    matrix_check_lanes("stmatrix", lanes, first->pc);
    if (lanes != (unsigned)ALL_LANES) return;
    for (int l = 0; l < WARP; l++) {
        const struct stmatrix *from = arguments[l];
        for (int i = 0; i < first->n; i++)
            for (int j = 0; j < 2; j++) {
                const int row = from->transpose ? l % 4 * 2 + j : l / 4;
                struct stmatrix *to = arguments[8 * i + row];
                to->number[from->transpose ? l / 4 : l % 4 * 2 + j] = (uint16_t)(from->in[i] >> 16 * j);
            }
    }
}

// The lanes that give an address write its row, as ldmatrix reads it.
void simt_stmatrix(void *row, const unsigned *in, int n, int transpose) {
    const uint32_t pc = (uint32_t)(uintptr_t)__builtin_return_address(0);
    struct stmatrix lane = {in, n, transpose, pc, {0}};
    warp_arrive((unsigned)ALL_LANES, "stmatrix", &lane, stmatrix_all, pc);
    if (simt_self->id % WARP >= 8 * n) return;
    if (simt_instrumented) simt_access((uintptr_t)row, sizeof lane.number, ACCESS_WRITE, pc);
    memcpy(row, lane.number, sizeof lane.number);
}
