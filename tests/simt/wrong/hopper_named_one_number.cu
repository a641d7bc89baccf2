// EXPECT deadlock
// Two consumers that multiply in turns. Each meets at a named barrier to store, but at the same one: warps of both may make it up.
// (sm_90a)
#include <cuda_bf16.h>

#include <cuda_runtime.h>
#include "ptx.h"

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

template <class T>
static std::vector<T> download(T *device, size_t n) {
    std::vector<T> host(n);
    check(cudaMemcpy(host.data(), device, n * sizeof(T), cudaMemcpyDeviceToHost));
    check(cudaFree(device));
    return host;
}

// Swizzled: leading offset, and that of 8 rows; code 1: 128 bytes, 3: 32
__device__ uint64_t describe(const void *start, uint32_t leading, uint32_t stride, uint64_t code) {
    return (ptx_shared(start) & 0x3ffff) >> 4 | (uint64_t)(leading >> 4) << 16 | (uint64_t)(stride >> 4) << 32 |
           code << 62;
}

static int number(int row, int column, int seed) {
    return (row * 7 + column * 13 + seed * 5 + row * column % 5) % 9 - 4;
}

enum { STAGES = 4, TILE = 64 * 64 };
using bf16 = __nv_bfloat16;
struct ring {
    bf16 *a, *b;
    uint64_t *full, *empty;
};

__device__ void produce(ring r, const CUtensorMap *a, const CUtensorMap *b, int columns, int tiles, int steps) {
    for (int tile = blockIdx.x, n = 0; tile < tiles; tile += gridDim.x)
        for (int k = 0; k < steps; k++, n++) {
            const int s = n % STAGES;
            mbarrier_wait(r.empty + s, n / STAGES % 2 ^ 1);
            mbarrier_arrive_expect_tx(r.full + s, 2 * TILE * sizeof(bf16));
            tma_load_2d(r.a + s * TILE, a, r.full + s, k * 64, tile / columns * 64);
            tma_load_2d(r.b + s * TILE, b, r.full + s, k * 64, tile % columns * 64);
        }
}

__device__ void multiply(float (&d)[32], ring r, int first, int steps) {
    for (int k = 0; k < steps; k++) {
        const int n = first + k, s = n % STAGES;
        mbarrier_wait(r.full + s, n / STAGES % 2);
        wgmma_fence();
        for (int i = 0; i < 4; i++)
            wgmma_bf16<64>(d, describe(r.a + s * TILE + 16 * i, 0, 1024, 1),
                           describe(r.b + s * TILE + 16 * i, 0, 1024, 1), k + i > 0);
        wgmma_commit();
        wgmma_wait<0>();
        mbarrier_arrive(r.empty + s);
    }
}

__device__ void put(unsigned char *out, const float (&d)[32], int t) {
    for (int j = 0; j < 8; j += 2) {
        uint32_t four[4];
        for (int i = 0; i < 4; i++) {
            const __nv_bfloat162 pair = __floats2bfloat162_rn(d[4 * j + 2 * i], d[4 * j + 2 * i + 1]);
            four[i] = *reinterpret_cast<const uint32_t *>(&pair);
        }
        const int row = t / 32 * 16 + t % 16, piece = j + t % 32 / 16;
        stmatrix_x4(out + row * 128 + (piece ^ row % 8) * 16, four);
    }
}

// Barriers 1 and 2: whose turn it is to multiply; 3 and 4: of the warps of one consumer.
__global__ void __launch_bounds__(384, 1)
    product(int columns, int tiles, int steps, const __grid_constant__ CUtensorMap a,
            const __grid_constant__ CUtensorMap b, const __grid_constant__ CUtensorMap c) {
    extern __shared__ __align__(1024) unsigned char raw[];
    __shared__ uint64_t full[STAGES], empty[STAGES];
    bf16 *const tiles_a = reinterpret_cast<bf16 *>(raw);
    const ring r = {tiles_a, tiles_a + STAGES * TILE, full, empty};
    if (threadIdx.x == 0) {
        for (int s = 0; s < STAGES; s++) mbarrier_init(full + s, 1), mbarrier_init(empty + s, 128);
        fence_mbarrier_init();
    }
    __syncthreads();
    const int t = threadIdx.x % 128, me = (int)threadIdx.x / 128 - 1;
    if (me < 0) {
        setmaxnreg_dec<40>();
        if (t == 0) produce(r, &a, &b, columns, tiles, steps);
        return;
    }
    setmaxnreg_inc<232>();
    unsigned char *const out = raw + (2 * STAGES + me) * TILE * sizeof(bf16);
    if (me == 1) bar_arrive(1, 256);  // the first turn
    for (int i = 0, tile = blockIdx.x; tile < tiles; tile += gridDim.x, i++) {
        if (i % 2 != me) continue;
        float d[32];
        bar_sync(1 + me, 256);
        multiply(d, r, i * steps, steps);
        bar_arrive(2 - me, 256);
        if (t == 0) tma_wait_read<0>();
        bar_sync(3, 128);  // BUG BUG-OTHER
        put(out, d, t);
        fence_proxy_async();
        bar_sync(3, 128);  // BUG BUG-OTHER
        if (t == 0) {
            tma_store_2d(&c, out, tile % columns * 64, tile / columns * 64);
            tma_commit();
        }
    }
    if (t == 0) tma_wait<0>();
}

static int wrong_numbers(const std::vector<bf16> &c, int n, int k) {
    int wrong = 0;
    for (int i = 0; i < n * n; i++) {
        float want = 0;
        for (int j = 0; j < k; j++) want += number(i / n, j, 1) * number(i % n, j, 2);
        wrong += __bfloat162float(c[i]) != __bfloat162float(__float2bfloat16(want));
    }
    return wrong;
}

int main() {
    const int n = 128, k = 192;
    std::vector<bf16> a(n * k), b(n * k);
    for (int i = 0; i < n * k; i++) a[i] = __float2bfloat16(number(i / k, i % k, 1));
    for (int i = 0; i < n * k; i++) b[i] = __float2bfloat16(number(i / k, i % k, 2));
    bf16 *in_a = upload(a), *in_b = upload(b);
    const CUtensorMapDataType type = CU_TENSOR_MAP_DATA_TYPE_BFLOAT16;
    const CUtensorMap map_a = tensor_map_rows(in_a, type, 2, n, k, 64, 64, CU_TENSOR_MAP_SWIZZLE_128B);
    const CUtensorMap map_b = tensor_map_rows(in_b, type, 2, n, k, 64, 64, CU_TENSOR_MAP_SWIZZLE_128B);
    const int bytes = (2 * STAGES + 2) * TILE * sizeof(bf16);
    check(cudaFuncSetAttribute(product, cudaFuncAttributeMaxDynamicSharedMemorySize, bytes));
    int wrong = 0;
    for (int blocks : {1, 5}) {  // four tiles: all for one block, and a block without any
        bf16 *out;
        check(cudaMalloc(&out, n * n * sizeof(bf16)));
        const CUtensorMap map_c = tensor_map_rows(out, type, 2, n, n, 64, 64, CU_TENSOR_MAP_SWIZZLE_128B);
        product<<<blocks, 384, bytes>>>(n / 64, 4, k / 64, map_a, map_b, map_c);
        check(cudaGetLastError());
        wrong += wrong_numbers(download(out, n * n), n, k);
    }
    check(cudaFree(in_a));
    check(cudaFree(in_b));
    return wrong != 0;
}
