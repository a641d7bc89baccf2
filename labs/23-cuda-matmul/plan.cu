// Arithmetic on paper: what a tiling moves, how much of it a thread can hold, how many blocks a multiprocessor can.
// Host code; it runs in a microsecond and saves days of trying.
#include "23-cuda-matmul/sgemm.h"

#include <cuda_runtime.h>

#include "23-cuda-matmul/tile.cuh"
#include "common/todo.cuh"

double tile_intensity(int BM, int BN) {
    // TODO 23.1 tile_intensity: operations of one step of k, over the bytes of A and B that it reads
    todo("23.1 tile_intensity");
}

double tile_global_bytes(int M, int N, int K, int BM, int BN) {
    // TODO 23.1 tile_global_bytes: how often is each element of A read, and each of B? C is written once
    todo("23.1 tile_global_bytes");
}

double tile_reads_per_fma(int TM, int TN) {
    // TODO 23.1 tile_reads_per_fma: floats read for one k, over multiply-adds made of them
    todo("23.1 tile_reads_per_fma");
}

int blocks_per_sm(int threads, int registers, int shared) {
    // TODO 23.10 blocks_per_sm: the scarcest of threads, blocks, registers (by warps) and shared memory (+ 1024)
    todo("23.10 blocks_per_sm");
}
