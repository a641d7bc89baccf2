// The rungs of chapter 24 against cuBLASLt on a real GPU. Run by `make gpu-bench`.
//   build/gpu/tensor_bench                       all shapes, each in a process of its own: 2048, 4096 and 8192 cubed, in all three
//                                                forms; the linear layers of GPT-2 (124M) for 8192 tokens, forward (NT), and the
//                                                gradients of their inputs (NN) and weights (TN); bytes; TF32. Writes
//                                                kernels/results/GPU-tensor.md and .csv when all are done
//   build/gpu/tensor_bench KIND FORM M N K       one shape; writes nothing. KIND bf16, int8, tf32; FORM NT, NN, TN (the others NT)
// What makes the figures comparable: of cuBLASLt every algorithm that its heuristic proposes (up to 64, with 64 MiB of
// workspace) is timed briefly, and the fastest is the bar; the product of every rung is compared with it before it is
// timed; all take turns, one launch each, in odd rounds backwards; a launch is queued while the GPU is kept busy, so that
// what the host does for it is not measured; matrices are in N(0,1), for zeros draw less power; each launch has other
// buffers, three times the L2 cache in all; medians; clock and power of every launch (the driver's power is a mean over
// the last second on newer GPUs: for long kernels only it is their own). Turns leave the chip pauses, so each then runs for a
// second without a rest, on a chip as warm as it gets; there the host's part counts, which is longer than a small product.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <memory>
#include <string>

#include "gpu/bench.cuh"
#include "gpu/cublaslt.cuh"
#include "gpu/tensor_ladder.cuh"

// ---- what is measured ---------------------------------------------------------------------------------------------------
template <class IN, class OUT>
struct buffers {
    IN *A, *B;
    OUT *C;
};

template <class IN, class OUT>
struct contestant {
    std::string name;
    std::function<void(const buffers<IN, OUT> &)> run;
    double tolerance;  // relative error against the bar
};

template <class T>
__global__ static void fill_numbers(T *x, size_t n, uint64_t seed) {
    size_t step = (size_t)gridDim.x * blockDim.x;
    for (size_t i = (size_t)blockIdx.x * blockDim.x + threadIdx.x; i < n; i += step) set(x[i], random_normal(seed, i));
}

template <class T>
static T *device_array(size_t n) {
    T *x = nullptr;
    CUDA_CHECK(cudaMalloc(&x, n * sizeof *x));
    return x;
}

template <class IN, class OUT>
static std::vector<buffers<IN, OUT>> make_buffers(shape s, size_t l2_bytes) {
    size_t a = (size_t)s.M * s.K, b = (size_t)s.N * s.K, c = (size_t)s.M * s.N;
    std::vector<buffers<IN, OUT>> sets(sets_past(l2_bytes, (a + b) * sizeof(IN) + c * sizeof(OUT)));
    for (size_t i = 0; i < sets.size(); i++) {
        sets[i] = {device_array<IN>(a), device_array<IN>(b), device_array<OUT>(c)};
        fill_numbers<<<1024, 256>>>(sets[i].A, a, 2 * i);
        fill_numbers<<<1024, 256>>>(sets[i].B, b, 2 * i + 1);
        CUDA_CHECK(cudaGetLastError());
    }
    return sets;
}

// ---- is it right? -------------------------------------------------------------------------------------------------------
// sums[0] += sum (x - y)^2, sums[1] += sum y^2. A number that is none makes them none, too.
template <class T>
__global__ static void add_squares(double *sums, const T *x, const T *y, size_t n) {
    size_t step = (size_t)gridDim.x * blockDim.x;
    double difference = 0, square = 0;
    for (size_t i = (size_t)blockIdx.x * blockDim.x + threadIdx.x; i < n; i += step) {
        double d = value(x[i]) - value(y[i]);
        difference += d * d;
        square += value(y[i]) * value(y[i]);
    }
    atomicAdd(&sums[0], difference);
    atomicAdd(&sums[1], square);
}

// Ends the program if anybody's product is not the bar's, up to rounding.
template <class IN, class OUT>
static void compare(const std::vector<contestant<IN, OUT>> &all, const buffers<IN, OUT> &x, shape s) {
    size_t size = (size_t)s.M * s.N;
    buffers<IN, OUT> want = {x.A, x.B, device_array<OUT>(size)};
    double *sums = device_array<double>(2), got[2];
    all.back().run(want);
    for (const contestant<IN, OUT> &one : all) {
        CUDA_CHECK(cudaMemset(x.C, 0xff, size * sizeof(OUT)));  // NaN
        CUDA_CHECK(cudaMemset(sums, 0, sizeof got));
        one.run(x);
        add_squares<<<1024, 256>>>(sums, x.C, want.C, size);
        CUDA_CHECK(cudaGetLastError());
        CUDA_CHECK(cudaMemcpy(got, sums, sizeof got, cudaMemcpyDeviceToHost));
        double error = sqrt(got[0] / got[1]);
        if (error <= one.tolerance) continue;
        fprintf(stderr, "error: %s differs from cuBLASLt by %g of its size: build/gpu/tensor_check says where\n",
                one.name.c_str(), error);
        exit(1);
    }
    CUDA_CHECK(cudaFree(want.C));
    CUDA_CHECK(cudaFree(sums));
}

// ---- the bar --------------------------------------------------------------------------------------------------------------
// Times each of cuBLASLt's algorithms a few times, and keeps the fastest. "cuBLASLt (7 of 12)"
template <class IN, class OUT>
static std::string keep_fastest(cublaslt_product &product, const std::vector<buffers<IN, OUT>> &sets,
                                const sensors &sensor) {
    enum { TIMES = 5 };
    double best = 1e30;
    size_t kept = 0, next = 0;
    stopwatch watch;
    for (size_t i = 0; i < product.algorithms(); i++) {
        samples all;
        for (int time = 0; time < TIMES; time++) {
            const buffers<IN, OUT> &x = sets[next++ % sets.size()];
            watch.time(
                &all, [&] { product.run(x.C, x.A, x.B, i); }, sensor);
        }
        double seconds = *std::min_element(all.seconds.begin(), all.seconds.end());
        if (seconds < best) {
            best = seconds;
            kept = i;
        }
    }
    product.keep(kept);
    return " (" + std::to_string(kept + 1) + " of " + std::to_string(product.algorithms()) + ")";
}

// cuBLASLt with these kinds of numbers joins the contest.
template <class IN, class OUT>
static void add_cublaslt(std::vector<contestant<IN, OUT>> &all, const char *name, shape s, form stored,
                         number_kinds kinds, double tolerance, const std::vector<buffers<IN, OUT>> &sets,
                         const sensors &sensor) {
    auto product = std::make_shared<cublaslt_product>(s.M, s.N, s.K, stored, kinds);
    std::string full = name + keep_fastest(*product, sets, sensor);
    all.push_back({full, [product](const buffers<IN, OUT> &x) { product->run(x.C, x.A, x.B); }, tolerance});
}

// ---- a contest --------------------------------------------------------------------------------------------------------------
struct contest {
    std::string kind;
    form stored;
    shape s;
    std::string path;  // of the files; empty: none
};

// To the terminal and, if there is a path, to its files. The last is the bar.
template <class IN, class OUT>
static void report(const contest &c, const std::vector<contestant<IN, OUT>> &who, const std::vector<samples> &all,
                   const std::vector<double> &restless) {
    FILE *md = open_or_die(c.path.empty() ? "/dev/null" : part(c.path, ".md"), "a"),
         *csv = open_or_die(c.path.empty() ? "/dev/null" : part(c.path, ".csv"), "a");
    double flops = 2.0 * c.s.M * c.s.N * c.s.K, bar = median(all.back().seconds);
    fprintf(md,
            "\n## %s, %s, %d x %d x %d\n\n| rung | TFLOP/s | of cuBLASLt | median, ms | launches | clock, MHz | power, "
            "W | without "
            "a rest, TFLOP/s |\n|---|---|---|---|---|---|---|---|\n",
            c.kind.c_str(), form_names[c.stored], c.s.M, c.s.N, c.s.K);
    for (size_t r = 0; r < who.size(); r++) {
        double seconds = median(all[r].seconds), clock = median(all[r].megahertz), power = median(all[r].watts);
        const char *row = "| %s | %.1f | %.1f%% | %.4f | %zu | %.0f | %.0f | %.1f |\n";
        for (FILE *f : {md, stdout})
            fprintf(f, row, who[r].name.c_str(), flops / seconds / 1e12, 100 * bar / seconds, seconds * 1e3,
                    all[r].seconds.size(), clock, power, flops / restless[r] / 1e12);
        fprintf(csv, "%s,%s,%d,%d,%d,%d,\"%s\",%g,%g,%g,%g,%g,%g\n", c.kind.c_str(), form_names[c.stored], c.s.M, c.s.N,
                c.s.K, atoi(who[r].name.c_str()), who[r].name.c_str(), flops / seconds / 1e12, 100 * bar / seconds,
                seconds, clock, power, flops / restless[r] / 1e12);
    }
    close_or_die(md, part(c.path, ".md"));
    close_or_die(csv, part(c.path, ".csv"));
}

template <class IN, class OUT>
static void hold_contest(const contest &c, const std::vector<contestant<IN, OUT>> &who,
                         const std::vector<buffers<IN, OUT>> &sets, const sensors &sensor) {
    compare(who, sets[0], c.s);
    std::vector<std::function<void(size_t)>> runners;
    for (const contestant<IN, OUT> &one : who) runners.push_back([&](size_t set) { one.run(sets[set]); });
    std::vector<samples> all = take_turns(runners, sets.size(), sensor);
    std::vector<double> restless;
    for (size_t r = 0; r < who.size(); r++)
        restless.push_back(without_rest(runners[r], sets.size(), median(all[r].seconds)));
    report(c, who, all, restless);
}

// One rung, whose pointers are those of its buffers.
template <class IN, class OUT>
static contestant<IN, OUT> rung(const char *name, void (*run)(OUT *, const IN *, const IN *, int, int, int), shape s,
                                double tolerance) {
    return {name, [=](const buffers<IN, OUT> &x) { run(x.C, x.A, x.B, s.M, s.N, s.K); }, tolerance};
}

static void bench_bf16(const contest &c, int have, size_t l2_bytes, const sensors &sensor) {
    auto sets = make_buffers<uint16_t, uint16_t>(c.s, l2_bytes);
    std::vector<contestant<uint16_t, uint16_t>> who;
    for (const tensor_rung &r : tensor_rungs)
        if (r.stored == c.stored && r.needs <= have) who.push_back(rung(r.name, r.run, c.s, 1e-2));
    add_cublaslt(who, "cuBLASLt", c.s, c.stored, {CUDA_R_16BF, CUDA_R_16BF, CUBLAS_COMPUTE_32F}, 0, sets, sensor);
    hold_contest(c, who, sets, sensor);
}

static void bench_int8(const contest &c, size_t l2_bytes, const sensors &sensor) {
    auto sets = make_buffers<int8_t, int32_t>(c.s, l2_bytes);
    std::vector<contestant<int8_t, int32_t>> who = {rung("26 int8", gemm_int8, c.s, 0)};
    add_cublaslt(who, "cuBLASLt, int8", c.s, NT, {CUDA_R_8I, CUDA_R_32I, CUBLAS_COMPUTE_32I}, 0, sets, sensor);
    hold_contest(c, who, sets, sensor);
}

static void bench_tf32(const contest &c, size_t l2_bytes, const sensors &sensor) {
    auto sets = make_buffers<float, float>(c.s, l2_bytes);
    std::vector<contestant<float, float>> who = {rung("27 3xTF32", gemm_tf32x3, c.s, 1e-5),
                                                 rung("27 TF32, one product", gemm_tf32, c.s, 2e-3)};
    add_cublaslt(who, "cuBLASLt, TF32", c.s, NT, {CUDA_R_32F, CUDA_R_32F, CUBLAS_COMPUTE_32F_FAST_TF32}, 2e-3, sets,
                 sensor);
    add_cublaslt(who, "cuBLASLt, fp32", c.s, NT, {CUDA_R_32F, CUDA_R_32F, CUBLAS_COMPUTE_32F_PEDANTIC}, 0, sets,
                 sensor);
    hold_contest(c, who, sets, sensor);
}

// ---- all of them ----------------------------------------------------------------------------------------------------------
static std::string arguments(const char *kind, form stored, int M, int N, int K) {
    char text[100];
    snprintf(text, sizeof text, "%s %s %d %d %d", kind, form_names[stored], M, N, K);
    return text;
}

static std::vector<std::string> all_shapes(int have) {
    enum { TOKENS = 8192 };
    static const int layers[][2] = {
        {2304, 768}, {768, 768}, {3072, 768}, {768, 3072}, {50304, 768}};  // outputs, inputs
    std::vector<std::string> all;
    for (int n : {2048, 4096, 8192})
        for (form stored : {NT, NN, TN})
            if (stored == NT || have >= HOPPER) all.push_back(arguments("bf16", stored, n, n, n));
    for (auto &layer : layers) {
        int outputs = layer[0], inputs = layer[1];
        all.push_back(arguments("bf16", NT, TOKENS, outputs, inputs));  // y = x W^T
        if (have < HOPPER) continue;
        all.push_back(arguments("bf16", NN, TOKENS, inputs, outputs));  // dx = dy W
        all.push_back(arguments("bf16", TN, outputs, inputs, TOKENS));  // dW = dy^T x
    }
    for (int n : {4096, 8192}) {
        if (have >= HOPPER) all.push_back(arguments("int8", NT, n, n, n));
        all.push_back(arguments("tf32", NT, n, n, n));
    }
    return all;
}

static std::string heading(const cudaDeviceProp &device, const sensors &sensor) {
    return std::string("# The ladder of tensor cores on one ") + device.name + "\n\n" + today() + ", " +
           describe(device, sensor) +
           ". Written by `make gpu-bench`: rungs and cuBLASLt (of all algorithms that its heuristic proposes the "
           "fastest; which of "
           "how many) take turns in one process, one process for each shape, N(0,1) data, buffers rotated past the L2 "
           "cache, "
           "medians; clock and power are read while each kernel runs. Without a rest: launch after launch for a "
           "second, the "
           "host's part included. Sizes are M x N x K.\n";
}

static bool parse(contest *c, int argc, char **argv) {
    if (argc != 6 && argc != 7) return false;
    int stored = 0;
    while (stored < 3 && strcmp(argv[2], form_names[stored]) != 0) stored++;
    *c = {argv[1], (form)stored, {atoi(argv[3]), atoi(argv[4]), atoi(argv[5])}, argc == 7 ? argv[6] : ""};
    bool known = c->kind == "bf16" || ((c->kind == "int8" || c->kind == "tf32") && stored == NT);
    return known && stored < 3 && c->s.M > 0 && c->s.N > 0 && c->s.K > 0 && c->s.M % 8 + c->s.N % 8 + c->s.K % 8 == 0;
}

int main(int argc, char **argv) {
    cudaDeviceProp device = the_gpu();
    char bus[32];
    CUDA_CHECK(cudaDeviceGetPCIBusId(bus, sizeof bus, 0));
    sensors sensor(bus);
    int have = instructions();
    if (have < 80) {
        printf("%s has no bfloat16, or nothing was compiled for it: chapter 24 is not measured\n", device.name);
        return 0;
    }
    if (argc == 1) {
        std::string path = file_name(device.name) + "-tensor";
        begin_files(path, heading(device, sensor),
                    "kind,form,M,N,K,number,rung,tflops,percent,seconds,megahertz,watts,restless");
        return bench_all(argv[0], all_shapes(have), path);
    }
    contest c;
    if (!parse(&c, argc, argv)) {
        fprintf(stderr, "usage: tensor_bench [bf16|int8|tf32 NT|NN|TN M N K], multiples of 8; int8 and tf32 only NT\n");
        return 2;
    }
    printf("%s, %s %s, %d x %d x %d\n", device.name, c.kind.c_str(), form_names[c.stored], c.s.M, c.s.N, c.s.K);
    if (c.kind == "bf16") bench_bf16(c, have, device.l2CacheSize, sensor);
    else if (c.kind == "int8") bench_int8(c, device.l2CacheSize, sensor);
    else bench_tf32(c, device.l2CacheSize, sensor);
    return 0;
}
