// What a program does when it reaches a gap.
#include <string.h>

#include "common/common.h"

_Noreturn void todo(const char *exercise) {
    int number = (int)strcspn(exercise, " ");
    die("exercise %s is not written yet.\n"
        "  Find \"TODO %.*s\" in the chapter's folder under labs/, fill the gap, and check it with `make grade-%.2s`;\n"
        "  `make hint-%.2s` has hints. To see the program with the reference solution, run `make demo-%.2s`.",
        exercise, number, exercise, exercise, exercise, exercise);
}
