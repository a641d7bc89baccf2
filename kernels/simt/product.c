// What wgmma computes: D (64,n) = A (64,k) B (k,n) + D. Both factors are gathered into plain arrays once; then it is three loops.
// Each product is summed over its k in double, in the order of k, where products of these types are exact; then it is added to D
// and rounded to float, once. A GPU sums in an order and with digits of its own, which nobody has told: expect differences in
// the last digits. Whole numbers wrap round.
#include <string.h>

#include "simt/wgmma.h"

enum { MOST_K = 32, MOST_N = 256, WARP_ROWS = 16 };

typedef double four __attribute__((vector_size(32)));
union eight {  // neighbours of a row
    double number[8];
    four half[2];
};

static struct factors {
    double a[TEAM_ROWS][MOST_K];
    union eight b[MOST_N / 8][MOST_K];  // column / 8, k
} factors;

int product_k(enum simt_element element) {
    return element == SIMT_S8 ? 32 : element == SIMT_TF32 ? 8 : 16;
}

// ---- numbers --------------------------------------------------------------------------------------------------------
static float float_of(uint32_t bits) {
    float f;
    memcpy(&f, &bits, sizeof f);
    return f;
}

// Multiplying shifts the exponent from half's place to float's, subnormals included; infinities and NaN are put right.
static float half_of(uint16_t h) {
    const float f = float_of((h & 0x7fffu) << 13) * 0x1p112f;
    uint32_t bits;
    memcpy(&bits, &f, sizeof bits);
    if ((h & 0x7c00u) == 0x7c00u) bits |= 0x7f800000u;
    return float_of(bits | (h & 0x8000u) << 16);
}

// The 16 bytes at p as 16, 8 or 4 numbers.
static void widen(double *to, const void *p, enum simt_element element) {
    uint32_t word[4];
    uint16_t half[8];
    int8_t byte[CHUNK];
    memcpy(word, p, CHUNK), memcpy(half, p, CHUNK), memcpy(byte, p, CHUNK);
    switch (element) {
        case SIMT_F16:
            for (int i = 0; i < 8; i++) to[i] = half_of(half[i]);
            break;
        case SIMT_BF16:
            for (int i = 0; i < 8; i++) to[i] = float_of((uint32_t)half[i] << 16);
            break;
        case SIMT_S8:
            for (int i = 0; i < CHUNK; i++) to[i] = byte[i];
            break;
        default:  // TF32 has 10 bits behind the point; the instruction does not look at the others
            for (int i = 0; i < 4; i++) to[i] = float_of(word[i] & ~0x1fffu);
            break;
    }
}

// ---- the factors ----------------------------------------------------------------------------------------------------
static int per_chunk(enum simt_element element) {
    return product_k(element) / 2;
}

static void gather_a(const struct simt_wgmma *w, const struct tile *t, uintptr_t start) {
    double x[CHUNK];
    const int n = per_chunk(w->element);
    for (int i = 0; i < t->chunks; i++) {
        const void *p = (const void *)(start + (uintptr_t)(intptr_t)t->at[i]);
        if (!t->turned) widen(&factors.a[i / 2][i % 2 * n], p, w->element);
        else {
            widen(x, p, w->element);
            for (int j = 0; j < n; j++) factors.a[i % (TEAM_ROWS / 8) * 8 + j][i / (TEAM_ROWS / 8)] = x[j];
        }
    }
}

static void gather_b(const struct simt_wgmma *w, const struct tile *t, uintptr_t start) {
    double x[CHUNK];
    const int n = per_chunk(w->element), across = w->n / 8;
    for (int i = 0; i < t->chunks; i++) {
        const void *p = (const void *)(start + (uintptr_t)(intptr_t)t->at[i]);
        if (t->turned) widen(factors.b[i % across][i / across].number, p, w->element);
        else {
            widen(x, p, w->element);
            for (int j = 0; j < n; j++) factors.b[i / 16][i % 2 * n + j].number[i / 2 % 8] = x[j];
        }
    }
}

// Registers hold 4 bytes each: of rows g and g + 8, then 16 bytes further in k (g = lane / 4).
static void gather_registers(const struct simt_wgmma *w, const struct product *p) {
    double x[CHUNK];
    const int n = per_chunk(w->element), per = n / 4;
    for (int thread = 0; thread < TEAM_THREADS; thread++)
        for (int r = 0; r < 4; r++) {
            const unsigned bytes[4] = {p->a[thread][r]};
            widen(x, bytes, w->element);
            double *row = factors.a[thread / WARP * 16 + thread % WARP / 4 + r % 2 * 8];
            for (int j = 0; j < per; j++) row[r / 2 * n + thread % 4 * per + j] = x[j];
        }
}

// ---- the product ----------------------------------------------------------------------------------------------------
// Of eight columns, two rows that are 8 apart: lanes have pairs of them.
struct sums {
    union eight row[WARP_ROWS];
};
static void multiply(struct sums *to, const double a[WARP_ROWS][MOST_K], const union eight b[MOST_K], int k) {
    for (int i = 0; i < 8; i++) {
        four top[2] = {{0}}, low[2] = {{0}};
        for (int kk = 0; kk < k; kk++) {
            top[0] += a[i][kk] * b[kk].half[0], top[1] += a[i][kk] * b[kk].half[1];
            low[0] += a[i + 8][kk] * b[kk].half[0], low[1] += a[i + 8][kk] * b[kk].half[1];
        }
        memcpy(&to->row[i], top, sizeof top), memcpy(&to->row[i + 8], low, sizeof low);
    }
}

static void add(void *d, int i, double sum, const struct simt_wgmma *w) {
    if (w->element == SIMT_S8) {
        uint32_t *to = (uint32_t *)d + i;
        *to = (uint32_t)(int64_t)sum + (w->accumulate ? *to : 0);
    } else {
        float *to = (float *)d + i;
        *to = (float)(w->accumulate ? sum + *to : sum);
    }
}

// d[i] of a lane: row lane / 4 + 8 (i / 2 % 2), column 8 (i / 4) + 2 (lane % 4) + i % 2
static void add_all(const struct product *p, int warp, const struct sums sums[MOST_N / 8]) {
    for (int lane = 0; lane < WARP; lane++)
        for (int column = 0; column < p->w.n / 8; column++)
            for (int i = 0; i < 4; i++)
                add(p->d[warp * WARP + lane], column * 4 + i,
                    sums[column].row[lane / 4 + i / 2 * 8].number[lane % 4 * 2 + i % 2], &p->w);
}

// A factor whose bytes are nowhere: every result is wrong, and looks so.
static void spoil(const struct product *p) {
    for (int t = 0; t < TEAM_THREADS; t++) memset(p->d[t], 0xff, (size_t)p->w.n / 2 * 4);
}

void product_compute(const struct product *p) {
    static struct sums sums[MOST_N / 8];
    const struct simt_wgmma *w = &p->w;
    if ((!p->from_registers && !p->a_start) || !p->b_start) {
        spoil(p);
        return;
    }
    if (p->from_registers) gather_registers(w, p);
    else gather_a(w, product_a(p), p->a_start);
    gather_b(w, product_b(p), p->b_start);
    for (int warp = 0; warp < TEAM_WARPS; warp++) {
        for (int column = 0; column < w->n / 8; column++)
            multiply(&sums[column], &factors.a[warp * WARP_ROWS], factors.b[column], product_k(w->element));
        add_all(p, warp, sums);
    }
}
