// Streams, events, pinned memory and asynchronous copies, in an order that one queue keeps.
#include <cuda_runtime.h>

#include <cstdio>
#include <cstdlib>
#include <vector>

static void check(cudaError_t error) {
    if (error == cudaSuccess) return;
    fprintf(stderr, "CUDA error: %s\n", cudaGetErrorString(error));
    exit(1);
}

__global__ void square(float *data, int n) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) data[i] *= data[i];
}

int main() {
    const int n = 1000, half = n / 2;
    float *host, *device, elapsed = -1;
    check(cudaMallocHost(&host, n * sizeof(float)));
    check(cudaMalloc(&device, n * sizeof(float)));
    for (int i = 0; i < n; i++) host[i] = i;
    cudaStream_t streams[2];
    cudaEvent_t start, stop;
    for (cudaStream_t &stream : streams) check(cudaStreamCreate(&stream));
    check(cudaEventCreate(&start));
    check(cudaEventCreate(&stop));
    check(cudaEventRecord(start, streams[0]));
    for (int k = 0; k < 2; k++) {
        float *part = device + k * half, *from = host + k * half;
        size_t bytes = half * sizeof(float);
        check(cudaMemcpyAsync(part, from, bytes, cudaMemcpyHostToDevice, streams[k]));
        square<<<(half + 127) / 128, 128, 0, streams[k]>>>(part, half);
        check(cudaGetLastError());
        check(cudaMemcpyAsync(from, part, bytes, cudaMemcpyDeviceToHost, streams[k]));
    }
    check(cudaEventRecord(stop, streams[0]));
    check(cudaStreamWaitEvent(streams[1], stop, 0));
    check(cudaEventSynchronize(stop));
    check(cudaEventElapsedTime(&elapsed, start, stop));
    for (cudaStream_t stream : streams) check(cudaStreamSynchronize(stream));
    for (cudaStream_t stream : streams) check(cudaStreamDestroy(stream));
    check(cudaEventDestroy(start));
    check(cudaEventDestroy(stop));
    bool right = elapsed >= 0;
    for (int i = 0; i < n; i++) right = right && host[i] == float(i) * i;
    check(cudaFreeHost(host));
    check(cudaFree(device));
    return !right;
}
