// Published vocabularies: GPT-2's vocab.json and merges.txt, and tokenizer.json. JSON is read by Jansson.
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "10-tokenizer/tokenizer.h"
#include "common/common.h"
#include "datasets/source.h"

enum { CODES = 256 + 68, TOKENS_MAX = 1 << 22, TOKEN_BYTES_MAX = 1 << 16 };

struct reader {
    struct tokenizer *t;
    struct source fault;  // of the file that is read
    char byte_of[CODES];  // the byte of every code point of byte_table
    bool is_byte[CODES];
    bool *made;              // (V) tokens that a merge may use: bytes, and what earlier merges made
    const json_t *specials;  // added_tokens of tokenizer.json, or NULL
};

static bool read_file(struct buffer *b, struct reader *r) {
    if (!source_open(&r->fault, r->fault.path, r->fault.error, r->fault.error_size)) return false;
    char chunk[16384];
    int got;
    while ((got = source_read(&r->fault, chunk, sizeof chunk)) > 0)
        if (!buffer_append(b, chunk, (size_t)got, &r->fault)) break;
    source_close(&r->fault);
    return got == 0;
}

static json_t *read_json(struct reader *r) {
    struct buffer b = {0};
    json_t *root = NULL;
    if (read_file(&b, r)) {
        json_error_t e;
        root = json_loadb(b.data ? (char *)b.data : "", b.size, JSON_REJECT_DUPLICATES, &e);
        if (!root) source_fault(&r->fault, "line %d, column %d: expected JSON: %s", e.line, e.column, e.text);
    }
    free(b.data);
    return root;
}

// One character of valid UTF-8, as Jansson gives it; *at moves on.
static int next_code(const char *string, size_t *at) {
    unsigned char a = (unsigned char)string[(*at)++];
    if (a < 0x80) return a;
    int more = a < 0xE0 ? 1 : a < 0xF0 ? 2 : 3, code = a & (0x3F >> more);
    while (more-- > 0) code = code << 6 | (string[(*at)++] & 0x3F);
    return code;
}

// Appends the bytes that a visible string stands for. False if it has a character that stands for none.
static bool push_visible(struct bytes *out, const struct reader *r, const char *string, size_t size) {
    for (size_t at = 0; at < size;) {
        int code = next_code(string, &at);
        if (code >= CODES || !r->is_byte[code]) return false;
        bytes_push(out, &r->byte_of[code], 1);
    }
    return true;
}

static bool is_special(const struct reader *r, const char *name) {
    for (size_t i = 0; i < json_array_size(r->specials); i++) {
        const char *content = json_string_value(json_object_get(json_array_get(r->specials, i), "content"));
        if (content && strcmp(content, name) == 0) return true;
    }
    return false;
}

// Puts the names of the object vocab into name (count), by their ids.
static bool sort_names(const char **name, struct reader *r, json_t *vocab, size_t count) {
    const char *key;
    json_t *value;
    json_object_foreach(vocab, key, value) {
        json_int_t id = json_integer_value(value);
        if (!json_is_integer(value) || id < 0 || (size_t)id >= count)
            return source_fault(&r->fault, "token \"%.60s\": expected an id in 0..%zu, one for each of the %zu tokens",
                                key, count - 1, count);
        if (name[id])
            return source_fault(&r->fault, "token \"%.60s\": expected an id of its own, found %d, which \"%.60s\" has",
                                key, (int)id, name[id]);
        name[id] = key;
    }
    return true;
}

static bool add_token(struct reader *r, const char *name) {
    struct bytes string = {0};
    size_t size = strlen(name);
    bool ok = true;
    if (is_special(r, name)) bytes_push(&string, name, size);
    else if (!push_visible(&string, r, name, size))
        ok = source_fault(&r->fault, "token \"%.60s\": expected characters that stand for bytes, found another", name);
    if (ok && (string.count == 0 || string.count > TOKEN_BYTES_MAX))
        ok = source_fault(&r->fault, "token \"%.60s\": expected 1 to %d bytes, found %zu", name, TOKEN_BYTES_MAX,
                          string.count);
    if (ok && vocab_add(&r->t->vocab, string.data, string.count) < 0)
        ok = source_fault(&r->fault, "token \"%.60s\": its bytes are a token already", name);
    bytes_free(&string);
    return ok;
}

static bool read_vocab(struct reader *r, json_t *vocab) {
    size_t count = json_object_size(vocab);
    if (!json_is_object(vocab) || count < 256 || count > TOKENS_MAX)
        return source_fault(&r->fault, "expected an object with 256 to %d tokens and their ids, found %zu", TOKENS_MAX,
                            count);
    const char **name = alloc_zeroed(count, sizeof *name);
    bool ok = sort_names(name, r, vocab, count);
    for (size_t id = 0; ok && id < count; id++) ok = add_token(r, name[id]);
    free(name);
    r->made = alloc_zeroed(count, sizeof *r->made);
    for (int b = 0; ok && b < 256; b++) {
        char byte = (char)b;
        int id = vocab_find(&r->t->vocab, &byte, 1);
        if (id < 0) return source_fault(&r->fault, "expected a token for every byte, found none for byte %d", b);
        r->t->byte_id[b] = id;
        r->made[id] = true;
    }
    return ok;
}

// The token that a part of a merge names, or -1 with the fault told. where: "line" or "merge", number n.
static int part_of_merge(struct reader *r, const char *where, size_t n, const char *part, size_t size) {
    struct bytes string = {0};
    int id = -1;
    if (push_visible(&string, r, part, size)) id = vocab_find(&r->t->vocab, string.data, string.count);
    bytes_free(&string);
    if (id < 0)
        source_fault(&r->fault, "%s %zu: expected a token of the vocabulary, found \"%.*s\"", where, n,
                     (int)(size < 60 ? size : 60), part);
    else if (!r->made[id]) {
        source_fault(&r->fault, "%s %zu: expected parts that are bytes or that an earlier merge made, found \"%.*s\"",
                     where, n, (int)(size < 60 ? size : 60), part);
        id = -1;
    }
    return id;
}

static bool add_merge(struct reader *r, const char *where, size_t n, const char *left, size_t left_size,
                      const char *right, size_t right_size) {
    struct tokenizer *t = r->t;
    struct merge m = {part_of_merge(r, where, n, left, left_size), -1, -1};
    if (m.left >= 0) m.right = part_of_merge(r, where, n, right, right_size);
    if (m.right < 0) return false;
    struct bytes both = {0};
    push_visible(&both, r, left, left_size);
    push_visible(&both, r, right, right_size);
    m.made = vocab_find(&t->vocab, both.data, both.count);
    bytes_free(&both);
    if (m.made < 0)
        return source_fault(&r->fault, "%s %zu: expected two parts that are together a token of the vocabulary", where,
                            n);
    if (pair_map_get(&t->rank, m.left, m.right) >= 0)
        return source_fault(&r->fault, "%s %zu: expected a pair that was not there before", where, n);
    pair_map_set(&t->rank, m.left, m.right, t->merges);
    r->made[m.made] = true;
    t->merge[t->merges++] = m;
    return true;
}

// "a b", size bytes.
static bool add_merge_text(struct reader *r, const char *where, size_t n, const char *line, size_t size) {
    const char *space = memchr(line, ' ', size);
    if (!space || space == line || space + 1 == line + size)
        return source_fault(&r->fault, "%s %zu: expected two tokens with a space between them, found \"%.*s\"", where,
                            n, (int)(size < 60 ? size : 60), line);
    size_t left = (size_t)(space - line);
    return add_merge(r, where, n, line, left, space + 1, size - left - 1);
}

// UTF-8 or not is Jansson's care in JSON; in merges.txt it is ours.
static bool read_merges_txt(struct reader *r) {
    struct buffer b = {0};
    bool ok = read_file(&b, r);
    const char *text = (const char *)b.data;
    size_t lines = 1;
    for (size_t i = 0; i < b.size; i++) lines += text[i] == '\n';
    r->t->merge = alloc_zeroed(lines, sizeof *r->t->merge);
    for (size_t start = 0, n = 1; ok && start < b.size; n++) {
        const char *end = memchr(text + start, '\n', b.size - start);
        size_t size = end ? (size_t)(end - text) - start : b.size - start, bare = size;
        if (bare > 0 && text[start + bare - 1] == '\r') bare--;
        bool comment = n == 1 && bare >= 9 && memcmp(text + start, "#version:", 9) == 0;
        if (utf8_run(text + start, bare) < bare) ok = source_fault(&r->fault, "line %zu: expected UTF-8", n);
        else if (!comment && bare > 0) ok = add_merge_text(r, "line", n, text + start, bare);
        start += size + 1;
    }
    free(b.data);
    return ok;
}

static bool read_merges_json(struct reader *r, const json_t *merges) {
    if (!json_is_array(merges)) return source_fault(&r->fault, "model: expected an array \"merges\"");
    size_t count = json_array_size(merges);
    r->t->merge = alloc_zeroed(count + 1, sizeof *r->t->merge);
    for (size_t i = 0; i < count; i++) {
        const json_t *m = json_array_get(merges, i), *left = json_array_get(m, 0), *right = json_array_get(m, 1);
        bool ok = false;
        if (json_is_string(m)) ok = add_merge_text(r, "merge", i + 1, json_string_value(m), json_string_length(m));
        else if (json_array_size(m) == 2 && json_is_string(left) && json_is_string(right))
            ok = add_merge(r, "merge", i + 1, json_string_value(left), json_string_length(left),
                           json_string_value(right), json_string_length(right));
        else source_fault(&r->fault, "merge %zu: expected \"a b\" or [\"a\", \"b\"]", i + 1);
        if (!ok) return false;
    }
    return true;
}

// added_tokens that the vocabulary does not have yet: their ids must go on from there.
static bool read_specials(struct reader *r) {
    for (size_t i = 0; i < json_array_size(r->specials); i++) {
        const json_t *token = json_array_get(r->specials, i);
        const char *content = json_string_value(json_object_get(token, "content"));
        json_int_t id = json_integer_value(json_object_get(token, "id"));
        if (!content || !*content) return source_fault(&r->fault, "added token %zu: expected its \"content\"", i + 1);
        int known = vocab_find(&r->t->vocab, content, strlen(content));
        if (known < 0) known = vocab_add(&r->t->vocab, content, strlen(content));
        if (known != id)
            return source_fault(&r->fault, "added token \"%.60s\": expected the id %d, found %lld", content, known,
                                (long long)id);
    }
    return true;
}

// What the model would do to text that this course's encoder does not do.
static bool known_model(struct reader *r, json_t *root) {
    json_t *model = json_object_get(root, "model"), *pre = json_object_get(root, "pre_tokenizer");
    const char *type = json_string_value(json_object_get(model, "type"));
    const char *cut = json_string_value(json_object_get(pre, "type"));
    if (type && strcmp(type, "BPE") != 0) return source_fault(&r->fault, "model: expected type BPE, found %.60s", type);
    if (!cut || strcmp(cut, "ByteLevel") != 0 || json_is_true(json_object_get(pre, "add_prefix_space")) ||
        json_is_false(json_object_get(pre, "use_regex")))
        return source_fault(&r->fault, "pre_tokenizer: expected ByteLevel with its own pattern and no space put first");
    if (json_is_object(json_object_get(root, "normalizer")))
        return source_fault(&r->fault, "normalizer: expected null, for text is encoded as it is");
    return true;
}

static struct reader start(struct tokenizer *t, const char *path, char *error, size_t error_size) {
    struct reader r = {.t = t, .fault = {.path = path, .error = error, .error_size = error_size}};
    *t = (struct tokenizer){.regex = regex_gpt2()};
    int code[256], id[256];
    byte_table(code, id);
    for (int b = 0; b < 256; b++) {
        if (code[b] < 0 || code[b] >= CODES)
            die("byte_table (exercise 10.1): code[%d] is %d, not in 0..%d", b, code[b], CODES - 1);
        r.byte_of[code[b]] = (char)b;
        r.is_byte[code[b]] = true;
    }
    return r;
}

static bool finish(struct reader *r, bool ok) {
    free(r->made);
    if (!ok) tokenizer_free(r->t);
    return ok;
}

bool tokenizer_read_gpt2(struct tokenizer *t, const char *vocab_json, const char *merges_txt, char *error,
                         size_t error_size) {
    struct reader r = start(t, vocab_json, error, error_size);
    json_t *vocab = read_json(&r);
    bool ok = vocab && read_vocab(&r, vocab);
    json_decref(vocab);
    r.fault.path = merges_txt;
    return finish(&r, ok && read_merges_txt(&r));
}

static bool take_json(struct reader *r, json_t *root) {
    json_t *model = json_object_get(root, "model");
    r->specials = json_object_get(root, "added_tokens");
    bool ok = root && known_model(r, root) && read_vocab(r, json_object_get(model, "vocab")) &&
              read_merges_json(r, json_object_get(model, "merges")) && read_specials(r);
    return finish(r, ok);
}

bool tokenizer_read_json(struct tokenizer *t, const char *path, char *error, size_t error_size) {
    struct reader r = start(t, path, error, error_size);
    json_t *root = read_json(&r);
    bool ok = take_json(&r, root);
    json_decref(root);
    return ok;
}

bool tokenizer_from_json(struct tokenizer *t, struct json_t *root, const char *path, char *error, size_t error_size) {
    struct reader r = start(t, path, error, error_size);
    return take_json(&r, root);
}

void tokenizer_load(struct tokenizer *t, const char *path) {
    char error[1024];
    if (!tokenizer_read_json(t, path, error, sizeof error)) die("%s", error);
}
