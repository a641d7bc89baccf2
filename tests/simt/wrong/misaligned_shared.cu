// EXPECT misaligned
// Dynamic shared memory carved in the wrong order: the ints begin after 33 bytes.
#include <cuda_runtime.h>

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

__global__ void use(int *out) {
    extern __shared__ char bytes[];
    int *numbers = (int *)(bytes + 33);
    int t = threadIdx.x;
    bytes[t] = t;
    numbers[t] = t;  // BUG
    __syncthreads();
    out[t] = bytes[32 - t];
}

int main() {
    int *out = upload(std::vector<int>(33));
    use<<<1, 33, 33 * 5>>>(out);
    check(cudaGetLastError());
    check(cudaDeviceSynchronize());
    check(cudaFree(out));
    return 0;
}
