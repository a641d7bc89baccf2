// Stages that are filled and emptied in turn: who waits for which phase.
//
// A producer and its consumers both walk through steps n = 0, 1, 2, ... and use stage n % stages for step n. Each stage has two
// barriers in shared memory. "full": the data have arrived; consumers wait for it. "empty": the consumers have read them; the
// producer waits for it. Once around the ring is a round, n / stages, and in each round each barrier completes once: its phases
// are counted 0, 1, 2, ... A wait names only the phase's parity, its lowest bit: wait(p) goes on as soon as a phase with parity
// p is over, that is, when the phase that runs has the other parity.
//
//     stages = 2     step          0  1 | 2  3 | 4  5 | ...
//                    round         0  0 | 1  1 | 2  2
//     consumer       full phase    0  0 | 1  1 | 0  0      waits for the phase of its own round
//     producer       empty phase   -  - | 0  0 | 1  1      waits for that of the round before: who fills in round r
//                                                          needs what was emptied in round r - 1
//
// In round 0 nothing was there yet, so the producer must not wait. Of a new barrier, phase 0 runs; a wait for parity 1 passes at
// once, as if a phase before the first were over. So the same formula serves: -1 has parity 1.
//
// Nothing is stored or reset between tiles: count n on, and every wait follows from n.
#pragma once
#include "24-tensor-cores/gemm.h"
#include "common/todo.cuh"

ON_BOTH inline int ring_stage(int n, int stages) {
    // BEGIN SOLUTION 24.5 ring_stage: the place of step n in its round
    return n % stages;
    // END SOLUTION
}

ON_BOTH inline int ring_full_parity(int n, int stages) {
    // BEGIN SOLUTION 24.5 ring_full_parity: of this round's phase
    return n / stages & 1;
    // END SOLUTION
}

ON_BOTH inline int ring_empty_parity(int n, int stages) {
    // BEGIN SOLUTION 24.5 ring_empty_parity: of the phase of the round before
    return (n / stages + 1) & 1;
    // END SOLUTION
}
