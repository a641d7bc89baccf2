// Tries the files it is given, without a fuzzer: the seeds in every test run, or an input that a fuzzer found.
#include <stdio.h>
#include <stdlib.h>

#include "common/common.h"
#include "datasets/fuzz_file.h"

enum { LARGEST = 1 << 20 };

int main(int argc, char **argv) {
    if (argc < 2) die_usage("expected files to try: %s FILE..", argv[0]);
    uint8_t *bytes = alloc_zeroed(LARGEST, 1);
    for (int i = 1; i < argc; i++) {
        FILE *f = fopen(argv[i], "rb");
        if (!f) die("%s cannot be opened", argv[i]);
        size_t size = fread(bytes, 1, LARGEST, f);
        fclose(f);
        fprintf(stderr, "%s\n", argv[i]);        // the last one named is the one that crashed
        uint8_t *exact = alloc_zeroed(size, 1);  // so that reading past its end is seen
        for (size_t b = 0; b < size; b++) exact[b] = bytes[b];
        LLVMFuzzerTestOneInput(exact, size);
        free(exact);
    }
    free(bytes);
    printf("%d inputs tried\n", argc - 1);
    return 0;
}
