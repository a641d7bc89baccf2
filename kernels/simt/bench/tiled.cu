// How fast the simulator is: two matrix products c = a b of 256 x 256 floats, by threads of 16 x 16 blocks.
//   tiled NAME      NAME: naive or tiled  ->  prints the seconds of processor time that the launch took
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <vector>

constexpr int N = 256, TILE = 16;

// Every thread reads a row of a and a column of b from global memory.
__global__ void naive(float *c, const float *a, const float *b, int n) {
    int row = blockIdx.y * blockDim.y + threadIdx.y, column = blockIdx.x * blockDim.x + threadIdx.x;
    if (row >= n || column >= n) return;
    float sum = 0;
    for (int k = 0; k < n; k++) sum += a[row * n + k] * b[k * n + column];
    c[row * n + column] = sum;
}

// A block brings a tile of a and one of b to shared memory, and every thread reads them there. n is a multiple of TILE.
__global__ void tiled(float *c, const float *a, const float *b, int n) {
    __shared__ float tile_a[TILE][TILE], tile_b[TILE][TILE];
    int x = threadIdx.x, y = threadIdx.y;
    int row = blockIdx.y * TILE + y, column = blockIdx.x * TILE + x;
    float sum = 0;
    for (int start = 0; start < n; start += TILE) {
        tile_a[y][x] = a[row * n + start + x];
        tile_b[y][x] = b[(start + y) * n + column];
        __syncthreads();
        for (int k = 0; k < TILE; k++) sum += tile_a[y][k] * tile_b[k][x];
        __syncthreads();
    }
    c[row * n + column] = sum;
}

static void check(cudaError_t error) {
    if (error == cudaSuccess) return;
    fprintf(stderr, "error: %s\n", cudaGetErrorString(error));
    exit(1);
}

int main(int argc, char **argv) {
    bool is_tiled = argc == 2 && strcmp(argv[1], "tiled") == 0;
    if (!is_tiled && (argc != 2 || strcmp(argv[1], "naive") != 0)) {
        fprintf(stderr, "usage: %s naive|tiled\n", argv[0]);
        return 2;
    }
    std::vector<float> a(N * N), b(N * N), c(N * N);
    for (int i = 0; i < N * N; i++) a[i] = static_cast<float>(i % 7 - 3), b[i] = static_cast<float>(i % 5 - 2);
    float *device[3];  // c, a, b
    size_t size = N * N * sizeof(float);
    for (float *&p : device) check(cudaMalloc(&p, size));
    check(cudaMemcpy(device[1], a.data(), size, cudaMemcpyHostToDevice));
    check(cudaMemcpy(device[2], b.data(), size, cudaMemcpyHostToDevice));
    dim3 grid(N / TILE, N / TILE), block(TILE, TILE);
    clock_t start = clock();
    if (is_tiled) tiled<<<grid, block>>>(device[0], device[1], device[2], N);
    else naive<<<grid, block>>>(device[0], device[1], device[2], N);
    check(cudaGetLastError());
    check(cudaDeviceSynchronize());
    printf("%.4f\n", static_cast<double>(clock() - start) / CLOCKS_PER_SEC);
    check(cudaMemcpy(c.data(), device[0], size, cudaMemcpyDeviceToHost));
    for (float *p : device) check(cudaFree(p));
    for (int i = 0; i < N; i += 37) {  // small whole numbers: the sums are exact
        float sum = 0;
        for (int k = 0; k < N; k++) sum += a[i * N + k] * b[k * N + i];
        if (c[i * N + i] == sum) continue;
        fprintf(stderr, "error: c[%d][%d] is %g, not %g\n", i, i, c[i * N + i], sum);
        return 1;
    }
    return 0;
}
