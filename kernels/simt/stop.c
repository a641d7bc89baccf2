// What a kernel ends itself with: a gap of the course, an assertion, a trap, something that is not simulated.
#include <stdio.h>
#include <stdlib.h>

#include "simt/include/cuda_runtime_api.h"
#include "simt/runtime.h"

extern _Noreturn void todo(const char *exercise) __attribute__((weak));  // the course's, or a grader's

_Noreturn void stop_at_gap(const char *exercise) {
    if (todo) todo(exercise);
    fprintf(stderr, "exercise %s is not written yet\n", exercise);
    exit(1);
}

void simt_todo(const char *exercise) {
    if (!simt_now.running) stop_at_gap(exercise);
    simt_now.exercise = exercise;
    simt_kill(cudaErrorLaunchFailure);
}

void simt_trap(void) {
    const uint32_t pc = (uint32_t)(uintptr_t)__builtin_return_address(0);
    finding_add(SIMT_ASSERT, pc, 0, "find out which condition led here", "the kernel stops itself: __trap()");
    simt_kill(cudaErrorLaunchFailure);
}

static _Noreturn void fail(const char *condition, const char *file, int line, uint32_t pc) {
    finding_add(SIMT_ASSERT, pc, 0, NULL, "assertion `%s` failed at %s:%d", condition, file, line);
    simt_kill(cudaErrorAssert);
}

void simt_assert_failed(const char *condition, const char *file, int line) {
    fail(condition, file, line, (uint32_t)(uintptr_t)__builtin_return_address(0));
}

// What assert of the C library calls, in its place: the same assert serves host code and kernels.
_Noreturn void __assert_fail(const char *condition, const char *file, unsigned line, const char *function) {
    if (simt_now.running) fail(condition, file, (int)line, (uint32_t)(uintptr_t)__builtin_return_address(0));
    fprintf(stderr, "%s:%u: %s: Assertion `%s' failed.\n", file, line, function, condition);
    abort();
}

void simt_unsupported(const char *what) {
    const uint32_t pc = (uint32_t)(uintptr_t)__builtin_return_address(0);
    finding_add(SIMT_UNSUPPORTED, pc, 0, NULL, "the simulator does not have %s", what);
    if (simt_now.running) simt_kill(cudaErrorNotSupported);
    findings_exit(3);
}
