// Barriers with a predicate, shuffles of every type, votes, matches, reductions, and the shape of a partial warp.
#include <cuda_bf16.h>
#include <cuda_fp16.h>

#include "check.h"

__global__ void barriers(int *out) {
    int t = threadIdx.x;
    int count = __syncthreads_count(t % 3 == 0), all = __syncthreads_and(t < 64), any = __syncthreads_or(t == 63);
    int none = __syncthreads_or(t > 63);
    if (t == 5) out[0] = count, out[1] = all != 0, out[2] = any != 0, out[3] = none != 0;
}

template <class T>
__device__ bool shuffles(int lane) {
    const unsigned all = 0xffffffff;
    T mine = (T)(float)lane;
    bool right = (float)__shfl_sync(all, mine, 7) == 7;
    right &= (float)__shfl_sync(all, mine, 1, 8) == lane / 8 * 8 + 1;
    right &= (float)__shfl_up_sync(all, mine, 2) == (lane < 2 ? lane : lane - 2);
    right &= (float)__shfl_down_sync(all, mine, 3, 16) == (lane % 16 < 13 ? lane + 3 : lane);
    right &= (float)__shfl_xor_sync(all, mine, 5) == (lane ^ 5);
    return right;
}

__global__ void shuffle_all(int *out) {
    int lane = threadIdx.x;
    out[lane] = shuffles<int>(lane) + shuffles<unsigned>(lane) + shuffles<long long>(lane) +
                shuffles<unsigned long long>(lane) + shuffles<float>(lane) + shuffles<double>(lane) +
                shuffles<half>(lane) + shuffles<__nv_bfloat16>(lane) + shuffles<long>(lane);
    half2 pair = __halves2half2(__float2half(lane), __float2half(-lane));
    pair = __shfl_xor_sync(0xffffffff, pair, 1);
    out[lane] += __low2float(pair) == (lane ^ 1) && __high2float(pair) == -(lane ^ 1);
}

__global__ void votes(unsigned *out) {
    int lane = threadIdx.x;
    unsigned all = 0xffffffff, odd = __ballot_sync(all, lane % 2);
    unsigned low = 0;
    if (lane < 8) low = __ballot_sync(0xff, lane > 5);
    int any = __any_sync(all, lane == 9), every = __all_sync(all, lane < 31);
    unsigned alike = __match_any_sync(all, lane / 4), value;
    int equal, unequal;
    value = __match_all_sync(all, 3, &equal);
    unsigned not_all = __match_all_sync(all, lane, &unequal);
    unsigned active = __activemask();
    if (lane == 6) {
        out[0] = odd, out[1] = low, out[2] = any, out[3] = every, out[4] = alike, out[5] = value, out[6] = equal != 0;
        out[7] = unequal != 0, out[8] = not_all, out[9] = active;
    }
}

#if !defined(__CUDA_ARCH__) || __CUDA_ARCH__ >= 800
__global__ void reductions(int *out) {
    int lane = threadIdx.x;
    unsigned all = 0xffffffff;
    int sum = __reduce_add_sync(all, lane), low = __reduce_min_sync(all, 5 - lane),
        high = __reduce_max_sync(all, lane - 40);
    unsigned both = __reduce_and_sync(all, lane | 64u), either = __reduce_or_sync(all, 1u << lane % 4);
    unsigned odd = __reduce_xor_sync(all, lane == 3 ? 5u : 0u), usum = __reduce_add_sync(all, 0xffffffffu);
    if (lane == 0)
        out[0] = sum, out[1] = low, out[2] = high, out[3] = both, out[4] = either, out[5] = odd, out[6] = usum;
}
#else
__global__ void reductions(int *) {}
#endif

int main() {
    int b[4], *db = to_device<int>(nullptr, 4);
    barriers<<<1, 64>>>(db);
    fetch(b, db, 4);
    EXPECT(b[0] == 22 && b[1] == 1 && b[2] == 1 && b[3] == 0);

    int s[32], *ds = to_device<int>(nullptr, 32);
    shuffle_all<<<1, 32>>>(ds);
    fetch(s, ds, 32);
    for (int i = 0; i < 32; i++) EXPECT(s[i] == 10);

    unsigned v[10], *dv = to_device<unsigned>(nullptr, 10);
    votes<<<1, 32>>>(dv);
    fetch(v, dv, 10);
    EXPECT(v[0] == 0xaaaaaaaa && v[1] == 0xc0 && v[2] == 1 && v[3] == 0 && v[4] == 0xf0 && v[5] == 0xffffffff && v[6]);
    EXPECT(!v[7] && v[8] == 0 && v[9] == 0xffffffff);

    int r[7], *dr = to_device<int>(nullptr, 7);
    reductions<<<1, 32>>>(dr);
    fetch(r, dr, 7);
    EXPECT(r[0] == 496 && r[1] == -26 && r[2] == -9 && r[3] == 64 && r[4] == 15 && r[5] == 5 && r[6] == -32);
    return failures != 0;
}
