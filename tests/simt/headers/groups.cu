// Cooperative groups: the block, tiles, tiles of tiles, coalesced threads, and reductions.
#include <cooperative_groups.h>
#include <cooperative_groups/reduce.h>

#include "check.h"

namespace cg = cooperative_groups;

template <class Tile>
__device__ int sum_of(const Tile &tile, int value) {
    for (int step = tile.size() / 2; step > 0; step /= 2) value += tile.shfl_down(value, step);
    return tile.shfl(value, 0);
}

__global__ void tiles(int *out) {
    cg::thread_block block = cg::this_thread_block();
    cg::thread_block_tile<32> warp = cg::tiled_partition<32>(block);
    auto eight = cg::tiled_partition<8>(warp);
    auto one = cg::tiled_partition<1>(block);
    int t = block.thread_rank(), right = 0;
    right += (int)block.size() == 96 && (int)block.group_index().x == (int)blockIdx.x;
    right += (int)warp.thread_rank() == t % 32 && (int)warp.meta_group_rank() == t / 32 && warp.meta_group_size() == 3;
    right += eight.size() == 8 && (int)eight.thread_rank() == t % 8;
    right += sum_of(warp, t) == 32 * (t / 32 * 32) + 496;
    right += sum_of(eight, 1) == 8;
    right += one.size() == 1 && one.thread_rank() == 0 && sum_of(one, t) == t;
    right += eight.ballot(t % 2) == 0xaa && eight.any(t % 8 == 3) && !eight.all(t % 8 < 7);
    right += eight.shfl_xor(t, 1) == (t ^ 1) && warp.shfl_up(t, 1) == (t % 32 ? t - 1 : t);
    right += (int)eight.match_any(t % 8 / 4) == (t % 8 < 4 ? 0x0f : 0xf0);
    right += cg::reduce(warp, t % 32, cg::plus<int>()) == 496;
    right += cg::reduce(eight, t % 8, cg::greater<int>()) == 7 && cg::reduce(eight, t % 8 + 1, cg::less<int>()) == 1;
    eight.sync();
    warp.sync();
    out[t] = right;
}

__global__ void through_shared(int *out) {
    __shared__ int room[96];
    cg::thread_block block = cg::this_thread_block();
    int t = block.thread_rank();
    room[t] = t;
    block.sync();
    int other = room[95 - t];
    cg::sync(block);
    room[t] = other;
    cg::sync(block);
    out[t] = room[95 - t];
}

__global__ void coalesced(int *out) {
    int t = threadIdx.x;
    out[t] = -1;
    if (t % 3 == 0) {
        cg::coalesced_group here = cg::coalesced_threads();
        int last = here.shfl((int)here.thread_rank(), here.size() - 1);
        int sum = cg::reduce(here, t, cg::plus<int>());
        out[t] = (int)here.thread_rank() + 100 * (int)here.size() + 10000 * (last == 10) + 20000 * (sum == 165);
    }
}

int main() {
    int out[96], *device = to_device<int>(nullptr, 96);
    tiles<<<1, 96>>>(device);
    fetch(out, device, 96);
    for (int t = 0; t < 96; t++) EXPECT(out[t] == 11);

    device = to_device<int>(nullptr, 96);
    through_shared<<<1, 96>>>(device);
    fetch(out, device, 96);
    for (int t = 0; t < 96; t++) EXPECT(out[t] == t);

    device = to_device<int>(nullptr, 32);
    coalesced<<<1, 32>>>(device);
    fetch(out, device, 32);
    for (int t = 0; t < 32; t++) EXPECT(out[t] == (t % 3 ? -1 : t / 3 + 1100 + 30000));
    return failures != 0;
}
