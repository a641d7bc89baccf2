// For tests/simt-counters.sh: lanes that take different paths. Prints the load requests that each launch must have, one
// warp each.
#include <cstdio>

constexpr int LANES = 32, STEPS = 24;

// Both sides of a branch, in every step: two requests each.
__global__ void branch(float *y, const float *x) {
    float sum = 0;
    for (int k = 0; k < STEPS; k++) {
        if ((threadIdx.x + k) % 3 == 0) sum += x[threadIdx.x * 7 + k];
        else sum -= x[threadIdx.x + k];
    }
    y[threadIdx.x] = sum;
}

__host__ __device__ inline int length_of(int row, int lane) { return (row * 5 + lane * 3) % 7; }

// Rows of different lengths: a row takes as long as its longest, and one request for what stands behind the inner loop.
__global__ void rows(float *y, const float *x) {
    float sum = 0;
    for (int row = 0; row < STEPS; row++) {
        int length = length_of(row, threadIdx.x);
        for (int k = 0; k < length; k++) sum += x[threadIdx.x + k];
        sum *= x[row];
    }
    y[threadIdx.x] = sum;
}

// A loop that lanes leave early, and skip parts of.
__global__ void search(float *y, const float *x) {
    float sum = 0;
    for (int k = 0; k < STEPS; k++) {
        if (k > static_cast<int>(threadIdx.x)) break;
        if (k % 4 == 3) continue;
        sum += x[k];
    }
    y[threadIdx.x] = sum + x[0];
}

int main() {
    float *x, *y;
    cudaMalloc(&x, 1024 * sizeof *x);
    cudaMalloc(&y, LANES * sizeof *y);
    cudaMemset(x, 0, 1024 * sizeof *x);
    branch<<<1, LANES>>>(y, x);
    rows<<<1, LANES>>>(y, x);
    search<<<1, LANES>>>(y, x);
    if (cudaGetLastError() != cudaSuccess || cudaDeviceSynchronize() != cudaSuccess) return 1;
    int of_rows = STEPS, of_search = 1;
    for (int row = 0; row < STEPS; row++) {
        int longest = 0;
        for (int lane = 0; lane < LANES; lane++)
            if (length_of(row, lane) > longest) longest = length_of(row, lane);
        of_rows += longest;
        of_search += row % 4 != 3;
    }
    printf("%d %d %d\n", 2 * STEPS, of_rows, of_search);
    cudaFree(x);
    cudaFree(y);
    return 0;
}
