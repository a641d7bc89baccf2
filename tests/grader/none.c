// A chapter that has no test, for tests/grader.sh: no test is a failure.
#include "grade/grade.h"
