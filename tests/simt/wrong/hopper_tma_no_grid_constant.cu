// EXPECT-COMPILE __grid_constant__
// NVCC compiles
// A tensor map as a plain parameter: TMA cannot read the copy that a thread has of it. (sm_90)
#include <cuda.h>
#include <cuda_runtime.h>

__global__ void load(float *out, const CUtensorMap map) {  // BUG
    out[threadIdx.x] = reinterpret_cast<unsigned long long>(&map) % 64 == 0;
}

int main() {
    return 0;
}
