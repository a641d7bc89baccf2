#error "the simulator has no CUB: write it as a kernel, or compile with nvcc"
