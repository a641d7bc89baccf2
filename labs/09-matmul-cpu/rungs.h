// What the programs of this chapter share: the rungs by name, and how they are timed.
#pragma once
#include "09-matmul-cpu/matmul.h"

struct rung {
    const char *name;
    matmul_function *run;
    bool all_threads;
};
enum { RUNGS = 6 };
extern const struct rung rungs[RUNGS];  // slowest first

// Square matrices of random numbers, rows without gaps.
struct operands {
    int M, N, K;
    float *A, *B, *C;
};
struct operands operands_new(int M, int N, int K, int seed);
void operands_free(struct operands *o);

// Runs C = A*B in the given form once; returns the seconds it took.
double rung_seconds(matmul_function *run, enum matmul_form form, const struct operands *o);

// The best of as many runs as fit into about `budget` seconds, at least one after a first, untimed one if that was
// short. GFLOP/s.
double rung_gflops(matmul_function *run, enum matmul_form form, const struct operands *o, double budget);

// How fast `threads` threads read memory that is in no cache: `bytes` of it, the best of several passes. GB/s.
double read_bandwidth(size_t bytes, int threads);
