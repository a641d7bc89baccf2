// How fast this machine can multiply and add: the ceiling that benchmarks compare themselves with.
#pragma once

// Measured peak of float fused multiply-adds in GFLOP/s (a multiply-add counts as 2), with the given number of threads
// working at once, each on its own registers and none of them touching memory. The best of several short runs, a few
// hundredths of a second in all: it says what the machine can do now, and a benchmark of minutes asks more than once.
// threads >= 1.
double fma_peak_gflops(int threads);
