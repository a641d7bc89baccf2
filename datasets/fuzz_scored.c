// Any bytes as SentencePiece's vocabulary in a tokenizer.json: read whole, or refused with a message; never a crash.
// What is read must give every text back.
#include <string.h>

#include "15-inference/scored_json.h"
#include "datasets/fuzz_file.h"

static const char text[] = "It's  5 cm\n\xE7\xA0\xB4\xFF\x00 aaaa";

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    struct fuzz_file file = fuzz_file_make(bytes, size);
    struct scored s;
    char error[300] = "";
    scored_json_is(file.path);
    bool ok = scored_read_json(&s, file.path, error, sizeof error);
    fuzz_require(ok || strncmp(error, "/proc/self/fd/", 14) == 0, "the message names the file");
    fuzz_require(ok == (s.vocab.count > 0), "a refused file leaves nothing");
    if (ok) {
        struct ids ids = {0};
        struct bytes back = {0};
        scored_encode(&ids, &s, text, sizeof text - 1);
        scored_decode(&back, &s, ids.id, ids.count);
        fuzz_require(back.count == sizeof text - 1 && memcmp(back.data, text, back.count) == 0, "the text comes back");
        ids_free(&ids);
        bytes_free(&back);
    }
    scored_free(&s);
    fuzz_file_close(&file);
    return 0;
}
