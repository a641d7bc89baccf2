// CSV tables for the plots, row by row.
#include <stdarg.h>
#include <string.h>

#include "common/common.h"

static int count_columns(const char *line) {
    int columns = 1;
    for (; *line; line++) columns += *line == ',';
    return columns;
}

void csv_open(struct csv_log *log, const char *dir, const char *name, const char *header) {
    out_open(&log->out, dir, name);
    log->columns = count_columns(header);
    fprintf(log->out.f, "%s\n", header);
}

void csv_row(struct csv_log *log, const char *format, ...) {
    char line[4096];
    va_list args;
    va_start(args, format);
    int length = vsnprintf(line, sizeof line, format, args);
    va_end(args);
    if (length < 0 || (size_t)length >= sizeof line || count_columns(line) != log->columns)
        die("%s: a row has %d columns where the header has %d: %.60s", log->out.path, count_columns(line), log->columns,
            line);
    fprintf(log->out.f, "%s\n", line);
    fflush(log->out.f);
}

void csv_close(struct csv_log *log) {
    out_close(&log->out);
}
