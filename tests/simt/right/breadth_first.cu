// A search in levels: nodes are taken by atomicCAS while others look at them, by volatile reads.
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

__global__ void level(int *depth, int *changed, const int *edges, int nodes, int degree, int now) {
    int node = blockIdx.x * blockDim.x + threadIdx.x;
    if (node >= nodes || *(volatile int *)&depth[node] != now) return;
    for (int k = 0; k < degree; k++)
        if (atomicCAS(&depth[edges[node * degree + k]], -1, now + 1) == -1) atomicExch(changed, 1);
}

int main() {
    const int nodes = 300, degree = 3;
    std::vector<int> edges(nodes * degree), depth(nodes, -1), want(nodes, -1);
    for (int i = 0; i < nodes; i++)
        for (int k = 0; k < degree; k++) edges[i * degree + k] = (i * (k + 2) + k) % nodes;
    depth[1] = want[1] = 0;
    int *ddepth = upload(depth), *dedges = upload(edges), *dchanged, changed = 1;
    check(cudaMalloc(&dchanged, sizeof(int)));
    for (int now = 0; changed; now++) {
        check(cudaMemset(dchanged, 0, sizeof(int)));
        level<<<3, 128>>>(ddepth, dchanged, dedges, nodes, degree, now);
        check(cudaGetLastError());
        check(cudaMemcpy(&changed, dchanged, sizeof(int), cudaMemcpyDeviceToHost));
        for (int i = 0; i < nodes * degree; i++)
            if (want[i / degree] == now && want[edges[i]] == -1) want[edges[i]] = now + 1;
    }
    check(cudaMemcpy(depth.data(), ddepth, nodes * sizeof(int), cudaMemcpyDeviceToHost));
    for (int *p : {ddepth, dedges, dchanged}) check(cudaFree(p));
    return depth != want;
}
