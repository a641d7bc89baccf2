// Indices and launches: three dimensions, host variables named blockDim, kernels as templates and as values, all forms
// of <<<>>>.
#include "check.h"

__global__ void where(int *out) {
    int block = blockIdx.x + gridDim.x * (blockIdx.y + gridDim.y * blockIdx.z);
    int thread = threadIdx.x + blockDim.x * (threadIdx.y + blockDim.y * threadIdx.z);
    out[block * blockDim.x * blockDim.y * blockDim.z + thread] = block * 1000 + thread;
}

__device__ unsigned volume(dim3 d) {
    return d.x * d.y * d.z;
}
__device__ unsigned sum(uint3 v) {
    return v.x + v.y + v.z;
}
template <class T>
__device__ T twice(T x) {
    return 2 * x;
}

__global__ void as_values(unsigned *out) {
    dim3 size = blockDim, grid(gridDim);
    uint3 me = threadIdx;
    auto x = threadIdx.x;
    x += 5;
    if (me.x == 2 && me.y == 1) {
        out[0] = volume(size) + volume(grid);
        out[1] = sum(threadIdx) + sum(me);
        out[2] = x;
        out[3] = twice(threadIdx.x);
        out[4] = min(threadIdx.x, 1u) + max(blockDim.x, blockDim.y);
        out[5] = warpSize;
    }
}

template <int N, class T>
__global__ void fill(T *out, T value) {
    extern __shared__ char room[];
    T *mine = (T *)room;
    mine[threadIdx.x] = value + N;
    out[blockIdx.x * blockDim.x + threadIdx.x] = mine[threadIdx.x];
}

static void test_fill(void (*kernel)(float *, float), float want) {
    float out[128], *device = to_device<float>(nullptr, 128);
    dim3 gridDim(2), blockDim(64);
    kernel<<<gridDim, blockDim, blockDim.x * sizeof(float)>>>(device, 1.5f);
    fetch(out, device, 128);
    EXPECT(out[0] == want && out[127] == want);
}

int main() {
    enum { THREADS = 3 * 2 * 4 * 8 * 2 * 2 };
    int out[THREADS], *device = to_device<int>(nullptr, THREADS);
    dim3 gridDim(3, 2, 4), blockDim(8, 2, 2);
    where<<<gridDim, blockDim>>>(device);
    fetch(out, device, THREADS);
    int wrong = 0;
    for (int i = 0; i < THREADS; i++) wrong += out[i] != i / 32 * 1000 + i % 32;
    EXPECT(wrong == 0);

    unsigned values[6], *dvalues = to_device<unsigned>(nullptr, 6);
    as_values<<<2, dim3(4, 2)>>>(dvalues);
    fetch(values, dvalues, 6);
    EXPECT(values[0] == 10 && values[1] == 6 && values[2] == 7 && values[3] == 4 && values[4] == 5 && values[5] == 32);

    test_fill(fill<3, float>, 4.5f);
    double *dd = to_device<double>(nullptr, 32), d[32];
    cudaStream_t stream;
    SUCCEED(cudaStreamCreate(&stream));
    fill<7><<<1, 32, 32 * sizeof(double), stream>>>(dd, 0.25);
    fetch(d, dd, 32);
    EXPECT(d[31] == 7.25);
    float *df = to_device<float>(nullptr, 32), f[32], value = 1;
    void *arguments[] = {&df, &value};
    SUCCEED(cudaLaunchKernel(fill<1, float>, dim3(1), dim3(32), arguments, 32 * sizeof(float), stream));
    SUCCEED(cudaStreamDestroy(stream));
    fetch(f, df, 32);
    EXPECT(f[3] == 2);
    return failures != 0;
}
