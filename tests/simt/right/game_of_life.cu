// A field of bytes, torus-shaped, several generations in one launch of one block.
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

const int W = 30, H = 17;

__global__ void generations(unsigned char *field, int count) {
    __shared__ unsigned char cells[2][H][W];
    int x = threadIdx.x, y = threadIdx.y, now = 0;
    cells[0][y][x] = field[y * W + x];
    __syncthreads();
    for (int g = 0; g < count; g++, now = 1 - now) {
        int alive = 0;
        for (int k = 0; k < 9; k++)
            if (k != 4) alive += cells[now][(y + k / 3 + H - 1) % H][(x + k % 3 + W - 1) % W];
        cells[1 - now][y][x] = alive == 3 || (alive == 2 && cells[now][y][x]);
        __syncthreads();
    }
    field[y * W + x] = cells[now][y][x];
}

int main() {
    std::vector<unsigned char> field(W * H), want(W * H);
    const int glider[5][2] = {{0, 1}, {1, 2}, {2, 0}, {2, 1}, {2, 2}};
    for (auto &cell : glider) {
        field[cell[0] * W + cell[1]] = 1;
        want[(cell[0] + 9) % H * W + cell[1] + 9] = 1;  // 36 generations later: 9 further down and right
    }
    unsigned char *device = upload(field);
    generations<<<1, dim3(W, H)>>>(device, 36);
    check(cudaGetLastError());
    check(cudaMemcpy(field.data(), device, W * H, cudaMemcpyDeviceToHost));
    check(cudaFree(device));
    return field != want;
}
