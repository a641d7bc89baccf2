// Tensor maps, made on the host for the copies of tma.h ("Tensor-map" in the PTX ISA; cuTensorMapEncodeTiled in the CUDA Driver
// API). A map says where a tensor lies, how large it is, and in which boxes it is copied:
//
//   sizes      elements of each dimension, the innermost first: columns, rows
//   row_bytes  how far apart in memory neighbours are in dimension 1, 2, ..., in bytes: multiples of 16. One fewer than dimensions
//   box        elements that one copy brings, of each dimension: 1 to 256. Its rows are a multiple of 16 bytes, and with a swizzle
//              of 32, 64 or 128 bytes exactly so many. What of a box lies outside of the tensor is zero, and is not stored
//
// The tensor starts at a multiple of 16 bytes. A kernel takes a map as  const __grid_constant__ CUtensorMap map  and uses &map.
// Nothing need be linked: the driver's function is asked for by its name.
#pragma once
#include <cuda.h>
#include <cuda_runtime.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

// Part of its caller, so that what is wrong is told at the caller's line.
#define TENSOR_MAP_INLINE inline __attribute__((always_inline))

typedef CUresult (*tensor_map_encode)(CUtensorMap *, CUtensorMapDataType, cuuint32_t, void *, const cuuint64_t *,
                                      const cuuint64_t *, const cuuint32_t *, const cuuint32_t *, CUtensorMapInterleave,
                                      CUtensorMapSwizzle, CUtensorMapL2promotion, CUtensorMapFloatOOBfill);

inline tensor_map_encode tensor_map_find_driver() {
    void *function = nullptr;
    cudaDriverEntryPointQueryResult found;
    const cudaError_t error =
        cudaGetDriverEntryPointByVersion("cuTensorMapEncodeTiled", &function, 12000, cudaEnableDefault, &found);
    if (error == cudaSuccess && function) return reinterpret_cast<tensor_map_encode>(function);
    fprintf(stderr, "tensor maps need a driver for CUDA 12 or newer: this one has no cuTensorMapEncodeTiled\n");
    exit(1);
}

// Asked for once: it is a search by name, and programs make maps before every launch.
inline tensor_map_encode tensor_map_driver() {
    static const tensor_map_encode driver = tensor_map_find_driver();
    return driver;
}

inline int tensor_map_element_bytes(CUtensorMapDataType type) {
    switch (type) {
        case CU_TENSOR_MAP_DATA_TYPE_UINT8:
            return 1;
        case CU_TENSOR_MAP_DATA_TYPE_UINT16:
        case CU_TENSOR_MAP_DATA_TYPE_FLOAT16:
        case CU_TENSOR_MAP_DATA_TYPE_BFLOAT16:
            return 2;
        case CU_TENSOR_MAP_DATA_TYPE_UINT64:
        case CU_TENSOR_MAP_DATA_TYPE_INT64:
        case CU_TENSOR_MAP_DATA_TYPE_FLOAT64:
            return 8;
        default:
            return 4;
    }
}

// What the driver refused, with the numbers that it has rules for.
inline void tensor_map_refused(CUresult error, const void *start, int element_bytes, int dimensions,
                               const cuuint64_t *sizes, const cuuint64_t *row_bytes, const cuuint32_t *box,
                               CUtensorMapSwizzle swizzle) {
    const int span = swizzle == CU_TENSOR_MAP_SWIZZLE_NONE ? 0 : 16 << static_cast<int>(swizzle);
    fprintf(stderr, "CUDA error: cuTensorMapEncodeTiled refused a tensor map (CUresult %d):\n",
            static_cast<int>(error));
    fprintf(stderr, "  start %p: must be a multiple of 16\n", start);
    for (int d = 0; d < dimensions; d++) {
        fprintf(stderr, "  dimension %d: %llu elements, box %u (1 to 256)", d,
                static_cast<unsigned long long>(sizes[d]), box[d]);
        if (d)
            fprintf(stderr, ", in steps of %llu bytes (a multiple of 16)",
                    static_cast<unsigned long long>(row_bytes[d - 1]));
        fputc('\n', stderr);
    }
    fprintf(stderr, "  the box's rows have %llu bytes: a multiple of 16",
            static_cast<unsigned long long>(box[0]) * static_cast<unsigned>(element_bytes));
    if (span) fprintf(stderr, ", at most the swizzle's %d", span);
    fputc('\n', stderr);
}

// Ends the program where there can be no such map, and says what was asked for. element_bytes: of the array's elements, which
// must be as large as those of `type`.
TENSOR_MAP_INLINE CUtensorMap tensor_map(const void *start, CUtensorMapDataType type, int element_bytes, int dimensions,
                                         const uint64_t *sizes, const uint64_t *row_bytes, const uint32_t *box,
                                         CUtensorMapSwizzle swizzle) {
    CUtensorMap map;
    cuuint64_t size[5] = {0}, stride[4] = {0};
    cuuint32_t boxes[5] = {0};
    const cuuint32_t steps[5] = {1, 1, 1, 1, 1};
    if (element_bytes != tensor_map_element_bytes(type)) {
        fprintf(stderr, "CUDA error: a tensor map of elements of %d bytes, but an array whose elements have %d\n",
                tensor_map_element_bytes(type), element_bytes);
        exit(1);
    }
    for (int d = 0; d < dimensions && d < 5; d++) {
        size[d] = sizes[d];
        boxes[d] = box[d];
        if (d) stride[d - 1] = row_bytes[d - 1];
    }
    const CUresult error = tensor_map_driver()(
        &map, type, static_cast<cuuint32_t>(dimensions), const_cast<void *>(start), size, stride, boxes, steps,
        CU_TENSOR_MAP_INTERLEAVE_NONE, swizzle, CU_TENSOR_MAP_L2_PROMOTION_L2_256B, CU_TENSOR_MAP_FLOAT_OOB_FILL_NONE);
    if (error != CUDA_SUCCESS) {
        tensor_map_refused(error, start, element_bytes, dimensions, size, stride, boxes, swizzle);
        exit(1);
    }
    return map;
}

// A matrix of rows x columns without gaps, in boxes of box_rows x box_columns.
TENSOR_MAP_INLINE CUtensorMap tensor_map_rows(const void *start, CUtensorMapDataType type, int element_bytes,
                                              uint64_t rows, uint64_t columns, uint32_t box_rows, uint32_t box_columns,
                                              CUtensorMapSwizzle swizzle) {
    const uint64_t sizes[2] = {columns, rows}, row_bytes[1] = {columns * static_cast<unsigned>(element_bytes)};
    const uint32_t box[2] = {box_columns, box_rows};
    return tensor_map(start, type, element_bytes, 2, sizes, row_bytes, box, swizzle);
}
#undef TENSOR_MAP_INLINE
