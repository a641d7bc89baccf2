// Any bytes as an IDX file: read whole, or refused with a message; never a crash, never memory beyond the file's size.
#include <string.h>

#include "datasets/fuzz_file.h"
#include "datasets/idx.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    struct fuzz_file file = fuzz_file_make(bytes, size);
    struct idx x;
    char error[300];
    if (idx_read(&x, file.path, error, sizeof error)) {
        size_t product = 1, header = 4 + 4 * (size_t)x.ndim;
        for (int d = 0; d < 4; d++) product *= (size_t)x.dim[d];
        fuzz_require(x.count > 0 && x.count == product, "count is the product of the dimensions");
        if (bytes[0] == 0) {  // not gzip
            fuzz_require(size == header + x.count, "the file is its header and count bytes");
            fuzz_require(memcmp(x.data, bytes + header, x.count) == 0, "the data are the file's");
        }
    } else {
        fuzz_require(strncmp(error, file.path, strlen(file.path)) == 0, "the message names the file");
        fuzz_require(!x.data && x.count == 0, "a refused file leaves nothing");
    }
    idx_free(&x);
    fuzz_file_close(&file);
    return 0;
}
