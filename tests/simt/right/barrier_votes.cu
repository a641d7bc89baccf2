// __syncthreads_count, _and and _or: barriers that also tell what the threads think.
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

__global__ void ask(int *out, const int *in, int n) {
    __shared__ int tile[96];
    int t = threadIdx.x, value = in[blockIdx.x * 96 + t];
    int small = __syncthreads_count(value < 50), all = __syncthreads_and(value >= 0);
    int any = __syncthreads_or(value > 95);
    tile[t] = value;
    int rounds = 0;
    while (__syncthreads_or(tile[t] > 10)) {
        int next = tile[(t + 1) % 96] / 2;
        __syncthreads();
        tile[t] = next;
        rounds++;
    }
    if (t == 0) {
        int *mine = out + 4 * blockIdx.x;
        mine[0] = small, mine[1] = all, mine[2] = any, mine[3] = rounds;
    }
}

int main() {
    std::vector<int> in(192), out(8);
    for (int i = 0; i < 192; i++) in[i] = i < 96 ? i : i % 40;
    int *din = upload(in), *dout = upload(out);
    ask<<<2, 96>>>(dout, din, 96);
    check(cudaGetLastError());
    check(cudaMemcpy(out.data(), dout, 8 * sizeof(int), cudaMemcpyDeviceToHost));
    check(cudaFree(din));
    check(cudaFree(dout));
    return out != std::vector<int>{50, 1, 0, 4, 96, 1, 0, 2};
}
