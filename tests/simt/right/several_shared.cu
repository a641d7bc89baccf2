// Several arrays of several types and sizes side by side, some in one declaration, one in a function of its own.
// CLANG global load: it knows in[t] from the line before, for a char and a short cannot lie there
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

__device__ double scratch_sum(double value) {
    __shared__ double values[50];
    values[threadIdx.x] = value;
    __syncthreads();
    double sum = 0;
    for (int i = 0; i < 50; i++) sum += values[i];
    __syncthreads();
    return sum;
}

__global__ void use(double *out, const int *in) {
    __shared__ char flags[50];
    __shared__ short small[50], smaller[3];
    __shared__ float floats[50];
    __shared__ int first;
    int t = threadIdx.x;
    flags[t] = in[t] & 1;
    small[t] = in[t];
    floats[t] = 0.5f * in[t];
    if (t < 3) smaller[t] = t;
    if (t == 0) first = in[0];
    __syncthreads();
    int u = 49 - t;
    double sum = scratch_sum(flags[u] + small[u] + floats[u] + smaller[u % 3]);
    out[t] = sum + scratch_sum(first);
}

int main() {
    std::vector<int> in(50);
    std::vector<double> out(50);
    double want = 0;
    for (int i = 0; i < 50; i++) in[i] = 3 * i + 2, want += (in[i] & 1) + 1.5 * in[i] + i % 3 + 2;
    int *din = upload(in);
    double *dout = upload(out);
    use<<<1, 50>>>(dout, din);
    check(cudaMemcpy(out.data(), dout, 50 * sizeof(double), cudaMemcpyDeviceToHost));
    for (void *p : {(void *)din, (void *)dout}) check(cudaFree(p));
    return out != std::vector<double>(50, want);
}
