// Every rung of chapter 24 on a real GPU against sums in double: matrices in N(0,1), rounded to what the rung takes, odd
// shapes, C and what lies behind it poisoned. Prints a line for each rung and shape, and ends with status 1 if any is
// wrong. Run by `make gpu-check`.
//   build/gpu/tensor_check [MOST [NAME]]   only shapes of at most MOST multiply-adds (for the simulator, which is slow),
//                                          and only rungs whose name contains NAME
// Rungs whose blocks stay run with as many as they like, and with two, which take tile after tile.
// A rung is right if all of C is finite, and the relative error, ||C - want|| / ||want||, at most what its format of
// numbers allows. The errors of 3xTF32 and of one product of TF32 stand in their lines.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <functional>
#include <string>
#include <vector>

#include "gpu/tensor_ladder.cuh"

struct shape {
    int M, N, K;
};
static const shape shapes[] = {
    {1, 8, 8},        {65, 72, 64},    {200, 136, 264},  {130, 264, 72},   {300, 520, 200},    {1, 520, 328},
    {64, 8, 1032},    {128, 256, 64},  {129, 1032, 128}, {256, 512, 256},  {300, 200, 1032},   {520, 776, 1032},
    {777, 1112, 336}, {8, 2056, 4096}, {1024, 768, 768}, {4096, 256, 264}, {1024, 1024, 1024}, {1920, 2304, 768},
};
enum { GUARD = 4096 };  // bytes behind C that must stay as they are

// ---- a product and what it should be ----------------------------------------------------------------------------------
template <class IN>
struct product {
    shape s;
    std::vector<IN> A, B;      // as the rung takes them
    std::vector<double> want;  // C
};

template <class IN>
static product<IN> random_operands(shape s) {
    product<IN> p = {s, std::vector<IN>((size_t)s.M * s.K), std::vector<IN>((size_t)s.N * s.K), {}};
    for (size_t i = 0; i < p.A.size(); i++) set(p.A[i], random_normal(1, i));
    for (size_t i = 0; i < p.B.size(); i++) set(p.B[i], random_normal(2, i));
    return p;
}

template <class IN>
static void multiply(product<IN> &p, form stored) {
    shape s = p.s;
    std::vector<double> column(s.K * (size_t)s.N);  // B as (K,N)
    for (int k = 0; k < s.K; k++)
        for (int j = 0; j < s.N; j++)
            column[(size_t)k * s.N + j] = value(p.B[stored == NT ? (size_t)j * s.K + k : (size_t)k * s.N + j]);
    p.want.assign((size_t)s.M * s.N, 0);
    for (int i = 0; i < s.M; i++)
        for (int k = 0; k < s.K; k++) {
            double a = value(p.A[stored == TN ? (size_t)k * s.M + i : (size_t)i * s.K + k]);
            for (int j = 0; j < s.N; j++) p.want[(size_t)i * s.N + j] += a * column[(size_t)k * s.N + j];
        }
}

template <class IN>
static product<IN> make_product(shape s, form stored) {
    product<IN> p = random_operands<IN>(s);
    multiply(p, stored);
    return p;
}

template <class T>
static T *upload(const std::vector<T> &x) {
    T *device = nullptr;
    CUDA_CHECK(cudaMalloc(&device, x.size() * sizeof(T)));
    CUDA_CHECK(cudaMemcpy(device, x.data(), x.size() * sizeof(T), cudaMemcpyHostToDevice));
    return device;
}

template <class OUT>
static bool right(const char *name, shape s, const std::vector<OUT> &got, const std::vector<double> &want,
                  double most) {
    double difference = 0, square = 0;
    bool finite = true;
    for (size_t i = 0; i < want.size(); i++) {
        double x = value(got[i]);
        if (!isfinite(x) && finite) {
            printf("not ok %s, M %d, N %d, K %d: C[%zu,%zu] is %g\n", name, s.M, s.N, s.K, i / s.N, i % s.N, x);
            finite = false;
        }
        difference += (x - want[i]) * (x - want[i]);
        square += want[i] * want[i];
    }
    if (!finite) return false;
    const auto *behind = reinterpret_cast<const unsigned char *>(got.data() + want.size());
    for (int i = 0; i < GUARD; i++)
        if (behind[i] != 0xff) {
            printf("not ok %s, M %d, N %d, K %d: it wrote byte %d behind C\n", name, s.M, s.N, s.K, i);
            return false;
        }
    double error = sqrt(difference / (square + 1e-300));
    printf("%s %s, M %d, N %d, K %d: relative error %.1e", error <= most ? "ok" : "not ok", name, s.M, s.N, s.K, error);
    if (error > most) printf(", more than %.1e", most);
    printf("\n");
    return error <= most;
}

// Runs it and compares; poison, all bits set, is a NaN in floats and -1 in integers.
template <class IN, class OUT>
static bool check(const char *name, const std::function<void(OUT *, const IN *, const IN *, int, int, int)> &run,
                  const product<IN> &p, double most) {
    std::vector<OUT> got(p.want.size() + GUARD / sizeof(OUT));
    IN *A = upload(p.A), *B = upload(p.B);
    OUT *C = nullptr;
    CUDA_CHECK(cudaMalloc(&C, got.size() * sizeof *C));
    CUDA_CHECK(cudaMemset(C, 0xff, got.size() * sizeof *C));
    run(C, A, B, p.s.M, p.s.N, p.s.K);
    CUDA_CHECK(cudaDeviceSynchronize());
    CUDA_CHECK(cudaMemcpy(got.data(), C, got.size() * sizeof *C, cudaMemcpyDeviceToHost));
    CUDA_CHECK(cudaFree(A));
    CUDA_CHECK(cudaFree(B));
    CUDA_CHECK(cudaFree(C));
    return right(name, p.s, got, p.want, most);
}

static int round_up(int n, int multiple) {
    return (n + multiple - 1) / multiple * multiple;
}

// 2:4 sparsity, against the pruned A.
static bool check_sparse(shape s) {
    product<uint16_t> p = random_operands<uint16_t>(s);
    sparse_prune(p.A.data(), s.M, s.K);
    multiply(p, NT);
    std::vector<uint16_t> values((size_t)s.M * s.K / 2), places((size_t)s.M * s.K / 16);
    sparse_pack(values.data(), places.data(), p.A.data(), s.M, s.K);
    uint16_t *packed = upload(values), *where = upload(places);
    auto run = [=](uint16_t *C, const uint16_t *, const uint16_t *B, int M, int N, int K) {
        gemm_sparse(C, packed, where, B, M, N, K);
    };
    bool fine = check<uint16_t, uint16_t>("sparse", run, p, 1e-2);
    CUDA_CHECK(cudaFree(packed));
    CUDA_CHECK(cudaFree(where));
    return fine;
}

int main(int argc, char **argv) {
    double most = argc > 1 ? atof(argv[1]) : 1e30;
    const char *only = argc > 2 ? argv[2] : "";
    cudaDeviceProp device = the_gpu();
    int have = instructions();
    printf("# %s, compute capability %d.%d\n", device.name, device.major, device.minor);
    if (have < HOPPER)
        printf("# rungs %d to 26 are skipped: nothing was compiled for this GPU that has their instructions (%s)\n",
               have < 80 ? 10 : 12, have < 80 ? "compute capability 8.0, sm_90a from rung 12 on" : "sm_90a");
    int wrong = 0;
    for (shape s : shapes) {
        if ((double)s.M * s.N * s.K > most) continue;
        for (form stored : {NT, NN, TN}) {
            shape t = {stored == TN ? round_up(s.M, 8) : s.M, s.N, s.K};
            product<uint16_t> p;
            for (const tensor_rung &r : tensor_rungs) {
                if (r.stored != stored || !strstr(r.name, only) || r.needs > have) continue;
                if (p.want.empty()) p = make_product<uint16_t>(t, stored);
                wrong += !check<uint16_t, uint16_t>(r.name, r.run, p, 1e-2);
                if (!r.by_blocks) continue;
                auto two = [&](uint16_t *C, const uint16_t *A, const uint16_t *B, int M, int N, int K) {
                    r.by_blocks(C, A, B, M, N, K, 2);
                };
                wrong += !check<uint16_t, uint16_t>((std::string(r.name) + ", 2 blocks").c_str(), two, p, 1e-2);
            }
        }
        if (have >= HOPPER && strstr("26 int8", only))
            wrong += !check<int8_t, int32_t>("26 int8", gemm_int8,
                                             make_product<int8_t>({s.M, round_up(s.N, 16), round_up(s.K, 16)}, NT), 0);
        if (have >= 80 && strstr("sparse", only)) wrong += !check_sparse({s.M, s.N, round_up(s.K, 32)});
        if (have >= 80 && (strstr("27 3xTF32", only) || strstr("27 TF32", only))) {
            product<float> p = make_product<float>(s, NT);
            wrong += !check<float, float>("27 3xTF32", gemm_tf32x3, p, 5e-6);
            wrong += !check<float, float>("27 TF32, one product", gemm_tf32, p, 2e-3);
        }
    }
    printf(wrong ? "# %d wrong\n" : "# all right\n", wrong);
    return wrong != 0;
}
