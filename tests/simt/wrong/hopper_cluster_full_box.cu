// EXPECT race
// ALSO mbarrier
// Blocks of a cluster that write into each other's boxes, and do not wait until they are empty. (sm_90)
#include <cooperative_groups.h>
#include <cuda_runtime.h>
#include "ptx.h"

#include <cstdio>
#include <cstdlib>
#include <vector>

static void check(cudaError_t error) {
    if (error == cudaSuccess) return;
    fprintf(stderr, "CUDA error: %s\n", cudaGetErrorString(error));
    exit(1);
}

namespace cg = cooperative_groups;

// Both blocks write to the other's box, with a barrier that says "there is mail" and one that says "the box is empty".
__global__ void __cluster_dims__(2, 1, 1) mail(int *out, int rounds) {
    __shared__ int box[32];
    __shared__ uint64_t come, empty;
    const cg::cluster_group cluster = cg::this_cluster();
    const unsigned me = cluster.block_rank(), other = me ^ 1;
    if (threadIdx.x == 0) {
        mbarrier_init(&come, 32);
        mbarrier_init(&empty, 32);
        fence_mbarrier_init();
    }
    cluster_arrive();
    int value = 100 * me + threadIdx.x;
    cluster_wait();
    for (int r = 0; r < rounds; r++) {
        cluster.map_shared_rank(box, other)[threadIdx.x] = value;  // BUG
        __threadfence();
        mbarrier_arrive_cluster(&come, other);
        mbarrier_wait(&come, r % 2);
        value = box[31 - threadIdx.x] + 1;  // BUG-OTHER
        mbarrier_arrive_cluster(&empty, other);
    }
    out[blockIdx.x * 32 + threadIdx.x] = value;
    cluster_sync();
}

int main() {
    const int rounds = 7;
    int *out;
    check(cudaMalloc(&out, 4 * 32 * sizeof(int)));
    mail<<<4, 32>>>(out, rounds);
    check(cudaGetLastError());
    check(cudaFree(out));
    return 0;
}
