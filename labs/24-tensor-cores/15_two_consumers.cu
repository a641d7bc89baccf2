// Rung 15: a larger tile again, two consumers, and registers that change hands.
//
// What limits rung 14: shared memory and the second-level cache. For 128 x 128 sums and 64 k, 32 KiB come in, and one warpgroup
// cannot hold more sums than that.
// The idea: 128 x 256 with two consumer warpgroups, 64 rows each, that read the same tile of B. One wgmma then has N = 256, the
// widest there is: it reads 2 KiB of A and 8 KiB of B for 64 x 256 x 16 multiply-adds, 0.04 bytes for each; N = 128 needs 0.047,
// and N = 64, as in rung 12, 0.06. From the cache: 48 KiB for twice the work, 0.023 bytes for a multiply-add, not 0.031.
//
//     warpgroup 0     producer, one thread of 128          A 128 x 64, B 256 x 64: 48 KiB a stage, 4 stages
//     warpgroup 1     rows 0-63, 256 columns: 128 sums a thread
//     warpgroup 2     rows 64-127
//
// 384 threads share 65,536 registers: 170 each, given out in eights: 168. A consumer has 128 sums, and soon more to keep beside
// them; the producer wants hardly 20. setmaxnreg lets a warpgroup give registers back or ask for more, while it runs:
//
//     at the launch          168 + 168 + 168 = 504  (times 128)
//     setmaxnreg.dec  24      24                                 the producer gives 144 back
//     setmaxnreg.inc 240           240 + 240 = 504               each consumer takes 72: inc waits until they are there
//
// Were more asked for than is there, inc would wait for ever. All four warps of a warpgroup execute it; that is why the producer
// is a whole warpgroup now, of which 127 threads do nothing. And the compiler has to know with how many registers a thread begins:
// by __launch_bounds__(384, 1) it gives each the 168 that there are for one block, although the code needs fewer.
//
// What will limit it: beginnings and ends. One block fills a multiprocessor; while it stores C, and while the next one starts and
// fills its ring, the tensor cores stand still. And tiles come in waves.
// The simulator counts: three quarters of the bytes of rung 14 by TMA; 257 arrivals a step. It adds up registers, too, and says
// who would wait for ever.
// In the profiler: the tensor pipe at 75% or more in the middle of a block's life; "wait for wgmma" is the consumer's only stall.
#include "24-tensor-cores/gemm.h"

#include <cuda_runtime.h>

#include "24-tensor-cores/stages.cuh"
#include "24-tensor-cores/tile.cuh"
#include "common/cuda_check.cuh"
#include "common/todo.cuh"
#include "descriptor.cuh"
#include "ptx.h"
#include "ring.cuh"

enum { BM = 128, BN = 256, STAGES = 4, CONSUMERS = 2, THREADS = 128 * (1 + CONSUMERS) };
enum { PRODUCER_REGISTERS = 24, CONSUMER_REGISTERS = 240 };  // consumer_registers(24, 2)
typedef ring_memory<BM, BN, STAGES> ring;

int consumer_registers(int producer, int consumers) {
    // TODO 24.9 consumer_registers: a warpgroup's share at launch, times all of them, less the producer's; by 8, <= 240
    todo("24.9 consumer_registers");
}

// The producer, one thread.
__device__ static inline void produce(ring &r, const CUtensorMap &map_a, const CUtensorMap &map_b, int row0,
                                      int column0, int steps) {
    for (int n = 0; n < steps; n++) {
        int s = ring_stage(n, STAGES);
        mbarrier_wait(&r.empty[s], ring_empty_parity(n, STAGES));
        fetch(r, s, map_a, map_b, row0, column0, n * BK);  // expects the bytes, and copies both boxes: stages.cuh
    }
}

// A consumer, one warpgroup: sum += the product of its 64 rows of A, from `first` on, and B, for each step.
__device__ static __forceinline__ void consume(ring &r, float (&sum)[BN / 2], int first, int steps) {
    for (int n = 0; n < steps; n++) {
        int s = ring_stage(n, STAGES);
        mbarrier_wait(&r.full[s], ring_full_parity(n, STAGES));
        uint64_t a = matrix_descriptor(ptx_shared(&r.A[s][first * BK]), 16, 8 * ROW_BYTES, ROW_BYTES);
        uint64_t b = matrix_descriptor(ptx_shared(r.B[s]), 16, 8 * ROW_BYTES, ROW_BYTES);
        multiply<BN>(sum, a, b);
        wgmma_wait<0>();
        mbarrier_arrive(&r.empty[s]);
    }
}

__global__ void __launch_bounds__(THREADS, 1)
    two_consumers(const __grid_constant__ CUtensorMap map_a, const __grid_constant__ CUtensorMap map_b, uint16_t *C,
                  int M, int N, int K) {
    extern __shared__ __align__(1024) unsigned char memory[];
    ring &r = *reinterpret_cast<ring *>(memory);
    int row0 = blockIdx.y * BM, column0 = blockIdx.x * BN, steps = ceil_div(K, BK);
    if (threadIdx.x == 0) ring_init(r, 128 * CONSUMERS);  // all threads of the consumers arrive
    __syncthreads();
    int warpgroup = threadIdx.x / 128;
    if (warpgroup == 0) {
        setmaxnreg_dec<PRODUCER_REGISTERS>();
        if (threadIdx.x == 0) produce(r, map_a, map_b, row0, column0, steps);
    } else {
        setmaxnreg_inc<CONSUMER_REGISTERS>();
        int first = 64 * (warpgroup - 1);
        float sum[BN / 2] = {0};
        consume(r, sum, first, steps);
        wgmma_fence_operand(sum);
        store_fragment<BN>(C, M, N, row0 + first, column0, sum);
    }
}

void gemm_15(uint16_t *C, const uint16_t *A, const uint16_t *B, int M, int N, int K) {
    CUtensorMap map_a = operand_map(A, M, K, BM), map_b = operand_map(B, N, K, BN);
    dim3 grid(ceil_div(N, BN), ceil_div(M, BM));
    int bytes = sizeof(ring);
    CUDA_CHECK(cudaFuncSetAttribute(two_consumers, cudaFuncAttributeMaxDynamicSharedMemorySize, bytes));
    two_consumers<<<grid, THREADS, bytes>>>(map_a, map_b, C, M, N, K);
    CUDA_CHECK(cudaGetLastError());
}
