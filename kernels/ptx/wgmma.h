// wgmma: D (64,N) = A (64,K) B (K,N) + D by a warpgroup, four warps that follow each other from a multiple of four on (PTX ISA,
// "Asynchronous Warpgroup Level Matrix Multiply-Accumulate Instructions"; sm_90a only). K is 32 bytes: 16 numbers of 16 bits, 8 of
// tf32, 32 of 8 bits. N = 8, 16, 24, ... 256. It runs beside the threads:
//
//   wgmma_fence();                          registers that were touched before are ready: before the first product, always
//   wgmma_bf16<N>(d, a, b, accumulate);     as often as one likes; those with the same d are done one after another
//   wgmma_commit();                         all since the last commit are a group
//   wgmma_wait<0>();                        at most so many groups are still under way. Until then nobody touches d, the
//                                           registers of A, and what the descriptors point to
//
// d of thread t = 32 w + lane of the warpgroup, g = lane / 4: rows 16 w + g and 16 w + g + 8 (columns 2 (t % 4) and the next)
//
//                        columns 0..7   8..15    16..23 ...
//   row 16 w + g         d[0] d[1]   d[4] d[5]   d[8]  d[9]
//   row 16 w + g + 8     d[2] d[3]   d[6] d[7]   d[10] d[11]
//
// A from registers: warp w has rows 16 w to 16 w + 15, as mma.sync has its a (warp.h).
//
// A matrix in shared memory is told by a descriptor ("Matrix Descriptor Format"), addresses and offsets in units of 16 bytes:
//
//   bits 0-13 address | 16-29 leading offset | 32-45 stride offset | 49-51 base offset | 62-63 swizzle: 0, 1 128, 2 64, 3 32 bytes
//
// What lies where, `span` being the swizzle's bytes (A: rows of M; B: "rows" are columns, N; the swizzle is TMA's, on addresses):
//   k in a row      row r, byte b of k at (r / 8) stride + (r % 8) span + b. The next 32 bytes of k: the address + 32.
//   ... no swizzle  row r, byte b of k at (r / 8) stride + (b / 16) leading + (r % 8) 16 + b % 16
//   turned          M or N in a row, 16-bit numbers only: k, byte b of the row at (k / 8) stride + (k % 8) span + b % span +
//                   (b / span) leading
//   ... no swizzle  k, byte b of the row at (k / 8) leading + (k % 8) 16 + (b / 16) stride + b % 16
#pragma once
#include "ptx/asm.h"

// wgmma.fence.sync.aligned
__device__ __forceinline__ void wgmma_fence() {
#ifdef __SIMT_SIM__
    simt_wgmma_fence();
#else
    PTX_ASM_SM90A("wgmma.fence.sync.aligned;" ::: "memory");
#endif
}

// wgmma.commit_group.sync.aligned
__device__ __forceinline__ void wgmma_commit() {
#ifdef __SIMT_SIM__
    simt_wgmma_commit();
#else
    PTX_ASM_SM90A("wgmma.commit_group.sync.aligned;" ::: "memory");
#endif
}

// wgmma.wait_group.sync.aligned N
template <int N>
__device__ __forceinline__ void wgmma_wait() {
    static_assert(N >= 0 && N < 8, "at most 7 groups stay under way");
#ifdef __SIMT_SIM__
    simt_wgmma_wait(N);
#else
    PTX_ASM_SM90A("wgmma.wait_group.sync.aligned %0;" ::"n"(N) : "memory");
#endif
}

// No instruction: keeps the compiler from moving uses of d over this place. nvcc knows nothing of results that come at the wait, and
// to it a use of d needs only the product to be before it: this goes between the last wait and the first use. Also where ptxas
// warns that it serialises wgmma (C7510) because d is touched: behind the wait and before the fence. (CUTLASS has the same,
// warpgroup_fence_operand.)
#ifdef __SIMT_SIM__
template <class T, int COUNT>
__device__ __forceinline__ void wgmma_fence_operand(T (&)[COUNT]) {}
#else
template <int COUNT>
__device__ __forceinline__ void wgmma_fence_operand(float (&d)[COUNT]) {
#pragma unroll
    for (int i = 0; i < COUNT; i++) asm volatile("" : "+f"(d[i])::"memory");
}
template <int COUNT>
__device__ __forceinline__ void wgmma_fence_operand(int (&d)[COUNT]) {
#pragma unroll
    for (int i = 0; i < COUNT; i++) asm volatile("" : "+r"(d[i])::"memory");
}
#endif

// ---- what the assembly of a shape is made of ---------------------------------------------------------------------------
// WGMMA_R64: the names of the N / 2 = 32 registers of d; WGMMA_D64("+f"): the registers themselves

// clang-format off
#define WGMMA_R8 "%0, %1, %2, %3"
#define WGMMA_R16 WGMMA_R8 ", %4, %5, %6, %7"
#define WGMMA_R24 WGMMA_R16 ", %8, %9, %10, %11"
#define WGMMA_R32 WGMMA_R24 ", %12, %13, %14, %15"
#define WGMMA_R40 WGMMA_R32 ", %16, %17, %18, %19"
#define WGMMA_R48 WGMMA_R40 ", %20, %21, %22, %23"
#define WGMMA_R56 WGMMA_R48 ", %24, %25, %26, %27"
#define WGMMA_R64 WGMMA_R56 ", %28, %29, %30, %31"
#define WGMMA_R72 WGMMA_R64 ", %32, %33, %34, %35"
#define WGMMA_R80 WGMMA_R72 ", %36, %37, %38, %39"
#define WGMMA_R88 WGMMA_R80 ", %40, %41, %42, %43"
#define WGMMA_R96 WGMMA_R88 ", %44, %45, %46, %47"
#define WGMMA_R104 WGMMA_R96 ", %48, %49, %50, %51"
#define WGMMA_R112 WGMMA_R104 ", %52, %53, %54, %55"
#define WGMMA_R120 WGMMA_R112 ", %56, %57, %58, %59"
#define WGMMA_R128 WGMMA_R120 ", %60, %61, %62, %63"
#define WGMMA_R136 WGMMA_R128 ", %64, %65, %66, %67"
#define WGMMA_R144 WGMMA_R136 ", %68, %69, %70, %71"
#define WGMMA_R152 WGMMA_R144 ", %72, %73, %74, %75"
#define WGMMA_R160 WGMMA_R152 ", %76, %77, %78, %79"
#define WGMMA_R168 WGMMA_R160 ", %80, %81, %82, %83"
#define WGMMA_R176 WGMMA_R168 ", %84, %85, %86, %87"
#define WGMMA_R184 WGMMA_R176 ", %88, %89, %90, %91"
#define WGMMA_R192 WGMMA_R184 ", %92, %93, %94, %95"
#define WGMMA_R200 WGMMA_R192 ", %96, %97, %98, %99"
#define WGMMA_R208 WGMMA_R200 ", %100, %101, %102, %103"
#define WGMMA_R216 WGMMA_R208 ", %104, %105, %106, %107"
#define WGMMA_R224 WGMMA_R216 ", %108, %109, %110, %111"
#define WGMMA_R232 WGMMA_R224 ", %112, %113, %114, %115"
#define WGMMA_R240 WGMMA_R232 ", %116, %117, %118, %119"
#define WGMMA_R248 WGMMA_R240 ", %120, %121, %122, %123"
#define WGMMA_R256 WGMMA_R248 ", %124, %125, %126, %127"
#define WGMMA_4(c, i) c(d[i]), c(d[i + 1]), c(d[i + 2]), c(d[i + 3])
#define WGMMA_D8(c) WGMMA_4(c, 0)
#define WGMMA_D16(c) WGMMA_D8(c), WGMMA_4(c, 4)
#define WGMMA_D24(c) WGMMA_D16(c), WGMMA_4(c, 8)
#define WGMMA_D32(c) WGMMA_D24(c), WGMMA_4(c, 12)
#define WGMMA_D40(c) WGMMA_D32(c), WGMMA_4(c, 16)
#define WGMMA_D48(c) WGMMA_D40(c), WGMMA_4(c, 20)
#define WGMMA_D56(c) WGMMA_D48(c), WGMMA_4(c, 24)
#define WGMMA_D64(c) WGMMA_D56(c), WGMMA_4(c, 28)
#define WGMMA_D72(c) WGMMA_D64(c), WGMMA_4(c, 32)
#define WGMMA_D80(c) WGMMA_D72(c), WGMMA_4(c, 36)
#define WGMMA_D88(c) WGMMA_D80(c), WGMMA_4(c, 40)
#define WGMMA_D96(c) WGMMA_D88(c), WGMMA_4(c, 44)
#define WGMMA_D104(c) WGMMA_D96(c), WGMMA_4(c, 48)
#define WGMMA_D112(c) WGMMA_D104(c), WGMMA_4(c, 52)
#define WGMMA_D120(c) WGMMA_D112(c), WGMMA_4(c, 56)
#define WGMMA_D128(c) WGMMA_D120(c), WGMMA_4(c, 60)
#define WGMMA_D136(c) WGMMA_D128(c), WGMMA_4(c, 64)
#define WGMMA_D144(c) WGMMA_D136(c), WGMMA_4(c, 68)
#define WGMMA_D152(c) WGMMA_D144(c), WGMMA_4(c, 72)
#define WGMMA_D160(c) WGMMA_D152(c), WGMMA_4(c, 76)
#define WGMMA_D168(c) WGMMA_D160(c), WGMMA_4(c, 80)
#define WGMMA_D176(c) WGMMA_D168(c), WGMMA_4(c, 84)
#define WGMMA_D184(c) WGMMA_D176(c), WGMMA_4(c, 88)
#define WGMMA_D192(c) WGMMA_D184(c), WGMMA_4(c, 92)
#define WGMMA_D200(c) WGMMA_D192(c), WGMMA_4(c, 96)
#define WGMMA_D208(c) WGMMA_D200(c), WGMMA_4(c, 100)
#define WGMMA_D216(c) WGMMA_D208(c), WGMMA_4(c, 104)
#define WGMMA_D224(c) WGMMA_D216(c), WGMMA_4(c, 108)
#define WGMMA_D232(c) WGMMA_D224(c), WGMMA_4(c, 112)
#define WGMMA_D240(c) WGMMA_D232(c), WGMMA_4(c, 116)
#define WGMMA_D248(c) WGMMA_D240(c), WGMMA_4(c, 120)
#define WGMMA_D256(c) WGMMA_D248(c), WGMMA_4(c, 124)
// a line for each N: the numbers of the operands behind d. Whole numbers have no 40, 56, ...
#define WGMMA_SHAPES_ALL(X) \
    X(8, 4, 5, 6, 7, 8, 9, 10) \
    X(16, 8, 9, 10, 11, 12, 13, 14) \
    X(24, 12, 13, 14, 15, 16, 17, 18) \
    X(32, 16, 17, 18, 19, 20, 21, 22) \
    X(48, 24, 25, 26, 27, 28, 29, 30) \
    X(64, 32, 33, 34, 35, 36, 37, 38) \
    X(80, 40, 41, 42, 43, 44, 45, 46) \
    X(96, 48, 49, 50, 51, 52, 53, 54) \
    X(112, 56, 57, 58, 59, 60, 61, 62) \
    X(128, 64, 65, 66, 67, 68, 69, 70) \
    X(144, 72, 73, 74, 75, 76, 77, 78) \
    X(160, 80, 81, 82, 83, 84, 85, 86) \
    X(176, 88, 89, 90, 91, 92, 93, 94) \
    X(192, 96, 97, 98, 99, 100, 101, 102) \
    X(208, 104, 105, 106, 107, 108, 109, 110) \
    X(224, 112, 113, 114, 115, 116, 117, 118) \
    X(240, 120, 121, 122, 123, 124, 125, 126) \
    X(256, 128, 129, 130, 131, 132, 133, 134)
#define WGMMA_SHAPES_FLOAT(X) \
    X(40, 20, 21, 22, 23, 24, 25, 26) \
    X(56, 28, 29, 30, 31, 32, 33, 34) \
    X(72, 36, 37, 38, 39, 40, 41, 42) \
    X(88, 44, 45, 46, 47, 48, 49, 50) \
    X(104, 52, 53, 54, 55, 56, 57, 58) \
    X(120, 60, 61, 62, 63, 64, 65, 66) \
    X(136, 68, 69, 70, 71, 72, 73, 74) \
    X(152, 76, 77, 78, 79, 80, 81, 82) \
    X(168, 84, 85, 86, 87, 88, 89, 90) \
    X(184, 92, 93, 94, 95, 96, 97, 98) \
    X(200, 100, 101, 102, 103, 104, 105, 106) \
    X(216, 108, 109, 110, 111, 112, 113, 114) \
    X(232, 116, 117, 118, 119, 120, 121, 122) \
    X(248, 124, 125, 126, 127, 128, 129, 130)
#define WGMMA_FLOATS(X) WGMMA_SHAPES_ALL(X) WGMMA_SHAPES_FLOAT(X)

#define WGMMA_START(more_, n, shape) \
    "{\n.reg .pred more;\nsetp.ne.b32 more, %" #more_ ", 0;\nwgmma.mma_async.sync.aligned.m64n" #n shape " {" WGMMA_R##n "}, "
#define WGMMA_SHARED_16(type, n, a_, b_, more_, a_turned, b_turned, ...) \
    if constexpr (N == n) \
        PTX_ASM_SM90A(WGMMA_START(more_, n, "k16.f32." type "." type) \
                      "%" #a_ ", %" #b_ ", more, 1, 1, %" #a_turned ", %" #b_turned ";\n}" \
                      : WGMMA_D##n("+f") \
                      : "l"(a), "l"(b), "r"(static_cast<int>(accumulate)), "n"(A_TURNED), "n"(B_TURNED));
#define WGMMA_REGISTERS_16(type, n, a0, a1, a2, a3, b_, more_, b_turned) \
    if constexpr (N == n) \
        PTX_ASM_SM90A(WGMMA_START(more_, n, "k16.f32." type "." type) \
                      "{%" #a0 ", %" #a1 ", %" #a2 ", %" #a3 "}, %" #b_ ", more, 1, 1, %" #b_turned ";\n}" \
                      : WGMMA_D##n("+f") \
                      : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "l"(b), "r"(static_cast<int>(accumulate)), \
                        "n"(B_TURNED));
#define WGMMA_SHARED(shape, constraint, ending, n, a_, b_, more_, ...) \
    if constexpr (N == n) \
        PTX_ASM_SM90A(WGMMA_START(more_, n, shape) "%" #a_ ", %" #b_ ", more" ending ";\n}" \
                      : WGMMA_D##n(constraint) \
                      : "l"(a), "l"(b), "r"(static_cast<int>(accumulate)));
// clang-format on
#define WGMMA_BF16(...) WGMMA_SHARED_16("bf16", __VA_ARGS__)
#define WGMMA_F16(...) WGMMA_SHARED_16("f16", __VA_ARGS__)
#define WGMMA_BF16_REGISTERS(...) WGMMA_REGISTERS_16("bf16", __VA_ARGS__)
#define WGMMA_F16_REGISTERS(...) WGMMA_REGISTERS_16("f16", __VA_ARGS__)
#define WGMMA_TF32(...) WGMMA_SHARED("k8.f32.tf32.tf32", "+f", ", 1, 1", __VA_ARGS__)
#define WGMMA_S8(...) WGMMA_SHARED("k32.s32.s8.s8", "+r", "", __VA_ARGS__)

// ---- wgmma.mma_async --------------------------------------------------------------------------------------------------
// a, b: descriptors. accumulate: false: D = A B, whatever d was. A_TURNED, B_TURNED: M or N in a row instead of k.

// bfloat16, K = 16
template <int N, int A_TURNED = 0, int B_TURNED = 0>
__device__ __forceinline__ void wgmma_bf16(float (&d)[N / 2], uint64_t a, uint64_t b, bool accumulate) {
    static_assert(N >= 8 && N <= 256 && N % 8 == 0, "N is 8, 16, 24, ... 256");
#ifdef __SIMT_SIM__
    const struct simt_wgmma w = {N, SIMT_BF16, A_TURNED, B_TURNED, accumulate};
    simt_wgmma(&w, d, nullptr, a, b);
#else
    WGMMA_FLOATS(WGMMA_BF16)
#endif
}

// the same, A from registers
template <int N, int B_TURNED = 0>
__device__ __forceinline__ void wgmma_bf16(float (&d)[N / 2], const uint32_t (&a)[4], uint64_t b, bool accumulate) {
    static_assert(N >= 8 && N <= 256 && N % 8 == 0, "N is 8, 16, 24, ... 256");
#ifdef __SIMT_SIM__
    const struct simt_wgmma w = {N, SIMT_BF16, 0, B_TURNED, accumulate};
    simt_wgmma(&w, d, a, 0, b);
#else
    WGMMA_FLOATS(WGMMA_BF16_REGISTERS)
#endif
}

// half, K = 16
template <int N, int A_TURNED = 0, int B_TURNED = 0>
__device__ __forceinline__ void wgmma_f16(float (&d)[N / 2], uint64_t a, uint64_t b, bool accumulate) {
    static_assert(N >= 8 && N <= 256 && N % 8 == 0, "N is 8, 16, 24, ... 256");
#ifdef __SIMT_SIM__
    const struct simt_wgmma w = {N, SIMT_F16, A_TURNED, B_TURNED, accumulate};
    simt_wgmma(&w, d, nullptr, a, b);
#else
    WGMMA_FLOATS(WGMMA_F16)
#endif
}

template <int N, int B_TURNED = 0>
__device__ __forceinline__ void wgmma_f16(float (&d)[N / 2], const uint32_t (&a)[4], uint64_t b, bool accumulate) {
    static_assert(N >= 8 && N <= 256 && N % 8 == 0, "N is 8, 16, 24, ... 256");
#ifdef __SIMT_SIM__
    const struct simt_wgmma w = {N, SIMT_F16, 0, B_TURNED, accumulate};
    simt_wgmma(&w, d, a, 0, b);
#else
    WGMMA_FLOATS(WGMMA_F16_REGISTERS)
#endif
}

// tf32, K = 8: the bits of floats, of which the 13 lowest do not count
template <int N>
__device__ __forceinline__ void wgmma_tf32(float (&d)[N / 2], uint64_t a, uint64_t b, bool accumulate) {
    static_assert(N >= 8 && N <= 256 && N % 8 == 0, "N is 8, 16, 24, ... 256");
#ifdef __SIMT_SIM__
    const struct simt_wgmma w = {N, SIMT_TF32, 0, 0, accumulate};
    simt_wgmma(&w, d, nullptr, a, b);
#else
    WGMMA_FLOATS(WGMMA_TF32)
#endif
}

// signed bytes, K = 32, summed in int, which wraps round
template <int N>
__device__ __forceinline__ void wgmma_s8(int (&d)[N / 2], uint64_t a, uint64_t b, bool accumulate) {
    static_assert(N == 8 || N == 24 || (N >= 16 && N <= 256 && N % 16 == 0),
                  "N is 8, 16, 24, 32, and then a multiple of 16 up to 256");
#ifdef __SIMT_SIM__
    const struct simt_wgmma w = {N, SIMT_S8, 0, 0, accumulate};
    simt_wgmma(&w, d, nullptr, a, b);
#else
    WGMMA_SHAPES_ALL(WGMMA_S8)
#endif
}
