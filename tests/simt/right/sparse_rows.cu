// A sparse matrix times a vector: loops of different lengths in neighbouring threads, __ldg and __restrict__.
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

__global__ void multiply(float *__restrict__ y, const int *__restrict__ start, const int *__restrict__ column,
                         const float *__restrict__ value, const float *__restrict__ x, int rows) {
    int row = blockIdx.x * blockDim.x + threadIdx.x;
    if (row >= rows) return;
    float sum = 0;
    for (int k = start[row]; k < start[row + 1]; k++) {
        if (column[k] % 5 == 4) continue;
        sum += __ldg(&value[k]) * __ldg(x + column[k]);
    }
    y[row] = sum;
}

int main() {
    const int rows = 77;
    std::vector<int> start = {0}, column;
    std::vector<float> value, x(rows), y(rows);
    for (int r = 0; r < rows; r++) {
        for (int k = 0; k < r * r % 9; k++) column.push_back((r + 3 * k) % rows), value.push_back(k + 1);
        start.push_back(column.size());
        x[r] = r;
    }
    int *dstart = upload(start), *dcolumn = upload(column);
    float *dvalue = upload(value), *dx = upload(x), *dy = upload(y);
    multiply<<<3, 32>>>(dy, dstart, dcolumn, dvalue, dx, rows);
    check(cudaGetLastError());
    check(cudaMemcpy(y.data(), dy, rows * sizeof(float), cudaMemcpyDeviceToHost));
    for (int *p : {dstart, dcolumn}) check(cudaFree(p));
    for (float *p : {dvalue, dx, dy}) check(cudaFree(p));
    for (int r = 0; r < rows; r++) {
        float sum = 0;
        for (int k = start[r]; k < start[r + 1]; k++) sum += column[k] % 5 == 4 ? 0 : value[k] * x[column[k]];
        if (y[r] != sum) return 1;
    }
    return 0;
}
