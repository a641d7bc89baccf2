// The simulator's memory, as host code uses it: cudaMalloc, cudaMemcpy and their family.
#include "unit/simt_kernel.h"

static void setup(void) {
    __tsan_init();
    cudaMalloc((void **)&x, N * sizeof *x);
    cudaMalloc((void **)&y, N * sizeof *y);
    cudaMalloc((void **)&counter, sizeof *counter);
    clear_all();
}
TestSuite(simt_memcpy, .init = setup, .timeout = 20);

static void copy_all(void *unused) {
    (void)unused;
    const int i = bid() * 100 + tid();
    STORE(&y[i], LOAD(&x[i]));
}

// ---- the host's calls ---------------------------------------------------------------------------------------------------
Test(simt_memcpy, copies_that_do_not_fit_are_refused_in_words) {
    static float host[2 * N];
    cr_assert_eq(cudaMemcpy(x, host, sizeof host, cudaMemcpyHostToDevice), cudaErrorInvalidValue);
    check_found(SIMT_MEMCPY, "copies 8000 bytes into x, the 4000-byte cudaMalloc of line");
    cr_assert_eq(cudaMemcpy(host, x + 500, N * sizeof(float), cudaMemcpyDeviceToHost), cudaErrorInvalidValue);
    check_found(SIMT_MEMCPY, "copies 4000 bytes out of x, the 4000-byte cudaMalloc");
    cr_assert_eq(cudaMemcpy(host, x, 16, cudaMemcpyHostToDevice), cudaErrorInvalidValue);
    check_found(SIMT_MEMCPY, "it goes from device to host memory: that is cudaMemcpyDeviceToHost");
    cr_assert_eq(cudaMemcpy(x, host, 16, cudaMemcpyDeviceToDevice), cudaErrorInvalidValue);
    check_found(SIMT_MEMCPY, "that is cudaMemcpyHostToDevice");
    cr_assert_eq(cudaMemcpy(x + 1, x, 16, cudaMemcpyDeviceToDevice), cudaErrorInvalidValue);
    check_found(SIMT_MEMCPY, "overlap: 4 bytes");
    cr_assert_eq(cudaMemcpy(NULL, host, 16, cudaMemcpyHostToDevice), cudaErrorInvalidValue);
    check_found(SIMT_MEMCPY, "null pointer as destination");
    cr_assert_eq(cudaMemset(host, 0, 16), cudaErrorInvalidValue);
    check_found(SIMT_MEMCPY, "on host memory");
    cr_assert_eq(simt_finding_count(), 7);
    cr_assert_eq(cudaMemcpy(x, host, 16, cudaMemcpyDefault), cudaSuccess);
    cr_assert_eq(cudaMemcpy(y, x, 4000, cudaMemcpyDeviceToDevice), cudaSuccess);
    cr_assert_eq(cudaMemcpy(y, x, 0, cudaMemcpyHostToDevice), cudaSuccess);
    cr_assert_eq(simt_finding_count(), 7);
}

Test(simt_memcpy, rectangles_are_copied_by_their_rows) {
    float in[3][4] = {{1, 2, 3, 4}, {5, 6, 7, 8}, {9, 10, 11, 12}}, out[3][2] = {{0}};
    void *pitched;
    size_t pitch;
    cr_assert_eq(cudaMallocPitch(&pitched, &pitch, 16, 3), cudaSuccess);
    cr_assert(pitch >= 16 && pitch % 256 == 0);
    cr_assert_eq(cudaMemcpy2D(pitched, pitch, in, 16, 16, 3, cudaMemcpyHostToDevice), cudaSuccess);
    cr_assert_eq(cudaMemcpy2D(out, 8, (char *)pitched + 4, pitch, 8, 3, cudaMemcpyDeviceToHost), cudaSuccess);
    cr_assert_eq(out[2][1], 11);
    check_none("rectangles");
    cr_assert_eq(cudaMemcpy2D(out, 4, pitched, pitch, 8, 3, cudaMemcpyDeviceToHost), cudaErrorInvalidPitchValue);
    cr_assert_eq(cudaMemcpy2D(pitched, pitch, in, 16, 16, 4, cudaMemcpyHostToDevice), cudaErrorInvalidValue);
    cudaFree(pitched);
}

Test(simt_memcpy, arrays_are_freed_once_and_by_their_start) {
    cr_assert_eq(cudaFree(NULL), cudaSuccess);
    cr_assert_eq(cudaFree(x + 1), cudaErrorInvalidValue);
    check_found(SIMT_API, "cudaFree of a pointer 4 bytes into x, the 4000-byte cudaMalloc");
    cr_assert_eq(cudaFree(x), cudaSuccess);
    cr_assert_eq(cudaFree(x), cudaErrorInvalidValue);
    check_found(SIMT_API, "cudaFree a second time of x, the 4000-byte cudaMalloc");
    int host;
    cr_assert_eq(cudaFree(&host), cudaErrorInvalidValue);
    check_found(SIMT_API, "cudaFree of a pointer to host memory");
    void *pinned;
    cr_assert_eq(cudaMallocHost(&pinned, 100), cudaSuccess);
    memset(pinned, 1, 100);
    cr_assert_eq(cudaMemcpy(y, pinned, 100, cudaMemcpyHostToDevice), cudaSuccess);
    cr_assert_eq(cudaFree(pinned), cudaErrorInvalidValue);
    check_found(SIMT_API, "it is to go to cudaFreeHost");
    cr_assert_eq(cudaFreeHost(pinned), cudaSuccess);
    cr_assert_eq(simt_finding_count(), 4);
}

Test(simt_memcpy, what_is_not_freed_leaks) {
    cudaFree(x);
    heap_leaks();
    cr_assert_eq(simt_finding_count(), 2);
    check_found(SIMT_LEAK, "4000 bytes of y, the 4000-byte cudaMalloc");
    cudaFree(y), cudaFree(counter);
    simt_forget();
    heap_leaks();
    check_none("all is freed");
    cr_assert_eq(simt_live_allocations(), 0);
}

Test(simt_memcpy, the_device_has_an_end_and_free_addresses_after_it) {
    size_t free_bytes, total;
    void *p;
    cr_assert_eq(cudaMemGetInfo(&free_bytes, &total), cudaSuccess);
    cr_assert_eq(free_bytes, total - 8004);
    cr_assert_eq(cudaMalloc(&p, total), cudaErrorMemoryAllocation);
    for (int i = 0; i < 100; i++) {  // far more than there are addresses
        cr_assert_eq(cudaMalloc(&p, (size_t)3 << 30), cudaSuccess, "round %d", i);
        cr_assert_eq((uintptr_t)p % 256, 0);
        cr_assert_eq(cudaFree(p), cudaSuccess);
    }
    cr_assert_eq(run(copy_all, 10, 100), 0);
    check_none("arrays that lived all the time");
}
