// What a warp does with small matrices: mma.sync, mma.sp, ldmatrix and stmatrix (sm_80; stmatrix sm_90).
//
// In the pictures g = lane / 4 and t = lane % 4. A register of 32 bits holds neighbours, the first in its lowest bits:
// two numbers of 16 bits, four of 8 bits, or a float.
#pragma once
#include "ptx/asm.h"

// ---- mma.sync: d = a b + c by the whole warp ("Matrix Fragments for mma.m16n8k16" and its neighbours) ---------------
//
//   a, 16 rows                              b, 8 columns          c and d, 16 x 8
//             columns 2t, 2t+1 | 8+2t, +1   rows      column g              columns 2t, 2t+1
//   row g         a[0]         |   a[2]     2t, 2t+1    b[0]        row g         [0], [1]
//   row g + 8     a[1]         |   a[3]     8+2t, +1    b[1]        row g + 8     [2], [3]
//
// That is for numbers of 16 bits, k = 16. tf32 has k = 8: columns t | 4 + t of a, rows t, 4 + t of b, one number in a
// register. 8 bits have k = 32: columns 4t to 4t + 3 | 16 + 4t and on, four numbers in a register. c and d are the
// same for all, and may be the same array.

// half times half, summed in float
__device__ __forceinline__ void mma_m16n8k16_f16(float d[4], const uint32_t a[4], const uint32_t b[2],
                                                 const float c[4]) {
#ifdef __SIMT_SIM__
    simt_mma(16, 8, 16, SIMT_F16, d, a, b, c);
#else
    PTX_ASM(
        "mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%10, %11, "
        "%12, %13};"
        : "=f"(d[0]), "=f"(d[1]), "=f"(d[2]), "=f"(d[3])
        : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]), "f"(c[0]), "f"(c[1]), "f"(c[2]), "f"(c[3]));
#endif
}

// bfloat16 times bfloat16, summed in float
__device__ __forceinline__ void mma_m16n8k16_bf16(float d[4], const uint32_t a[4], const uint32_t b[2],
                                                  const float c[4]) {
#ifdef __SIMT_SIM__
    simt_mma(16, 8, 16, SIMT_BF16, d, a, b, c);
#else
    PTX_ASM(
        "mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%10, %11, "
        "%12, %13};"
        : "=f"(d[0]), "=f"(d[1]), "=f"(d[2]), "=f"(d[3])
        : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]), "f"(c[0]), "f"(c[1]), "f"(c[2]), "f"(c[3]));
#endif
}

// tf32: the bits of floats, of which the 13 lowest do not count. Round first (__float_to_tf32), or they are cut.
__device__ __forceinline__ void mma_m16n8k8_tf32(float d[4], const uint32_t a[4], const uint32_t b[2],
                                                 const float c[4]) {
#ifdef __SIMT_SIM__
    simt_mma(16, 8, 8, SIMT_TF32, d, a, b, c);
#else
    PTX_ASM(
        "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%10, %11, "
        "%12, %13};"
        : "=f"(d[0]), "=f"(d[1]), "=f"(d[2]), "=f"(d[3])
        : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]), "f"(c[0]), "f"(c[1]), "f"(c[2]), "f"(c[3]));
#endif
}

// signed bytes, summed in int, which wraps round
__device__ __forceinline__ void mma_m16n8k32_s8(int d[4], const uint32_t a[4], const uint32_t b[2], const int c[4]) {
#ifdef __SIMT_SIM__
    simt_mma(16, 8, 32, SIMT_S8, d, a, b, c);
#else
    PTX_ASM(
        "mma.sync.aligned.m16n8k32.row.col.s32.s8.s8.s32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%10, %11, %12, "
        "%13};"
        : "=r"(d[0]), "=r"(d[1]), "=r"(d[2]), "=r"(d[3])
        : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]), "r"(c[0]), "r"(c[1]), "r"(c[2]), "r"(c[3]));
#endif
}

// ---- mma.sp: a with at most two of every four neighbours of a row ("Matrix multiply-accumulate operation using mma.sp
// instruction with sparse matrix A"; ::ordered_metadata, PTX ISA 8.5) ------------------------------------------------------
//
// k = 32, but of every four columns of a two numbers are kept, side by side: 16 x 16, and a as in mma_m16n8k16. Where they
// stood the metadata say, four bits for every four columns: the first number's column % 4 in the lower two bits, the second's,
// which is higher, in the upper two. Two lanes of every four have them: SELECTOR 0: t = 0 and 1; 1: t = 2 and 3
//
//   metadata        bits 0-15          bits 16-31            b, 8 columns   rows
//   the first       row g, columns     row g + 8,              b[0], b[1]   2t, 2t + 1 | 8 + 2t, + 1      column g
//                   0 to 15            the same                b[2], b[3]   16 + 2t, + 1 | 24 + 2t, + 1
//   the second      row g, columns     row g + 8,
//                   16 to 31           the same

// half, summed in float
template <int SELECTOR = 0>
__device__ __forceinline__ void mma_sp_m16n8k32_f16(float d[4], const uint32_t a[4], const uint32_t b[4],
                                                    const float c[4], uint32_t metadata) {
#ifdef __SIMT_SIM__
    simt_mma_sparse(SIMT_F16, d, a, b, c, metadata, SELECTOR);
#else
    PTX_ASM(
        "mma.sp::ordered_metadata.sync.aligned.m16n8k32.row.col.f32.f16.f16.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, "
        "{%8, %9, %10, %11}, {%12, %13, %14, %15}, %16, %17;"
        : "=f"(d[0]), "=f"(d[1]), "=f"(d[2]), "=f"(d[3])
        : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]), "r"(b[2]), "r"(b[3]), "f"(c[0]), "f"(c[1]),
          "f"(c[2]), "f"(c[3]), "r"(metadata), "n"(SELECTOR));
#endif
}

// bfloat16, summed in float
template <int SELECTOR = 0>
__device__ __forceinline__ void mma_sp_m16n8k32_bf16(float d[4], const uint32_t a[4], const uint32_t b[4],
                                                     const float c[4], uint32_t metadata) {
#ifdef __SIMT_SIM__
    simt_mma_sparse(SIMT_BF16, d, a, b, c, metadata, SELECTOR);
#else
    PTX_ASM(
        "mma.sp::ordered_metadata.sync.aligned.m16n8k32.row.col.f32.bf16.bf16.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, "
        "{%8, %9, %10, %11}, {%12, %13, %14, %15}, %16, %17;"
        : "=f"(d[0]), "=f"(d[1]), "=f"(d[2]), "=f"(d[3])
        : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]), "r"(b[2]), "r"(b[3]), "f"(c[0]), "f"(c[1]),
          "f"(c[2]), "f"(c[3]), "r"(metadata), "n"(SELECTOR));
#endif
}

// ---- ldmatrix: tiles of 8 x 8 numbers of 16 bits from shared memory to that layout ("Matrix load instruction") --------
//
//   lane i gives the address of row i % 8 of tile i / 8: 16 bytes, aligned to 16. Those of lanes beyond the last tile
//   are not used. Of tile j, r[j] becomes the numbers 2t, 2t + 1 of row g; with _trans of column g:
//
//        tile       2t  2t+1                  _trans     g
//         row g   | r[j] |                     row 2t    | r[j], low half  |
//                                              row 2t+1  | r[j], high half |
//
// So the four tiles of a, those of its left half first, come by x4 as a[0] to a[3], where a is stored by rows. b
// stored by rows (k x 8) comes by x2_trans as b[0], b[1]; stored by columns, by x2.

// 1 tile
__device__ __forceinline__ void ldmatrix_x1(uint32_t r[1], const void *row) {
#ifdef __SIMT_SIM__
    simt_ldmatrix(r, row, 1, 0);
#else
    PTX_ASM("ldmatrix.sync.aligned.m8n8.x1.shared.b16 {%0}, [%1];" : "=r"(r[0]) : "r"(ptx_shared(row)) : "memory");
#endif
}

// 1 tile, turned
__device__ __forceinline__ void ldmatrix_x1_trans(uint32_t r[1], const void *row) {
#ifdef __SIMT_SIM__
    simt_ldmatrix(r, row, 1, 1);
#else
    PTX_ASM("ldmatrix.sync.aligned.m8n8.x1.trans.shared.b16 {%0}, [%1];"
            : "=r"(r[0])
            : "r"(ptx_shared(row))
            : "memory");
#endif
}

// 2 tiles
__device__ __forceinline__ void ldmatrix_x2(uint32_t r[2], const void *row) {
#ifdef __SIMT_SIM__
    simt_ldmatrix(r, row, 2, 0);
#else
    PTX_ASM("ldmatrix.sync.aligned.m8n8.x2.shared.b16 {%0, %1}, [%2];"
            : "=r"(r[0]), "=r"(r[1])
            : "r"(ptx_shared(row))
            : "memory");
#endif
}

// 2 tiles, turned
__device__ __forceinline__ void ldmatrix_x2_trans(uint32_t r[2], const void *row) {
#ifdef __SIMT_SIM__
    simt_ldmatrix(r, row, 2, 1);
#else
    PTX_ASM("ldmatrix.sync.aligned.m8n8.x2.trans.shared.b16 {%0, %1}, [%2];"
            : "=r"(r[0]), "=r"(r[1])
            : "r"(ptx_shared(row))
            : "memory");
#endif
}

// 4 tiles
__device__ __forceinline__ void ldmatrix_x4(uint32_t r[4], const void *row) {
#ifdef __SIMT_SIM__
    simt_ldmatrix(r, row, 4, 0);
#else
    PTX_ASM("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0, %1, %2, %3}, [%4];"
            : "=r"(r[0]), "=r"(r[1]), "=r"(r[2]), "=r"(r[3])
            : "r"(ptx_shared(row))
            : "memory");
#endif
}

// 4 tiles, turned
__device__ __forceinline__ void ldmatrix_x4_trans(uint32_t r[4], const void *row) {
#ifdef __SIMT_SIM__
    simt_ldmatrix(r, row, 4, 1);
#else
    PTX_ASM("ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16 {%0, %1, %2, %3}, [%4];"
            : "=r"(r[0]), "=r"(r[1]), "=r"(r[2]), "=r"(r[3])
            : "r"(ptx_shared(row))
            : "memory");
#endif
}

// ---- stmatrix: the way back to shared memory ("Matrix store instruction: stmatrix"; sm_90) ---------------------------
// Addresses and registers as in the picture above. What wgmma and mma.sync leave in a lane, packed to 16 bits, is what it
// takes: two neighbours in a register, so that four registers are a 16 x 16 piece of d.

// 1 tile
__device__ __forceinline__ void stmatrix_x1(void *row, const uint32_t r[1]) {
#ifdef __SIMT_SIM__
    simt_stmatrix(row, r, 1, 0);
#else
    PTX_ASM_SM90("stmatrix.sync.aligned.m8n8.x1.shared.b16 [%0], {%1};" ::"r"(ptx_shared(row)), "r"(r[0]) : "memory");
#endif
}

// 1 tile, turned
__device__ __forceinline__ void stmatrix_x1_trans(void *row, const uint32_t r[1]) {
#ifdef __SIMT_SIM__
    simt_stmatrix(row, r, 1, 1);
#else
    PTX_ASM_SM90("stmatrix.sync.aligned.m8n8.x1.trans.shared.b16 [%0], {%1};" ::"r"(ptx_shared(row)), "r"(r[0])
                 : "memory");
#endif
}

// 2 tiles
__device__ __forceinline__ void stmatrix_x2(void *row, const uint32_t r[2]) {
#ifdef __SIMT_SIM__
    simt_stmatrix(row, r, 2, 0);
#else
    PTX_ASM_SM90("stmatrix.sync.aligned.m8n8.x2.shared.b16 [%0], {%1, %2};" ::"r"(ptx_shared(row)), "r"(r[0]), "r"(r[1])
                 : "memory");
#endif
}

// 2 tiles, turned
__device__ __forceinline__ void stmatrix_x2_trans(void *row, const uint32_t r[2]) {
#ifdef __SIMT_SIM__
    simt_stmatrix(row, r, 2, 1);
#else
    PTX_ASM_SM90("stmatrix.sync.aligned.m8n8.x2.trans.shared.b16 [%0], {%1, %2};" ::"r"(ptx_shared(row)), "r"(r[0]),
                 "r"(r[1])
                 : "memory");
#endif
}

// 4 tiles
__device__ __forceinline__ void stmatrix_x4(void *row, const uint32_t r[4]) {
#ifdef __SIMT_SIM__
    simt_stmatrix(row, r, 4, 0);
#else
    PTX_ASM_SM90("stmatrix.sync.aligned.m8n8.x4.shared.b16 [%0], {%1, %2, %3, %4};" ::"r"(ptx_shared(row)), "r"(r[0]),
                 "r"(r[1]), "r"(r[2]), "r"(r[3])
                 : "memory");
#endif
}

// 4 tiles, turned
__device__ __forceinline__ void stmatrix_x4_trans(void *row, const uint32_t r[4]) {
#ifdef __SIMT_SIM__
    simt_stmatrix(row, r, 4, 1);
#else
    PTX_ASM_SM90("stmatrix.sync.aligned.m8n8.x4.trans.shared.b16 [%0], {%1, %2, %3, %4};" ::"r"(ptx_shared(row)),
                 "r"(r[0]), "r"(r[1]), "r"(r[2]), "r"(r[3])
                 : "memory");
#endif
}
