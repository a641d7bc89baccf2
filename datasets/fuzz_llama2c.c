// Any bytes as a llama2.c checkpoint: read whole, or refused with a message; never a crash.
#include <stdlib.h>
#include <string.h>

#include "15-inference/llama2c.h"
#include "datasets/fuzz_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    struct fuzz_file file = fuzz_file_make(bytes, size);
    struct model_file m;
    struct model_listing l;
    char error[300] = "";
    bool ok = llama2c_read(&m, file.path, error, sizeof error);
    fuzz_require(ok || strncmp(error, "/proc/self/fd/", 14) == 0, "the message names the file");
    fuzz_require(ok == (m.params != NULL), "weights, or a message");
    fuzz_require(!ok || !gpt_config_fault(&m.config), "a configuration that is accepted has no fault");
    fuzz_require(llama2c_list(&l, file.path, error, sizeof error) == ok, "what can be read can be listed");
    fuzz_require(!ok || (size_t)l.bytes + LLAMA2C_HEADER * sizeof(int32_t) == size, "every byte belongs to one tensor");
    free(m.params);
    model_listing_free(&l);
    fuzz_file_close(&file);
    return 0;
}
