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

// Best fit puts the longest document of a row first. A model trained on that expects short documents late in a row only, and
// never sees one where all reading begins. So the documents of every row (row (width)) change places.
static void shuffle_row(int *row, int width, struct rng *r) {
    int *old = alloc_zeroed((size_t)width, sizeof *old), *start = alloc_zeroed((size_t)width + 1, sizeof *start),
        *order = alloc_zeroed((size_t)width, sizeof *order), documents = 0, used = 0;
    memcpy(old, row, (size_t)width * sizeof *row);
    while (used < width && old[used] >= 0) {
        start[documents] = used;
        order[documents] = documents;
        documents++;
        while (used < width && old[used] >= 0 && old[used++] != MW_EOS) continue;
        start[documents] = used;
    }
    rng_shuffle(r, order, documents);
    for (int i = 0; i < documents; i++)
        for (int t = start[order[i]]; t < start[order[i] + 1]; t++) *row++ = old[t];
    free(old);
    free(start);
    free(order);
}

static void shuffle_documents(struct rows *rows, uint64_t seed) {
    struct rng r;
    rng_seed(&r, seed, 3);
    for (size_t i = 0; i < rows->count; i++) shuffle_row(rows->token + i * ((size_t)rows->T + 1), rows->T + 1, &r);
}

// Each document in a row of its own: nothing before it tells of what kind or how long it is.
static void each_alone(struct rows *rows, const struct documents *d, int T) {
    rows_init(rows, d->ends.count, T);
    for (size_t i = 0, start = 0; i < d->ends.count; start = d->ends.end[i++]) {
        size_t n = d->ends.end[i] - start;
        memcpy(rows->token + i * ((size_t)T + 1), d->tokens.id + start,
               (n < (size_t)T + 1 ? n : (size_t)T + 1) * sizeof(int));
    }
}

// The entropy of the documents in the rows, for each predicted token.
static double floor_of(const struct rows *r) {
    long documents = 0, predicted = 0;
    for (size_t i = 0; i < r->count * ((size_t)r->T + 1); i++) {
        documents += r->token[i] == MW_BOS;
        predicted += r->token[i] >= 0 && i % ((size_t)r->T + 1) > 0;
    }
    return micro_world_entropy() * (double)documents / (double)predicted;
}

static size_t cut_by_chopping(const struct documents *d, int T) {
    struct rows rows = {0};
    size_t cut = pack_chop(&rows, d, T);
    rows_free(&rows);
    return cut;
}

void corpus_micro_world(struct corpus *c, int tokens, int T, bool longest_first, uint64_t seed) {
    *c = (struct corpus){.village = true, .words = {.unknown = -1}, .V = MW_V, .begin = MW_BOS, .end = MW_EOS};
    for (int id = 0; id < MW_WORDS; id++) word_tokenizer_add(&c->words, micro_world_word(id), id <= MW_A);
    struct documents train = village_documents(tokens, seed, MW_TRAINING);
    struct documents test = village_documents(tokens / 10, seed, MW_VALIDATION);
    c->tokens = train.tokens.count;
    c->cut = pack_best_fit(&c->train, &train, T);
    c->chopped = cut_by_chopping(&train, T);
    if (!longest_first) shuffle_documents(&c->train, seed);
    each_alone(&c->test, &test, T);
    c->floor = floor_of(&c->test);
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
