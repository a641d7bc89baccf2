// Every rung of chapter 23 on a real GPU against sums in double: matrices in N(0,1), odd shapes, C and what lies behind
// it poisoned with NaN. Prints a line for each rung and shape, and ends with status 1 if any is wrong. Run by `make
// gpu-check`.
//   build/gpu/check [MOST]     only shapes of at most MOST multiply-adds: for the simulator, which is slow
#include <stdio.h>
#include <stdlib.h>

#include <vector>

#include "gpu/ladder.cuh"

struct shape {
    int M, N, K, shift;  // shift: floats before A, so that it begins at no multiple of 16 bytes
};
static const shape shapes[] = {
    {1, 1, 1, 0},          {33, 65, 17, 0},     {128, 128, 8, 0},    {128, 256, 64, 0},   {129, 257, 33, 0},
    {132, 260, 36, 0},     {256, 512, 128, 0},  {64, 64, 64, 1},     {5, 11, 3, 0},       {2049, 3, 100, 0},
    {3, 2051, 101, 0},     {1, 1, 4099, 0},     {127, 255, 15, 0},   {516, 772, 1028, 0}, {777, 1111, 333, 0},
    {1024, 1024, 1024, 0}, {1920, 2304, 40, 0}, {4096, 256, 260, 0},
};
enum { GUARD = 1024 };  // floats behind C that must stay NaN

struct reference {
    std::vector<float> A, B;
    std::vector<double> C;
};

static reference make_reference(const shape &s) {
    reference r;
    r.A.resize((size_t)s.M * s.K);
    r.B.resize((size_t)s.K * s.N);
    r.C.assign((size_t)s.M * s.N, 0);
    for (size_t i = 0; i < r.A.size(); i++) r.A[i] = random_normal(1, i);
    for (size_t i = 0; i < r.B.size(); i++) r.B[i] = random_normal(2, i);
    for (int i = 0; i < s.M; i++)
        for (int k = 0; k < s.K; k++) {
            double a = (double)r.A[(size_t)i * s.K + k];
            for (int j = 0; j < s.N; j++) r.C[(size_t)i * s.N + j] += a * (double)r.B[(size_t)k * s.N + j];
        }
    return r;
}

// Errors of rounding grow with the number of terms: a sum of K products of N(0,1) is about sqrt(K), and so are the
// partial sums.
static bool right(const char *name, const shape &s, const std::vector<float> &got, const reference &want) {
    double difference = 0, square = 0, most = 1e-5 + 1e-6 * s.K;
    for (size_t i = 0; i < want.C.size(); i++) {
        double error = fabs((double)got[i] - want.C[i]);
        if (!(error <= most)) {
            printf("not ok %s, M %d, N %d, K %d: C[%zu,%zu] is %g, expected %g\n", name, s.M, s.N, s.K, i / s.N,
                   i % s.N, (double)got[i], want.C[i]);
            return false;
        }
        difference += error * error;
        square += want.C[i] * want.C[i];
    }
    for (size_t i = want.C.size(); i < got.size(); i++)
        if (!isnan(got[i])) {
            printf("not ok %s, M %d, N %d, K %d: it wrote %zu floats behind C\n", name, s.M, s.N, s.K,
                   i - want.C.size());
            return false;
        }
    printf("ok %s, M %d, N %d, K %d%s: relative error %.1e\n", name, s.M, s.N, s.K, s.shift ? ", A shifted" : "",
           sqrt(difference / (square + 1e-300)));
    return true;
}

static bool check(const rung &r, const shape &s, const reference &want) {
    size_t size = want.C.size() + GUARD;
    float *A = device_floats(want.A.size() + s.shift), *B = device_floats(want.B.size()), *C = device_floats(size);
    CUDA_CHECK(cudaMemcpy(A + s.shift, want.A.data(), want.A.size() * sizeof *A, cudaMemcpyHostToDevice));
    CUDA_CHECK(cudaMemcpy(B, want.B.data(), want.B.size() * sizeof *B, cudaMemcpyHostToDevice));
    poison(C, size);
    r.run(C, A + s.shift, B, s.M, s.N, s.K);
    CUDA_CHECK(cudaDeviceSynchronize());
    std::vector<float> got(size);
    CUDA_CHECK(cudaMemcpy(got.data(), C, size * sizeof *C, cudaMemcpyDeviceToHost));
    CUDA_CHECK(cudaFree(A));
    CUDA_CHECK(cudaFree(B));
    CUDA_CHECK(cudaFree(C));
    return right(r.name, s, got, want);
}

int main(int argc, char **argv) {
    double most = argc > 1 ? atof(argv[1]) : 1e30;
    cudaDeviceProp device = the_gpu();
    printf("# %s, compute capability %d.%d\n", device.name, device.major, device.minor);
    int wrong = 0;
    for (const shape &s : shapes) {
        if ((double)s.M * s.N * s.K > most) continue;
        reference want = make_reference(s);
        for (const rung &r : rungs) {
            if (rung_runs(&r)) wrong += !check(r, s, want);
            else
                printf(
                    "ok %s # skipped: its code was not compiled for compute capability 8.0 (GPU_ARCH=-arch=native)\n",
                    r.name);
        }
    }
    printf(wrong ? "# %d wrong\n" : "# all right\n", wrong);
    return wrong != 0;
}
