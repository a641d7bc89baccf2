// nvcuda::wmma: matrices whose elements the 32 lanes of a warp share. CUDA does not say which lane holds what, and
// programs must not depend on it; here it is as mma.sync has it. Tiles of 8 x 8 lie in a column, then the next; lane l
// has in each tile two neighbours of row l / 4, or (turned: the second factor) of column l / 4.
//
// In memory a tile is eight rows of eight neighbours, and each lane moves a pair: one request for each tile. What a
// lane loads need not be what it keeps: GPUs turn tiles of 16-bit numbers in registers (movmatrix). Four-byte numbers
// are not turned, and are moved one by one where their pairs stand across the memory's rows.
#include <string.h>

#include "simt/matrix.h"

enum { TILE = 8, MOST_ELEMENTS = 16, MOST_BYTES = 64, MOST_SIDE = 32 };

void fragment_place(int rows, bool turned, int lane, int i, int *row, int *column) {
    const int tile = i / 2, across = lane / 4, along = lane % 4 * 2 + i % 2, down = rows / TILE;
    *row = tile % down * TILE + (turned ? along : across);
    *column = tile / down * TILE + (turned ? across : along);
}

// ---- to and from memory ---------------------------------------------------------------------------------------------
struct transfer {  // of one lane
    const struct simt_fragment *f;
    unsigned char *x;                 // the elements that it keeps
    unsigned char moved[MOST_BYTES];  // the elements that it moves, in the order of its accesses
    const char *name;
    uint32_t pc;
};

static int elements(const struct simt_fragment *f) {
    return f->rows * f->cols / WARP;
}

static bool in_pairs(const struct simt_fragment *f) {
    return f->size < 4 || !f->turned == !f->by_columns;
}

// Where in the matrix the element stands that a lane moves as its i-th.
static void moved_place(const struct simt_fragment *f, int lane, int i, int *row, int *column) {
    if (!in_pairs(f)) {
        fragment_place(f->rows, f->turned, lane, i, row, column);
    } else if (f->by_columns) {
        // NOLINTNEXTLINE(readability-suspicious-call-argument): transposed
        fragment_place(f->cols, false, lane, i, column, row);
    } else {
        fragment_place(f->rows, false, lane, i, row, column);
    }
}

static size_t offset(const struct simt_fragment *f, int row, int column) {
    return (f->by_columns ? (size_t)column * f->ld + (size_t)row : (size_t)row * f->ld + (size_t)column) * f->size;
}

static void load_all(void **arguments, unsigned lanes) {
    unsigned char matrix[MOST_SIDE][MOST_SIDE][4];
    const struct transfer *first = arguments[__builtin_ctz(lanes)];
    const struct simt_fragment *f = first->f;
    int row, column;
    matrix_check_lanes(first->name, lanes, first->pc);
    memset(matrix, 0, sizeof matrix);
    for (int lane = 0; lane < WARP; lane++)
        for (int i = 0; arguments[lane] && i < elements(f); i++) {
            moved_place(f, lane, i, &row, &column);
            memcpy(matrix[row][column], &((const struct transfer *)arguments[lane])->moved[(unsigned)i * f->size],
                   f->size);
        }
    for (int lane = 0; lane < WARP; lane++)
        for (int i = 0; arguments[lane] && i < elements(f); i++) {
            fragment_place(f->rows, f->turned, lane, i, &row, &column);
            memcpy(&((struct transfer *)arguments[lane])->x[(unsigned)i * f->size], matrix[row][column], f->size);
        }
}

static void store_all(void **arguments, unsigned lanes) {
    unsigned char matrix[MOST_SIDE][MOST_SIDE][4];
    const struct transfer *first = arguments[__builtin_ctz(lanes)];
    const struct simt_fragment *f = first->f;
    int row, column;
    matrix_check_lanes(first->name, lanes, first->pc);
    memset(matrix, 0, sizeof matrix);
    for (int lane = 0; lane < WARP; lane++)
        for (int i = 0; arguments[lane] && i < elements(f); i++) {
            fragment_place(f->rows, f->turned, lane, i, &row, &column);
            memcpy(matrix[row][column], &((const struct transfer *)arguments[lane])->x[(unsigned)i * f->size], f->size);
        }
    for (int lane = 0; lane < WARP; lane++)
        for (int i = 0; arguments[lane] && i < elements(f); i++) {
            moved_place(f, lane, i, &row, &column);
            memcpy(&((struct transfer *)arguments[lane])->moved[(unsigned)i * f->size], matrix[row][column], f->size);
        }
}

// CUDA asks for 32 bytes, and 16 for the distance of rows; of 8-bit numbers 16 are enough, as NVIDIA's own samples
// show.
static void check_alignment(const struct transfer *t, const void *p) {
    const unsigned need = t->f->size == 1 ? 16 : 32, row_bytes = t->f->ld * t->f->size;
    if ((uintptr_t)p % need)
        finding_add(SIMT_MISALIGNED, t->pc, 0, "let tiles begin at multiples of their size",
                    "%s needs an address that is a multiple of %u bytes, and got one %u bytes past such", t->name, need,
                    (unsigned)((uintptr_t)p % need));
    else if (row_bytes % 16)
        finding_add(SIMT_MISALIGNED, t->pc, 0,
                    "make the leading dimension a multiple of 16 bytes, with padding if need be",
                    "%s needs rows that lie a multiple of 16 bytes apart, and got %u bytes", t->name, row_bytes);
}

static void move_all(struct transfer *t, char *memory, int how) {
    const struct simt_fragment *f = t->f;
    const int lane = simt_self->id % WARP, step = in_pairs(f) ? 2 : 1;
    for (int i = 0; i < elements(f); i += step) {
        int row, column;
        moved_place(f, lane, i, &row, &column);
        char *p = memory + offset(f, row, column);
        unsigned char *mine = &t->moved[(unsigned)i * f->size];
        if (simt_instrumented) simt_access((uintptr_t)p, (unsigned)step * f->size, how, t->pc);
        if (how & ACCESS_WRITE) memcpy(p, mine, (unsigned)step * f->size);
        else memcpy(mine, p, (unsigned)step * f->size);
    }
}

void simt_fragment_load(const struct simt_fragment *f, void *x, const void *from) {
    const uint32_t pc = (uint32_t)(uintptr_t)__builtin_return_address(0);
    struct transfer t = {f, x, {0}, "wmma::load_matrix_sync", pc};
    check_alignment(&t, from);
    move_all(&t, (char *)from, 0);
    warp_arrive(~0u, t.name, &t, load_all, pc);
}

void simt_fragment_store(const struct simt_fragment *f, const void *x, void *to) {
    const uint32_t pc = (uint32_t)(uintptr_t)__builtin_return_address(0);
    struct transfer t = {f, (unsigned char *)x, {0}, "wmma::store_matrix_sync", pc};
    check_alignment(&t, to);
    warp_arrive(~0u, t.name, &t, store_all, pc);
    move_all(&t, to, ACCESS_WRITE);
}

// ---- product --------------------------------------------------------------------------------------------------------
struct multiply {
    const struct simt_product *p;
    void *d;
    const void *a, *b, *c;
    uint32_t pc;
};

static double number(const void *x, int i, enum simt_element element) {
    float f;
    uint32_t word;
    switch (element) {
        case SIMT_F16:
            return simt_half_to_float(((const uint16_t *)x)[i]);
        case SIMT_BF16:
            return simt_bf16_to_float(((const uint16_t *)x)[i]);
        case SIMT_S8:
            return ((const int8_t *)x)[i];
        case SIMT_U8:
            return ((const uint8_t *)x)[i];
        case SIMT_S32:
            return ((const int32_t *)x)[i];
        case SIMT_F32:
            return ((const float *)x)[i];
        case SIMT_TF32:
            memcpy(&word, (const float *)x + i, sizeof word);
            word &= ~0x1fffu;
            memcpy(&f, &word, sizeof f);
            return f;
    }
    return 0;
}

static void put(void *x, int i, enum simt_element element, double value) {
    if (element == SIMT_F16) ((uint16_t *)x)[i] = simt_sum_to_half(value, value, 0);
    else if (element == SIMT_S32) ((uint32_t *)x)[i] = (uint32_t)(int64_t)value;  // wraps round
    else ((float *)x)[i] = (float)value;
}

static void gather(double matrix[MOST_SIDE][MOST_SIDE], int rows, int cols, bool turned, int lane, const void *x,
                   enum simt_element element) {
    for (int i = 0; i < rows * cols / WARP; i++) {
        int row, column;
        fragment_place(rows, turned, lane, i, &row, &column);
        matrix[row][column] = number(x, i, element);
    }
}

static void multiply_all(void **arguments, unsigned lanes) {
    static double a[MOST_SIDE][MOST_SIDE], b[MOST_SIDE][MOST_SIDE], d[MOST_SIDE][MOST_SIDE];
    const struct multiply *first = arguments[__builtin_ctz(lanes)];
    const struct simt_product *p = first->p;
    matrix_check_lanes("wmma::mma_sync", lanes, first->pc);
    if (lanes != ~0u) return;
    for (int lane = 0; lane < WARP; lane++) {
        const struct multiply *m = arguments[lane];
        gather(a, p->m, p->k, false, lane, m->a, p->element);
        gather(b, p->k, p->n, true, lane, m->b, p->element);
        gather(d, p->m, p->n, false, lane, m->c, p->sum);
    }
    for (int i = 0; i < p->m; i++)
        for (int k = 0; k < p->k; k++)
            for (int j = 0; j < p->n; j++) d[i][j] += a[i][k] * b[k][j];
    for (int lane = 0; lane < WARP; lane++)
        for (int i = 0; i < p->m * p->n / WARP; i++) {
            int row, column;
            fragment_place(p->m, false, lane, i, &row, &column);
            put(((const struct multiply *)arguments[lane])->d, i, p->sum, d[row][column]);
        }
    flops_tensor(2ull * (unsigned)p->m * (unsigned)p->n * (unsigned)p->k);
}

void simt_fragment_mma(const struct simt_product *p, void *d, const void *a, const void *b, const void *c) {
    const uint32_t pc = (uint32_t)(uintptr_t)__builtin_return_address(0);
    struct multiply m = {p, d, a, b, c, pc};
    warp_arrive(~0u, "wmma::mma_sync", &m, multiply_all, pc);
}
