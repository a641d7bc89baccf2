// float4 for the body of an array and scalars for its tail; float2, int4 and uchar4 beside them.
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

__global__ void scale(float *out, const float *in, int n) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n / 4) {
        float4 v = reinterpret_cast<const float4 *>(in)[i];
        reinterpret_cast<float4 *>(out)[i] = make_float4(2 * v.x, 2 * v.y, 2 * v.z, 2 * v.w);
    } else if (i - n / 4 < n % 4) {
        out[n / 4 * 3 + i] = 2 * in[n / 4 * 3 + i];
    }
}

__global__ void mix(int4 *out, const float2 *pairs, const uchar4 *bytes) {
    int t = threadIdx.x;
    __shared__ float2 tile[32];
    tile[t] = pairs[t];
    __syncthreads();
    uchar4 b = bytes[t];
    out[t] = make_int4(tile[31 - t].x, tile[31 - t].y, b.x + b.y, b.z + b.w);
}

int main() {
    const int n = 1003;
    std::vector<float> in(n), out(n);
    for (int i = 0; i < n; i++) in[i] = i;
    std::vector<uchar4> bytes(32, make_uchar4(200, 100, 1, 2));
    std::vector<int4> mixed(32);
    float *din = upload(in), *dout = upload(out);
    uchar4 *dbytes = upload(bytes);
    int4 *dmixed = upload(mixed);
    scale<<<(n / 4 + 3 + 127) / 128, 128>>>(dout, din, n);
    mix<<<1, 32>>>(dmixed, (const float2 *)din, dbytes);
    check(cudaGetLastError());
    check(cudaMemcpy(out.data(), dout, n * sizeof(float), cudaMemcpyDeviceToHost));
    check(cudaMemcpy(mixed.data(), dmixed, 32 * sizeof(int4), cudaMemcpyDeviceToHost));
    for (void *p : {(void *)din, (void *)dout, (void *)dbytes, (void *)dmixed}) check(cudaFree(p));
    if (out[0] != 0 || out[999] != 1998 || out[1000] != 2000 || out[1002] != 2004) return 1;
    for (int t = 0; t < 32; t++)
        if (mixed[t].x != 62 - 2 * t || mixed[t].y != 63 - 2 * t || mixed[t].z != 300 || mixed[t].w != 3) return 1;
    return 0;
}
