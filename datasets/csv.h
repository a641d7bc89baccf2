// Tables of numbers in text files: one row per line, cells parted by commas or, where the first line has none, by
// blanks or tabs. Blanks and double quotes around a cell are taken off; a comma inside quotes still parts cells.
#pragma once
#include <stdbool.h>
#include <stddef.h>

struct table {
    int rows, columns;
    char **names;   // (columns): from the header, else "c0", "c1", ..
    float *values;  // (rows, columns)
};

// Reads the file at path, plain or compressed by gzip, into out. A first line of words, without a number, is the
// header. On any fault returns false, leaves out empty, and writes to error (error_size bytes at most, cut to fit) the
// file, line and column, what was expected there and what was found. Faults are: no rows, a row that is longer or
// shorter than the first, a cell that is no finite float, an empty line before the last row, a NUL byte, a line of
// 64 KiB or more, more than 1 GiB of values. Line ends may be LF or CR LF; the last one may be missing.
bool table_read(struct table *out, const char *path, char *error, size_t error_size);

// The same for files whose first line is something else than names: that line goes to first_line (size bytes, without
// its line end; longer is a fault) and the names are "c0", "c1", ..
bool table_read_after(struct table *out, char *first_line, size_t size, const char *path, char *error,
                      size_t error_size);

void table_free(struct table *t);  // leaves t empty; an empty one is fine
