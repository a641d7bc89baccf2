// A core reaches its peak when every cycle starts as many vector multiply-adds as it has units for. One multiply-add
// takes four or five cycles, so each unit needs several that do not wait for each other: CHAINS independent
// accumulators.
#include "tools/fma_peak.h"

#include "common/common.h"

#if defined(__AVX512F__)
enum { LANES = 16, CHAINS = 20 };
#elif defined(__AVX__)
enum { LANES = 8, CHAINS = 12 };
#else
enum { LANES = 4, CHAINS = 12 };
#endif
typedef float vector __attribute__((vector_size(LANES * sizeof(float))));

enum { RUNS = 10, STEPS = 2 * 1000 * 1000 };

// Strict C forbids the compiler to fuse a multiplication and an addition by itself; here that is the whole point.
// (clang fuses within an expression unless told otherwise.)
#if defined(__GNUC__) && !defined(__clang__)
#define FUSED __attribute__((optimize("fp-contract=fast")))
#else
#define FUSED
#endif

// Returns a sum of everything computed, so that none of it can be left out by the compiler.
FUSED static float run_chains(float seed) {
    vector sum[CHAINS];
    vector factor = {0}, term = {0};
    factor += 1.0f - 1e-7f * seed;
    term += seed;
    for (int c = 0; c < CHAINS; c++) sum[c] = term * (float)(c + 1);
    for (int s = 0; s < STEPS; s++) {
        for (int c = 0; c < CHAINS; c++) sum[c] = sum[c] * factor + term;
    }
    float total = 0.0f;
    for (int c = 0; c < CHAINS; c++) {
        for (int lane = 0; lane < LANES; lane++) total += sum[c][lane];
    }
    return total;
}

double fma_peak_gflops(int threads) {
    double best = 0.0;
    float keep = 0.0f;
    for (int run = 0; run < RUNS; run++) {
        double start = clock_seconds();
#pragma omp parallel for num_threads(threads) schedule(static, 1) reduction(+ : keep)
        for (int t = 0; t < threads; t++) keep += run_chains(1e-3f * (float)(t + run + 1));
        double seconds = clock_seconds() - start;
        double flops = 2.0 * LANES * CHAINS * (double)STEPS * threads;
        if (flops / seconds > best) best = flops / seconds;
    }
    return keep == 0.0f ? 0.0 : best * 1e-9;  // keep is never 0; asking makes the compiler compute it
}
