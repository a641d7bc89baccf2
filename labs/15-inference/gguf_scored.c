// Merges by score in GGUF, SentencePiece's and Llama 2's: pieces with U+2581 in the place of spaces, and their scores.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "15-inference/gguf.h"

enum { FIRST_BYTE = 3, FIRST_PIECE = FIRST_BYTE + 256, PIECE_BYTES_MAX = 1 << 16 };

static const char space_mark[] = "\xE2\x96\x81";  // U+2581

// llama2.c, whose tokenizers these are here, writes the begin and the end of a text on lines of their own: no text gives
// them.
static const struct {
    const char *here, *there;
    enum gguf_token_type type;
} special[FIRST_BYTE] = {
    {"<unk>", "<unk>", TOKEN_UNKNOWN}, {"\n<s>\n", "<s>", TOKEN_CONTROL}, {"\n</s>\n", "</s>", TOKEN_CONTROL}};

// "<0x0A>" for id 3 + 10.
struct byte_name {
    char text[8];
};

static struct byte_name byte_name(int id) {
    struct byte_name name;
    snprintf(name.text, sizeof name.text, "<0x%02X>", (unsigned)(id - FIRST_BYTE) & 0xFF);
    return name;
}

// ---- Reading ----------------------------------------------------------------------------------------------------------

// What the encoder of chapter 10 takes for granted: where the tokens are that are no pieces.
static void check_place(struct gguf_fields *f, const struct gguf_tokens *tokens, int id) {
    if (id < FIRST_BYTE) {
        if (tokens->type[id] != special[id].type)
            gguf_refuse_token(f, tokens, id, "the type of unknown, begin and end");
    } else if (id < FIRST_PIECE && (tokens->type[id] != TOKEN_BYTE || !gguf_is(tokens->text[id], byte_name(id).text)))
        gguf_refuse_token(f, tokens, id, byte_name(id).text);
    else if (id >= FIRST_PIECE && tokens->type[id] == TOKEN_BYTE)
        gguf_refuse_token(f, tokens, id, "a piece: the bytes are the tokens 3 to 258");
    if (tokens->text[id].size == 0 || tokens->text[id].size > PIECE_BYTES_MAX)
        gguf_refuse_token(f, tokens, id, "1 to 65536 bytes");
    if (!isfinite(tokens->score[id])) gguf_refuse_token(f, tokens, id, "a finite score");
}

static void push_spaces(struct bytes *out, struct gguf_string text) {
    size_t mark = sizeof space_mark - 1;
    for (size_t i = 0; i < text.size;) {
        bool space = text.size - i >= mark && memcmp(text.data + i, space_mark, mark) == 0;
        bytes_push(out, space ? " " : text.data + i, 1);
        i += space ? mark : 1;
    }
}

static void add_token(struct scored *s, struct gguf_fields *f, const struct gguf_tokens *tokens, int id) {
    struct bytes string = {0};
    if (id < FIRST_BYTE) bytes_push(&string, special[id].here, strlen(special[id].here));
    else push_spaces(&string, tokens->text[id]);
    if (vocab_add(&s->vocab, string.data, string.count) < 0)
        gguf_refuse_token(f, tokens, id, "a token that was not there before");
    s->score[id] = tokens->score[id];
    bytes_free(&string);
}

void gguf_read_scored(struct scored *s, struct gguf_fields *f, const struct gguf_tokens *tokens) {
    *s = (struct scored){.score = alloc_floats((size_t)tokens->count)};
    if (tokens->count < FIRST_PIECE)
        gguf_refuse_pair(f, tokens->pair, "%d tokens or more (3 special ones, 256 bytes)", FIRST_PIECE);
    if (!gguf_bool(f, "tokenizer.ggml.add_space_prefix", true))
        gguf_refuse_pair(f, gguf_find_pair(f->file, "tokenizer.ggml.add_space_prefix"),
                         "true, for every text starts with a space here");
    for (int id = 0; id < tokens->count && f->ok; id++) {
        check_place(f, tokens, id);
        if (f->ok) add_token(s, f, tokens, id);
    }
    if (f->ok && vocab_find(&s->vocab, " ", 1) < 0)
        gguf_refuse(f,
                    "byte %zu: metadata \"tokenizer.ggml.tokens\": expected a token for the space, U+2581, found none",
                    tokens->pair->at);
    if (!f->ok) scored_free(s);
}

// ---- Writing ----------------------------------------------------------------------------------------------------------

void gguf_push_scored(struct gguf_texts *list, const struct scored *s) {
    struct bytes text = {0};
    for (int id = 0; id < s->vocab.count; id++) {
        size_t size;
        const char *string = vocab_string(&s->vocab, id, &size);
        enum gguf_token_type type = id < FIRST_BYTE ? special[id].type : id < FIRST_PIECE ? TOKEN_BYTE : TOKEN_NORMAL;
        text.count = 0;
        if (id < FIRST_BYTE) bytes_push(&text, special[id].there, strlen(special[id].there));
        else if (id < FIRST_PIECE) bytes_push(&text, byte_name(id).text, strlen(byte_name(id).text));
        else
            for (size_t i = 0; i < size; i++)
                if (string[i] == ' ') bytes_push(&text, space_mark, sizeof space_mark - 1);
                else bytes_push(&text, string + i, 1);
        gguf_push_token(list, text.data, text.count, type, s->score[id]);
    }
    bytes_free(&text);
}
