// Atomic operations on all types that CUDA has them for. (sm_90)
#include <cuda_bf16.h>
#include <cuda_fp16.h>

#include "check.h"

enum { THREADS = 96 };

template <class T>
__global__ void add(T *out) {
    atomicAdd(&out[0], (T)2);
    if (threadIdx.x == 0) {
        atomicAdd_block(&out[1], (T)5);
        atomicAdd_system(&out[1], (T)6);
    }
}

template <class T>
static void test_add() {
    T out[2], *device = to_device<T>(nullptr, 2);
    add<<<1, THREADS>>>(device);
    fetch(out, device, 2);
    EXPECT((double)out[0] == 2 * THREADS && (double)out[1] == 11);
}

__global__ void add_pairs(half2 *h, __nv_bfloat162 *b, half *single) {
    atomicAdd(h, __floats2half2_rn(1, -1));
    atomicAdd(b, __floats2bfloat162_rn(0.5f, 1));
    atomicAdd(single, __float2half(0.5f));
}

template <class T>
__global__ void order(T *out) {
    T t = (T)threadIdx.x;
    atomicMin(&out[0], t + (T)3);
    atomicMax(&out[1], t);
    atomicAnd(&out[2], ~((T)1 << (t % 16)));
    atomicOr(&out[3], (T)1 << (t % 16));
    atomicXor(&out[4], t);
    atomicCAS(&out[5], (T)0, t + 1);
    atomicExch(&out[6], (T)9);
}

template <class T>
static void test_order() {
    T out[7] = {(T)100, (T)0, (T)0xffff, (T)0, (T)0, (T)0, (T)0}, *device = to_device(out, 7);
    order<<<1, THREADS>>>(device);
    fetch(out, device, 7);
    EXPECT(out[0] == 3 && out[1] == THREADS - 1 && out[2] == 0 && out[3] == 0xffff && out[4] == 0);
    EXPECT(out[5] >= 1 && out[5] <= THREADS && out[6] == 9);
}

__global__ void wrap(unsigned *up, unsigned *down, int *minus, long long *lowest, float *swapped,
                     unsigned short *small) {
    atomicInc(up, 9u);
    atomicDec(down, 9u);
    atomicSub(minus, 3);
    atomicMin(lowest, -(long long)threadIdx.x);
    atomicExch(swapped, 2.5f);
    atomicCAS(small, (unsigned short)0, (unsigned short)7);
}

// A lock built of compare-and-swap: atomicMax of floats
__device__ void max_of_floats(float *p, float value) {
    int *bits = (int *)p, seen = atomicAdd(bits, 0);
    while (__int_as_float(seen) < value) {
        int before = seen;
        seen = atomicCAS(bits, before, __float_as_int(value));
        if (seen == before) break;
    }
}
__global__ void highest(float *out) {
    max_of_floats(out, (float)(threadIdx.x * 7 % THREADS));
}

int main() {
    test_add<int>();
    test_add<unsigned>();
    test_add<unsigned long long>();
    test_add<float>();
    test_add<double>();
    half2 h, *dh = to_device<half2>(nullptr, 1);
    __nv_bfloat162 b, *db = to_device<__nv_bfloat162>(nullptr, 1);
    half single, *dsingle = to_device<half>(nullptr, 1);
    add_pairs<<<1, THREADS>>>(dh, db, dsingle);
    fetch(&h, dh, 1);
    fetch(&b, db, 1);
    fetch(&single, dsingle, 1);
    EXPECT(__low2float(h) == THREADS && __high2float(h) == -THREADS && __half2float(single) == THREADS / 2);
    EXPECT(__low2float(b) == THREADS / 2 && __high2float(b) == THREADS);

    test_order<int>();
    test_order<unsigned>();
    test_order<unsigned long long>();

    unsigned up, *dup = to_device<unsigned>(nullptr, 1), down, *ddown = to_device<unsigned>(nullptr, 1);
    int minus, *dminus = to_device<int>(nullptr, 1);
    long long lowest, *dlowest = to_device<long long>(nullptr, 1);
    float swapped, *dswapped = to_device<float>(nullptr, 1);
    unsigned short few[2] = {0, 5}, *dfew = to_device(few, 2);
    wrap<<<1, THREADS>>>(dup, ddown, dminus, dlowest, dswapped, dfew);
    fetch(&up, dup, 1);
    fetch(&down, ddown, 1);
    fetch(&minus, dminus, 1);
    fetch(&lowest, dlowest, 1);
    fetch(&swapped, dswapped, 1);
    fetch(few, dfew, 2);
    EXPECT(up == THREADS % 10 && down == (10 - THREADS % 10) % 10 && minus == -3 * THREADS && lowest == 1 - THREADS);
    EXPECT(swapped == 2.5f && few[0] == 7 && few[1] == 5);

    float most, *dmost = to_device<float>(nullptr, 1);
    highest<<<1, THREADS>>>(dmost);
    fetch(&most, dmost, 1);
    EXPECT(most == THREADS - 1);
    return failures != 0;
}
