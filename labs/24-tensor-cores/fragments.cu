// Who holds what: where the numbers in a lane's registers lie in their matrices. Host code. The instructions themselves do not ask:
// they take what stands in the registers for what should stand there.
//
// g = lane / 4 is the lane's group, t = lane % 4 its place in it. A register of 32 bits holds two neighbours of 16.
//
//   mma.sync m16n8k16, a                        b (row = k)              c and d
//             columns 2t, 2t+1 | 8+2t, +1                 column g                 columns 2t, 2t+1
//   row g         a[0]         |   a[2]         2t, 2t+1    b[0]         row g         [0], [1]
//   row g + 8     a[1]         |   a[3]         8+2t, +1    b[1]         row g + 8     [2], [3]
//
//   wgmma m64nN, d: warp w of the four has rows 16w to 16w + 15. Its results are c's, once for each 8 columns: [0] to [3], then
//   [4] to [7] eight columns further, and so on.
//
//   ldmatrix .x4: four tiles of 8 rows, 32 rows of 16 bytes; each lane gives the address of one.
#include "24-tensor-cores/gemm.h"

#include <cuda_runtime.h>

#include "common/todo.cuh"

struct place fragment_a(int lane, int r, int half) {
    // TODO 24.1 fragment_a: odd registers lie 8 rows below, the last two 8 columns further
    todo("24.1 fragment_a");
}

struct place fragment_b(int lane, int r, int half) {
    // TODO 24.1 fragment_b: the lane's column is its group; along k, two neighbours, and two more 8 further
    todo("24.1 fragment_b");
}

struct place fragment_c(int lane, int i) {
    // TODO 24.1 fragment_c: two neighbours, and two more 8 rows below
    todo("24.1 fragment_c");
}

struct place fragment_d(int thread, int i) {
    // TODO 24.1 fragment_d: fragment_c of the lane, 16 rows lower for each warp, 8 columns further for every four results
    todo("24.1 fragment_d");
}

int ldmatrix_lane(int tile, int row) {
    // TODO 24.1 ldmatrix_lane: lanes 0 to 7 give the rows of tile 0, and so on
    todo("24.1 ldmatrix_lane");
}
