// Any bytes as a GGUF file: read whole, or refused with a message; never a crash.
#include <stdlib.h>
#include <string.h>

#include "15-inference/gguf.h"
#include "datasets/fuzz_file.h"

static const char text[] = "<bos>tom lives \xE3\x80\x80 in <eos>\xFF b\u00e9rn .\n";

static void require_named(bool ok, const char *error) {
    fuzz_require(ok || strncmp(error, "/proc/self/fd/", 14) == 0, "the message names the file");
}

// Every byte that the tables promise is looked at.
static void look(const unsigned char *bytes, size_t size) {
    static volatile unsigned char seen;
    for (size_t i = 0; i < size; i++) seen = (unsigned char)(seen ^ bytes[i]);
}

static void try_file(const char *path) {
    struct gguf g;
    char error[300] = "";
    bool ok = gguf_open(&g, path, error, sizeof error);
    require_named(ok, error);
    fuzz_require(ok || (g.pairs == 0 && g.tensors == 0 && !g.bytes), "a refused file leaves nothing");
    for (int i = 0; i < g.pairs; i++) {
        const struct gguf_pair *p = &g.pair[i];
        const unsigned char *at = p->data;
        gguf_show_value(p);
        fuzz_require(gguf_show(p->key).text[0] == '"', "a key can be shown");
        for (size_t k = 0; k < p->count && p->kind == GGUF_STRING; k++) {
            struct gguf_string s = gguf_next_string(&at);
            look((const unsigned char *)s.data, s.size);
        }
        if (p->kind != GGUF_STRING) look(p->data, p->count * gguf_kind_size(p->kind));
    }
    for (int i = 0; i < g.tensors; i++) {
        const struct gguf_tensor *t = &g.tensor[i];
        fuzz_require((size_t)(t->data - g.bytes) % g.alignment == 0, "numbers lie at a multiple of the alignment");
        look(t->data, t->bytes);
    }
    gguf_close(&g);
}

static void try_model(const char *path) {
    struct model_file m;
    struct model_listing l = {0};
    char error[300] = "";
    bool ok = gguf_read(&m, path, error, sizeof error);
    require_named(ok, error);
    fuzz_require(ok == (m.params != NULL), "a model, or a message");
    if (ok) {
        struct ids ids = {0};
        struct bytes back = {0};
        fuzz_require(!gpt_config_fault(&m.config), "a configuration that is accepted has no fault");
        fuzz_require(codec_count(&m.codec) <= m.config.V, "every token has a row");
        codec_encode(&ids, &m.codec, text, sizeof text - 1, true);
        for (size_t i = 0; i < ids.count; i++)
            fuzz_require(ids.id[i] >= 0 && ids.id[i] < m.config.V, "an id is a token's");
        codec_decode(&back, &m.codec, ids.id, ids.count);
        ids_free(&ids);
        bytes_free(&back);
        fuzz_require(gguf_list(&l, path, error, sizeof error), "what can be read can be listed");
        model_listing_free(&l);
    }
    codec_free(&m.codec);
    free(m.params);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    struct fuzz_file file = fuzz_file_make(bytes, size);
    try_file(file.path);
    try_model(file.path);
    fuzz_file_close(&file);
    return 0;
}
