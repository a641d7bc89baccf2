// The wrappers of ptx.h for TMA, each of them; tensor maps by tensor_map(), and by the driver's function itself. (sm_90a)
#include "ptx.h"

#include <cudaTypedefs.h>

#include <vector>

#include "check.h"

enum { TILES = 10, TILE = 8 * 32, ALL = TILES * TILE };  // floats: tiles of 8 rows

struct maps {
    CUtensorMap in2, in3, in4;  // the same numbers as (80, 32), (10, 8, 32), (2, 5, 8, 32)
    CUtensorMap out2, out3;     // (2 * 80, 32), (2, 80, 32): what each block stores
    CUtensorMap sum2, sum3;     // (80, 32), (10, 8, 32): added up by both
};

__device__ void load(float (*tile)[TILE], const maps &m, uint64_t *full) {
    const uint16_t both = 3;
    tma_load_2d(tile[0], &m.in2, full, 0, 0);
    tma_load_2d(tile[1], &m.in2, full, 0, 8, TMA_EVICT_FIRST);
    tma_load_3d(tile[2], &m.in3, full, 0, 0, 2);
    tma_load_3d(tile[3], &m.in3, full, 0, 0, 3, TMA_EVICT_LAST);
    tma_load_4d(tile[4], &m.in4, full, 0, 0, 4, 0);
    tma_load_4d(tile[5], &m.in4, full, 0, 0, 0, 1, TMA_EVICT_NORMAL);
    if (cluster_rank() == 0) {
        tma_multicast_2d(tile[6], &m.in2, full, 0, 48, both);
        tma_multicast_3d(tile[7], &m.in3, full, 0, 0, 7, both);
    } else {
        tma_multicast_2d(tile[8], &m.in2, full, 0, 64, both, TMA_EVICT_FIRST);
        tma_multicast_3d(tile[9], &m.in3, full, 0, 0, 9, both, TMA_EVICT_LAST);
    }
}

__device__ void store(const maps &m, float (*tile)[TILE], int i, int block) {
    if (i % 4 == 0) tma_store_2d(&m.out2, tile[i], 0, 80 * block + 8 * i);
    if (i % 4 == 1) tma_store_2d(&m.out2, tile[i], 0, 80 * block + 8 * i, TMA_EVICT_FIRST);
    if (i % 4 == 2) tma_store_3d(&m.out3, tile[i], 0, 8 * i, block);
    if (i % 4 == 3) tma_store_3d(&m.out3, tile[i], 0, 8 * i, block, TMA_EVICT_LAST);
    tma_commit();
    if (i % 2) tma_add_2d(&m.sum2, tile[i], 0, 8 * i);
    else tma_add_3d(&m.sum3, tile[i], 0, 0, i);
    tma_commit();
}

__global__ void __cluster_dims__(2, 1, 1) all(const __grid_constant__ maps m) {
    __shared__ __align__(128) float tile[TILES][TILE];
    __shared__ uint64_t full;
    if (threadIdx.x == 0) {
        tma_prefetch(&m.in2);
        mbarrier_init(&full, 1);
        fence_mbarrier_init();
    }
    cluster_sync();
    if (threadIdx.x == 0) {
        mbarrier_arrive_expect_tx(&full, sizeof tile);
        load(tile, m, &full);
        mbarrier_wait(&full, 0);
        for (int i = 0; i < TILES; i++) store(m, tile, i, cluster_rank());
        tma_wait_read<3>();
        tma_wait_read<0>();
        tma_wait<1>();
        tma_wait<0>();
    }
    cluster_sync();
}

static CUtensorMap cube(float *start, uint64_t rows, uint64_t blocks) {
    const uint64_t sizes[3] = {32, rows, blocks}, bytes[2] = {128, 128 * rows};
    const uint32_t box[3] = {32, 8, 1};
    return tensor_map(start, CU_TENSOR_MAP_DATA_TYPE_FLOAT32, 4, 3, sizes, bytes, box, CU_TENSOR_MAP_SWIZZLE_NONE);
}

static CUtensorMap matrix(float *start, uint64_t rows) {
    return tensor_map_rows(start, CU_TENSOR_MAP_DATA_TYPE_FLOAT32, 4, rows, 32, 8, 32, CU_TENSOR_MAP_SWIZZLE_NONE);
}

// By hand, as programs without tensor_map.h do
static CUtensorMap four(float *start) {
    CUtensorMap map;
    PFN_cuTensorMapEncodeTiled_v12000 encode = nullptr;
    cudaDriverEntryPointQueryResult found;
    SUCCEED(cudaGetDriverEntryPointByVersion("cuTensorMapEncodeTiled", reinterpret_cast<void **>(&encode), 12000,
                                             cudaEnableDefault, &found));
    EXPECT(found == cudaDriverEntryPointSuccess);
    const cuuint64_t sizes[4] = {32, 8, 5, 2}, bytes[3] = {128, 1024, 5120};
    const cuuint32_t box[4] = {32, 8, 1, 1}, steps[4] = {1, 1, 1, 1};
    EXPECT(encode(&map, CU_TENSOR_MAP_DATA_TYPE_FLOAT32, 4, start, sizes, bytes, box, steps,
                  CU_TENSOR_MAP_INTERLEAVE_NONE, CU_TENSOR_MAP_SWIZZLE_NONE, CU_TENSOR_MAP_L2_PROMOTION_L2_128B,
                  CU_TENSOR_MAP_FLOAT_OOB_FILL_NONE) == CUDA_SUCCESS);
    return map;
}

int main() {
    std::vector<float> in(ALL), out(2 * ALL), sum2(ALL), sum3(ALL);
    for (int i = 0; i < ALL; i++) in[i] = 1 + i;
    float *din = to_device(in.data(), ALL), *dout = to_device<float>(nullptr, 2 * ALL);
    float *dsum2 = to_device<float>(nullptr, ALL), *dsum3 = to_device<float>(nullptr, ALL);
    const maps m = {matrix(din, 80),   cube(din, 8, 10),  four(din),         matrix(dout, 160),
                    cube(dout, 80, 2), matrix(dsum2, 80), cube(dsum3, 8, 10)};
    all<<<2, 32>>>(m);
    fetch(out.data(), dout, 2 * ALL);
    fetch(sum2.data(), dsum2, ALL);
    fetch(sum3.data(), dsum3, ALL);
    for (int i = 0; i < ALL; i++) {
        const bool odd = i / TILE % 2;
        EXPECT(out[i] == in[i]);
        EXPECT(out[ALL + i] == in[i]);
        EXPECT(sum2[i] == (odd ? 2 * in[i] : 0));
        EXPECT(sum3[i] == (odd ? 0 : 2 * in[i]));
    }
    SUCCEED(cudaFree(din));
    return failures != 0;
}
