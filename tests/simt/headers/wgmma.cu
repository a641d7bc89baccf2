// The wrappers of ptx.h for Hopper's products: every N, every type, A from shared memory and from registers, both layouts; and
// stmatrix. (sm_90a)
#include "ptx.h"

#include <cuda_bf16.h>
#include <cuda_fp16.h>

#include <utility>

#include "check.h"

enum form { BF16, BF16_REGISTERS, F16, F16_REGISTERS, TF32, S8, FORMS };

constexpr __host__ __device__ int bytes_of(int form) {
    return form == TF32 ? 4 : form == S8 ? 1 : 2;
}
__host__ __device__ int left(int i, int k) {
    return (3 * i + 5 * k) % 11 - 5;
}
__host__ __device__ int right(int k, int j) {
    return (2 * j + 7 * k) % 13 - 6;
}

template <int FORM>
__device__ void put(unsigned char *to, int x) {
    if (FORM == S8) *reinterpret_cast<signed char *>(to) = x;
    else if (FORM == TF32) *reinterpret_cast<float *>(to) = x;
    else if (FORM == F16 || FORM == F16_REGISTERS) *reinterpret_cast<half *>(to) = __float2half(x);
    else *reinterpret_cast<__nv_bfloat16 *>(to) = __float2bfloat16(x);
}

// Rows of 32 bytes with the swizzle of 32 bytes: a row is a number's of M or N; turned, 16 numbers of M or N of one k.
__device__ int place(int line, int byte) {
    return (line * 32 + byte) ^ (line / 4 % 2) << 4;
}
template <int FORM>
__device__ int place_of(bool turned, int row, int k) {
    int bytes = bytes_of(FORM);
    return turned ? row / 16 * 512 + place(k, row % 16 * bytes) : place(row, k * bytes);
}
__device__ uint64_t describe(const void *tile) {
    return (ptx_shared(tile) & 0x3ffff) >> 4 | 512 >> 4 << 16 | (uint64_t)(256 >> 4) << 32 | 3ull << 62;
}

// A's registers, as mma.sync has them
template <int FORM>
__device__ void fill(uint32_t (&r)[4]) {
    int t = threadIdx.x, row = t / 32 * 16 + t % 32 / 4;
    for (int i = 0; i < 8; i++) {
        int k = t % 4 * 2 + i % 2 + i / 4 * 8;
        put<FORM>(reinterpret_cast<unsigned char *>(r) + 2 * i, left(row + i / 2 % 2 * 8, k));
    }
}

// Turned where N is a multiple of 16: B, and A too where it is a multiple of 32.
template <int N, int FORM>
__global__ void product(int *out) {
    constexpr int K = 32 / bytes_of(FORM), B = bytes_of(FORM) == 2 && N % 16 == 0, A = B && N % 32 == 0;
    __shared__ __align__(256) unsigned char as[64 * 32], bs[N * 32];
    for (int i = threadIdx.x; i < 64 * K; i += 128) put<FORM>(as + place_of<FORM>(A, i / K, i % K), left(i / K, i % K));
    for (int i = threadIdx.x; i < N * K; i += 128) put<FORM>(bs + place_of<FORM>(B, i / K, i % K), right(i % K, i / K));
    typename std::conditional<FORM == S8, int, float>::type d[N / 2];
    uint32_t r[4];
    for (int i = 0; i < N / 2; i++) d[i] = 1000;
    if (FORM == BF16_REGISTERS || FORM == F16_REGISTERS) fill<FORM>(r);
    fence_proxy_async();
    __syncthreads();
    uint64_t a = describe(as), b = describe(bs);
    wgmma_fence();
    if constexpr (FORM == BF16) wgmma_bf16<N, A, B>(d, a, b, N % 3 == 0);
    else if constexpr (FORM == BF16_REGISTERS) wgmma_bf16<N, B>(d, r, b, N % 3 == 0);
    else if constexpr (FORM == F16) wgmma_f16<N, A, B>(d, a, b, N % 3 == 0);
    else if constexpr (FORM == F16_REGISTERS) wgmma_f16<N, B>(d, r, b, N % 3 == 0);
    else if constexpr (FORM == TF32) wgmma_tf32<N>(d, a, b, N % 3 == 0);
    else wgmma_s8<N>(d, a, b, N % 3 == 0);
    wgmma_commit();
    wgmma_wait<0>();
    wgmma_fence_operand(d);
    int t = threadIdx.x;
    for (int i = 0; i < N / 2; i++)
        out[(t / 32 * 16 + t % 32 / 4 + i / 2 % 2 * 8) * N + i / 4 * 8 + t % 4 * 2 + i % 2] = d[i];
}

template <int N, int FORM>
static void test() {
    static int out[64 * N];
    int *dout = to_device<int>(nullptr, 64 * N), wrong = 0;
    product<N, FORM><<<1, 128>>>(dout);
    fetch(out, dout, 64 * N);
    for (int i = 0; i < 64 * N; i++) {
        int want = N % 3 == 0 ? 1000 : 0;
        for (int k = 0; k < 32 / bytes_of(FORM); k++) want += left(i / N, k) * right(k, i % N);
        wrong += out[i] != want;
    }
    if (wrong) failures++, printf("N = %d, form %d: %d results are wrong\n", N, FORM, wrong);
}

// Two forms for each N, and another two for the next: all N, and every form with N of every kind.
template <int I>
static void test_n() {
    constexpr int N = 8 * (I + 1), FIRST = I % FORMS, SECOND = (I + I / 6 + 2) % FORMS;
    test<N, (FIRST == S8 && N > 24 && N % 16 ? (int)BF16 : FIRST)>();
    test<N, (SECOND == S8 && N > 24 && N % 16 ? (int)TF32 : SECOND)>();
}
template <int... I>
static void test_all(std::integer_sequence<int, I...>) {
    (test_n<I>(), ...);
}

// Tile j holds 64 j + 8 row + column; the turned way back gives what was there.
__global__ void tiles(uint16_t *out) {
    __shared__ __align__(16) uint16_t plain[4][8][8], turned[4][8][8];
    int lane = threadIdx.x;
    uint32_t r[4], t[4];
    for (int j = 0; j < 4; j++) {
        int first = 64 * j + 8 * (lane / 4) + lane % 4 * 2;
        r[j] = first | (first + 1) << 16;
    }
    stmatrix_x4(plain[lane / 8][lane % 8], r);
    __syncwarp();
    ldmatrix_x4_trans(t, plain[lane / 8][lane % 8]);
    stmatrix_x1_trans(turned[0][lane % 8], t);
    stmatrix_x2_trans(turned[1 + lane / 8 % 2][lane % 8], t + 1);
    stmatrix_x1(turned[3][lane % 8], r + 3);
    __syncwarp();
    for (int i = lane; i < 256; i += 32) {
        out[i] = plain[i / 64][i / 8 % 8][i % 8];
        out[256 + i] = turned[i / 64][i / 8 % 8][i % 8];
    }
    __syncwarp();
    stmatrix_x2(plain[lane / 8 % 2][lane % 8], r + 2);
    stmatrix_x4_trans(turned[lane / 8][lane % 8], t);
    __syncwarp();
    for (int i = lane; i < 128; i += 32) out[512 + i] = plain[i / 64][i / 8 % 8][i % 8];
    for (int i = lane; i < 256; i += 32) out[640 + i] = turned[i / 64][i / 8 % 8][i % 8];
}

int main() {
    test_all(std::make_integer_sequence<int, 32>());
    uint16_t out[896], *dout = to_device<uint16_t>(nullptr, 896);
    tiles<<<1, 32>>>(dout);
    fetch(out, dout, 896);
    for (int i = 0; i < 896; i++) EXPECT(out[i] == (i < 512 ? i % 256 : i < 640 ? i - 512 + 128 : i - 640));
    return failures != 0;
}
