// The side rungs of chapter 24, on a small product each.
#include <cuda_runtime_api.h>
#include <stdlib.h>
#include <string.h>

#include "24-tensor-cores/demo.h"
#include "24-tensor-cores/gemm.h"
#include "common/common.h"

enum { M = 96, N = 80, K = 256 };

typedef void float_function(float *C, const float *A, const float *B, int M, int N, int K);

static void show_tf32(int seed) {
    float *A = alloc_floats(M * K), *B = alloc_floats(N * K), *C = alloc_floats(M * N);
    double *want = alloc_doubles(M * N), *got = alloc_doubles(M * N);
    struct rng r;
    rng_seed(&r, (uint64_t)seed, 27);
    for (int i = 0; i < M * K; i++) A[i] = rng_normal(&r);
    for (int i = 0; i < N * K; i++) B[i] = rng_normal(&r);
    for (int i = 0; i < M; i++)
        for (int j = 0; j < N; j++)
            for (int k = 0; k < K; k++) want[i * N + j] += (double)A[i * K + k] * (double)B[j * K + k];
    float *device_A = device_copy(A, sizeof(float) * M * K), *device_B = device_copy(B, sizeof(float) * N * K);
    float *device_C = device_copy(C, sizeof(float) * M * N);
    static const struct {
        const char *name;
        float_function *run;
    } ways[] = {{"one product, tf32", gemm_tf32}, {"three products", gemm_tf32x3}};
    printf("\nfloats on tensor cores, %d x %d x %d\n", M, N, K);
    for (int w = 0; w < COUNT(ways); w++) {
        ways[w].run(device_C, device_A, device_B, M, N, K);
        must(cudaMemcpy(C, device_C, sizeof(float) * M * N, cudaMemcpyDeviceToHost), "fetching C");
        for (int i = 0; i < M * N; i++) got[i] = C[i];
        printf("  %-18s relative error %8.1e\n", ways[w].name, relative_error(got, want, M * N));
    }
    must(cudaFree(device_A), "cudaFree");
    must(cudaFree(device_B), "cudaFree");
    must(cudaFree(device_C), "cudaFree");
    free(A);
    free(B);
    free(C);
    free(want);
    free(got);
}

static void show_int8(int seed) {
    int8_t *A = alloc_zeroed(M * K, 1), *B = alloc_zeroed(N * K, 1);
    int32_t *C = alloc_zeroed(M * N, sizeof *C);
    struct rng r;
    rng_seed(&r, (uint64_t)seed, 26);
    for (int i = 0; i < M * K; i++) A[i] = (int8_t)(rng_below(&r, 255) - 127);
    for (int i = 0; i < N * K; i++) B[i] = (int8_t)(rng_below(&r, 255) - 127);
    int8_t *device_A = device_copy(A, M * K), *device_B = device_copy(B, N * K);
    int32_t *device_C = device_copy(C, sizeof *C * M * N);
    gemm_int8(device_C, device_A, device_B, M, N, K);
    must(cudaMemcpy(C, device_C, sizeof *C * M * N, cudaMemcpyDeviceToHost), "fetching C");
    int exact = 0;
    for (int i = 0; i < M; i++)
        for (int j = 0; j < N; j++) {
            int sum = 0;
            for (int k = 0; k < K; k++) sum += A[i * K + k] * B[j * K + k];
            exact += C[i * N + j] == sum;
        }
    printf("\nsigned bytes, %d x %d x %d: %d of %d sums are exact\n", M, N, K, exact, M * N);
    must(cudaFree(device_A), "cudaFree");
    must(cudaFree(device_B), "cudaFree");
    must(cudaFree(device_C), "cudaFree");
    free(A);
    free(B);
    free(C);
}

// ---- sparse.cu ------------------------------------------------------------------------------------------------------
static double *product(const uint16_t *A, const uint16_t *B) {
    double *sums = alloc_doubles(M * N);
    for (int i = 0; i < M; i++)
        for (int j = 0; j < N; j++)
            for (int k = 0; k < K; k++) sums[i * N + j] += from_bf16(A[i * K + k]) * from_bf16(B[j * K + k]);
    return sums;
}

static void show_sparse(int seed) {
    uint16_t *A = alloc_zeroed(M * K, sizeof *A), *B = alloc_zeroed(N * K, sizeof *B),
             *C = alloc_zeroed(M * N, sizeof *C);
    uint16_t *values = alloc_zeroed(M * K / 2, sizeof *values), *places = alloc_zeroed(M * K / 16, sizeof *places);
    struct rng r;
    rng_seed(&r, (uint64_t)seed, 24);
    for (int i = 0; i < M * K; i++) A[i] = to_bf16(rng_normal(&r));
    for (int i = 0; i < N * K; i++) B[i] = to_bf16(rng_normal(&r));
    double *dense = product(A, B), *got = alloc_doubles(M * N);
    sparse_prune(A, M, K);
    sparse_pack(values, places, A, M, K);
    double *want = product(A, B);
    memset(C, 0xff, M * N * sizeof *C);
    uint16_t *device_C = device_copy(C, M * N * sizeof *C), *device_B = device_copy(B, N * K * sizeof *B);
    uint16_t *device_values = device_copy(values, M * K / 2 * sizeof *values);
    uint16_t *device_places = device_copy(places, M * K / 16 * sizeof *places);
    gemm_sparse(device_C, device_values, device_places, device_B, M, N, K);
    must(cudaMemcpy(C, device_C, M * N * sizeof *C, cudaMemcpyDeviceToHost), "fetching C");
    for (int i = 0; i < M * N; i++) got[i] = from_bf16(C[i]);
    printf("\ntwo of every four numbers of A, %d x %d x %d\n", M, N, K);
    printf("  %-18s relative error %8.1e\n", "of the pruned", relative_error(got, want, M * N));
    printf("  %-18s relative error %8.1e\n", "of the whole", relative_error(got, dense, M * N));
    void *const arrays[] = {device_C, device_B, device_values, device_places};
    for (int i = 0; i < COUNT(arrays); i++) must(cudaFree(arrays[i]), "cudaFree");
    free(A);
    free(B);
    free(C);
    free(values);
    free(places);
    free(dense);
    free(want);
    free(got);
}

void show_sides(int seed) {
    show_tf32(seed);
    show_int8(seed);
    show_sparse(seed);
}
