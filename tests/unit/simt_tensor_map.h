// What the tests of tensor maps and TMA share: the arguments of cuTensorMapEncodeTiled for a matrix of floats in x.
#pragma once
#include "simt/include/cuda.h"
#include "unit/simt_kernel.h"

enum { ROWS = 20, COLUMNS = 40 };
static CUtensorMap map;

struct call {
    CUtensorMapDataType type;
    unsigned rank;
    char *start;
    cuuint64_t sizes[5], strides[4];
    cuuint32_t box[5], steps[5];
    CUtensorMapSwizzle swizzle;
    CUtensorMapInterleave interleave;
    CUtensorMapFloatOOBfill fill;
};

static inline struct call usual(void) {
    return (struct call){.type = CU_TENSOR_MAP_DATA_TYPE_FLOAT32,
                         .rank = 2,
                         .start = (char *)x,
                         .sizes = {COLUMNS, ROWS, 1, 1, 1},
                         .strides = {4 * COLUMNS, 16, 16, 16},
                         .box = {32, 16, 1, 1, 1},
                         .steps = {1, 1, 1, 1, 1},
                         .swizzle = CU_TENSOR_MAP_SWIZZLE_128B};
}

static inline CUresult encode(const struct call *c) {
    return cuTensorMapEncodeTiled(&map, c->type, c->rank, c->start, c->sizes, c->strides, c->box, c->steps,
                                  c->interleave, c->swizzle, CU_TENSOR_MAP_L2_PROMOTION_NONE, c->fill);
}
