// Many blocks add their tiles to one, number by number: floats, ints, halves and bfloat16. (sm_90a)
#include <cuda_bf16.h>
#include <cuda_fp16.h>
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

template <class T>
static T *upload(const std::vector<T> &host) {
    T *device;
    check(cudaMalloc(&device, host.size() * sizeof(T)));
    check(cudaMemcpy(device, host.data(), host.size() * sizeof(T), cudaMemcpyHostToDevice));
    return device;
}

// T (8, 16): thread t's numbers are t + block
template <class T>
__global__ void add(const __grid_constant__ CUtensorMap map) {
    __shared__ __align__(128) T tile[8 * 16];
    tile[threadIdx.x] = T(float(threadIdx.x + blockIdx.x));
    fence_proxy_async();
    __syncthreads();
    if (threadIdx.x == 0) {
        tma_add_2d(&map, tile, 0, 0);
        tma_commit();
        tma_wait_read<0>();
    }
}

template <class T>
static int wrong_numbers(CUtensorMapDataType type) {
    std::vector<T> out(8 * 16, T(1.0f));
    T *dout = upload(out);
    const CUtensorMap map = tensor_map_rows(dout, type, sizeof(T), 8, 16, 8, 16, CU_TENSOR_MAP_SWIZZLE_NONE);
    add<T><<<5, 128>>>(map);
    check(cudaGetLastError());
    check(cudaMemcpy(out.data(), dout, out.size() * sizeof(T), cudaMemcpyDeviceToHost));
    check(cudaFree(dout));
    int wrong = 0;
    for (int i = 0; i < 50; i++) wrong += float(out[i]) != 1 + 5 * i + 10;  // up to 256 in each type without rounding
    return wrong;
}

int main() {
    int wrong = wrong_numbers<float>(CU_TENSOR_MAP_DATA_TYPE_FLOAT32) +
                wrong_numbers<int>(CU_TENSOR_MAP_DATA_TYPE_INT32) +
                wrong_numbers<half>(CU_TENSOR_MAP_DATA_TYPE_FLOAT16) +
                wrong_numbers<__nv_bfloat16>(CU_TENSOR_MAP_DATA_TYPE_BFLOAT16);
    return wrong != 0;
}
