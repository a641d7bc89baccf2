// Arithmetic on paper: what a tiling moves, how much of it a thread can hold, how many blocks a multiprocessor can.
// Host code; it runs in a microsecond and saves days of trying.
#include "23-cuda-matmul/sgemm.h"

#include <cuda_runtime.h>

#include "23-cuda-matmul/tile.cuh"
#include "common/todo.cuh"

double tile_intensity(int BM, int BN) {
    // BEGIN SOLUTION 23.1 tile_intensity: operations of one step of k, over the bytes of A and B that it reads
    return 2.0 * BM * BN / (sizeof(float) * ((double)BM + BN));
    // END SOLUTION
}

double tile_global_bytes(int M, int N, int K, int BM, int BN) {
    // BEGIN SOLUTION 23.1 tile_global_bytes: how often is each element of A read, and each of B? C is written once
    double a = (double)M * K * ceil_div(N, BN), b = (double)K * N * ceil_div(M, BM), c = (double)M * N;
    return sizeof(float) * (a + b + c);
    // END SOLUTION
}

double tile_reads_per_fma(int TM, int TN) {
    // BEGIN SOLUTION 23.1 tile_reads_per_fma: floats read for one k, over multiply-adds made of them
    return ((double)TM + TN) / ((double)TM * TN);
    // END SOLUTION
}

// BEGIN SOLUTION 23.10 -
static int smaller(int a, int b) {
    return a < b ? a : b;
}
// END SOLUTION

int blocks_per_sm(int threads, int registers, int shared) {
    // BEGIN SOLUTION 23.10 blocks_per_sm: the scarcest of threads, blocks, registers (by warps) and shared memory (+ 1024)
    int warps = ceil_div(threads, 32), warp_registers = ceil_div(registers * 32, 256) * 256;
    int by_threads = 64 / warps, by_registers = 16384 / warp_registers * 4 / warps;
    int by_shared = 233472 / (ceil_div(shared + 1024, 128) * 128);
    return smaller(smaller(by_threads, 32), smaller(by_registers, by_shared));
    // END SOLUTION
}
