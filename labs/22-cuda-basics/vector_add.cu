// Vector addition: the first kernel of every CUDA course. The loop over i is gone; there is a thread for each i.
#include "22-cuda-basics/basics.h"
#include "common/cuda_check.cuh"
#include "common/todo.cuh"

__global__ void vector_add_kernel(float *out, const float *a, const float *b, int n) {
    // TODO 22.1 vector_add: which element is this thread's? Is there one at all? Then out = a + b
    todo("22.1 vector_add");
}

void vector_add(float *out, const float *a, const float *b, int n) {
    // TODO 22.1 vector_add: launch enough blocks of THREADS for n elements, the last one perhaps not full
    todo("22.1 vector_add");
    CUDA_CHECK(cudaGetLastError());
}
