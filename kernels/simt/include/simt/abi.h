// What the headers that a .cu file sees call in the runtime: the border between C++ and C. Not for learners.
// A function of a kernel is called on the stack of the CUDA thread that runs (a fiber).
#pragma once
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#define SIMT_PURE __attribute__((const))  // comes back in registers, may be called once for many uses
#else
#define SIMT_PURE
#endif
#ifdef __clang__
#define SIMT_CONVERGENT __attribute__((convergent))
#else
#define SIMT_CONVERGENT
#endif

struct uint3 {
    unsigned x, y, z;
};

// ---- launch.c -------------------------------------------------------------------------------------------------------
struct simt_config {
    struct uint3 grid, block;
    size_t shared;  // dynamic shared memory, bytes
    void *stream;
    struct uint3 cluster;  // (0,0,0): as the kernel says, single blocks as a rule
};
// Runs call(parameters) once for every thread of the grid. parameters lie in simt_parameters(), 4096 bytes.
void simt_run(const char *kernel, const struct simt_config *config, void (*call)(void *parameters), void *parameters);
void *simt_parameters(void);
struct uint3 simt_thread_index(void) SIMT_PURE;  // threadIdx
struct uint3 simt_block_index(void) SIMT_PURE;
struct uint3 simt_block_size(void) SIMT_PURE;
struct uint3 simt_grid_size(void) SIMT_PURE;
// `site` is __COUNTER__: compilers may duplicate a call, and then its address says nothing. mode 0: __syncthreads; 1:
// _count; 2: _and; 3: _or
int simt_barrier(int site, int mode, int predicate) SIMT_CONVERGENT;
void simt_todo(const char *exercise)
    __attribute__((noreturn));  // a gap: ends the launch, then todo(exercise) on the host
void simt_trap(void) __attribute__((noreturn));
void simt_assert_failed(const char *condition, const char *file, int line) __attribute__((noreturn));
void simt_unsupported(const char *what) __attribute__((noreturn));  // "grid.sync(): ..."
long long simt_clock(void);

#ifndef __cplusplus
// threadIdx, blockIdx, blockDim and gridDim of the thread that runs. g++ reads them as constants, which get no hooks
// (cuda_runtime.h names them so); clang++ calls the functions above.
extern struct uint3 simt_thread, simt_block, simt_block_dim, simt_grid_dim;
#endif

// ---- warp.c: what the lanes of a warp do together -------------------------------------------------------------------
void simt_syncwarp(unsigned mask) SIMT_CONVERGENT;
// in place; mode 0 __shfl_sync, 1 up, 2 down, 3 xor; size 1 to 16 bytes
void simt_shuffle(unsigned mask, void *value, unsigned size, int mode, int argument, int width) SIMT_CONVERGENT;
unsigned simt_vote(unsigned mask, int predicate, int mode) SIMT_CONVERGENT;  // mode 0 ballot, 1 any, 2 all
unsigned simt_match(unsigned mask, const void *value, unsigned size, int all, int *pred) SIMT_CONVERGENT;
unsigned simt_active_mask(void) SIMT_CONVERGENT;  // the lanes that come here before the others do anything else
// Every lane of mask comes with an argument; then all(arguments, lanes) runs once, uninstrumented, arguments[lane]
// NULL for others.
void simt_collective(unsigned mask, const char *name, void *argument,
                     void (*all)(void **arguments, unsigned lanes)) SIMT_CONVERGENT;

// ---- hooks.c --------------------------------------------------------------------------------------------------------
void simt_atomic_cas(const void *p,
                     unsigned size);             // the same for atomicCAS: it is usual to read plainly what it changes
void simt_atomic(const void *p, unsigned size);  // before an atomic operation, which the header then does plainly
void simt_fence(void);                           // __threadfence, __threadfence_block
void simt_touch(const void *p, unsigned size,
                int write);  // an access that the compiler does not show, by the caller's line

// ---- shared.c -------------------------------------------------------------------------------------------------------
// The block's variable number id (unique in its file), the same address for all threads. file, line: its declaration.
void *simt_shared_variable(const char *file, int line, int id, size_t size, size_t alignment, const char *name);
void *simt_dynamic_shared(size_t alignment, const char *name);

// ---- async.c: cp.async ----------------------------------------------------------------------------------------------
// size 4, 8 or 16 bytes to shared memory, of which the last size - from_size are zeroed. Lands at the wait.
void simt_cp_async(void *to, const void *from, unsigned size, unsigned from_size);
void simt_cp_async_commit(void);
void simt_cp_async_wait(int groups_left);

// ---- matrix.c: instructions on small matrices -----------------------------------------------------------------------
// ldmatrix: n = 1, 2 or 4 matrices of 8 x 8 16-bit numbers; lane i gives the address of row i % 8 of matrix i / 8.
void simt_ldmatrix(unsigned *out, const void *row, int n, int transpose) SIMT_CONVERGENT;
enum simt_element { SIMT_F16, SIMT_BF16, SIMT_TF32, SIMT_S8, SIMT_F32, SIMT_U8, SIMT_S32 };
// mma.sync.aligned.mMnNkK.row.col: d = a b + c with the PTX ISA's fragment layouts; d and c: float, or int for SIMT_S8.
// shapes: m16n8k16, m16n8k8 (F16, BF16), m16n8k8, m16n8k4 (TF32), m16n8k32, m16n8k16 (S8)
void simt_mma(int m, int n, int k, enum simt_element element, void *d, const unsigned *a, const unsigned *b,
              const void *c) SIMT_CONVERGENT;
// mma.sp::ordered_metadata m16n8k32 (F16, BF16): of four neighbours in a row of a, two are there
void simt_mma_sparse(enum simt_element element, float *d, const unsigned *a, const unsigned *b, const float *c,
                     unsigned metadata, int selector) SIMT_CONVERGENT;

// ---- fragments.c: nvcuda::wmma --------------------------------------------------------------------------------------
// A matrix of rows x cols elements of `size` bytes that the lanes of a warp share, rows * cols / 32 for each, and its
// place in memory. turned: matrix_b, whose pairs stand below each other.
struct simt_fragment {
    int rows, cols, turned, by_columns;
    unsigned size, ld;
};
void simt_fragment_load(const struct simt_fragment *f, void *x, const void *from) SIMT_CONVERGENT;
void simt_fragment_store(const struct simt_fragment *f, const void *x, void *to) SIMT_CONVERGENT;
// d = a b + c, m x k times k x n; element: of a and b, sum: of c and d (SIMT_F32, SIMT_F16, SIMT_S32)
struct simt_product {
    int m, n, k;
    enum simt_element element, sum;
};
void simt_fragment_mma(const struct simt_product *p, void *d, const void *a, const void *b,
                       const void *c) SIMT_CONVERGENT;

// stmatrix: the way back. Lane i gives the address of row i % 8 of matrix i / 8.
void simt_stmatrix(void *row, const unsigned *in, int n, int transpose) SIMT_CONVERGENT;

// ---- cluster.c, shared.c: blocks that run together (sm_90) ------------------------------------------------------------
// At the beginning of a kernel with __cluster_dims__: simtcc writes it there. Begins the launch anew, by clusters.
void simt_cluster_dims(unsigned x, unsigned y, unsigned z);
unsigned simt_cluster_rank(void);
unsigned simt_cluster_size(void);
struct uint3 simt_cluster_shape(void);  // in blocks, (1,1,1) as a rule
void simt_cluster_arrive(void) SIMT_CONVERGENT;
void simt_cluster_wait(void) SIMT_CONVERGENT;
uint32_t simt_shared_address(const void *p);    // as instructions take it; 0: no shared memory
void *simt_shared_pointer(uint32_t address);    // rank << 24: of another block of the cluster
uint32_t simt_cluster_map(const void *p, unsigned rank);  // mapa
// bar.sync and bar.arrive: barrier `id` (1 to 15) of so many threads, a multiple of 32
void simt_named_barrier(int id, unsigned threads, int wait) SIMT_CONVERGENT;
void simt_set_registers(unsigned count, int more) SIMT_CONVERGENT;  // setmaxnreg; registers.c

// ---- mbarrier.c, engine.c (sm_90) -----------------------------------------------------------------------------------
void simt_mbarrier_init(uint64_t *barrier, unsigned arrivals);
void simt_mbarrier_invalidate(uint64_t *barrier);
void simt_mbarrier_arrive(uint64_t *barrier, unsigned bytes, int expect);  // expect: .expect_tx(bytes) first
void simt_mbarrier_expect(uint64_t *barrier, unsigned bytes);              // without an arrival
void simt_mbarrier_arrive_at(uint32_t barrier);  // an address of simt_cluster_map
int simt_mbarrier_test(uint64_t *barrier, unsigned parity);
void simt_mbarrier_wait(uint64_t *barrier, unsigned parity);
void simt_fence_mbarrier_init(void);
void simt_fence_proxy_async(void);

// ---- tensor_map.c, tma.c (sm_90) ------------------------------------------------------------------------------------
// Coordinates: innermost first, `dimensions` of them. blocks: 0, or a mask of ranks of the cluster (multicast).
void simt_tma_prefetch(const void *map);
void simt_tma_load(void *to, const void *map, uint64_t *barrier, int dimensions, const int *at, unsigned blocks);
void simt_tma_store(const void *map, const void *from, int dimensions, const int *at, int add);  // add: reduce
void simt_tma_commit(void);
void simt_tma_wait(int groups_left, int only_read);  // only_read: shared memory may be used again

// ---- wgmma.c (sm_90) ------------------------------------------------------------------------------------------------
struct simt_wgmma {  // D (64,n) = A (64,k) B (k,n) + D; k is 32 bytes
    int n;
    enum simt_element element;  // F16, BF16, TF32, S8
    int a_turned, b_turned;     // tnspA, tnspB: stored with M, N in a row
    int accumulate;             // scale-d; 0: D is only written
};
// d: the thread's n / 2 floats (S8: ints); a: its 4 registers, NULL where A is in shared memory
void simt_wgmma(const struct simt_wgmma *w, void *d, const unsigned *a, uint64_t a_descriptor,
                uint64_t b_descriptor) SIMT_CONVERGENT;
void simt_wgmma_fence(void) SIMT_CONVERGENT;
void simt_wgmma_commit(void) SIMT_CONVERGENT;
void simt_wgmma_wait(int groups_left) SIMT_CONVERGENT;

// ---- numbers.c: half and bfloat16 -----------------------------------------------------------------------------------
float simt_half_to_float(uint16_t h) SIMT_PURE;
uint16_t simt_float_to_half(float f) SIMT_PURE;  // to nearest even
float simt_bf16_to_float(uint16_t h) SIMT_PURE;
uint16_t simt_float_to_bf16(float f) SIMT_PURE;
// x + y rounded once; sum is x + y as a double, for the caller has it (and its addition is counted there)
uint16_t simt_sum_to_half(double sum, double x, double y) SIMT_PURE;
uint16_t simt_sum_to_bf16(double sum, double x, double y) SIMT_PURE;

#ifdef __cplusplus
}
#endif
