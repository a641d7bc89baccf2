// The family of atomics, on float, double, int and 64 bits, in global and shared memory.
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

struct Totals {
    float sum;
    double precise;
    int least, most, bits, ones, flips, ticket;
    unsigned long long count;
};

__global__ void add_up(Totals *out, const int *in) {
    __shared__ float sum;
    int t = threadIdx.x;
    if (t == 0) sum = 0;
    __syncthreads();
    atomicAdd(&sum, in[t] * 0.5f);
    atomicAdd(&out->precise, 0.25);
    atomicMin(&out->least, in[t]);
    atomicMax(&out->most, in[t]);
    atomicOr(&out->bits, 1 << t % 32);
    atomicAnd(&out->ones, ~(1 << t % 8));
    atomicXor(&out->flips, 1);
    atomicSub(&out->ticket, 1);
    atomicAdd(&out->count, 1ull << 33);
    __syncthreads();
    if (t == 0) atomicExch(&out->sum, sum);
}

int main() {
    std::vector<int> in(100);
    for (int i = 0; i < 100; i++) in[i] = 2 * i;
    std::vector<Totals> out(1, Totals{0, 0, 1000, -1000, 0, -1, 0, 100, 0});
    int *din = upload(in);
    Totals *dout = upload(out);
    add_up<<<1, 100>>>(dout, din);
    check(cudaMemcpy(&out[0], dout, sizeof(Totals), cudaMemcpyDeviceToHost));
    check(cudaFree(din));
    check(cudaFree(dout));
    Totals &o = out[0];
    return o.sum != 4950 || o.precise != 25 || o.least != 0 || o.most != 198 || o.bits != -1 || o.ones != -256 ||
           o.flips != 0 || o.ticket != 0 || o.count != 100ull << 33;
}
