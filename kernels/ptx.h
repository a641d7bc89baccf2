// Instructions that CUDA C++ has no function for, one wrapper each, under the instruction's name (NVIDIA, "PTX ISA"; its sections
// are named). Each has two bodies: the simulator's, and the assembly that a GPU runs. On a GPU that has not got the instruction they
// trap, so that one set of compiler flags builds every kernel. This is the header to include; the parts are in ptx/.
#pragma once
#include <cuda_runtime.h>
#include <stdint.h>

#include "ptx/asm.h"

#include "ptx/async.h"
#include "ptx/cluster.h"
#include "ptx/mbarrier.h"
#include "ptx/tensor_map.h"
#include "ptx/tma.h"
#include "ptx/warp.h"
#include "ptx/wgmma.h"

#undef PTX_ASM
#undef PTX_ASM_SM90
#undef PTX_ASM_SM90A
