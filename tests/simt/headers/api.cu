// The host API as C++ calls it: memory, symbols, streams, events, device, attributes, errors.
#include "check.h"

#include <cstring>

__constant__ float weights[4] = {1, 2, 3, 4};
__device__ int counter;
__device__ double table[3];

__global__ void use_symbols(float *out) {
    int t = threadIdx.x;
    out[t] = weights[t];
    if (t == 0) {
        atomicAdd(&counter, 5);
        table[1] = table[0] * 2;
    }
}

__global__ void add_one(float *x, int n) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) x[i] += 1;
}

static void test_symbols() {
    const float two[2] = {20, 30};
    int start = 37;
    double first = 1.5, back[2];
    float out[4], *device = to_device<float>(nullptr, 4);
    SUCCEED(cudaMemcpyToSymbol(weights, two, sizeof two, sizeof(float)));
    SUCCEED(cudaMemcpyToSymbol(counter, &start, sizeof start));
    SUCCEED(cudaMemcpyToSymbol(table, &first, sizeof first));
    use_symbols<<<1, 4>>>(device);
    fetch(out, device, 4);
    EXPECT(out[0] == 1 && out[1] == 20 && out[2] == 30 && out[3] == 4);
    SUCCEED(cudaMemcpyFromSymbol(&start, counter, sizeof start));
    SUCCEED(cudaMemcpyFromSymbol(back, table, sizeof back));
    EXPECT(start == 42 && back[1] == 3);
    int *address;
    size_t size;
    SUCCEED(cudaGetSymbolAddress((void **)&address, counter));
    SUCCEED(cudaMemcpy(&start, address, sizeof start, cudaMemcpyDeviceToHost));
    SUCCEED(cudaGetSymbolSize(&size, weights));
    EXPECT(start == 42 && size == 16);
}

static void test_streams() {
    enum { N = 1000 };
    float *host, *device;
    cudaStream_t stream, other;
    cudaEvent_t begin, end;
    SUCCEED(cudaMallocHost(&host, N * sizeof(float)));
    SUCCEED(cudaMalloc(&device, N * sizeof(float)));
    SUCCEED(cudaStreamCreate(&stream));
    SUCCEED(cudaStreamCreateWithFlags(&other, cudaStreamNonBlocking));
    SUCCEED(cudaEventCreate(&begin));
    SUCCEED(cudaEventCreateWithFlags(&end, cudaEventDefault));
    for (int i = 0; i < N; i++) host[i] = (float)i;
    SUCCEED(cudaEventRecord(begin, stream));
    SUCCEED(cudaMemcpyAsync(device, host, N * sizeof(float), cudaMemcpyHostToDevice, stream));
    add_one<<<(N + 255) / 256, 256, 0, stream>>>(device, N);
    SUCCEED(cudaEventRecord(end, stream));
    SUCCEED(cudaStreamWaitEvent(other, end, 0));
    SUCCEED(cudaMemcpyAsync(host, device, N * sizeof(float), cudaMemcpyDeviceToHost, other));
    SUCCEED(cudaStreamSynchronize(other));
    SUCCEED(cudaEventSynchronize(end));
    EXPECT(cudaEventQuery(end) == cudaSuccess && cudaStreamQuery(stream) == cudaSuccess);
    float milliseconds = -1;
    SUCCEED(cudaEventElapsedTime(&milliseconds, begin, end));
    EXPECT(milliseconds >= 0 && host[0] == 1 && host[N - 1] == N);
    SUCCEED(cudaEventDestroy(begin));
    SUCCEED(cudaEventDestroy(end));
    SUCCEED(cudaStreamDestroy(stream));
    SUCCEED(cudaStreamDestroy(other));
    SUCCEED(cudaFree(device));
    SUCCEED(cudaFreeHost(host));
}

static void test_rows() {
    char host[3][10], back[3][10], *device;
    size_t pitch;
    for (int i = 0; i < 30; i++) host[i / 10][i % 10] = (char)i;
    SUCCEED(cudaMallocPitch(&device, &pitch, 10, 3));
    EXPECT(pitch >= 10);
    SUCCEED(cudaMemset2D(device, pitch, 9, 10, 3));
    SUCCEED(cudaMemcpy2D(device, pitch, host, 10, 10, 2, cudaMemcpyHostToDevice));
    SUCCEED(cudaMemcpy2D(back, 10, device, pitch, 10, 3, cudaMemcpyDeviceToHost));
    EXPECT(memcmp(host, back, 20) == 0 && back[2][0] == 9 && back[2][9] == 9);
    SUCCEED(cudaFree(device));
}

static void test_device() {
    int count = 0, device = -1, value = 0, blocks = 0;
    size_t free_bytes, total;
    cudaDeviceProp properties;
    cudaFuncAttributes attributes;
    SUCCEED(cudaGetDeviceCount(&count));
    SUCCEED(cudaSetDevice(0));
    SUCCEED(cudaGetDevice(&device));
    SUCCEED(cudaGetDeviceProperties(&properties, 0));
    SUCCEED(cudaDeviceGetAttribute(&value, cudaDevAttrMaxThreadsPerBlock, 0));
    SUCCEED(cudaMemGetInfo(&free_bytes, &total));
    SUCCEED(cudaFuncGetAttributes(&attributes, add_one));
    SUCCEED(cudaFuncSetAttribute(add_one, cudaFuncAttributeMaxDynamicSharedMemorySize, 65536));
    SUCCEED(cudaOccupancyMaxActiveBlocksPerMultiprocessor(&blocks, add_one, 256, 0));
    int grid = 0, block = 0;
    SUCCEED(cudaOccupancyMaxPotentialBlockSize(&grid, &block, add_one));
    EXPECT(block > 0 && block % 32 == 0 && block <= 1024 && grid >= properties.multiProcessorCount);
    EXPECT(count >= 1 && device == 0 && properties.warpSize == 32 && value == 1024 &&
           properties.maxThreadsPerBlock == 1024);
    EXPECT(properties.major >= 7 && properties.multiProcessorCount > 0 && properties.name[0]);
    EXPECT(free_bytes > 0 && free_bytes <= total && blocks >= 1 && attributes.maxThreadsPerBlock > 0);
    EXPECT(strcmp(cudaGetErrorName(cudaErrorInvalidValue), "cudaErrorInvalidValue") == 0);
    EXPECT(strcmp(cudaGetErrorString(cudaErrorInvalidValue), "invalid argument") == 0);
    EXPECT(cudaErrorIllegalAddress == 700 && cudaErrorLaunchFailure == 719 && cudaErrorInvalidConfiguration == 9);
    EXPECT(cudaPeekAtLastError() == cudaSuccess);
}

int main() {
    test_symbols();
    test_streams();
    test_rows();
    test_device();
    return failures != 0;
}
