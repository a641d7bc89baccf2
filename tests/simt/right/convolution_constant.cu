// A 5 x 5 filter in constant memory over an image with clamped borders.
#include <cuda_runtime.h>

#include <algorithm>
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

__constant__ float filter[5][5];

__global__ void convolve(float *out, const float *in, int width, int height) {
    int x = blockIdx.x * blockDim.x + threadIdx.x, y = blockIdx.y * blockDim.y + threadIdx.y;
    if (x >= width || y >= height) return;
    float sum = 0;
    for (int dy = -2; dy <= 2; dy++)
        for (int dx = -2; dx <= 2; dx++) {
            int u = min(max(x + dx, 0), width - 1), v = min(max(y + dy, 0), height - 1);
            sum += filter[dy + 2][dx + 2] * in[v * width + u];
        }
    out[y * width + x] = sum;
}

int main() {
    const int w = 37, h = 19;
    float host[5][5];
    for (int i = 0; i < 25; i++) host[i / 5][i % 5] = i % 4;
    check(cudaMemcpyToSymbol(filter, host, sizeof host));
    std::vector<float> in(w * h), out(w * h);
    for (int i = 0; i < w * h; i++) in[i] = i % 9;
    float *din = upload(in), *dout = upload(out);
    convolve<<<dim3(5, 3), dim3(8, 8)>>>(dout, din, w, h);
    check(cudaGetLastError());
    check(cudaMemcpy(out.data(), dout, out.size() * sizeof(float), cudaMemcpyDeviceToHost));
    check(cudaFree(din));
    check(cudaFree(dout));
    for (int i = 0; i < w * h; i++) {
        float sum = 0;
        for (int k = 0; k < 25; k++) {
            int u = std::min(std::max(i % w + k % 5 - 2, 0), w - 1);
            int v = std::min(std::max(i / w + k / 5 - 2, 0), h - 1);
            sum += host[k / 5][k % 5] * in[v * w + u];
        }
        if (out[i] != sum) return 1;
    }
    return 0;
}
