// A template that sees the same dynamic memory as its own type, beside a static array.
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

template <class T>
__global__ void reverse(T *data, int n) {
    extern __shared__ __align__(16) unsigned char raw[];
    __shared__ int count;
    T *tile = reinterpret_cast<T *>(raw);
    int t = threadIdx.x;
    if (t == 0) count = n;
    tile[t] = data[t];
    __syncthreads();
    data[t] = tile[count - 1 - t];
}

template <class T>
static bool works(int n) {
    std::vector<T> data(n);
    for (int i = 0; i < n; i++) data[i] = T(i);
    T *device = upload(data);
    reverse<T><<<1, n, n * sizeof(T)>>>(device, n);
    check(cudaGetLastError());
    check(cudaMemcpy(data.data(), device, n * sizeof(T), cudaMemcpyDeviceToHost));
    check(cudaFree(device));
    for (int i = 0; i < n; i++)
        if (data[i] != T(n - 1 - i)) return false;
    return true;
}

int main() {
    return !(works<float>(100) && works<double>(77) && works<unsigned char>(200) && works<short>(33));
}
