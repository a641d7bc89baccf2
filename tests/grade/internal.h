// What the grader's files share and tests do not see.
#pragma once
#include "grade/grade.h"

// As floats: NaNs that arithmetic does not make, but hands on. So a NaN in a result tells where it came from.
enum { GUARD_WORD = 0x7fc0beef, POISON_WORD = 0x7fc0dead };

// Ends the running test as failed. The runner prints the message; where there is none (memcheck) it goes to stderr.
_Noreturn void fail_test(const char *format, ...) __attribute__((format(printf, 1, 2)));
extern bool grade_in_process;  // true: this process is the runner itself, under a sanitizer

// The guard zones of all arrays of this test: fails, naming the index, if one was written.
void check_guards(void);
// What a gradient held before the learner's code added to it; NULL if values is not from grade_grad.
const float *values_before(const float *values);

// Appends to a message of MESSAGE bytes.
enum { MESSAGE = 2048 };
void say(char *message, const char *format, ...) __attribute__((format(printf, 2, 3)));

// The name of the mistake that explains got, or NULL. tolerance as in grade_array.
const char *name_mistake(const float *got, const double *want, struct axes axes, double tolerance);
const char *name_scalar_mistake(double got, double want, double tolerance);
void forget_suspicions(void);
bool close_to(double got, double want, double tolerance);
int axes_count(struct axes axes);
void say_coordinate(char *message, struct axes axes, int index);  // "(b=1,t=3)"
