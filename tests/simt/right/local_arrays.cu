// Arrays of each thread's own: a small sort, a table that is indexed by data, and a pointer to a local.
// CLANG global store: lanes whose sort was longer than others' do not meet again before it
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

__device__ void swap(int *a, int *b) {
    int keep = *a;
    *a = *b;
    *b = keep;
}

__global__ void medians(int *out, const int *in, int n) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i >= n) return;
    int window[5], counts[4] = {0};
    for (int k = 0; k < 5; k++) {
        window[k] = in[(i + k) % n];
        counts[window[k] & 3]++;
    }
    for (int k = 1; k < 5; k++)
        for (int j = k; j > 0 && window[j - 1] > window[j]; j--) swap(&window[j - 1], &window[j]);
    out[i] = window[2] + 1000 * counts[i & 3];
}

int main() {
    const int n = 300;
    std::vector<int> in(n), out(n);
    for (int i = 0; i < n; i++) in[i] = i * 37 % 101;
    int *din = upload(in), *dout = upload(out);
    medians<<<5, 64>>>(dout, din, n);
    check(cudaGetLastError());
    check(cudaMemcpy(out.data(), dout, n * sizeof(int), cudaMemcpyDeviceToHost));
    check(cudaFree(din));
    check(cudaFree(dout));
    for (int i = 0; i < n; i++) {
        int below = 0, same = 0, median = out[i] % 1000;
        for (int k = 0; k < 5; k++) below += in[(i + k) % n] < median, same += (in[(i + k) % n] & 3) == (i & 3);
        if (below != 2 || same != out[i] / 1000) return 1;
    }
    return 0;
}
