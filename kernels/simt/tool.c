// Other programs that the runtime asks: addr2line and objdump.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "simt/runtime.h"

const char *tool_program(void) {
    static char path[4096];  // not on the stack: a kernel's is small
    if (path[0]) return path;
    ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);
    path[length > 0 ? length : 0] = '\0';
    return path;
}

// Its output comes through the pipe, its complaints go nowhere. Returns 0 if it cannot be started.
static pid_t start(char *const arguments[], int pipe_end) {
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, pipe_end, 1);
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
    pid_t child = 0;
    int error = posix_spawnp(&child, arguments[0], &actions, NULL, arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    return error ? 0 : child;
}

bool tool_lines(char *const arguments[], void (*take)(char *line, void *context), void *context) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) return false;
    pid_t child = start(arguments, ends[1]);
    close(ends[1]);
    FILE *output = child ? fdopen(ends[0], "r") : NULL;
    if (!output) {
        close(ends[0]);
        return false;
    }
    char *line = NULL;
    size_t size = 0;
    ssize_t length;
    while ((length = getline(&line, &size, output)) >= 0) {
        if (length && line[length - 1] == '\n') line[length - 1] = '\0';
        take(line, context);
    }
    free(line);
    fclose(output);
    int status = 1;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}
