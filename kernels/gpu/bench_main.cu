// The rungs of chapter 23 against cuBLAS on a real GPU. Run by `make gpu-bench`.
//   build/gpu/bench            2048, 4096 and 8192 cubed, each in a process of its own; writes kernels/results/GPU.md and
//                              GPU.csv when all three are done
//   build/gpu/bench M N K      one shape; writes nothing
// What makes the figures comparable: the product of every rung is compared with cuBLAS's before it is timed; the rungs
// and cuBLAS (fp32 pedantic: no TF32) take turns, one launch each, in odd rounds backwards; a launch is queued while
// the GPU is kept busy, so that what the host does for it is not measured; matrices are in N(0,1), for zeros draw less
// power; each launch has other buffers, three times the L2 cache in all; medians; clock and power of every launch (the
// driver's power is a mean over the last second on newer GPUs: for long kernels only it is their own). A rung that
// takes more than half a second has three turns.
#include <cublas_v2.h>
#include <stdio.h>
#include <stdlib.h>

#include "gpu/bench.cuh"
#include "gpu/ladder.cuh"

enum { CUBLAS = RUNGS, RUNNERS = RUNGS + 1 };

static void cublas_check(cublasStatus_t status) {
    if (status == CUBLAS_STATUS_SUCCESS) return;
    fprintf(stderr, "error: cuBLAS: %s\n", cublasGetStatusString(status));
    exit(1);
}

struct buffers {
    float *A, *B, *C;
};

static std::vector<buffers> make_buffers(shape s, size_t l2_bytes) {
    size_t a = (size_t)s.M * s.K, b = (size_t)s.K * s.N, c = (size_t)s.M * s.N, bytes = (a + b + c) * sizeof(float);
    std::vector<buffers> sets(sets_past(l2_bytes, bytes));
    for (size_t i = 0; i < sets.size(); i++) {
        sets[i] = {device_floats(a), device_floats(b), device_floats(c)};
        fill(sets[i].A, a, 2 * i);
        fill(sets[i].B, b, 2 * i + 1);
        poison(sets[i].C, c);
    }
    return sets;
}

// Row by row C = A B is, read column by column, the transpose of C = B A.
static void run(int runner, cublasHandle_t handle, const buffers &x, shape s) {
    const float one = 1, zero = 0;
    if (runner == CUBLAS)
        cublas_check(
            cublasSgemm(handle, CUBLAS_OP_N, CUBLAS_OP_N, s.N, s.M, s.K, &one, x.B, s.N, x.A, s.K, &zero, x.C, s.N));
    else rungs[runner].run(x.C, x.A, x.B, s.M, s.N, s.K);
}

// ---- is it right? ---------------------------------------------------------------------------------------------------
// worst = max |x - y|; infinite where one of them is not a number. Floats that are not negative are in the order of
// their bits.
__global__ static void greatest_difference(unsigned *worst, const float *x, const float *y, size_t n) {
    size_t step = (size_t)gridDim.x * blockDim.x;
    float most = 0;
    for (size_t i = (size_t)blockIdx.x * blockDim.x + threadIdx.x; i < n; i += step) {
        float difference = fabsf(x[i] - y[i]);
        most = difference <= INFINITY ? fmaxf(most, difference) : INFINITY;
    }
    atomicMax(worst, __float_as_uint(most));
}

// Ends the program if a rung's product is not cuBLAS's, up to rounding.
static void compare(cublasHandle_t handle, const buffers &x, shape s) {
    size_t size = (size_t)s.M * s.N;
    buffers want = {x.A, x.B, device_floats(size)};
    unsigned *worst = nullptr, bits = 0;
    CUDA_CHECK(cudaMalloc(&worst, sizeof *worst));
    poison(want.C, size);
    run(CUBLAS, handle, want, s);
    for (int r = 0; r < RUNGS; r++) {
        if (!rung_runs(&rungs[r])) continue;
        poison(x.C, size);
        CUDA_CHECK(cudaMemset(worst, 0, sizeof *worst));
        run(r, handle, x, s);
        greatest_difference<<<1024, 256>>>(worst, x.C, want.C, size);
        CUDA_CHECK(cudaGetLastError());
        CUDA_CHECK(cudaMemcpy(&bits, worst, sizeof bits, cudaMemcpyDeviceToHost));
        float difference;
        memcpy(&difference, &bits, sizeof difference);
        if (difference <= 2e-5 + 2e-6 * s.K) continue;
        fprintf(stderr, "error: %s differs from cuBLAS by %g: build/gpu/check says where\n", rungs[r].name,
                (double)difference);
        exit(1);
    }
    CUDA_CHECK(cudaFree(want.C));
    CUDA_CHECK(cudaFree(worst));
}

// ---- how fast? ------------------------------------------------------------------------------------------------------
static std::vector<samples> measure(shape s, const std::vector<buffers> &sets, const sensors &sensor) {
    cublasHandle_t handle;
    cublas_check(cublasCreate(&handle));
    cublas_check(cublasSetMathMode(handle, CUBLAS_PEDANTIC_MATH));
    compare(handle, sets[0], s);
    std::vector<std::function<void(size_t)>> runners(RUNNERS);
    for (int r = 0; r < RUNNERS; r++)
        if (r == CUBLAS || rung_runs(&rungs[r])) runners[r] = [&, r](size_t set) { run(r, handle, sets[set], s); };
    std::vector<samples> all = take_turns(runners, sets.size(), sensor);
    cublas_check(cublasDestroy(handle));
    return all;
}

// To the terminal and, if there is a path, to its files.
static void report(const std::string &path, shape s, const std::vector<samples> &all) {
    FILE *md = open_or_die(path.empty() ? "/dev/null" : part(path, ".md"), "a"),
         *csv = open_or_die(path.empty() ? "/dev/null" : part(path, ".csv"), "a");
    double flops = 2.0 * s.M * s.N * s.K, cublas = median(all[CUBLAS].seconds);
    fprintf(md,
            "\n## %d x %d x %d\n\n| rung | TFLOP/s | of cuBLAS | median, ms | launches | clock, MHz | power, W "
            "|\n|---|---|---|---|---|---|---|\n",
            s.M, s.N, s.K);
    for (int r = 0; r < RUNNERS; r++) {
        const char *name = r == CUBLAS ? "cuBLAS, fp32 pedantic" : rungs[r].name;
        double seconds = median(all[r].seconds);
        if (seconds == 0) continue;
        const char *row = "| %s | %.2f | %.1f%% | %.3f | %zu | %.0f | %.0f |\n";
        double clock = median(all[r].megahertz), power = median(all[r].watts);
        fprintf(md, row, name, flops / seconds / 1e12, 100 * cublas / seconds, seconds * 1e3, all[r].seconds.size(),
                clock, power);
        printf(row, name, flops / seconds / 1e12, 100 * cublas / seconds, seconds * 1e3, all[r].seconds.size(), clock,
               power);
        fprintf(csv, "%d,%d,%d,%d,%s,%g,%g,%g,%g,%g\n", s.M, s.N, s.K, r + 1, r == CUBLAS ? "cuBLAS" : rungs[r].name,
                flops / seconds / 1e12, 100 * cublas / seconds, seconds, clock, power);
    }
    close_or_die(md, part(path, ".md"));
    close_or_die(csv, part(path, ".csv"));
}

static std::string heading(const cudaDeviceProp &device, const sensors &sensor) {
    return std::string("# The fp32 ladder on one ") + device.name + "\n\n" + today() + ", " + describe(device, sensor) +
           ". Written by `make gpu-bench`: rungs and cuBLAS (fp32 pedantic, TF32 off) take turns in one process, one "
           "process for each "
           "shape, N(0,1) data, buffers rotated past the L2 cache, medians; clock and power are read while each kernel "
           "runs.\n";
}

int main(int argc, char **argv) {
    cudaDeviceProp device = the_gpu();
    char bus[32];
    CUDA_CHECK(cudaDeviceGetPCIBusId(bus, sizeof bus, 0));
    sensors sensor(bus);
    std::string path = file_name(device.name);
    if (argc == 1) {
        begin_files(path, heading(device, sensor), "M,N,K,number,rung,tflops,percent,seconds,megahertz,watts");
        return bench_all(argv[0], {"2048 2048 2048", "4096 4096 4096", "8192 8192 8192"}, path);
    }
    bool sized = argc == 4 || argc == 5;  // the fifth, for a shape of `all`: where to write
    shape s = {sized ? atoi(argv[1]) : 0, sized ? atoi(argv[2]) : 0, sized ? atoi(argv[3]) : 0};
    if (s.M < 1 || s.N < 1 || s.K < 1) {
        fprintf(stderr, "usage: bench [M N K], each 1 or more\n");
        return 2;
    }
    printf("%s, %d x %d x %d\n", device.name, s.M, s.N, s.K);
    report(argc == 5 ? argv[4] : "", s, measure(s, make_buffers(s, device.l2CacheSize), sensor));
    return 0;
}
