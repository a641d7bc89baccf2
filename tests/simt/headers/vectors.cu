// float4 and its like: sizes, alignments, copies; in the simulator also that a copy is one access.
#include "check.h"
#ifdef __SIMT_SIM__
#include "simt/simt.h"
#endif

static_assert(sizeof(float4) == 16 && alignof(float4) == 16, "float4");
static_assert(sizeof(float3) == 12 && alignof(float3) == 4, "float3");
static_assert(sizeof(float2) == 8 && alignof(float2) == 8, "float2");
static_assert(sizeof(double2) == 16 && alignof(double2) == 16, "double2");
static_assert(sizeof(double4) == 32 && alignof(double4) == 16, "double4");
static_assert(sizeof(char2) == 2 && alignof(char2) == 2, "char2");
static_assert(sizeof(uchar4) == 4 && alignof(uchar4) == 4, "uchar4");
static_assert(sizeof(char3) == 3 && alignof(char3) == 1, "char3");
static_assert(sizeof(short4) == 8 && alignof(short4) == 8, "short4");
static_assert(sizeof(longlong2) == 16 && alignof(longlong2) == 16, "longlong2");
static_assert(sizeof(ulonglong4) == 32, "ulonglong4");
static_assert(sizeof(uint3) == 12 && sizeof(dim3) == 12, "uint3, dim3");

template <class T>
__global__ void copy(T *out, const T *in) {
    out[threadIdx.x] = in[threadIdx.x];
}

template <class T>
__global__ void through_shared(T *out, const T *in) {
    __shared__ T tile[32];
    tile[threadIdx.x] = in[threadIdx.x];
    __syncthreads();
    T mine = tile[31 - threadIdx.x];
    out[threadIdx.x] = mine;
}

struct pixel {  // a structure with vectors in it
    uchar4 colour;
    float2 place;
};

__global__ void make(float4 *f, int3 *i, pixel *p) {
    int t = threadIdx.x;
    float4 v = make_float4(t, 1.0f, 2.0f, 3.0f);
    v.x += v.y;
    f[t] = v;
    i[t] = make_int3(t, -t, 7);
    pixel one;
    one.colour = make_uchar4(t, 2, 3, 255);
    one.place = {0.5f * t, -1.0f};
    p[t] = one;
}

// `requests`: of one warp, for a copy of one element by each lane
template <class T>
static void test_copy(int requests) {
    unsigned char in[32 * sizeof(T)], out[32 * sizeof(T)];
    for (size_t i = 0; i < sizeof in; i++) in[i] = (unsigned char)(i * 7);
    T *from = to_device((T *)in, 32), *to = to_device<T>(nullptr, 32);
    copy<<<1, 32>>>(to, from);
    through_shared<<<1, 32>>>(to, from);
    copy<<<1, 32>>>(to, from);
#ifdef __SIMT_SIM__
    if (simt_checked()) {
        EXPECT((int)simt_launch(-1)->counters.global[SIMT_LOAD].requests == requests);
        EXPECT((int)simt_launch(-1)->counters.global[SIMT_STORE].requests == requests);
        EXPECT((int)simt_launch(simt_launch_count() - 2)->counters.shared[SIMT_LOAD].requests == requests);
    }
#else
    (void)requests;
#endif
    fetch((T *)out, to, 32);
    SUCCEED(cudaFree(from));
    int wrong = 0;
    for (size_t i = 0; i < sizeof in; i++) wrong += in[i] != out[i];
    EXPECT(wrong == 0);
}

int main() {
    test_copy<float>(1);
    test_copy<float2>(1);
    test_copy<float3>(3);
    test_copy<float4>(1);
    test_copy<double2>(1);
    test_copy<double4>(2);
    test_copy<char2>(1);
    test_copy<uchar4>(1);
    test_copy<ushort4>(1);
    test_copy<int4>(1);
    test_copy<longlong2>(1);

    static float4 f[32];
    static int3 i[32];
    static pixel p[32];
    float4 *df = to_device<float4>(nullptr, 32);
    int3 *di = to_device<int3>(nullptr, 32);
    pixel *dp = to_device<pixel>(nullptr, 32);
    make<<<1, 32>>>(df, di, dp);
    fetch(f, df, 32);
    fetch(i, di, 32);
    fetch(p, dp, 32);
    EXPECT(f[5].x == 6 && f[5].w == 3);
    EXPECT(i[5].x == 5 && i[5].y == -5 && i[5].z == 7);
    EXPECT(p[6].colour.x == 6 && p[6].colour.w == 255 && p[6].place.x == 3 && p[6].place.y == -1);
    return failures != 0;
}
