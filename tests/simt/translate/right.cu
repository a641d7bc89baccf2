// Nothing here is to be refused, though it looks a little like what is.
#include <cooperative_groups.h>
#include <cstdio>
#include <ostream>

constexpr int both(int x) { return x + 1; }
__host__ __device__ int anyone(int x) { return x; }
static int of_host(int x) { return x; }
__device__ __noinline__ int of_gpu(int x) { return x; }
__device__ int twice(int x);
__device__ int twice(int x) { return 2 * of_gpu(x); }
__constant__ int table[4] = {1, 2, 3, 4};
__device__ const float pi = 3.14f;
__device__ int counter = 0, array[2][2];
struct thing;
template <class S>
S &operator<<(S &, const thing &);
struct thing {
    int value;
    friend std::ostream &operator<<<>(std::ostream &, const thing &);
    __device__ int of_host() const { return value; }
};
#ifndef __SIMT_SIM__
__device__ int assembly(int x) {
    asm volatile("add.s32 %0, %0, 1;" : "+r"(x));
    return x;
}
#elif defined(__CUDACC__)
__device__ int assembly(int x) { return x + 1; }
#else
__global__ void broken(int &x) { broken<<<1, 1>>>(x); }
#endif
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 800
#include <thrust/sort.h>
__managed__ int managed;
#endif
template <class F>
__global__ void apply(int *out, F f) {
    out[threadIdx.x] = f(threadIdx.x);
}
__global__ void kernel(int *out) {
    auto of_host = [](int x) { return x * 10; };
    thing t = {5};
    const char *text = "asm(\"mov.u32\") <<< >>> __shfl_down(1, 2) __shared__ int x;";
    asm volatile("" ::: "memory");
    out[0] = both(1) + anyone(2) + twice(3) + of_host(4) + t.of_host() + assembly(6) + table[2] + (int)pi + (int)sizeof(of_gpu(1));
    out[1] = text[0] == 'a' && R"(")" [0] == '"' ? 1'000 : 0;
    atomicAdd(&counter, array[1][1] + 1);
}
namespace paired {
template <int N>
__global__ void __cluster_dims__(N, 1, 1) ranks(int *out);
template <int N>
__global__ void __launch_bounds__(32)
    __cluster_dims__(N, // so many
                     1) ranks(int *out) {
    __shared__ int rank;
    rank = cooperative_groups::this_cluster().block_rank();
    out[blockIdx.x] = rank;
}
}  // namespace paired
int main() {
    int *out, host[2], count = 0;
    cudaMalloc(&out, sizeof host);
    int texture = 2, twice = of_host(1);
    kernel<<<1, 1>>>(out);
    cudaMemcpy(host, out, sizeof host, cudaMemcpyDeviceToHost);
    cudaMemcpyFromSymbol(&count, counter, sizeof count);
    printf("%d %d %d %d\n", host[0], host[1], count, texture < 3 && twice);
    apply<<<1, 2>>>(out, [] __device__(unsigned i) { return of_gpu(i) + 1; });
    cudaMemcpy(host, out, sizeof host, cudaMemcpyDeviceToHost);
    printf("%d %d on line %d\n", host[0], host[1], __LINE__);
    paired::ranks<2><<<2, 32>>>(out);
    cudaMemcpy(host, out, sizeof host, cudaMemcpyDeviceToHost);
    printf("ranks %d and %d\n", host[0], host[1]);
    cudaFree(out);
    return 0;
}
