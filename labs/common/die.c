// Errors a person meets: what is wrong, where, and what to do next, on stderr.
#define _POSIX_C_SOURCE 200112L
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

#include "common/common.h"

static void print_error(const char *format, va_list args) {
    fflush(stdout);
    if (isatty(STDERR_FILENO)) fputc('\n', stderr);  // below a progress line
    fputs("error: ", stderr);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
}

_Noreturn void die(const char *format, ...) {
    va_list args;
    va_start(args, format);
    print_error(format, args);
    va_end(args);
    exit(1);
}

_Noreturn void die_usage(const char *format, ...) {
    va_list args;
    va_start(args, format);
    print_error(format, args);
    va_end(args);
    exit(2);
}
