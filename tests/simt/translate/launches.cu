// Launches as people write them. The program prints what arrived, and on which line it was written.
#include <cstdio>

#define RUN(kernel, ...) kernel<<<1, 32>>>(__VA_ARGS__)
#define RUN_LATER(T) numbers::fill<T, 5><<<1, 32>>>
#define PASTED(type) fill_##type<<<dim3(1), dim3(32)>>>

__device__ int failures;

namespace numbers {
template <class T, int N>
__global__ void fill(T *out, int n) {
    if ((int)threadIdx.x < n) out[threadIdx.x] = T(N);
}
}  // namespace numbers
__global__ void fill_int(int *out) {
    int value = 6;
#pragma unroll
    for (int i = 1; i <= (int)blockDim.x; i *= 2) value |= __shfl_up_sync(0xffffffff, value, i, 32);
    out[threadIdx.x] = value + 1;
}
__global__ void fill_pointer(int *out, const int *none) { out[threadIdx.x] = none ? 1 : 8; }

struct holder {
    void (*kernel)(int *);
    template <class T>
    static void run(T *out) {
        numbers::fill<T, sizeof(T) * 2><<<1, 32, 0, 0>>>(out, 32);
    }
};

static int first(const int *memory) {
    int value = 0;
    cudaMemcpy(&value, memory, sizeof value, cudaMemcpyDeviceToHost);
    return value;
}

static int *same(int *p) { return p; }

int main() {
    int *out;
    cudaMalloc(&out, 32 * sizeof *out);
    numbers::fill<int,
                  (3 > 2 ? 4 : 1)><<<dim3(1),  // a comment >>>
                                    32>>>(out,
                                          32);
    printf("%d on line %d\n", first(out), __LINE__);
    RUN(fill_int, out);
    printf("%d\n", first(out));
    RUN_LATER(int)(out, 32);
    printf("%d\n", first(out));
    PASTED(int)(out);
    printf("%d\n", first(out));
    fill_pointer<<<1, 32>>>(same(out), NULL);
    printf("%d\n", first(out));
    holder h = {fill_int}, *p = &h;
    if (first(out) == 8) h.kernel<<<1, 32>>>(out);
    else printf("not reached\n");
    holder::run(out);
    printf("%d\n", first(out));
    (*p->kernel)<<<{1, 1}, {8, 4}>>>(out);
    printf("%d\n", first(out));
    [&] { ::numbers::fill<int, 1><<<1 << 0, 64 >> 1>>>(out, 32); }();
    printf("%d on line %d\n", first(out), __LINE__);
    numbers::fill<int, 3> << <1,  // what a formatter makes of it
        32 >> > (out, 32);
    printf("%d on line %d\n", first(out), __LINE__);
    cudaFree(out);
    return 0;
}
