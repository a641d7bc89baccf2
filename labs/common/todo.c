// What a program does when it reaches a gap.
#include "common/common.h"

_Noreturn void todo(const char *exercise) {
    die("exercise %s is not written yet.\n"
        "  Find \"TODO %.4s\" in the chapter's folder under labs/, fill the gap, and check it with `make grade-%.2s`;\n"
        "  `make hint-%.2s` has hints. To see the program with the reference solution, run `make demo-%.2s`.",
        exercise, exercise, exercise, exercise, exercise);
}
