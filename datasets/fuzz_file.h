// A file that is only in memory, for fuzzing: the readers under test open a path, as they do in programs.
#pragma once
#include <stddef.h>
#include <stdint.h>

struct fuzz_file {
    int descriptor;
    char path[32];
};

// Makes a file of these bytes. Aborts where the system refuses.
struct fuzz_file fuzz_file_make(const uint8_t *bytes, size_t size);
void fuzz_file_close(struct fuzz_file *f);

// Aborts, which the fuzzer reports as a find, unless ok. what: what does not hold.
void fuzz_require(int ok, const char *what);

// libFuzzer's entry point: tries one input. Each fuzz_NAME.c defines it.
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);
