// Many programs include it for CUDA_VERSION alone. The driver API (cuInit, cuLaunchKernel) is not simulated.
#pragma once
#include "cuda_runtime.h"

#define CUDA_VERSION CUDART_VERSION
