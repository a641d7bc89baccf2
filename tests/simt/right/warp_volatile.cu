// The older way of writing the last steps, with what it needs today: volatile, and __syncwarp between read and write.
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

template <int SIZE>
__device__ void last_warp(volatile float *tree, int t) {
    float value = tree[t];
    if (SIZE >= 64) { value += tree[t + 32]; __syncwarp(); tree[t] = value; __syncwarp(); }
    value += tree[t + 16]; __syncwarp(); tree[t] = value; __syncwarp();
    value += tree[t + 8]; __syncwarp(); tree[t] = value; __syncwarp();
    value += tree[t + 4]; __syncwarp(); tree[t] = value; __syncwarp();
    value += tree[t + 2]; __syncwarp(); tree[t] = value; __syncwarp();
    value += tree[t + 1]; __syncwarp(); tree[t] = value;
}

template <int SIZE>
__global__ void sum(float *out, const float *in) {
    __shared__ float tree[SIZE + 16];
    int t = threadIdx.x;
    tree[t] = in[blockIdx.x * SIZE + t];
    if (t < 16) tree[SIZE + t] = 0;
    __syncthreads();
    if (SIZE >= 128) {
        if (t < 64) tree[t] += tree[t + 64];
        __syncthreads();
    }
    if (t < 32) last_warp<SIZE>(tree, t);
    if (t == 0) out[blockIdx.x] = tree[0];
}

int main() {
    std::vector<float> in(256, 0.5f), out(2);
    float *din = upload(in), *dout = upload(out);
    sum<128><<<2, 128>>>(dout, din);
    check(cudaGetLastError());
    check(cudaMemcpy(out.data(), dout, 2 * sizeof(float), cudaMemcpyDeviceToHost));
    check(cudaFree(din));
    check(cudaFree(dout));
    return out[0] != 64 || out[1] != 64;
}
