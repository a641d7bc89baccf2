#error "the simulator has no cuBLAS: write the product as a kernel, or compile with nvcc"
