// half and bfloat16: conversions, arithmetic, comparison, pairs, and that each moves as one access. (sm_80)
#include <cuda_bf16.h>
#include <cuda_fp16.h>

#include "check.h"
#ifdef __SIMT_SIM__
#include "simt/simt.h"
#endif

static_assert(sizeof(half) == 2 && sizeof(half2) == 4 && alignof(half2) == 4, "half");
static_assert(sizeof(__nv_bfloat16) == 2 && sizeof(__nv_bfloat162) == 4 && alignof(__nv_bfloat162) == 4, "bfloat16");

// what half and bfloat16 call differently
__device__ float2 floats(half2 v) {
    return __half22float2(v);
}
__device__ float2 floats(__nv_bfloat162 v) {
    return __bfloat1622float2(v);
}
__device__ half2 pair(half a, half b) {
    return __halves2half2(a, b);
}
__device__ __nv_bfloat162 pair(__nv_bfloat16 a, __nv_bfloat16 b) {
    return __halves2bfloat162(a, b);
}

template <class T>
__global__ void arithmetic(float *out, T a, T b, T c) {
    int i = 0;
    out[i++] = a + b;
    out[i++] = a - b;
    out[i++] = a * b;
    out[i++] = a / b;
    out[i++] = __hadd(a, b);
    out[i++] = __hmul(__hsub(a, b), c);
    out[i++] = __hfma(a, b, c);
    out[i++] = -a;
    out[i++] = __habs(__hneg(a));
    out[i++] = __hmax(a, b) + __hmin(a, b);
    out[i++] = a < b ? 1 : a == a && __hgt(a, b) && __hge(a, b) && !__heq(a, b) && __hne(a, b) ? 2 : 3;
    out[i++] = hsqrt(hexp(hlog(a)) * a);
    T sum = a;
    sum += b;
    sum *= c;
    out[i++] = sum;
    out[i++] = __hisnan(a) || __hisinf(b);
    float2 two = floats(__hadd2(pair(a, b), __hmul2(pair(b, c), pair(c, a))));
    out[i++] = two.x;
    out[i++] = two.y;
    two = floats(__hfma2(pair(a, b), pair(b, c), pair(c, c)));
    out[i++] = two.x + two.y;
    out[i++] = __low2float(pair(a, b)) + __high2float(pair(c, a));
}

template <class T, class Pair>
__global__ void move(T *out, const T *in, Pair *pairs_out, const Pair *pairs_in) {
    int t = threadIdx.x;
    out[t] = in[t];
    pairs_out[t] = pairs_in[t];
}

__global__ void convert(int *out) {
    int i = 0;
    out[i++] = __half_as_ushort(__float2half(1.0f));
    out[i++] = __half_as_ushort(__float2half_rn(65520.0f));
    out[i++] = __half_as_ushort(__float2half(-6e-8f));
    out[i++] = __half2int_rn(__float2half(2.5f)) * 10 + __half2int_ru(__float2half(2.5f));
    out[i++] = __half_as_ushort(__int2half_rn(2049));
    out[i++] = (int)__half2float(__ushort_as_half(0x4248)) * 100;
    out[i++] = __bfloat16_as_ushort(__float2bfloat16(1.0f));
    out[i++] = __bfloat16_as_ushort(__float2bfloat16(1.00390625f));
    out[i++] = __bfloat16_as_ushort(__double2bfloat16(3.0));
    half h = 3, quarter = 0.25f;
    out[i++] = (int)(float)(h + quarter + half(1.0));
    half2 both = make_half2(h, quarter);
    out[i++] = (int)(__low2float(__lowhigh2highlow(both)) * 100) + (__hbgt2(both, __float2half2_rn(0.1f)) ? 1000 : 0);
    float2 f = make_float2(1.5f, 2.5f);
    out[i++] = (int)(__half22float2(__float22half2_rn(f)).y * 10);
}

template <class T>
static void test_arithmetic() {
    const float want[] = {4.5f, 1.5f, 4.5f, 2, 4.5f, 0.75f, 5, -3, 3, 4.5f, 2, 3, 2.25f, 0, 3.75f, 3, 6.25f, 6};
    enum { N = sizeof want / sizeof *want };
    float out[N], *device = to_device<float>(nullptr, N);
    arithmetic<T><<<1, 1>>>(device, T(3.0f), T(1.5f), T(0.5f));
    fetch(out, device, N);
    for (int i = 0; i < N; i++)  // exp and log are not exact
        if (fabsf(out[i] - want[i]) > (i == 11 ? 0.05f : 0)) failures++, printf("%d: %g, not %g\n", i, out[i], want[i]);
}

template <class T, class Pair>
static void test_move() {
    T *a = to_device<T>(nullptr, 32), *b = to_device<T>(nullptr, 32);
    Pair *c = to_device<Pair>(nullptr, 32), *d = to_device<Pair>(nullptr, 32);
    move<<<1, 32>>>(a, b, c, d);
    SUCCEED(cudaDeviceSynchronize());
#ifdef __SIMT_SIM__
    if (simt_checked()) {
        EXPECT(simt_launch(-1)->counters.global[SIMT_LOAD].requests == 2);
        EXPECT(simt_launch(-1)->counters.global[SIMT_STORE].requests == 2);
        EXPECT(simt_launch(-1)->counters.global[SIMT_STORE].bytes == 32 * 6);
    }
#endif
    SUCCEED(cudaFree(a));
    SUCCEED(cudaFree(b));
    SUCCEED(cudaFree(c));
    SUCCEED(cudaFree(d));
}

int main() {
    test_arithmetic<half>();
    test_arithmetic<__nv_bfloat16>();
    test_move<half, half2>();
    test_move<__nv_bfloat16, __nv_bfloat162>();
    const int want[] = {0x3c00, 0x7c00, 0x8001, 23, 0x6800, 300, 0x3f80, 0x3f80, 0x4040, 4, 1025, 25};
    enum { N = sizeof want / sizeof *want };
    int out[N], *device = to_device<int>(nullptr, N);
    convert<<<1, 1>>>(device);
    fetch(out, device, N);
    for (int i = 0; i < N; i++)
        if (out[i] != want[i]) failures++, printf("convert %d: %x, not %x\n", i, out[i], want[i]);
    return failures != 0;
}
