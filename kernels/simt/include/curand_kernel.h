#error "the simulator has no cuRAND: make random numbers on the host, or compile with nvcc"
