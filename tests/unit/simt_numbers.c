// The simulator's numbers of 16 bits, against the compiler's own (_Float16) and against definitions in double; and the
// maps of matrix fragments.
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "simt/matrix.h"

enum { CODES = 65536, SAMPLES = 300000 };

struct format {
    const char *name;
    float (*wide)(uint16_t);
    uint16_t (*narrow)(float);
    uint16_t (*of_sum)(double sum, double x, double y);
    int digits, lowest;  // significant digits; exponent of the smallest normal number
    double largest;
};
static const struct format formats[] = {
    {"half", simt_half_to_float, simt_float_to_half, simt_sum_to_half, 11, -14, 65504},
    {"bfloat16", simt_bf16_to_float, simt_float_to_bf16, simt_sum_to_bf16, 8, -126, 0x1.fep127},
};

static uint64_t state = 1;
static uint64_t next(void) {
    state ^= state << 13, state ^= state >> 7, state ^= state << 17;
    return state;
}

// A float of any bits, half of the time one whose exponent is near those of half
static float any_float(void) {
    uint32_t bits = (uint32_t)(next() >> 32);
    float f;
    if (next() & 1) bits = (bits & 0x807fffff) | (uint32_t)(96 + next() % 52) << 23;
    memcpy(&f, &bits, sizeof f);
    return f;
}

// The value that rounding x once must give, by scaling so that the last kept digit is 1. Independent of numbers.c.
static double rounded(long double x, const struct format *f) {
    int exponent;
    if (x == 0 || !isfinite((double)x)) return (double)x;
    frexpl(x, &exponent);  // 0.5 <= |x| / 2^exponent < 1
    const int binade = exponent - 1 > f->lowest ? exponent - 1 : f->lowest, unit = binade - (f->digits - 1);
    const double value = (double)ldexpl(rintl(ldexpl(x, -unit)), unit);
    return fabs(value) > f->largest ? copysign(INFINITY, value) : value;
}

static bool same(double got, double want) {
    return (isnan(got) && isnan(want)) || (got == want && signbit(got) == signbit(want));
}

#ifdef __FLT16_MANT_DIG__
Test(simt_numbers, half_is_the_compilers) {
    for (int code = 0; code < CODES; code++) {
        const uint16_t bits = (uint16_t)code;
        _Float16 h;
        memcpy(&h, &bits, sizeof h);
        cr_assert(same(simt_half_to_float(bits), (float)h), "code %04x", code);
    }
    for (int i = 0; i < SAMPLES; i++) {
        const float x = any_float();
        const _Float16 h = (_Float16)x;
        uint16_t bits;
        memcpy(&bits, &h, sizeof bits);
        if (!isnan(x)) cr_assert(simt_float_to_half(x) == bits, "%a", x);
    }
}
#endif

Test(simt_numbers, every_code_comes_back) {
    for (const struct format *f = formats; f < formats + 2; f++)
        for (int code = 0; code < CODES; code++) {
            const float x = f->wide((uint16_t)code);
            const uint16_t back = f->narrow(x);
            if (isnan(x)) cr_assert(isnan(f->wide(back)), "%s %04x", f->name, code);
            else cr_assert(back == code, "%s %04x came back as %04x", f->name, code, back);
        }
    for (int code = 0; code < CODES; code++) {  // bfloat16 is a float's upper half
        const uint32_t bits = (uint32_t)code << 16;
        float x;
        memcpy(&x, &bits, sizeof x);
        cr_assert(same(simt_bf16_to_float((uint16_t)code), x), "code %04x", code);
    }
}

Test(simt_numbers, floats_are_rounded_to_nearest_even) {
    for (const struct format *f = formats; f < formats + 2; f++)
        for (int i = 0; i < SAMPLES; i++) {
            const float x = any_float(), got = f->wide(f->narrow(x));
            cr_assert(same(got, rounded(x, f)), "%s of %a is %a", f->name, x, got);
        }
}

// Midway between two neighbours, and the floats right beside it
Test(simt_numbers, ties_go_to_even) {
    for (const struct format *f = formats; f < formats + 2; f++)
        for (int code = 0; code < CODES / 2 - 1; code++) {
            const float low = f->wide((uint16_t)code), high = f->wide((uint16_t)(code + 1));
            if (!isfinite(high)) continue;
            const float tie = (float)(((double)low + high) / 2);
            if (((double)low + high) / 2 != tie) continue;  // beyond the digits of a float
            cr_assert(f->narrow(tie) == (code & 1 ? code + 1 : code), "%s above %04x", f->name, code);
            cr_assert(f->narrow(-tie) == (0x8000 | (code & 1 ? code + 1 : code)), "%s below -%04x", f->name, code);
            cr_assert(f->narrow(nextafterf(tie, INFINITY)) == code + 1, "%s above %04x", f->name, code);
            cr_assert(f->narrow(nextafterf(tie, 0)) == code, "%s above %04x", f->name, code);
        }
}

static uint16_t some_code(const struct format *f) {  // finite, often of a middling size
    uint16_t code;
    do code = (uint16_t)(next() >> 40);
    while (!isfinite(f->wide(code)));
    return code;
}

static uint16_t fused(const struct format *f, uint16_t a, uint16_t b, uint16_t c) {
    const double product = (double)f->wide(a) * f->wide(b), addend = f->wide(c);
    return f->of_sum(product + addend, product, addend);
}

// half: a product and a sum of halves span at most 2^-48 to 2^32, more digits than a long double has, so only those
// are asked whose exact sum fits there, and that is checked
static bool exact_in_long_double(long double product, long double addend) {
    volatile long double sum = product + addend, of_addend = sum - product;
    return of_addend == addend && sum - of_addend == product;
}

Test(simt_numbers, a_fused_multiply_add_rounds_once) {
    int asked = 0;
    for (const struct format *f = formats; f < formats + 2; f++)
        for (int i = 0; i < SAMPLES; i++) {
            const uint16_t a = some_code(f), b = some_code(f), c = some_code(f);
            const long double product = (long double)f->wide(a) * f->wide(b), addend = f->wide(c);
            if (!exact_in_long_double(product, addend)) continue;
            const double got = f->wide(fused(f, a, b, c)), want = rounded(product + addend, f);
            if (want == 0) continue;  // whose sign the scaling loses
            asked++;
            cr_assert(same(got, want), "%s %04x * %04x + %04x", f->name, a, b, c);
        }
    cr_assert(asked > SAMPLES / 4);
}

// 1.01 * 1.1 (binary, 8 digits each) lies midway between two bfloat16s: a tiny addend, lost in double, decides.
Test(simt_numbers, an_addend_beyond_the_digits_of_double_breaks_the_tie) {
    const uint16_t a = simt_float_to_bf16(1.0078125f), b = simt_float_to_bf16(1.5f);  // 1 + 2^-7, 1 + 2^-1
    const float tie = 1.0078125f * 1.5f;                                              // 1.51171875: between codes
    const uint16_t tiny = simt_float_to_bf16(0x1p-100f), none = 0;
    const uint16_t even = simt_float_to_bf16(tie);
    cr_assert(fused(&formats[1], a, b, none) == even);
    const float at_even = simt_bf16_to_float(even);
    const uint16_t away = at_even < tie ? even + 1 : even - 1, sign = at_even < tie ? 0 : 0x8000;
    cr_assert(at_even != tie, "the product is not between two bfloat16s");
    cr_assert(fused(&formats[1], a, b, tiny | sign) == away, "rounded twice");
    cr_assert(fused(&formats[1], a, b, tiny | (sign ^ 0x8000)) == even);
}

// ---- fragments ------------------------------------------------------------------------------------------------------
Test(simt_numbers, each_element_of_a_fragment_has_one_place) {
    static const int shape[][2] = {{16, 16}, {32, 16}, {8, 16}, {16, 8}, {16, 32}, {32, 8}, {8, 32}};
    for (size_t s = 0; s < sizeof shape / sizeof *shape; s++)
        for (int turned = 0; turned < 2; turned++) {
            bool seen[32][32] = {{false}};
            const int rows = shape[s][0], cols = shape[s][1];
            for (int lane = 0; lane < WARP; lane++)
                for (int i = 0; i < rows * cols / WARP; i++) {
                    int row, column;
                    fragment_place(rows, turned, lane, i, &row, &column);
                    cr_assert(row >= 0 && row < rows && column >= 0 && column < cols);
                    cr_assert(!seen[row][column], "%d x %d: (%d, %d) twice", rows, cols, row, column);
                    seen[row][column] = true;
                }
        }
}

// ---- products: the layouts written down once more, element by element, as the PTX ISA tables them ----------------------
enum { M = 16, N = 8, MOST_K = 32, MOST = 16 };  // MOST: elements of a that a lane has

struct kind {
    enum simt_element element;
    int k, in_a, in_b;  // in_: elements of a lane
};
static struct product {
    struct kind kind;
    double a[M][MOST_K], b[MOST_K][N], c[M][N], d[M][N];
} product;

static void place_of_a(const struct product *p, int lane, int i, int *row, int *column) {
    const int g = lane / 4, t = lane % 4;
    switch (p->kind.element) {
        case SIMT_S8:
            *row = i % 8 < 4 ? g : g + 8;
            *column = t * 4 + (i & 3) + (i < 8 ? 0 : 16);
            break;
        case SIMT_TF32:
            *row = i % 2 == 0 ? g : g + 8;
            *column = i < 2 ? t : t + 4;
            break;
        default:
            *row = i % 4 < 2 ? g : g + 8;
            *column = t * 2 + (i & 1) + (i < 4 ? 0 : 8);
    }
}

static void place_of_b(const struct product *p, int lane, int i, int *row, int *column) {
    const int t = lane % 4;
    *column = lane / 4;
    switch (p->kind.element) {
        case SIMT_S8:
            *row = t * 4 + (i & 3) + (i < 4 ? 0 : 16);
            break;
        case SIMT_TF32:
            *row = i == 0 ? t : t + 4;
            break;
        default:
            *row = t * 2 + (i & 1) + (i < 2 ? 0 : 8);
    }
}

static void put(void *registers, int i, enum simt_element element, double x) {
    switch (element) {
        case SIMT_F16:
            ((uint16_t *)registers)[i] = simt_float_to_half((float)x);
            break;
        case SIMT_BF16:
            ((uint16_t *)registers)[i] = simt_float_to_bf16((float)x);
            break;
        case SIMT_S8:
            ((int8_t *)registers)[i] = (int8_t)x;
            break;
        default:
            ((float *)registers)[i] = (float)x;
    }
}

static void multiply(void *parameters) {  // a kernel of one warp
    struct product *p = *(struct product **)parameters;
    const int lane = (int)simt_thread_index().x;
    unsigned a[4] = {0}, b[2] = {0};
    float c[4], d[4];
    int whole_c[4], whole_d[4], row, column;
    const bool whole = p->kind.element == SIMT_S8;
    for (int i = 0; i < p->kind.in_a; i++)
        place_of_a(p, lane, i, &row, &column), put(a, i, p->kind.element, p->a[row][column]);
    for (int i = 0; i < p->kind.in_b; i++)
        place_of_b(p, lane, i, &row, &column), put(b, i, p->kind.element, p->b[row][column]);
    for (int i = 0; i < 4; i++) {
        c[i] = (float)p->c[lane / 4 + (i < 2 ? 0 : 8)][lane % 4 * 2 + (i & 1)];
        whole_c[i] = (int)c[i];
    }
    simt_mma(M, N, p->kind.k, p->kind.element, whole ? (void *)whole_d : d, a, b, whole ? (void *)whole_c : c);
    for (int i = 0; i < 4; i++) p->d[lane / 4 + (i < 2 ? 0 : 8)][lane % 4 * 2 + (i & 1)] = whole ? whole_d[i] : d[i];
}

static void run_product(void) {
    const struct simt_config one_warp = {.grid = {1, 1, 1}, .block = {WARP, 1, 1}};
    struct product **parameters = simt_parameters();
    *parameters = &product;
    simt_run("multiply", &one_warp, multiply, parameters);
}

Test(simt_numbers, products_are_those_of_double) {
    static const struct kind kinds[] = {{SIMT_F16, 16, 8, 4}, {SIMT_F16, 8, 4, 2},  {SIMT_BF16, 16, 8, 4},
                                        {SIMT_BF16, 8, 4, 2}, {SIMT_TF32, 8, 4, 2}, {SIMT_TF32, 4, 2, 1},
                                        {SIMT_S8, 32, 16, 8}, {SIMT_S8, 16, 8, 4}};
    simt_quiet(true);
    for (size_t kind = 0; kind < sizeof kinds / sizeof *kinds; kind++) {
        product = (struct product){.kind = kinds[kind]};
        // small whole numbers: every type has them, and the sums are exact
        for (int i = 0; i < M; i++)
            for (int k = 0; k < product.kind.k; k++) product.a[i][k] = (double)(next() >> 20 & 127) - 64;
        for (int k = 0; k < product.kind.k; k++)
            for (int j = 0; j < N; j++) product.b[k][j] = (double)(next() >> 20 & 127) - 64;
        for (int i = 0; i < M; i++)
            for (int j = 0; j < N; j++) product.c[i][j] = (double)(next() >> 20 & 1023);
        run_product();
        for (int i = 0; i < M; i++)
            for (int j = 0; j < N; j++) {
                double want = product.c[i][j];
                for (int k = 0; k < product.kind.k; k++) want += product.a[i][k] * product.b[k][j];
                cr_assert(product.d[i][j] == want, "kind %zu (%d, %d): %g, not %g", kind, i, j, product.d[i][j], want);
            }
        cr_assert(simt_launch(-1)->counters.tensor_flops == 2ull * M * N * (unsigned)product.kind.k);
    }
    cr_assert(simt_finding_count() == 0);
}
