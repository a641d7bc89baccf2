// For programs that include it: what it has is in cuda_runtime.h.
#pragma once
#include "cuda_runtime.h"
