// todo() for CUDA: a gap that is not filled yet, in a kernel or in host code. In the simulator it says so as in C (todo.c); on a
// GPU a kernel prints it and ends the launch.
#pragma once
#include <cstdio>
#include <cstdlib>

[[noreturn]] __host__ __device__ static inline void todo(const char *exercise) {
#ifdef __SIMT_SIM__
    simt_todo(exercise);
#else
    printf("%s is not written yet\n", exercise);
#ifdef __CUDA_ARCH__
    __trap();
#else
    exit(1);
#endif
#endif
}
