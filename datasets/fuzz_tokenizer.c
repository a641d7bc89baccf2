// Any bytes as a tokenizer's file: read whole, or refused with a message; never a crash. The first byte chooses: '{' a
// tokenizer.json, '#' merges for the vocabulary of bytes, anything else llama2.c's file. What is read must give every
// text back.
#include <string.h>

#include "10-tokenizer/tokenizer.h"
#include "datasets/fuzz_file.h"

static const char text[] = "It's  5 cm\n\xE7\xA0\xB4\xFF\x00 aaaa";

// The 256 bytes, and "aa", as vocab.json.
static struct fuzz_file bytes_vocab(void) {
    int code[256], id[256];
    byte_table(code, id);
    struct bytes json = {0};
    bytes_push(&json, "{\"aa\":256", 9);
    for (int b = 0; b < 256; b++) {
        char number[16];
        bytes_push(&json, ",\"", 2);
        if (b == '"' || b == '\\') bytes_push(&json, "\\", 1);
        bytes_push_utf8(&json, code[b]);
        bytes_push(&json, number, (size_t)snprintf(number, sizeof number, "\":%d", id[b]));
    }
    bytes_push(&json, "}", 1);
    struct fuzz_file f = fuzz_file_make((const uint8_t *)json.data, json.count);
    bytes_free(&json);
    return f;
}

static void try_tokenizer(const struct tokenizer *t) {
    struct ids ids = {0};
    struct bytes back = {0};
    tokenizer_encode(&ids, t, text, sizeof text - 1);
    tokenizer_decode(&back, t, ids.id, ids.count);
    fuzz_require(back.count == sizeof text - 1 && memcmp(back.data, text, back.count) == 0, "the text comes back");
    ids_free(&ids);
    bytes_free(&back);
}

static void try_scored(const struct scored *s) {
    struct ids ids = {0};
    struct bytes back = {0};
    scored_encode(&ids, s, text, sizeof text - 1);
    scored_decode(&back, s, ids.id, ids.count);  // what comes back depends on what the tokens say
    ids_free(&ids);
    bytes_free(&back);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    struct fuzz_file file = fuzz_file_make(bytes, size);
    char error[300] = "";
    bool ok;
    if (size > 0 && (bytes[0] == '{' || bytes[0] == '#')) {
        struct tokenizer t;
        if (bytes[0] == '{') ok = tokenizer_read_json(&t, file.path, error, sizeof error);
        else {
            struct fuzz_file vocab = bytes_vocab();
            ok = tokenizer_read_gpt2(&t, vocab.path, file.path, error, sizeof error);
            fuzz_file_close(&vocab);
        }
        if (ok) try_tokenizer(&t);
        fuzz_require(ok || (!t.merge && t.vocab.count == 0), "a refused file leaves nothing");
        tokenizer_free(&t);
    } else {
        struct scored s;
        ok = scored_read(&s, file.path, error, sizeof error);
        if (ok) try_scored(&s);
        fuzz_require(ok || (!s.score && s.vocab.count == 0), "a refused file leaves nothing");
        scored_free(&s);
    }
    fuzz_require(ok || strncmp(error, "/proc/self/fd/", 14) == 0, "the message names the file");
    fuzz_file_close(&file);
    return 0;
}
