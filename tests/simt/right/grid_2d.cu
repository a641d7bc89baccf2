// A grid of two dimensions over a matrix that no block divides, with dim3.
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

__global__ void add(float *out, const float *a, const float *b, int rows, int columns) {
    int x = blockIdx.x * blockDim.x + threadIdx.x, y = blockIdx.y * blockDim.y + threadIdx.y;
    if (x >= columns || y >= rows) return;
    out[y * columns + x] = a[y * columns + x] + b[y * columns + x];
}

int main() {
    const int rows = 33, columns = 65, n = rows * columns;
    std::vector<float> a(n), b(n), out(n);
    for (int i = 0; i < n; i++) a[i] = i, b[i] = n - i;
    float *da = upload(a), *db = upload(b), *dout = upload(out);
    dim3 block(16, 16), grid((columns + block.x - 1) / block.x, (rows + block.y - 1) / block.y);
    add<<<grid, block>>>(dout, da, db, rows, columns);
    check(cudaGetLastError());
    check(cudaMemcpy(out.data(), dout, n * sizeof(float), cudaMemcpyDeviceToHost));
    check(cudaFree(da));
    check(cudaFree(db));
    check(cudaFree(dout));
    for (int i = 0; i < n; i++)
        if (out[i] != n) return 1;
    return 0;
}
