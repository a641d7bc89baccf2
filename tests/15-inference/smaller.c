// Pruning, distillation and rounding that looks at the data.
#include "15-inference/inference.h"
#include "grade/grade.h"
