// What unit tests share: a folder of their own, and programs that are to end with an error.
// Include it after _POSIX_C_SOURCE 200809L is defined.
#pragma once
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

// ---- a folder: Test(suite, name, .init = make_folder, .fini = remove_folder) ----------------------------------------
static char folder[64];
static inline void make_folder(void) {
    strcpy(folder, "/tmp/daybreak-XXXXXX");
    cr_assert(mkdtemp(folder));
}
static inline void remove_folder(void) {
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    cr_assert(system(command) == 0);
}

// ---- errors ---------------------------------------------------------------------------------------------------------
// What `attempt` says on stderr; it must end the program with status 1. Lives until the next call.
static inline const char *complaint(void (*attempt)(void *), void *context) {
    static char text[4096];
    int ends[2], status;
    cr_assert(pipe(ends) == 0);
    const pid_t child = fork();
    if (child == 0) {
        dup2(ends[1], 2);
        attempt(context);
        _exit(0);
    }
    close(ends[1]);
    size_t n = 0;
    for (ssize_t got; (got = read(ends[0], text + n, sizeof text - 1 - n)) > 0;) n += (size_t)got;
    text[n] = '\0';
    close(ends[0]);
    waitpid(child, &status, 0);
    cr_assert(WIFEXITED(status) && WEXITSTATUS(status) == 1, "status %d, said: %s", status, text);
    return text;
}

// A macro, so that a failure names the test's own line.
#define SAYS(attempt, context, words)                                           \
    do {                                                                        \
        const char *said = complaint(attempt, context);                         \
        cr_assert(strstr(said, words), "said \"%s\", not \"%s\"", said, words); \
    } while (0)
