// Gravity between all pairs, through tiles of float4 that every thread reads at the same time.
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

const int TILE = 64;

__global__ void forces(float3 *out, const float4 *bodies, int n) {
    __shared__ float4 tile[TILE];
    int i = blockIdx.x * TILE + threadIdx.x;
    float4 me = i < n ? bodies[i] : make_float4(0, 0, 0, 0);
    float3 force = {0, 0, 0};
    for (int start = 0; start < n; start += TILE) {
        int count = min(TILE, n - start);
        if (threadIdx.x < count) tile[threadIdx.x] = bodies[start + threadIdx.x];
        __syncthreads();
        for (int k = 0; k < count; k++) {
            float dx = tile[k].x - me.x, dy = tile[k].y - me.y, dz = tile[k].z - me.z;
            float closeness = rsqrtf(dx * dx + dy * dy + dz * dz + 0.01f);
            float pull = tile[k].w * closeness * closeness * closeness;
            force.x += pull * dx, force.y += pull * dy, force.z += pull * dz;
        }
        __syncthreads();
    }
    if (i < n) out[i] = force;
}

int main() {
    const int n = 150;
    std::vector<float4> bodies(n);
    std::vector<float3> out(n);
    for (int i = 0; i < n; i++) bodies[i] = make_float4(i % 5, i % 7, i % 11, 1);
    float4 *dbodies = upload(bodies);
    float3 *dout = upload(out);
    forces<<<(n + TILE - 1) / TILE, TILE>>>(dout, dbodies, n);
    check(cudaMemcpy(out.data(), dout, n * sizeof(float3), cudaMemcpyDeviceToHost));
    check(cudaFree(dbodies));
    check(cudaFree(dout));
    double x = 0, y = 0, z = 0;
    for (float3 f : out) x += f.x, y += f.y, z += f.z;
    return !(fabs(x) + fabs(y) + fabs(z) < 0.01 && out[0].x > 0);  // every action has its reaction
}
