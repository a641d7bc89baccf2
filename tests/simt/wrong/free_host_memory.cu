// EXPECT api
// cudaFree of memory that came from malloc.
#include <cuda_runtime.h>

#include <cstdio>
#include <cstdlib>
#include <vector>

static void check(cudaError_t error) {
    if (error == cudaSuccess) return;
    fprintf(stderr, "CUDA error: %s\n", cudaGetErrorString(error));
    exit(1);
}

int main() {
    int *host = (int *)malloc(64 * sizeof(int));
    check(cudaFree(host));  // BUG
    free(host);
    return 0;
}
