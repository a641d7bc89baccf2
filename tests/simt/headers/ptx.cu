// The wrappers of ptx.h: a product of matrices by mma.sync for each type, with ldmatrix and cp.async, mma.sp, and the zero-filling
// copies. (sm_80)
#include "ptx.h"

#include <cuda_bf16.h>
#include <cuda_fp16.h>

#include "check.h"

// d (16 x 8) = a (16 x 16) b (16 x 8), all by rows; the rows of shared memory are 48 and 32 bytes apart
__global__ void product_f16(float *d, const half *a, const half *b) {
    __shared__ __align__(16) half as[16][24], bs[16][16];
    int lane = threadIdx.x;
    cp_async_16(&as[lane / 2][lane % 2 * 8], a + lane * 8);
    if (lane < 16) cp_async_16(bs[lane], b + lane * 8);
    cp_async_commit();
    cp_async_wait<0>();
    __syncthreads();
    uint32_t ra[4], rb[2], again[2], first[1];
    ldmatrix_x4(ra, &as[lane % 16][lane / 16 * 8]);
    ldmatrix_x2_trans(rb, bs[lane % 16]);
    ldmatrix_x2(again, &as[lane % 16][0]);  // the left half of a once more
    ldmatrix_x1(first, &as[lane % 8][8]);
    float sum[4] = {1, 1, 1, 1};
    mma_m16n8k16_f16(sum, ra, rb, sum);
    if (again[0] != ra[0] || again[1] != ra[1] || first[0] != ra[2]) sum[0] = -1;
    for (int i = 0; i < 4; i++) d[(lane / 4 + i / 2 * 8) * 8 + lane % 4 * 2 + i % 2] = sum[i];
}

// The registers are filled by hand, as the picture in ptx.h shows.
__global__ void product_bf16(float *d, const __nv_bfloat16 *a, const __nv_bfloat16 *b) {
    int g = threadIdx.x / 4, t = threadIdx.x % 4;
    uint32_t ra[4], rb[2];
    float sum[4] = {0, 0, 0, 0};
    for (int r = 0; r < 4; r++) ra[r] = *(const uint32_t *)&a[(g + r % 2 * 8) * 16 + r / 2 * 8 + 2 * t];
    for (int r = 0; r < 2; r++)
        rb[r] = __bfloat16_as_ushort(b[(r * 8 + 2 * t) * 8 + g]) |
                (uint32_t)__bfloat16_as_ushort(b[(r * 8 + 2 * t + 1) * 8 + g]) << 16;
    mma_m16n8k16_bf16(sum, ra, rb, sum);
    for (int i = 0; i < 4; i++) d[(g + i / 2 * 8) * 8 + 2 * t + i % 2] = sum[i];
}

__global__ void product_tf32(float *d, const float *a, const float *b) {
    int g = threadIdx.x / 4, t = threadIdx.x % 4;
    uint32_t ra[4], rb[2];
    float sum[4] = {0, 0, 0, 0};
    for (int r = 0; r < 4; r++) ra[r] = __float_as_uint(a[(g + r % 2 * 8) * 8 + r / 2 * 4 + t]);
    for (int r = 0; r < 2; r++) rb[r] = __float_as_uint(b[(r * 4 + t) * 8 + g]);
    mma_m16n8k8_tf32(sum, ra, rb, sum);
    for (int i = 0; i < 4; i++) d[(g + i / 2 * 8) * 8 + 2 * t + i % 2] = sum[i];
}

__global__ void product_s8(int *d, const signed char *a, const signed char *b) {
    int g = threadIdx.x / 4, t = threadIdx.x % 4;
    uint32_t ra[4], rb[2] = {0, 0};
    int sum[4] = {0, 0, 0, 0};
    for (int r = 0; r < 4; r++) ra[r] = *(const uint32_t *)&a[(g + r % 2 * 8) * 32 + r / 2 * 16 + 4 * t];
    for (int r = 0; r < 2; r++)
        for (int i = 0; i < 4; i++) rb[r] |= (uint32_t)(uint8_t)b[(r * 16 + 4 * t + i) * 8 + g] << 8 * i;
    mma_m16n8k32_s8(sum, ra, rb, sum);
    for (int i = 0; i < 4; i++) d[(g + i / 2 * 8) * 8 + 2 * t + i % 2] = sum[i];
}

// Of columns 4i to 4i + 3 of row r, numbers of column places(r, i) are there; a has both, side by side.
__host__ __device__ unsigned places(int row, int group) {  // the first in the lower two bits
    const unsigned all[6] = {0x4, 0x8, 0xc, 0x9, 0xd, 0xe};
    return all[(row + 5 * group) % 6];
}
template <int SELECTOR>
__global__ void product_sparse(float *d, const half *a, const half *b) {  // a (16,16), b (32,8)
    int lane = threadIdx.x, g = lane / 4, t = lane % 4;
    uint32_t ra[4], rb[4], metadata = 0xffffffff;  // of lanes that nobody asks
    float sum[4] = {1, 1, 1, 1};
    for (int r = 0; r < 4; r++) ra[r] = *(const uint32_t *)&a[(g + r % 2 * 8) * 16 + r / 2 * 8 + 2 * t];
    for (int r = 0; r < 4; r++)
        rb[r] = __half_as_ushort(b[(r * 8 + 2 * t) * 8 + g]) |
                (uint32_t)__half_as_ushort(b[(r * 8 + 2 * t + 1) * 8 + g]) << 16;
    if (t / 2 == SELECTOR) {
        metadata = 0;
        for (int i = 0; i < 8; i++) metadata |= places(g + i / 4 * 8, t % 2 * 4 + i % 4) << 4 * i;
    }
    mma_sp_m16n8k32_f16<SELECTOR>(sum, ra, rb, sum, metadata);
    for (int i = 0; i < 4; i++) d[(g + i / 2 * 8) * 8 + 2 * t + i % 2] = sum[i];
}

// Two groups under way; the second half of the last copy is zeroed.
__global__ void copies(float *out, const float *in) {
    __shared__ __align__(16) float room[32 * 8];
    int t = threadIdx.x;
    float *mine = &room[8 * t];
    cp_async_4(mine, in + t);
    cp_async_4(mine + 1, in + t, 0);
    cp_async_8(mine + 2, in + 2 * t);
    cp_async_commit();
    cp_async_16(mine + 4, in + 4 * t, 8);
    cp_async_commit();
    cp_async_wait<1>();
    float early = mine[0] + mine[1] + mine[2] + mine[3];
    cp_async_wait_all();
    out[t] = early + 1000 * (mine[4] + mine[5] + mine[6] + mine[7]);
}

template <class T, class Sum>
static void test(void (*kernel)(Sum *, const T *, const T *), int k_size, float start) {
    T a[16 * 32], b[32 * 8];
    Sum d[16 * 8];
    for (int i = 0; i < 16 * k_size; i++) a[i] = T(float(i * 7 % 23 - 11));
    for (int i = 0; i < k_size * 8; i++) b[i] = T(float(i * 5 % 19 - 9));
    T *da = to_device(a, 16 * k_size), *db = to_device(b, k_size * 8);
    Sum *dd = to_device<Sum>(nullptr, 16 * 8);
    kernel<<<1, 32>>>(dd, da, db);
    fetch(d, dd, 16 * 8);
    SUCCEED(cudaFree(da));
    SUCCEED(cudaFree(db));
    int wrong = 0;
    for (int i = 0; i < 16; i++)
        for (int j = 0; j < 8; j++) {
            double want = start;
            for (int k = 0; k < k_size; k++) want += (double)(float)a[i * k_size + k] * (double)(float)b[k * 8 + j];
            wrong += (double)d[i * 8 + j] != want;
        }
    if (wrong) failures++, printf("%s: %d elements are wrong\n", __PRETTY_FUNCTION__, wrong);
}

static void test_sparse(void (*kernel)(float *, const half *, const half *)) {
    half a[16 * 16], b[32 * 8];
    float d[16 * 8];
    for (int i = 0; i < 256; i++) a[i] = __float2half(i * 7 % 23 - 11), b[i] = __float2half(i * 5 % 19 - 9);
    half *da = to_device(a, 256), *db = to_device(b, 256);
    float *dd = to_device<float>(nullptr, 128);
    kernel<<<1, 32>>>(dd, da, db);
    fetch(d, dd, 128);
    SUCCEED(cudaFree(da));
    SUCCEED(cudaFree(db));
    for (int i = 0; i < 16; i++)
        for (int j = 0; j < 8; j++) {
            float want = 1;
            for (int kept = 0; kept < 16; kept++) {
                int k = kept / 2 * 4 + (places(i, kept / 2) >> kept % 2 * 2 & 3);
                want += __half2float(a[i * 16 + kept]) * __half2float(b[k * 8 + j]);
            }
            EXPECT(d[i * 8 + j] == want);
        }
}

int main() {
    test<half, float>(product_f16, 16, 1);
    test<__nv_bfloat16, float>(product_bf16, 16, 0);
    test<float, float>(product_tf32, 8, 0);
    test<signed char, int>(product_s8, 32, 0);
    test_sparse(product_sparse<0>);
    test_sparse(product_sparse<1>);
    float in[128], out[32];
    for (int i = 0; i < 128; i++) in[i] = (float)i;
    float *din = to_device(in, 128), *dout = to_device<float>(nullptr, 32);
    copies<<<1, 32>>>(dout, din);
    fetch(out, dout, 32);
    SUCCEED(cudaFree(din));
    for (int t = 0; t < 32; t++) EXPECT(out[t] == t + 2 * t + 2 * t + 1 + 1000 * (4 * t + 4 * t + 1));
    return failures != 0;
}
