// Where the real data lie, and what to tell a person when they do not.
#pragma once
#include <stdbool.h>
#include <stddef.h>

// Writes the path of a data file ("sklearn/iris.csv") to path (size bytes): in $DAYBREAK_DATA where that is set, else
// in datasets/real/. Where there is only the file compressed by gzip, its path (".gz" at the end).
void real_path(char *path, size_t size, const char *name);

// Dies with the message and with what to do: fetch the data again, start in the right folder, or set DAYBREAK_DATA
// right.
_Noreturn void real_die(const char *format, ...) __attribute__((format(printf, 1, 2)));
