// The driver's functions as types, for what cudaGetDriverEntryPoint gives: of those that cuda.h has here.
#pragma once
#include "cuda.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef CUresult (*PFN_cuTensorMapEncodeTiled_v12000)(CUtensorMap *map, CUtensorMapDataType type, cuuint32_t rank,
                                                      void *start, const cuuint64_t *sizes, const cuuint64_t *strides,
                                                      const cuuint32_t *box, const cuuint32_t *steps,
                                                      CUtensorMapInterleave interleave, CUtensorMapSwizzle swizzle,
                                                      CUtensorMapL2promotion promotion, CUtensorMapFloatOOBfill fill);
typedef CUresult (*PFN_cuGetErrorString_v6000)(CUresult error, const char **text);
typedef CUresult (*PFN_cuGetErrorName_v6000)(CUresult error, const char **name);

#ifdef __cplusplus
}
#endif
