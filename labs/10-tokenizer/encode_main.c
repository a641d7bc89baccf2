// Shows how a text is cut: make lab-10 PROG=encode ARGS='--load build/lab/10-tokenizer/tokenizer.json "any text"'.
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "10-tokenizer/tokenizer.h"
#include "common/common.h"
#include "datasets/text.h"

struct options {
    const char *load, *vocab, *merges, *llama, *text, *save, *check;
    int count;
};

static void print_ids(const struct ids *ids) {
    for (size_t i = 0; i < ids->count; i++) printf("%s%d", i > 0 ? " " : "", ids->id[i]);
    printf("\n");
}

static void show(const struct tokenizer *t, const char *text, size_t size) {
    struct ids ids = {0};
    tokenizer_encode(&ids, t, text, size);
    for (size_t i = 0; i < ids.count; i++) {
        struct bytes piece = {0};
        tokenizer_decode(&piece, t, &ids.id[i], 1);
        if (i > 0) printf("|");
        fwrite(piece.data, 1, piece.count, stdout);
        bytes_free(&piece);
    }
    printf("\n");
    print_ids(&ids);
    printf("%zu bytes, %zu tokens\n", size, ids.count);
    ids_free(&ids);
}

// The line's text must give the line's ids, and they the text. Returns whether it is so.
static bool check_line(const struct tokenizer *t, const char *path, int line, const char *json) {
    json_t *root = json_loads(json, JSON_ALLOW_NUL, NULL), *want = json_object_get(root, "ids");
    const json_t *text = json_object_get(root, "text");
    if (!json_is_string(text) || !json_is_array(want))
        die("%s: line %d: expected {\"text\": \"..\", \"ids\": [..]}", path, line);
    struct ids got = {0};
    tokenizer_encode(&got, t, json_string_value(text), json_string_length(text));
    bool same = got.count == json_array_size(want);
    for (size_t i = 0; same && i < got.count; i++) same = got.id[i] == json_integer_value(json_array_get(want, i));
    struct bytes back = {0};
    tokenizer_decode(&back, t, got.id, got.count);
    bool returned = back.count == json_string_length(text) &&
                    (back.count == 0 || memcmp(back.data, json_string_value(text), back.count) == 0);
    if (!same) printf("%s: line %d: other ids: ", path, line), print_ids(&got);
    if (!returned) printf("%s: line %d: the text does not come back\n", path, line);
    bytes_free(&back);
    ids_free(&got);
    json_decref(root);
    return same && returned;
}

static void check(const struct tokenizer *t, const char *path) {
    struct text file = text_load(path);
    int lines = 0, right = 0;
    for (size_t start = 0; start < file.size;) {
        char *end = memchr(file.data + start, '\n', file.size - start);
        if (!end) die("%s: the last line does not end", path);
        *end = '\0';
        right += check_line(t, path, ++lines, file.data + start);
        start = (size_t)(end - file.data) + 1;
    }
    text_free(&file);
    printf("%d of %d texts give the ids expected, and come back from them\n", right, lines);
    if (right < lines || lines == 0) exit(1);
}

static void show_llama(const char *path, const char *text) {
    struct scored s;
    char error[1024];
    if (!scored_read(&s, path, error, sizeof error)) die("%s", error);
    struct ids ids = {0};
    struct bytes back = {0};
    scored_encode(&ids, &s, text, strlen(text));
    scored_decode(&back, &s, ids.id, ids.count);
    print_ids(&ids);
    fwrite(back.data, 1, back.count, stdout);
    printf("\n");
    ids_free(&ids);
    bytes_free(&back);
    scored_free(&s);
}

static void get_tokenizer(struct tokenizer *t, const struct options *o) {
    char error[1024];
    if (o->load) tokenizer_load(t, o->load);
    else if (o->vocab && o->merges) {
        if (!tokenizer_read_gpt2(t, o->vocab, o->merges, error, sizeof error)) die("%s", error);
    } else if (o->text) {
        struct text text = text_load(o->text);
        tokenizer_train(t, text.data, text.size, o->count);
        text_free(&text);
    } else die_usage("expected a tokenizer: --load FILE, --vocab FILE --merges-file FILE, --llama FILE or --text FILE");
}

int main(int argc, char **argv) {
    struct options o = {.count = 1000};
    struct flag flags[] = {
        flag_string("load", &o.load, "a tokenizer.json"),
        flag_string("vocab", &o.vocab, "GPT-2's vocab.json, with --merges-file"),
        flag_string("merges-file", &o.merges, "GPT-2's merges.txt"),
        flag_string("llama", &o.llama, "llama2.c's tokenizer file"),
        flag_string("text", &o.text, "a text to learn from: king-james, tang or a file"),
        flag_int("merges", &o.count, 0, 1000000, "merges to learn from --text"),
        flag_string("save", &o.save, "folder where tokenizer.json is written"),
        flag_string("check", &o.check, "a file of lines {\"text\": \"..\", \"ids\": [..]}: do all agree?"),
    };
    int texts = flags_parse(argc, argv, "Cuts texts into tokens and prints them, their ids and their number.", "TEXT..",
                            flags, COUNT(flags));
    if (o.llama) {
        for (int i = 1; i <= texts; i++) show_llama(o.llama, argv[i]);
        return 0;
    }
    struct tokenizer t;
    get_tokenizer(&t, &o);
    if (o.save) tokenizer_save(&t, o.save, "tokenizer.json");
    if (o.check) check(&t, o.check);
    for (int i = 1; i <= texts; i++) show(&t, argv[i], strlen(argv[i]));
    tokenizer_free(&t);
    return 0;
}
