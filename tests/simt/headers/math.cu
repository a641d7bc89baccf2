// Functions and intrinsics that C has not, against values worked out by hand or by the host.
#include "check.h"

#include <cmath>

__global__ void floats(float *out, float x, float y) {
    int i = 0;
    out[i++] = rsqrtf(x);
    out[i++] = __expf(y);
    out[i++] = __logf(x);
    out[i++] = __powf(x, y);
    out[i++] = __fdividef(x, y);
    out[i++] = __saturatef(x);
    out[i++] = __fmaf_rn(x, y, 1.0f);
    out[i++] = __fadd_rn(x, y) - __fmul_rn(x, y);
    out[i++] = fminf(x, y) + fmaxf(x, y);
    out[i++] = min(x, y) - max(x, y);
    out[i++] = __int_as_float(__float_as_int(x) + 1);
    out[i++] = normcdff(0.0f);
    out[i++] = sinpif(0.5f) + cospif(1.0f);
    out[i++] = norm3df(2.0f, 3.0f, 6.0f);
    float s, c;
    __sincosf(y, &s, &c);
    out[i++] = s * s + c * c;
    sincosf(y, &s, &c);
    out[i++] = s - __sinf(y) + (c - __cosf(y));
    out[i++] = (float)rsqrt((double)x);
    out[i++] = fabsf(-x) + abs(-2) + floorf(-0.5f) + truncf(2.7f) + tanhf(0.0f);
}

__global__ void integers(int *out, int x, unsigned y, float f) {
    int i = 0;
    out[i++] = __popc(y) * 100 + __clz(x);
    out[i++] = __ffs(x) * 100 + __clz(0) + __ffs(0);
    out[i++] = (int)__brev(y);
    out[i++] = (int)__byte_perm(0x03020100, 0x07060504, 0x7531);
    out[i++] = (int)__umulhi(y, y);
    out[i++] = __mulhi(x, x << 20);
    out[i++] = __dp4a(0x01020304, (int)0xff010203, 10);
    out[i++] = __float2int_rn(f) * 1000 + __float2int_rz(f) * 100 + __float2int_ru(f) * 10 + __float2int_rd(f);
    out[i++] = __float2int_rz(1e20f);
    out[i++] = (int)__float2uint_rz(-3.0f);
    out[i++] = (int)__funnelshift_l(0x80000001u, 0x00000003u, 4);
    out[i++] = min(x, -1) + max(x, 7) + (int)min(3u, 5u);
    out[i++] = __popcll(0xf0000000fULL) + __clzll(1) + __ffsll(1LL << 40);
    out[i++] = (int)__usad(3u, 10u, 100u) + (int)__sad(-3, 4, 0u);
    out[i++] = __hadd(5, 8) + (int)__uhadd(5u, 8u) + __rhadd(5, 8);
    out[i++] = (int)(__double_as_longlong(1.0) >> 52) + __double2hiint(2.0) / (1 << 20);
    out[i++] = (int)min(-1LL, 5LL) + (int)max(5ULL, 9ULL);
    out[i++] = (int)(__umul64hi(1ull << 63, 6ull) + (unsigned long long)__mul64hi(-1ll, 2ll)) + __mul24(-3, 5);
}

static bool near(float got, double want) {
    return fabs(got - want) <= 1e-5 * fabs(want) + 1e-6;
}

int main() {
    const float x = 2.25f, y = 1.5f;
    const double want[] = {
        1 / 1.5, exp(1.5), log(2.25), pow(2.25, 1.5),  1.5, 1, 4.375, 3.75 - 3.375, 3.75, -0.75, 2.25, 0.5, 0, 7,
        1,       0,        1 / 1.5,   2.25 + 2 - 1 + 2};
    enum { FLOATS = sizeof want / sizeof *want, INTEGERS = 18 };
    float f[FLOATS], *df = to_device<float>(nullptr, FLOATS);
    floats<<<1, 1>>>(df, x, y);
    fetch(f, df, FLOATS);
    for (int i = 0; i < FLOATS; i++)
        if (!near(f[i], want[i])) failures++, printf("floats %d: %g, not %g\n", i, f[i], want[i]);

    const int whole[INTEGERS] = {8 * 100 + 27,
                                 300 + 32,
                                 (int)0xf7000080,
                                 0x07050301,
                                 (int)(0x0100008full * 0x0100008full >> 32),
                                 (int)(20ll * (20 << 20) >> 32),
                                 -1 + 2 + 6 + 12 + 10,
                                 2 * 1000 + 200 + 30 + 2,
                                 0x7fffffff,
                                 0,
                                 0x38,
                                 -1 + 20 + 3,
                                 8 + 63 + 41,
                                 107 + 7,
                                 6 + 6 + 7,
                                 1023 + 1024,
                                 -1 + 9,
                                 3 - 1 - 15};
    int n[INTEGERS], *dn = to_device<int>(nullptr, INTEGERS);
    integers<<<1, 1>>>(dn, 20, 0x010000efu, 2.5f);
    fetch(n, dn, INTEGERS);
    for (int i = 0; i < INTEGERS; i++)
        if (n[i] != whole[i]) failures++, printf("integers %d: %d, not %d\n", i, n[i], whole[i]);
    return failures != 0;
}
