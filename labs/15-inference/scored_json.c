// SentencePiece's vocabularies as tokenizer.json, in and out. JSON by Jansson.
#include "15-inference/scored_json.h"

#include <stdlib.h>
#include <string.h>

#include "14-pretraining/hf_json.h"
#include "15-inference/scored_names.h"

enum { TOKENS_MAX = 1 << 20 };

// ---- Reading --------------------------------------------------------------------------------------------------------

struct reader {
    struct scored *s;
    struct source fault;
    int *made_at;  // (V) the first merge that makes this token, from 0 on; -1: none
};

static const char *type_of(const json_t *object) {
    const char *type = json_string_value(json_object_get(object, "type"));
    return type ? type : "none";
}

bool scored_json_is(const char *path) {
    char ignored[1];
    struct source fault = {.path = path, .error = ignored};
    json_t *root = hf_json_read(&fault), *model = json_object_get(root, "model");
    bool is = strcmp(type_of(model), "BPE") == 0 && json_is_true(json_object_get(model, "byte_fallback"));
    json_decref(root);
    return is;
}

// Every text must get one space in front, and its spaces the mark: by a normalizer, or, as newer files have it, by the
// pre-tokenizer Metaspace, which must not cut.
static bool known_spaces(struct reader *r, const json_t *root) {
    const json_t *normalizer = json_object_get(root, "normalizer"), *steps = json_object_get(normalizer, "normalizers");
    const json_t *pre = json_object_get(root, "pre_tokenizer");
    const json_t *first = json_array_get(steps, 0), *second = json_array_get(steps, 1);
    const char *put = json_string_value(json_object_get(first, "prepend"));
    const char *with = json_string_value(json_object_get(second, "content"));
    const char *of = json_string_value(json_object_get(json_object_get(second, "pattern"), "String"));
    const char *mark = json_string_value(json_object_get(pre, "replacement"));
    const char *scheme = json_string_value(json_object_get(pre, "prepend_scheme"));
    bool by_normalizer = json_array_size(steps) == 2 && put && strcmp(put, space_mark) == 0 && with &&
                         strcmp(with, space_mark) == 0 && of && strcmp(of, " ") == 0;
    bool by_pre = strcmp(type_of(pre), "Metaspace") == 0 && mark && strcmp(mark, space_mark) == 0 && scheme &&
                  strcmp(scheme, "never") != 0 && json_is_false(json_object_get(pre, "split"));
    bool bare_pre = !pre || json_is_null(pre), bare_normalizer = !normalizer || json_is_null(normalizer);
    if ((by_normalizer && bare_pre) || (by_pre && bare_normalizer)) return true;
    return source_fault(&r->fault,
                        "expected a normalizer that puts U+2581 in front and in the place of spaces, or the "
                        "pre_tokenizer Metaspace that does it; found normalizer %.40s, pre_tokenizer %.40s",
                        type_of(normalizer), type_of(pre));
}

// Puts the names of the object vocab into name (count), by their ids.
static bool sort_names(const char **name, struct reader *r, json_t *vocab, size_t count) {
    const char *key;
    json_t *value;
    json_object_foreach(vocab, key, value) {
        json_int_t id = json_integer_value(value);
        if (!json_is_integer(value) || id < 0 || (size_t)id >= count || name[id])
            return source_fault(&r->fault, "token \"%.60s\": expected an id of its own in 0..%zu", key, count - 1);
        name[id] = key;
    }
    return true;
}

static bool add_token(struct reader *r, int id, const char *name) {
    struct byte_name byte = byte_name(id);
    const char *string_of = id < SCORED_FIRST_BYTE ? scored_special[id].here : name;
    if (id < SCORED_FIRST_BYTE && strcmp(name, scored_special[id].there) != 0)
        return source_fault(&r->fault, "token %d: expected %s, found \"%.60s\"", id, scored_special[id].there, name);
    if (id >= SCORED_FIRST_BYTE && id < SCORED_FIRST_PIECE && strcmp(name, byte.text) != 0)
        return source_fault(&r->fault, "token %d: expected the byte %s, found \"%.60s\"", id, byte.text, name);
    struct bytes string = {0};
    push_with_spaces(&string, string_of, strlen(string_of));
    bool ok = string.count > 0 && vocab_add(&r->s->vocab, string.data, string.count) == id;
    bytes_free(&string);
    return ok || source_fault(&r->fault, "token %d: empty, or the same as an earlier one but for spaces", id);
}

static bool read_vocab(struct reader *r, json_t *vocab) {
    size_t count = json_object_size(vocab);
    if (count < SCORED_FIRST_PIECE || count > TOKENS_MAX)
        return source_fault(&r->fault, "model: expected an object \"vocab\" of %d to %d tokens, found %zu",
                            SCORED_FIRST_PIECE, TOKENS_MAX, count);
    const char **name = alloc_zeroed(count, sizeof *name);
    bool ok = sort_names(name, r, vocab, count);
    for (size_t id = 0; ok && id < count; id++) ok = add_token(r, (int)id, name[id]);
    free(name);
    if (ok && vocab_find(&r->s->vocab, " ", 1) < 0)
        return source_fault(&r->fault, "expected a token for the space, U+2581, found none");
    return ok;
}

// added_tokens: those that the vocabulary does not have yet go on from there.
static bool read_added(struct reader *r, const json_t *added) {
    for (size_t i = 0; i < json_array_size(added); i++) {
        const json_t *token = json_array_get(added, i);
        const char *content = json_string_value(json_object_get(token, "content"));
        json_int_t id = json_integer_value(json_object_get(token, "id"));
        if (!content || !*content) return source_fault(&r->fault, "added token %zu: expected its \"content\"", i + 1);
        if (id >= 0 && id < SCORED_FIRST_BYTE && strcmp(content, scored_special[id].there) == 0) continue;
        struct bytes string = {0};
        push_with_spaces(&string, content, strlen(content));
        int known = vocab_find(&r->s->vocab, string.data, string.count);
        if (known < 0) known = vocab_add(&r->s->vocab, string.data, string.count);
        bytes_free(&string);
        if (known != id)
            return source_fault(&r->fault, "added token \"%.60s\": expected the id %d, found %lld", content, known,
                                (long long)id);
    }
    return true;
}

// "a b", or ["a", "b"]: what they are together, or -1.
static int merged(const struct reader *r, const json_t *merge) {
    struct bytes both = {0};
    int made = -1;
    if (json_is_string(merge)) {
        char *copy = alloc_zeroed(json_string_length(merge) + 1, 1);
        memcpy(copy, json_string_value(merge), json_string_length(merge));
        char *space = strchr(copy, ' ');
        if (space) {
            *space = '\0';
            push_with_spaces(&both, copy, strlen(copy));
            push_with_spaces(&both, space + 1, strlen(space + 1));
        }
        free(copy);
    } else if (json_array_size(merge) == 2 && json_is_string(json_array_get(merge, 0)) &&
               json_is_string(json_array_get(merge, 1)))
        for (size_t i = 0; i < 2; i++) {
            const json_t *part = json_array_get(merge, i);
            push_with_spaces(&both, json_string_value(part), json_string_length(part));
        }
    if (both.count > 0) made = vocab_find(&r->s->vocab, both.data, both.count);
    bytes_free(&both);
    return made;
}

static bool read_merges(struct reader *r, const json_t *merges) {
    int V = r->s->vocab.count;
    r->made_at = alloc_zeroed((size_t)V, sizeof *r->made_at);
    for (int id = 0; id < V; id++) r->made_at[id] = -1;
    if (!json_is_array(merges)) return source_fault(&r->fault, "model: expected an array \"merges\"");
    for (size_t i = 0; i < json_array_size(merges); i++) {
        int made = merged(r, json_array_get(merges, i));
        if (made < SCORED_FIRST_PIECE)
            return source_fault(&r->fault, "merge %zu: expected two parts that are together a token", i + 1);
        if (r->made_at[made] < 0) r->made_at[made] = (int)i;
    }
    return true;
}

// SentencePiece numbers its pieces in the order in which it made them, with the scores 0, -1, -2, ...: where the merges
// are in that order, these are the scores; else they follow the merges.
static void find_scores(struct reader *r) {
    int V = r->s->vocab.count, last = -1;
    bool in_order = true;
    for (int id = SCORED_FIRST_PIECE; id < V; id++) {
        if (r->made_at[id] < 0) continue;
        in_order = in_order && r->made_at[id] > last;
        last = r->made_at[id];
    }
    r->s->score = alloc_floats((size_t)V);
    for (int id = SCORED_FIRST_PIECE; id < V; id++) {
        int place = r->made_at[id] < 0 ? TOKENS_MAX : r->made_at[id];
        r->s->score[id] = -(float)(in_order ? id - SCORED_FIRST_PIECE : place);
    }
}

bool scored_read_json(struct scored *s, const char *path, char *error, size_t error_size) {
    struct reader r = {.s = s, .fault = {.path = path, .error = error, .error_size = error_size}};
    *s = (struct scored){0};
    json_t *root = hf_json_read(&r.fault), *model = json_object_get(root, "model");
    bool ok = root && known_spaces(&r, root) && read_vocab(&r, json_object_get(model, "vocab")) &&
              read_added(&r, json_object_get(root, "added_tokens")) &&
              read_merges(&r, json_object_get(model, "merges"));
    if (ok) find_scores(&r);
    else scored_free(s);
    free(r.made_at);
    json_decref(root);
    return ok;
}

// ---- Writing --------------------------------------------------------------------------------------------------------

// A token's name there, terminated.
static const char *name_of(struct bytes *name, const char *string, size_t size) {
    name->count = 0;
    push_with_marks(name, string, size);
    bytes_push(name, "", 1);
    return name->data;
}

struct ranked {
    float score;
    int id;
};

static int best_first(const void *a, const void *b) {
    const struct ranked *s = a, *t = b;
    if (s->score != t->score) return s->score > t->score ? -1 : 1;
    return s->id < t->id ? -1 : s->id > t->id;
}

// Every way to make a token of two others.
static void add_merges(json_t *merges, const struct scored *s, int id) {
    size_t size;
    const char *string = vocab_string(&s->vocab, id, &size);
    struct bytes left = {0}, right = {0};
    for (size_t cut = 1; cut < size; cut++) {
        if (vocab_find(&s->vocab, string, cut) < SCORED_FIRST_PIECE) continue;
        if (vocab_find(&s->vocab, string + cut, size - cut) < SCORED_FIRST_PIECE) continue;
        name_of(&left, string, cut);
        name_of(&right, string + cut, size - cut);
        json_array_append_new(merges, json_pack("[s, s]", left.data, right.data));
    }
    bytes_free(&left);
    bytes_free(&right);
}

static json_t *all_merges(const struct scored *s) {
    int V = s->vocab.count, n = V - SCORED_FIRST_PIECE;
    struct ranked *order = alloc_zeroed((size_t)n, sizeof *order);
    for (int i = 0; i < n; i++) order[i] = (struct ranked){s->score[SCORED_FIRST_PIECE + i], SCORED_FIRST_PIECE + i};
    if (n > 0) qsort(order, (size_t)n, sizeof *order, best_first);
    json_t *merges = json_array();
    for (int i = 0; i < n; i++) add_merges(merges, s, order[i].id);
    free(order);
    return merges;
}

static json_t *added_token(int id, const char *name) {
    return json_pack("{s:i, s:s, s:b, s:b, s:b, s:b, s:b}", "id", id, "content", name, "single_word", 0, "lstrip", 0,
                     "rstrip", 0, "normalized", 0, "special", 1);
}

// The token <s> before a text, as transformers' Llama has it.
static json_t *begin_first(void) {
    return json_pack(
        "{s:s, s:[{s:{s:s, s:i}}, {s:{s:s, s:i}}], s:[{s:{s:s, s:i}}, {s:{s:s, s:i}}], s:{s:{s:s, s:[i], s:[s]}}}",
        "type", "TemplateProcessing", "single", "SpecialToken", "id", "<s>", "type_id", 0, "Sequence", "id", "A",
        "type_id", 0, "pair", "Sequence", "id", "A", "type_id", 0, "Sequence", "id", "B", "type_id", 1,
        "special_tokens", "<s>", "id", "<s>", "ids", 1, "tokens", "<s>");
}

void scored_save_json(const struct scored *s, const char *dir, const char *name) {
    json_t *vocab = json_object(), *added = json_array();
    struct bytes word = {0};
    for (int id = 0; id < s->vocab.count; id++) {
        size_t size;
        const char *string = vocab_string(&s->vocab, id, &size);
        if (id < SCORED_FIRST_BYTE) string = scored_special[id].there, size = strlen(string);
        if (json_object_set_new(vocab, name_of(&word, string, size), json_integer(id)) != 0)
            die("%s/%s: no memory, or token %d is not UTF-8", dir, name, id);
    }
    for (int id = 0; id < SCORED_FIRST_BYTE; id++)
        json_array_append_new(added, added_token(id, scored_special[id].there));
    json_t *normalizer =
        json_pack("{s:s, s:[{s:s, s:s}, {s:s, s:{s:s}, s:s}]}", "type", "Sequence", "normalizers", "type", "Prepend",
                  "prepend", space_mark, "type", "Replace", "pattern", "String", " ", "content", space_mark);
    json_t *decoder =
        json_pack("{s:s, s:[{s:s, s:{s:s}, s:s}, {s:s}, {s:s}, {s:s, s:s, s:i, s:i}]}", "type", "Sequence", "decoders",
                  "type", "Replace", "pattern", "String", space_mark, "content", " ", "type", "ByteFallback", "type",
                  "Fuse", "type", "Strip", "content", " ", "start", 1, "stop", 0);
    json_t *model = json_pack("{s:s, s:n, s:s, s:n, s:n, s:b, s:b, s:o, s:o}", "type", "BPE", "dropout", "unk_token",
                              "<unk>", "continuing_subword_prefix", "end_of_word_suffix", "fuse_unk", 1,
                              "byte_fallback", 1, "vocab", vocab, "merges", all_merges(s));
    bytes_free(&word);
    hf_json_write(json_pack("{s:s, s:n, s:n, s:o, s:o, s:n, s:o, s:o, s:o}", "version", "1.0", "truncation", "padding",
                            "added_tokens", added, "normalizer", normalizer, "pre_tokenizer", "post_processor",
                            begin_first(), "decoder", decoder, "model", model),
                  dir, name);
}
