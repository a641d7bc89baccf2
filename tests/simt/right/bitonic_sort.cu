// Exchanges by pairs: the lower thread of each pair reads and writes both elements, between two barriers.
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

__global__ void sort(float *data) {
    __shared__ float keys[256];
    int t = threadIdx.x;
    keys[t] = data[t];
    for (int size = 2; size <= 256; size *= 2)
        for (int step = size / 2; step > 0; step /= 2) {
            __syncthreads();
            int other = t ^ step;
            if (other > t && (keys[t] > keys[other]) == ((t & size) == 0)) {
                float keep = keys[t];
                keys[t] = keys[other];
                keys[other] = keep;
            }
        }
    __syncthreads();
    data[t] = keys[t];
}

int main() {
    std::vector<float> data(256);
    for (int i = 0; i < 256; i++) data[i] = i * 101 % 257;
    float *device = upload(data);
    sort<<<1, 256>>>(device);
    check(cudaGetLastError());
    check(cudaMemcpy(data.data(), device, 256 * sizeof(float), cudaMemcpyDeviceToHost));
    check(cudaFree(device));
    for (int i = 1; i < 256; i++)
        if (data[i - 1] > data[i]) return 1;
    return 0;
}
