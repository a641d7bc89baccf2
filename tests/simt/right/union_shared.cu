// One piece of shared memory used as two types, one after the other, and an array of structs.
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

struct Pair { int key; float value; };
union Scratch {
    int counts[64];
    float sums[64];
};

__global__ void use(Pair *out, const Pair *in) {
    __shared__ Scratch scratch;
    __shared__ Pair pairs[64];
    int t = threadIdx.x;
    pairs[t] = in[t], scratch.counts[t] = 0;
    __syncthreads();
    atomicAdd(&scratch.counts[pairs[t].key], 1);
    __syncthreads();
    int count = scratch.counts[t];
    __syncthreads();
    scratch.sums[t] = 0;
    __syncthreads();
    atomicAdd(&scratch.sums[pairs[t].key], pairs[63 - (63 - t)].value);
    __syncthreads();
    out[t].key = count;
    out[t].value = scratch.sums[t];
}

int main() {
    std::vector<Pair> in(64), out(64);
    for (int i = 0; i < 64; i++) in[i] = {i * i % 10, 1.5f};
    Pair *din = upload(in), *dout = upload(out);
    use<<<1, 64>>>(dout, din);
    check(cudaGetLastError());
    check(cudaMemcpy(out.data(), dout, 64 * sizeof(Pair), cudaMemcpyDeviceToHost));
    for (Pair *p : {din, dout}) check(cudaFree(p));
    int total = 0;
    for (int i = 0; i < 64; i++) {
        if (out[i].value != 1.5f * out[i].key) return 1;
        total += out[i].key;
    }
    return total != 64;
}
