// Warps of one block do different things between the same barriers: one loads, the others add.
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

__global__ void pipeline(int *out, const int *in, int chunks) {
    __shared__ int buffer[2][32];
    int warp = threadIdx.x / 32, lane = threadIdx.x % 32, sum = 0;
    for (int step = 0; step <= chunks; step++) {
        if (warp == 0 && step < chunks) buffer[step % 2][lane] = in[step * 32 + lane];
        if (warp > 0 && step > 0)
            for (int i = lane; i < 32; i += warp) sum += buffer[(step - 1) % 2][i];
        __syncthreads();
    }
    if (warp > 0) atomicAdd(&out[warp - 1], sum);
}

int main() {
    const int chunks = 7;
    std::vector<int> in(32 * chunks), out(3), want(3);
    for (int i = 0; i < 32 * chunks; i++) {
        in[i] = i % 23;
        for (int warp = 1; warp <= 3; warp++) want[warp - 1] += in[i] * (i % 32 / warp + 1);
    }
    int *din = upload(in), *dout = upload(out);
    pipeline<<<1, 128>>>(dout, din, chunks);
    check(cudaGetLastError());
    check(cudaMemcpy(out.data(), dout, 3 * sizeof(int), cudaMemcpyDeviceToHost));
    check(cudaFree(din));
    check(cudaFree(dout));
    return out != want;
}
