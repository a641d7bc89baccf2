// What the check and the benchmark of chapter 23 on a real GPU share: its rungs.
#pragma once
#include "23-cuda-matmul/sgemm.h"
#include "gpu/device.cuh"

struct rung {
    const char *name;
    sgemm_function *run;
    int capability;  // that its code must have been compiled for, times 10
};

static const rung rungs[] = {
    {"01 naive", sgemm_01, 0},       {"02 coalesced", sgemm_02, 0},   {"03 shared tile", sgemm_03, 0},
    {"04 register 1d", sgemm_04, 0}, {"05 register 2d", sgemm_05, 0}, {"06 vectorised", sgemm_06, 0},
    {"07 warp tile", sgemm_07, 0},   {"08 async", sgemm_08, 80},      {"09 persistent", sgemm_09, 80},
};
enum { RUNGS = sizeof rungs / sizeof *rungs };

// Was this rung's code compiled for an instruction set that has what it needs? (On older ones kernels/ptx.h traps.)
static inline bool rung_runs(const rung *r) {
    cudaFuncAttributes attributes;
    CUDA_CHECK(cudaFuncGetAttributes(&attributes, fill_normal));
    return attributes.binaryVersion >= r->capability;
}
