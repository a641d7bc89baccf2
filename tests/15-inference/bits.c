// Graded tests of blocks: quantized, turned back, multiplied, trained through.
#include "15-inference/inference.h"
#include "grade/grade.h"
