// CUDA C++ as a .cu file sees it, for the simulator. nvcc has its own header of this name and never sees this one.
#pragma once
#include <assert.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cuda_runtime_api.h"
#ifdef __cplusplus
#include "simt/atomics.h"
#include "simt/index.h"
#include "simt/keywords.h"
#include "simt/launch.h"
#include "simt/math.h"
#include "simt/memory.h"
#include "simt/vectors.h"
#include "simt/warp.h"
#endif
