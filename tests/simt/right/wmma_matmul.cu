// Matrix fragments: C = A B in half with float sums, each warp a 16 x 16 tile, from global and from shared memory.
#include <mma.h>
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

using namespace nvcuda;

__global__ void matmul(float *c, const half *a, const half *b, int n) {
    __shared__ __align__(32) half tile[16][24];
    wmma::fragment<wmma::matrix_a, 16, 16, 16, half, wmma::row_major> left;
    wmma::fragment<wmma::matrix_b, 16, 16, 16, half, wmma::row_major> right;
    wmma::fragment<wmma::accumulator, 16, 16, 16, float> sum;
    wmma::fill_fragment(sum, 0.0f);
    int row = blockIdx.y * 16, column = blockIdx.x * 16;
    for (int k = 0; k < n; k += 16) {
        for (int i = threadIdx.x; i < 256; i += 32) tile[i / 16][i % 16] = b[(k + i / 16) * n + column + i % 16];
        __syncwarp();
        wmma::load_matrix_sync(left, a + row * n + k, n);
        wmma::load_matrix_sync(right, &tile[0][0], 24);
        wmma::mma_sync(sum, left, right, sum);
        __syncwarp();
    }
    for (int i = 0; i < sum.num_elements; i++) sum.x[i] *= 2;
    wmma::store_matrix_sync(c + row * n + column, sum, n, wmma::mem_row_major);
}

int main() {
    const int n = 48;
    std::vector<half> a(n * n), b(n * n);
    std::vector<float> c(n * n);
    for (int i = 0; i < n * n; i++) a[i] = __float2half(i % 7 - 3), b[i] = __float2half(i % 5 - 2);
    half *da = upload(a), *db = upload(b);
    float *dc = upload(c);
    matmul<<<dim3(n / 16, n / 16), 32>>>(dc, da, db, n);
    check(cudaMemcpy(c.data(), dc, n * n * sizeof(float), cudaMemcpyDeviceToHost));
    for (void *p : {(void *)da, (void *)db, (void *)dc}) check(cudaFree(p));
    for (int i = 0; i < n * n; i++) {
        float sum = 0;
        for (int k = 0; k < n; k++) sum += ((i / n * n + k) % 7 - 3) * ((k * n + i % n) % 5 - 2);
        if (c[i] != 2 * sum) return 1;
    }
    return 0;
}
