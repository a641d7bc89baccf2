// Three dimensions, all odd: a volume whose every cell gets its own coordinates.
#include <cuda_runtime.h>

#include <cstdio>
#include <cstdlib>
#include <vector>

static void check(cudaError_t error) {
    if (error == cudaSuccess) return;
    fprintf(stderr, "CUDA error: %s\n", cudaGetErrorString(error));
    exit(1);
}

__global__ void number(int3 *out, int depth, int height, int width) {
    int x = blockIdx.x * blockDim.x + threadIdx.x;
    int y = blockIdx.y * blockDim.y + threadIdx.y;
    int z = blockIdx.z * blockDim.z + threadIdx.z;
    if (x < width && y < height && z < depth) out[(z * height + y) * width + x] = make_int3(x, y, z);
}

int main() {
    const int depth = 5, height = 7, width = 9, n = depth * height * width;
    std::vector<int3> out(n);
    int3 *dout;
    check(cudaMalloc((void **)&dout, n * sizeof(int3)));
    dim3 block(4, 2, 3);
    number<<<dim3((width + 3) / 4, (height + 1) / 2, (depth + 2) / 3), block>>>(dout, depth, height, width);
    check(cudaGetLastError());
    check(cudaMemcpy(out.data(), dout, n * sizeof(int3), cudaMemcpyDeviceToHost));
    check(cudaFree(dout));
    for (int i = 0; i < n; i++)
        if ((out[i].z * height + out[i].y) * width + out[i].x != i) return 1;
    return 0;
}
