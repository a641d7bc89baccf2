// Where the real data lie.
#define _POSIX_C_SOURCE 200809L  // access
#include "datasets/real.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/common.h"

static const char *chosen_folder(void) {
    const char *folder = getenv("DAYBREAK_DATA");
    return folder && *folder ? folder : NULL;
}

void real_path(char *path, size_t size, const char *name) {
    const char *folder = chosen_folder() ? chosen_folder() : "datasets/real";
    int length = snprintf(path, size, "%s/%s.gz", folder, name);
    if (length < 0 || (size_t)length >= size) die("%s/%s: the path is too long", folder, name);
    char *ending = path + length - strlen(".gz");
    *ending = '\0';
    if (access(path, F_OK) == 0) return;
    *ending = '.';
    if (access(path, F_OK) != 0) *ending = '\0';
}

_Noreturn void real_die(const char *format, ...) {
    char message[2048];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    if (chosen_folder())
        die("%s\nThe data are looked for in %s, because DAYBREAK_DATA says so. `make datasets` puts them there.",
            message, chosen_folder());
    if (access("datasets/real", F_OK) != 0 && access("datasets/get.sh", F_OK) != 0)
        die("%s\nPrograms of the course run from its top folder, where the Makefile is: change to it and start again.",
            message);
    die("%s\nTo get the data, or to repair them, run `make datasets`.", message);
}
