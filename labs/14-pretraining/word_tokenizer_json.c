// A tokenizer.json of whole words, as Hugging Face's `tokenizers` writes and reads it.
#include <stdlib.h>
#include <string.h>

#include "14-pretraining/hf_json.h"
#include "14-pretraining/word_tokenizer.h"

enum { WORDS_MAX = 1 << 22 };

// ---- Writing --------------------------------------------------------------------------------------------------------

static const char *word_of(struct bytes *word, const struct word_tokenizer *t, int id) {
    size_t size;
    const char *string = vocab_string(&t->words, id, &size);
    word->count = 0;
    bytes_push(word, string, size);
    bytes_push(word, "", 1);  // Jansson's keys end at a zero
    return word->data;
}

void word_tokenizer_save(const struct word_tokenizer *t, const char *dir, const char *name) {
    json_t *vocab = json_object(), *specials = json_array();
    struct bytes word = {0};
    for (int id = 0; id < t->words.count; id++)
        if (json_object_set_new(vocab, word_of(&word, t, id), json_integer(id)) != 0)
            die("%s/%s: no memory, or the word \"%s\" is not UTF-8", dir, name, word.data);
    for (size_t i = 0; i < t->special.count; i++) {
        int id = t->special.id[i];
        json_t *special = json_pack("{s:i, s:s, s:b, s:b, s:b, s:b, s:b}", "id", id, "content", word_of(&word, t, id),
                                    "single_word", 0, "lstrip", 0, "rstrip", 0, "normalized", 0, "special", 1);
        json_array_append_new(specials, special);
    }
    const char *unknown = t->unknown >= 0 ? word_of(&word, t, t->unknown) : "<unk>";  // a field that must be there
    json_t *root =
        json_pack("{s:s, s:n, s:n, s:o, s:n, s:{s:s}, s:n, s:n, s:{s:s, s:o, s:s}}", "version", "1.0", "truncation",
                  "padding", "added_tokens", specials, "normalizer", "pre_tokenizer", "type", "WhitespaceSplit",
                  "post_processor", "decoder", "model", "type", "WordLevel", "vocab", vocab, "unk_token", unknown);
    bytes_free(&word);
    hf_json_write(root, dir, name);
}

// ---- Reading --------------------------------------------------------------------------------------------------------

struct reader {
    struct word_tokenizer *t;
    struct source fault;
};

static bool is_word(const char *word) {
    size_t size = strlen(word);
    return size > 0 && !word_has_space(word, size);
}

static bool known_model(struct reader *r, json_t *root) {
    const char *model = json_string_value(json_object_get(json_object_get(root, "model"), "type"));
    const char *cut = json_string_value(json_object_get(json_object_get(root, "pre_tokenizer"), "type"));
    if (!model || strcmp(model, "WordLevel") != 0)
        return source_fault(&r->fault, "model: expected type WordLevel, found %.60s", model ? model : "none");
    if (!cut || strcmp(cut, "WhitespaceSplit") != 0)
        return source_fault(&r->fault, "pre_tokenizer: expected type WhitespaceSplit, found %.60s", cut ? cut : "none");
    const char *others[] = {"normalizer", "post_processor"};
    for (int i = 0; i < COUNT(others); i++) {
        const json_t *other = json_object_get(root, others[i]);
        if (other && !json_is_null(other))
            return source_fault(&r->fault, "%s: expected null, for text is encoded as it is", others[i]);
    }
    return true;
}

// Puts the names of the object vocab into name (count), by their ids.
static bool sort_names(const char **name, struct reader *r, json_t *vocab, size_t count) {
    const char *key;
    json_t *value;
    json_object_foreach(vocab, key, value) {
        json_int_t id = json_integer_value(value);
        if (!json_is_integer(value) || id < 0 || (size_t)id >= count || name[id])
            return source_fault(&r->fault, "word \"%.60s\": expected an id of its own in 0..%zu", key, count - 1);
        if (!is_word(key)) return source_fault(&r->fault, "word \"%.60s\": expected no white space in it", key);
        name[id] = key;
    }
    return true;
}

static bool read_vocab(struct reader *r, json_t *vocab) {
    size_t count = json_object_size(vocab);
    if (!json_is_object(vocab) || count > WORDS_MAX)
        return source_fault(&r->fault, "model: expected an object \"vocab\" of at most %d words", WORDS_MAX);
    const char **name = alloc_zeroed(count, sizeof *name);
    bool ok = sort_names(name, r, vocab, count);
    for (size_t id = 0; ok && id < count; id++) word_tokenizer_add(r->t, name[id], false);
    free(name);
    return ok;
}

// Tokens that are found inside of words. Those that are not in the vocabulary yet go on from there.
static bool read_specials(struct reader *r, const json_t *specials) {
    for (size_t i = 0; i < json_array_size(specials); i++) {
        const json_t *token = json_array_get(specials, i), *id = json_object_get(token, "id");
        const char *content = json_string_value(json_object_get(token, "content"));
        if (!content || !is_word(content))
            return source_fault(&r->fault, "added token %zu: expected its \"content\", without white space", i + 1);
        const char *flags[] = {"single_word", "lstrip", "rstrip"};
        for (int k = 0; k < COUNT(flags); k++)
            if (json_is_true(json_object_get(token, flags[k])))
                return source_fault(&r->fault, "added token \"%.60s\": expected %s false", content, flags[k]);
        int known = vocab_find(&r->t->words, content, strlen(content));
        if (known < 0) known = word_tokenizer_add(r->t, content, false);
        if (!json_is_integer(id) || json_integer_value(id) != known)
            return source_fault(&r->fault, "added token \"%.60s\": expected the id %d", content, known);
        ids_push(&r->t->special, known);
    }
    return true;
}

bool word_tokenizer_read(struct word_tokenizer *t, const char *path, char *error, size_t error_size) {
    struct reader r = {.t = t, .fault = {.path = path, .error = error, .error_size = error_size}};
    *t = (struct word_tokenizer){.unknown = -1};
    json_t *root = hf_json_read(&r.fault), *model = json_object_get(root, "model");
    const char *unknown = json_string_value(json_object_get(model, "unk_token"));
    bool ok = root && known_model(&r, root) && read_vocab(&r, json_object_get(model, "vocab")) &&
              read_specials(&r, json_object_get(root, "added_tokens"));
    if (ok && unknown) t->unknown = vocab_find(&t->words, unknown, strlen(unknown));
    if (!ok) word_tokenizer_free(t);
    json_decref(root);
    return ok;
}
