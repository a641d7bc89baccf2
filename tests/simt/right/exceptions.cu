// Exceptions in host code, <cuda.h> for its version, and the threads of a whole launch counted by cooperative groups.
#include <cooperative_groups.h>
#include <cuda.h>

#include <stdexcept>
#include <vector>

static void check(cudaError_t error) {
    if (error != cudaSuccess) throw std::runtime_error(cudaGetErrorString(error));
}

__global__ void number(unsigned long long *ranks, int n) {
    cooperative_groups::grid_group grid = cooperative_groups::this_grid();
    for (unsigned long long i = grid.thread_rank(); i < static_cast<unsigned long long>(n); i += grid.size())
        ranks[i] = i + 1000 * grid.block_rank() + 10000 * grid.num_blocks();
}

class device_array {
   public:
    explicit device_array(size_t n) { check(cudaMalloc(&data, n * sizeof *data)); }
    ~device_array() { cudaFree(data); }
    unsigned long long *data;
};

int main() {
    static_assert(CUDA_VERSION >= 11000, "of the toolkit");
    const int n = 500;
    std::vector<unsigned long long> ranks(n);
    try {
        device_array device(n);
        number<<<dim3(2, 2), 32>>>(device.data, n);
        check(cudaDeviceSynchronize());
        check(cudaMemcpy(ranks.data(), device.data, n * sizeof ranks[0], cudaMemcpyDeviceToHost));
        throw std::logic_error("and its memory is freed");
    } catch (const std::logic_error &) {
        for (int i = 0; i < n; i++)
            if (ranks[i] != i + 1000ull * (i / 32 % 4) + 40000) return 1;
        return 0;
    }
}
