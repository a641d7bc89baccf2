// What to learn from.
#include "14-pretraining/corpus.h"

#include <stdlib.h>
#include <string.h>

#include "14-pretraining/hf_folder.h"
#include "datasets/micro_world.h"
#include "datasets/text.h"

// ---- the micro-world ------------------------------------------------------------------------------------------------
static struct documents village_documents(int tokens, uint64_t seed, uint64_t stream) {
    struct documents d = {0};
    struct micro_world_corpus world = micro_world_corpus(tokens, seed, stream);
    for (int i = 0; i < world.tokens; i++) ids_push(&d.tokens, world.ids[i]);
    for (int i = 1; i <= world.documents; i++) cuts_push(&d.ends, (size_t)world.start[i]);
    micro_world_corpus_free(&world);
    return d;
}

// Best fit puts the longest documents into the first rows; in random order, the first ones are like the rest.
static void shuffle_rows(struct rows *rows, uint64_t seed) {
    size_t width = (size_t)rows->T + 1;
    int *order = alloc_zeroed(rows->count, sizeof *order), *old = rows->token;
    struct rng r;
    rng_seed(&r, seed, 3);
    for (size_t i = 0; i < rows->count; i++) order[i] = (int)i;
    rng_shuffle(&r, order, (int)rows->count);
    rows->token = alloc_zeroed(rows->count * width, sizeof *rows->token);
    for (size_t i = 0; i < rows->count; i++)
        memcpy(rows->token + i * width, old + (size_t)order[i] * width, width * sizeof *old);
    free(old);
    free(order);
}

void corpus_micro_world(struct corpus *c, int tokens, int T, uint64_t seed) {
    *c = (struct corpus){.village = true, .words = {.unknown = -1}, .V = MW_V, .begin = MW_BOS, .end = MW_EOS};
    for (int id = 0; id < MW_WORDS; id++) word_tokenizer_add(&c->words, micro_world_word(id), id <= MW_A);
    struct documents train = village_documents(tokens, seed, MW_TRAINING);
    struct documents test = village_documents(tokens / 10, seed, MW_VALIDATION);
    c->tokens = train.tokens.count;
    c->cut = pack_best_fit(&c->train, &train, T);
    pack_best_fit(&c->test, &test, T);
    shuffle_rows(&c->test, seed);
    documents_free(&train);
    documents_free(&test);
}

// ---- a text -----------------------------------------------------------------------------------------------------------
// From token `first` on, `count` tokens, as one long document.
static void chop(struct rows *out, const struct ids *all, size_t first, size_t count, int T) {
    struct documents d = {0};
    for (size_t i = first; i < first + count; i++) ids_push(&d.tokens, all->id[i]);
    cuts_push(&d.ends, count);
    pack_chop(out, &d, T);
    documents_free(&d);
}

static void load_vocabulary(struct tokenizer *t, const char *folder) {
    char path[600];
    snprintf(path, sizeof path, "%s/tokenizer.json", folder);
    tokenizer_load(t, path);
}

void corpus_text(struct corpus *c, const char *name, const char *vocabulary, int V, int T) {
    *c = (struct corpus){.begin = -1, .end = -1};
    struct text text = text_load(name);
    c->bytes = text.size;
    if (*vocabulary) load_vocabulary(&c->bpe, vocabulary);
    else tokenizer_train(&c->bpe, text.data, text.size, V - 256);
    c->V = c->bpe.vocab.count;
    struct ids all = {0};
    tokenizer_encode(&all, &c->bpe, text.data, text.size);
    text_free(&text);
    size_t test = all.count / 10;
    if (test < (size_t)T + 1)
        die("%s has %zu tokens: too few for training and testing with %d at a time. Take a longer text, or --context "
            "%zu",
            name, all.count, T, test > 9 ? test - 1 : 8);
    c->tokens = all.count - test;
    chop(&c->train, &all, 0, c->tokens, T);
    chop(&c->test, &all, c->tokens, test, T);
    ids_free(&all);
    c->token_bytes = alloc_zeroed((size_t)c->V, sizeof *c->token_bytes);
    for (int id = 0; id < c->V; id++) {
        size_t size;
        vocab_string(&c->bpe.vocab, id, &size);
        c->token_bytes[id] = (int)size;
    }
}

// ---- both -------------------------------------------------------------------------------------------------------------
void corpus_free(struct corpus *c) {
    if (c->village) word_tokenizer_free(&c->words);
    else tokenizer_free(&c->bpe);
    rows_free(&c->train);
    rows_free(&c->test);
    free(c->token_bytes);
    *c = (struct corpus){0};
}

void corpus_decode(struct bytes *out, const struct corpus *c, const int *tokens, size_t n) {
    if (!c->village) {
        tokenizer_decode(out, &c->bpe, tokens, n);
        return;
    }
    bool first = true;
    for (size_t i = 0; i < n; i++) {
        if (tokens[i] == MW_BOS || tokens[i] == MW_EOS) continue;
        const char *word = micro_world_word(tokens[i]);
        if (!first) bytes_push(out, " ", 1);
        bytes_push(out, word, strlen(word));
        first = false;
    }
}

void corpus_save_tokenizer(const struct corpus *c, const char *dir, int T) {
    struct hf_token_names names = {0};
    if (c->village) {
        word_tokenizer_save(&c->words, dir, "tokenizer.json");
        names = (struct hf_token_names){.begin = "<bos>", .end = "<eos>", .padding = "<pad>"};
    } else {
        tokenizer_save(&c->bpe, dir, "tokenizer.json");
    }
    hf_write_tokenizer_config(dir, names, T);
}

uint64_t corpus_hash(const struct corpus *c) {
    uint64_t hash = 0xcbf29ce484222325u;  // FNV-1a
    for (size_t i = 0; i < c->train.count * ((size_t)c->train.T + 1); i++)
        hash = (hash ^ (uint32_t)c->train.token[i]) * 0x100000001b3u;
    return hash;
}
