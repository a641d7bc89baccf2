// Any bytes as a model's files: read whole, or refused with a message; never a crash. The first byte chooses: '{' a
// config.json and a tokenizer.json of words, anything else safetensors, which may be the weights of a tiny GPT-2.
#include <stdlib.h>
#include <string.h>

#include "14-pretraining/hf_folder.h"
#include "14-pretraining/safetensors.h"
#include "14-pretraining/word_tokenizer.h"
#include "datasets/fuzz_file.h"

static const char text[] = "<bos>tom lives \xE3\x80\x80 in <eos>\xFF barn .\n";

static void require_named(bool ok, const char *error) {
    fuzz_require(ok || strncmp(error, "/proc/self/fd/", 14) == 0, "the message names the file");
}

static void try_config(const char *path) {
    struct gpt_config c;
    struct hf_tokens tokens;
    char error[300] = "";
    bool ok = hf_read_config(&c, &tokens, path, error, sizeof error);
    require_named(ok, error);
    if (!ok) return;
    fuzz_require(!gpt_config_fault(&c), "a configuration that is accepted has no fault");
    fuzz_require(tokens.begin < c.V && tokens.end < c.V && tokens.padding < c.V, "special tokens are tokens");
    int count;
    struct gpt_tensor *tensors = gpt_tensors(&c, &count);
    fuzz_require(tensors[count - 1].at + tensors[count - 1].size == gpt_parameters(&c),
                 "its tensors are its parameters");
    free(tensors);
}

static void try_words(const char *path) {
    struct word_tokenizer t;
    char error[300] = "";
    bool ok = word_tokenizer_read(&t, path, error, sizeof error);
    require_named(ok, error);
    fuzz_require(ok || t.words.count == 0, "a refused file leaves nothing");
    struct ids ids = {0};
    struct bytes back = {0};
    size_t end = word_tokenizer_encode(&ids, &t, text, sizeof text - 1);
    fuzz_require(end == sizeof text - 1 || t.unknown < 0,
                 "a text is read whole, where there is a token for the unknown");
    word_tokenizer_decode(&back, &t, ids.id, ids.count);
    ids_free(&ids);
    bytes_free(&back);
    word_tokenizer_free(&t);
}

static void try_weights(const char *path) {
    struct gpt_config c = gpt2_config(3, 2, 2, 1, 1);
    float *params;
    char error[300] = "";
    bool ok = hf_read_weights(&params, &c, path, error, sizeof error);
    require_named(ok, error);
    fuzz_require(ok == (params != NULL), "weights, or a message");
    free(params);
}

static void try_tensors(const char *path, size_t size) {
    struct safetensors s;
    char error[300] = "";
    bool ok = safetensors_open(&s, path, error, sizeof error);
    require_named(ok, error);
    size_t bytes = ok ? s.data_at : size;
    for (int i = 0; i < s.count; i++) {
        const struct safetensors_tensor *t = &s.tensor[i];
        void *raw = alloc_zeroed(t->bytes, 1);
        float *floats = alloc_floats(t->count);
        fuzz_require(safetensors_read_raw(raw, &s, t, error, sizeof error), "what the header promises is there");
        bool half = t->type == ST_F16 || t->type == ST_BF16;
        fuzz_require(safetensors_read_floats(floats, &s, t, error, sizeof error) == (half || t->type == ST_F32),
                     "floats are read from the types that floats are made of");
        free(raw);
        free(floats);
        bytes += t->bytes;
    }
    fuzz_require(bytes == size, "every byte belongs to one tensor");
    safetensors_metadata(&s, "step");
    safetensors_close(&s);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    struct fuzz_file file = fuzz_file_make(bytes, size);
    if (size > 0 && bytes[0] == '{') {
        try_config(file.path);
        try_words(file.path);
    } else {
        try_tensors(file.path, size);
        try_weights(file.path);
    }
    fuzz_file_close(&file);
    return 0;
}
