// The rungs of chapter 23 against cuBLAS on a real GPU. Run by `make gpu-bench`.
//   build/gpu/bench            2048, 4096 and 8192 cubed, each in a process of its own; writes kernels/results/GPU.md and GPU.csv
//   build/gpu/bench M N K      one shape, whose rows are added to these files
// What makes the figures comparable: the rungs and cuBLAS (fp32 pedantic: no TF32) take turns, one launch each;
// matrices are in N(0,1), for zeros draw less power; each launch has other buffers, three times the L2 cache in all;
// medians; clock and power of every launch. A rung that takes more than half a second has three turns.
#include <cublas_v2.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>

#include <algorithm>
#include <string>
#include <vector>

#include "gpu/ladder.cuh"
#include "gpu/sensors.cuh"

enum { ROUNDS = 21, SLOW_ROUNDS = 3, CUBLAS = RUNGS, RUNNERS = RUNGS + 1 };
static const double SLOW = 0.5;  // seconds

static void cublas_check(cublasStatus_t status) {
    if (status == CUBLAS_STATUS_SUCCESS) return;
    fprintf(stderr, "error: cuBLAS: %s\n", cublasGetStatusString(status));
    exit(1);
}

struct shape {
    int M, N, K;
};

struct buffers {
    float *A, *B, *C;
};

struct samples {
    std::vector<double> seconds, megahertz, watts;
};

static double median(std::vector<double> x) {
    if (x.empty()) return 0;
    std::sort(x.begin(), x.end());
    return x[x.size() / 2];
}

static std::vector<buffers> make_buffers(shape s, size_t l2_bytes) {
    size_t a = (size_t)s.M * s.K, b = (size_t)s.K * s.N, c = (size_t)s.M * s.N, bytes = (a + b + c) * sizeof(float);
    std::vector<buffers> sets(std::max<size_t>(2, 3 * l2_bytes / bytes + 1));
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

static std::vector<samples> measure(shape s, const std::vector<buffers> &sets, const sensors &sensor) {
    cublasHandle_t handle;
    cublas_check(cublasCreate(&handle));
    cublas_check(cublasSetMathMode(handle, CUBLAS_PEDANTIC_MATH));
    cudaEvent_t begin, end;
    CUDA_CHECK(cudaEventCreate(&begin));
    CUDA_CHECK(cudaEventCreate(&end));
    std::vector<samples> all(RUNNERS);
    size_t next = 0;
    for (int round = -1; round < ROUNDS; round++)  // round -1 warms up
        for (int r = 0; r < RUNNERS; r++) {
            if (r < RUNGS && !rung_runs(&rungs[r])) continue;
            if (round >= SLOW_ROUNDS && median(all[r].seconds) > SLOW) continue;
            const buffers &x = sets[next++ % sets.size()];
            CUDA_CHECK(cudaEventRecord(begin));
            run(r, handle, x, s);
            CUDA_CHECK(cudaEventRecord(end));
            double clock = sensor.megahertz(), power = sensor.watts();  // while it runs
            CUDA_CHECK(cudaEventSynchronize(end));
            float milliseconds = 0;
            CUDA_CHECK(cudaEventElapsedTime(&milliseconds, begin, end));
            if (round < 0) continue;
            all[r].seconds.push_back(milliseconds / 1e3);
            all[r].megahertz.push_back(clock);
            all[r].watts.push_back(power);
        }
    cublas_check(cublasDestroy(handle));
    return all;
}

// "NVIDIA H200" becomes "nvidia-h200".
static std::string file_name(const char *device) {
    std::string name;
    for (const char *c = device; *c; c++)
        name += *c == ' ' || *c == '/' ? '-' : (char)(*c | (*c >= 'A' && *c <= 'Z' ? 32 : 0));
    return "kernels/results/" + name;
}

static FILE *open_or_die(const std::string &path, const char *mode) {
    FILE *f = fopen(path.c_str(), mode);
    if (f) return f;
    fprintf(stderr, "error: %s cannot be written: run it from the top folder of the course\n", path.c_str());
    exit(1);
}

static void report(const std::string &path, shape s, const std::vector<samples> &all) {
    FILE *md = open_or_die(path + ".md", "a"), *csv = open_or_die(path + ".csv", "a");
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
    fclose(md);
    fclose(csv);
}

static void begin_files(const std::string &path, const cudaDeviceProp &device, const char *driver) {
    int runtime = 0;
    CUDA_CHECK(cudaRuntimeGetVersion(&runtime));
    char date[32];
    time_t now = time(nullptr);
    strftime(date, sizeof date, "%Y-%m-%d", gmtime(&now));
    mkdir("kernels/results", 0777);
    FILE *md = open_or_die(path + ".md", "w"), *csv = open_or_die(path + ".csv", "w");
    fprintf(md,
            "# The fp32 ladder on one %s\n\n%s, driver %s, CUDA %d.%d, %d multiprocessors, %d MiB of L2 cache. Written "
            "by `make gpu-bench`: "
            "rungs and cuBLAS (fp32 pedantic, TF32 off) take turns in one process, one process for each shape, N(0,1) "
            "data, buffers "
            "rotated past the L2 cache, medians; clock and power are read while each kernel runs.\n",
            device.name, date, driver, runtime / 1000, runtime % 1000 / 10, device.multiProcessorCount,
            device.l2CacheSize >> 20);
    fprintf(csv, "M,N,K,number,rung,tflops,percent,seconds,megahertz,watts\n");
    fclose(md);
    fclose(csv);
}

int main(int argc, char **argv) {
    cudaDeviceProp device;
    CUDA_CHECK(cudaGetDeviceProperties(&device, 0));
    char bus[32];
    CUDA_CHECK(cudaDeviceGetPCIBusId(bus, sizeof bus, 0));
    sensors sensor(bus);
    std::string path = file_name(device.name);
    if (argc == 1) {
        begin_files(path, device, sensor.driver());
        for (int n : {2048, 4096, 8192}) {
            char shape[64];
            snprintf(shape, sizeof shape, " %d %d %d", n, n, n);
            if (system((std::string(argv[0]) + shape).c_str()) != 0) return 1;
        }
        printf("written: %s.md, %s.csv\n", path.c_str(), path.c_str());
        return 0;
    }
    shape s = {argc == 4 ? atoi(argv[1]) : 0, argc == 4 ? atoi(argv[2]) : 0, argc == 4 ? atoi(argv[3]) : 0};
    if (s.M < 1 || s.N < 1 || s.K < 1) {
        fprintf(stderr, "usage: bench [M N K], each 1 or more\n");
        return 2;
    }
    mkdir("kernels/results", 0777);
    printf("%s, %d x %d x %d\n", device.name, s.M, s.N, s.K);
    report(path, s, measure(s, make_buffers(s, device.l2CacheSize), sensor));
    return 0;
}
