// Chapter 22 on a real GPU.
//   build/gpu/basics        every kernel against sums in double: odd sizes, outputs and what lies behind them poisoned
//                           with NaN. Prints a line for each kernel and size; ends with status 1 if any is wrong.
//   build/gpu/basics bench  GB/s of every kernel: the bytes that must move, by the median time of 21 launches
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include "22-cuda-basics/basics.h"
#include "gpu/device.cuh"

typedef std::vector<float> floats;
typedef std::vector<double> doubles;

static int wrong;

// ---- arrays ---------------------------------------------------------------------------------------------------------
enum { GUARD = 1024 };  // elements behind an output that must stay as they are

static floats normals(size_t n, uint64_t seed) {
    floats x(n);
    for (size_t i = 0; i < n; i++) x[i] = random_normal(seed, i);
    return x;
}

template <class T>
static T *upload(const std::vector<T> &x) {
    T *device = nullptr;
    CUDA_CHECK(cudaMalloc(&device, x.size() * sizeof(T)));
    CUDA_CHECK(cudaMemcpy(device, x.data(), x.size() * sizeof(T), cudaMemcpyHostToDevice));
    return device;
}

static float *output(size_t n) {
    float *x = device_floats(n + GUARD);
    poison(x, n + GUARD);
    return x;
}

// Compares n results and the guard behind them (behind == 0: none), says so, and frees the device's array.
static void expect(const std::string &what, float *device, const doubles &want, double tolerance,
                   size_t behind = GUARD) {
    size_t n = want.size();
    floats got(n + behind);
    CUDA_CHECK(cudaDeviceSynchronize());
    CUDA_CHECK(cudaMemcpy(got.data(), device, got.size() * sizeof(float), cudaMemcpyDeviceToHost));
    CUDA_CHECK(cudaFree(device));
    size_t bad = 0;
    while (bad < n && fabs((double)got[bad] - want[bad]) <= tolerance * (1 + fabs(want[bad]))) bad++;
    if (bad < n)
        printf("not ok %s: element %zu is %g, expected %g\n", what.c_str(), bad, (double)got[bad], want[bad]);
    for (; bad >= n && bad < got.size(); bad++)
        if (!isnan(got[bad])) {
            printf("not ok %s: it wrote element %zu of %zu\n", what.c_str(), bad, n);
            break;
        }
    wrong += bad < got.size();
    if (bad == got.size()) printf("ok %s\n", what.c_str());
}

static std::string sized(const char *name, int a, int b = 0) {
    return std::string(name) + " " + std::to_string(a) + (b ? " x " + std::to_string(b) : "");
}

static int ceil_div(int n, int d) {
    return (n + d - 1) / d;
}

// ---- the kernels against their definitions --------------------------------------------------------------------------
static void check_vectors(int n) {
    floats a = normals(n, 1), b = normals(n, 2);
    float *da = upload(a), *db = upload(b), *out = output(n);
    doubles sum(n), scaled(n), reversed(n);
    for (int i = 0; i < n; i++) {
        int first = i / THREADS * THREADS, count = std::min<int>(THREADS, n - first);
        sum[i] = (double)a[i] + b[i];
        scaled[i] = 0.75 * a[i] + b[i];
        reversed[i] = a[first + count - 1 - (i - first)];
    }
    vector_add(out, da, db, n);
    expect(sized("vector_add", n), out, sum, 1e-6);
    saxpy(db, 0.75f, da, n, 7, 96);
    expect(sized("saxpy", n), db, scaled, 1e-6, 0);
    reverse_blocks(da, n);
    expect(sized("reverse_blocks", n), da, reversed, 0, 0);
}

static void check_sums(int n) {
    enum { BLOCKS = 5 };
    floats in = normals(n, 3);
    float *device = upload(in), *room = device_floats(REDUCE_BLOCKS);
    doubles tiles(ceil_div(n, THREADS)), strided(BLOCKS), all(1);
    for (int i = 0; i < n; i++) {
        tiles[i / THREADS] += in[i];
        strided[i / THREADS % BLOCKS] += in[i];
        all[0] += in[i];
    }
    const struct {
        const char *name;
        void (*run)(float *, const float *, int);
    } trees[] = {{"reduce_modulo", reduce_modulo},
                 {"reduce_strided", reduce_strided},
                 {"reduce_sequential", reduce_sequential}};
    for (auto &tree : trees) {
        float *sums = output(tiles.size());
        tree.run(sums, device, n);
        expect(sized(tree.name, n), sums, tiles, 1e-4);
    }
    float *first = output(BLOCKS), *shuffled = output(BLOCKS), *total = output(1);
    reduce_first_add(first, device, n, BLOCKS);
    expect(sized("reduce_first_add", n), first, strided, 1e-3);
    reduce_shuffle(shuffled, device, n, BLOCKS);
    expect(sized("reduce_shuffle", n), shuffled, strided, 1e-3);
    reduce_sum(total, room, device, n);
    expect(sized("reduce_sum", n), total, all, 1e-3);
    CUDA_CHECK(cudaFree(device));
    CUDA_CHECK(cudaFree(room));
}

static doubles prefix_sums(const floats &in, int tile) {
    doubles sums(in.size());
    for (size_t i = 0; i < in.size(); i++) sums[i] = in[i] + (i % tile ? sums[i - 1] : 0);
    return sums;
}

static void check_scans(int n) {
    floats in = normals(n, 4);
    float *device = upload(in), *room = device_floats(n + 1);
    float *doubled = output(n), *tree = output(n), *whole = output(n);
    scan_doubling(doubled, room, device, n);
    expect(sized("scan_doubling", n), doubled, prefix_sums(in, THREADS), 1e-4);
    scan_tree(tree, room, device, n);
    expect(sized("scan_tree", n), tree, prefix_sums(in, SCAN_TILE), 1e-4);
    scan(whole, room, device, n);
    expect(sized("scan", n), whole, prefix_sums(in, n), 1e-3);
    CUDA_CHECK(cudaFree(device));
    CUDA_CHECK(cudaFree(room));
}

static void check_histograms(int n) {
    std::vector<unsigned char> in(n);
    std::vector<int> want(BINS), got(BINS);
    for (int i = 0; i < n; i++) want[in[i] = i % 3 ? random_bits(5, i) % BINS : 32]++;
    unsigned char *device = upload(in);
    int *counts = upload(got);
    for (int blocks = 0; blocks < 10; blocks += 9) {
        if (blocks) histogram_shared(counts, device, n, blocks);
        else histogram_global(counts, device, n);
        CUDA_CHECK(cudaMemcpy(got.data(), counts, BINS * sizeof(int), cudaMemcpyDeviceToHost));
        printf("%s %s %d\n", got == want ? "ok" : "not ok", blocks ? "histogram_shared" : "histogram_global", n);
        wrong += got != want;
    }
    CUDA_CHECK(cudaFree(device));
    CUDA_CHECK(cudaFree(counts));
}

static void check_transposes(int rows, int columns) {
    floats in = normals((size_t)rows * columns, 6);
    doubles want(in.size());
    for (int i = 0; i < rows; i++)
        for (int j = 0; j < columns; j++) want[(size_t)j * rows + i] = in[(size_t)i * columns + j];
    const struct {
        const char *name;
        void (*run)(float *, const float *, int, int);
    } all[] = {{"transpose_naive", transpose_naive},
               {"transpose_tiled", transpose_tiled},
               {"transpose_padded", transpose_padded}};
    float *device = upload(in);
    for (auto &one : all) {
        float *out = output(in.size());
        one.run(out, device, rows, columns);
        expect(sized(one.name, rows, columns), out, want, 0);
    }
    CUDA_CHECK(cudaFree(device));
}

static void check_stencil(int n) {
    floats in = normals(n, 7), weights = normals(2 * RADIUS + 1, 8);
    doubles want(n);
    for (int i = 0; i < n; i++)
        for (int d = -RADIUS; d <= RADIUS; d++)
            if (i + d >= 0 && i + d < n) want[i] += (double)weights[d + RADIUS] * in[i + d];
    float *device = upload(in), *out = output(n);
    stencil(out, device, weights.data(), n);
    expect(sized("stencil", n), out, want, 1e-5);
    CUDA_CHECK(cudaFree(device));
}

static void check_convolutions(int H, int W, int K) {
    floats x = normals((size_t)H * W, 9), weight = normals((size_t)K * K, 10);
    doubles want(x.size());
    for (int i = 0; i < H; i++)
        for (int j = 0; j < W; j++)
            for (int k = 0; k < K * K; k++) {
                int r = i - K / 2 + k / K, c = j - K / 2 + k % K;
                if (r >= 0 && r < H && c >= 0 && c < W) want[i * W + j] += (double)weight[k] * x[r * W + c];
            }
    float *device = upload(x), *naive = output(x.size()), *tiled = output(x.size());
    conv2d_naive(naive, device, weight.data(), H, W, K);
    expect(sized("conv2d_naive", H, W), naive, want, 2e-5);
    conv2d_tiled(tiled, device, weight.data(), H, W, K);
    expect(sized("conv2d_tiled", H, W), tiled, want, 2e-5);
    CUDA_CHECK(cudaFree(device));
}

static void check_softmax(int rows, int columns) {
    floats in = normals((size_t)rows * columns, 11);
    doubles want(in.size());
    for (int r = 0; r < rows; r++) {
        float *in_r = &in[(size_t)r * columns];
        for (int c = 0; c < columns; c++) in_r[c] = 3 * in_r[c] + (r % 2 ? 300.f : 0);
        double max = *std::max_element(in_r, in_r + columns), sum = 0;
        for (int c = 0; c < columns; c++) sum += exp(in_r[c] - max);
        for (int c = 0; c < columns; c++) want[(size_t)r * columns + c] = exp(in_r[c] - max) / sum;
    }
    float *device = upload(in), *naive = output(in.size()), *rows_out = output(in.size());
    softmax_naive(naive, device, rows, columns);
    expect(sized("softmax_naive", rows, columns), naive, want, 2e-5);
    softmax_rows(rows_out, device, rows, columns);
    expect(sized("softmax_rows", rows, columns), rows_out, want, 2e-5);
    CUDA_CHECK(cudaFree(device));
}

static int check(void) {
    for (int n : {1, 31, 256, 257, 1000, 16385, 262143}) {
        check_vectors(n);
        check_sums(n);
        check_scans(n);
        check_histograms(n);
        check_stencil(n);
    }
    const int sides[][2] = {{1, 1}, {5, 70}, {33, 31}, {64, 96}, {257, 129}};
    for (auto &side : sides) {
        check_transposes(side[0], side[1]);
        check_softmax(side[0], side[1]);
        for (int K = 1; K <= CONV_MAX; K += 2) check_convolutions(side[0], side[1], K);
    }
    printf(wrong ? "# %d wrong\n" : "# all right\n", wrong);
    return wrong != 0;
}

// ---- bandwidth ------------------------------------------------------------------------------------------------------
static double median_seconds(const std::function<void()> &run) {
    enum { TURNS = 21 };
    cudaEvent_t begin, end;
    CUDA_CHECK(cudaEventCreate(&begin));
    CUDA_CHECK(cudaEventCreate(&end));
    std::vector<float> milliseconds(TURNS);
    run();  // warms up
    for (float &time : milliseconds) {
        CUDA_CHECK(cudaEventRecord(begin));
        run();
        CUDA_CHECK(cudaEventRecord(end));
        CUDA_CHECK(cudaEventSynchronize(end));
        CUDA_CHECK(cudaEventElapsedTime(&time, begin, end));
    }
    CUDA_CHECK(cudaEventDestroy(begin));
    CUDA_CHECK(cudaEventDestroy(end));
    std::sort(milliseconds.begin(), milliseconds.end());
    return milliseconds[TURNS / 2] / 1000.0;
}

static void bench(void) {
    enum { SIDE = 8192, N = SIDE * SIDE, BLOCKS = 1056 };
    float *a = device_floats(N), *b = device_floats(N), *out = device_floats(N);
    fill(a, N, 1);
    fill(b, N, 2);
    int *counts = nullptr;
    CUDA_CHECK(cudaMalloc(&counts, BINS * sizeof *counts));
    auto *bytes = reinterpret_cast<const unsigned char *>(a);
    floats weight = normals(CONV_MAX * CONV_MAX, 3);
    const double once = 4.0 * N;  // bytes of an array
    const struct {
        const char *name;
        double bytes;
        std::function<void()> run;
    } all[] = {
        {"vector_add", 3 * once, [&] { vector_add(out, a, b, N); }},
        {"saxpy", 3 * once, [&] { saxpy(out, 0.5f, a, N, BLOCKS, THREADS); }},
        {"reverse_blocks", 2 * once, [&] { reverse_blocks(out, N); }},
        {"reduce_modulo", once, [&] { reduce_modulo(out, a, N); }},
        {"reduce_strided", once, [&] { reduce_strided(out, a, N); }},
        {"reduce_sequential", once, [&] { reduce_sequential(out, a, N); }},
        {"reduce_first_add", once, [&] { reduce_first_add(out, a, N, BLOCKS); }},
        {"reduce_shuffle", once, [&] { reduce_shuffle(out, a, N, BLOCKS); }},
        {"scan_doubling", 2 * once, [&] { scan_doubling(out, b, a, N); }},
        {"scan_tree", 2 * once, [&] { scan_tree(out, b, a, N); }},
        {"histogram_global", N, [&] { histogram_global(counts, bytes, N); }},
        {"histogram_shared", N, [&] { histogram_shared(counts, bytes, N, BLOCKS); }},
        {"transpose_naive", 2 * once, [&] { transpose_naive(out, a, SIDE, SIDE); }},
        {"transpose_tiled", 2 * once, [&] { transpose_tiled(out, a, SIDE, SIDE); }},
        {"transpose_padded", 2 * once, [&] { transpose_padded(out, a, SIDE, SIDE); }},
        {"stencil", 2 * once, [&] { stencil(out, a, weight.data(), N); }},
        {"conv2d_naive", 2 * once, [&] { conv2d_naive(out, a, weight.data(), SIDE, SIDE, CONV_MAX); }},
        {"conv2d_tiled", 2 * once, [&] { conv2d_tiled(out, a, weight.data(), SIDE, SIDE, CONV_MAX); }},
        {"softmax_naive", 2 * once, [&] { softmax_naive(out, a, SIDE, SIDE); }},
        {"softmax_rows", 2 * once, [&] { softmax_rows(out, a, SIDE, SIDE); }},
    };
    printf("| kernel | ms | GB/s |\n|---|---|---|\n");
    for (auto &one : all) {
        double seconds = median_seconds(one.run);
        printf("| %s | %.3f | %.0f |\n", one.name, 1000 * seconds, one.bytes / seconds * 1e-9);
    }
    for (float *x : {a, b, out}) CUDA_CHECK(cudaFree(x));
    CUDA_CHECK(cudaFree(counts));
}

int main(int argc, char **argv) {
    cudaDeviceProp device = the_gpu();
    printf("# %s, compute capability %d.%d\n", device.name, device.major, device.minor);
    if (argc == 1) return check();
    if (argc != 2 || strcmp(argv[1], "bench") != 0) {
        fprintf(stderr, "usage: %s [bench]\n", argv[0]);
        return 2;
    }
    bench();
    return 0;
}
