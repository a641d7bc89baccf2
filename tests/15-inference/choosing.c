// Graded tests of chapter 15: how the next token is chosen.
#include "15-inference/inference.h"

#include <stdlib.h>

#include "grade/grade.h"
