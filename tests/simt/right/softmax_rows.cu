// One block per row: the maximum, the sum and the quotients, with one tree used twice.
#include <cuda_runtime.h>

#include <cmath>
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

__global__ void softmax(float *out, const float *in, int columns) {
    __shared__ float tree[64];
    const float *row = in + blockIdx.x * columns;
    float top = -INFINITY, sum = 0;
    int t = threadIdx.x;
    for (int i = t; i < columns; i += 64) top = fmaxf(top, row[i]);
    tree[t] = top;
    for (int half = 32; half > 0; half /= 2) {
        __syncthreads();
        if (t < half) tree[t] = fmaxf(tree[t], tree[t + half]);
    }
    __syncthreads();
    top = tree[0];
    __syncthreads();
    for (int i = t; i < columns; i += 64) sum += expf(row[i] - top);
    tree[t] = sum;
    for (int half = 32; half > 0; half /= 2) {
        __syncthreads();
        if (t < half) tree[t] += tree[t + half];
    }
    __syncthreads();
    for (int i = t; i < columns; i += 64) out[blockIdx.x * columns + i] = __expf(row[i] - top) / tree[0];
}

int main() {
    const int rows = 5, columns = 131, n = rows * columns;
    std::vector<float> in(n), out(n);
    for (int i = 0; i < n; i++) in[i] = i * 29 % 17 * 0.5f;
    float *din = upload(in), *dout = upload(out);
    softmax<<<rows, 64>>>(dout, din, columns);
    check(cudaMemcpy(out.data(), dout, n * sizeof(float), cudaMemcpyDeviceToHost));
    for (float *p : {din, dout}) check(cudaFree(p));
    for (int r = 0; r < rows; r++) {
        double sum = 0, total = 0;
        for (int i = r * columns; i < (r + 1) * columns; i++) sum += exp(in[i]), total += out[i];
        if (!(fabs(total - 1) < 1e-5) || !(fabs(out[r * columns] - exp(in[r * columns]) / sum) < 1e-5)) return 1;
    }
    return 0;
}
