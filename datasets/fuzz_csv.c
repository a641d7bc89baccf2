// Any bytes as a table: read whole, or refused with a message; never a crash.
#include <math.h>
#include <string.h>

#include "datasets/csv.h"
#include "datasets/fuzz_file.h"

static void check(bool ok, const struct table *t, const char *error, const char *path) {
    if (!ok) {
        fuzz_require(strncmp(error, path, strlen(path)) == 0, "the message names the file");
        fuzz_require(!t->values && !t->names && t->rows == 0 && t->columns == 0, "a refused file leaves nothing");
        return;
    }
    fuzz_require(t->rows > 0 && t->columns > 0, "a table has rows and columns");
    for (int i = 0; i < t->rows * t->columns; i++) fuzz_require(isfinite(t->values[i]), "values are finite");
    for (int c = 0; c < t->columns; c++) fuzz_require(strlen(t->names[c]) < 65536, "every column has a name");
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    struct fuzz_file file = fuzz_file_make(bytes, size);
    struct table t;
    char error[300], first_line[64];
    bool ok = table_read(&t, file.path, error, sizeof error);
    check(ok, &t, error, file.path);
    table_free(&t);
    ok = table_read_after(&t, first_line, sizeof first_line, file.path, error, sizeof error);
    check(ok, &t, error, file.path);
    if (ok) fuzz_require(strlen(first_line) < sizeof first_line, "the first line fits");
    table_free(&t);
    fuzz_file_close(&file);
    return 0;
}
