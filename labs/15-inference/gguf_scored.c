// Merges by score in GGUF, SentencePiece's and Llama 2's: pieces with U+2581 in the place of spaces, and their scores.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "15-inference/gguf.h"
#include "15-inference/scored_names.h"

enum { PIECE_BYTES_MAX = 1 << 16 };

// Of the tokens that are no pieces and no bytes.
static enum gguf_token_type special_type(int id) {
    return id == 0 ? TOKEN_UNKNOWN : TOKEN_CONTROL;
}

// ---- Reading --------------------------------------------------------------------------------------------------------

// What the encoder of chapter 10 takes for granted: where the tokens are that are no pieces.
static void check_place(struct gguf_fields *f, const struct gguf_tokens *tokens, int id) {
    if (id < SCORED_FIRST_BYTE) {
        if (tokens->type[id] != special_type(id))
            gguf_refuse_token(f, tokens, id, "the type of unknown, begin and end");
    } else if (id < SCORED_FIRST_PIECE &&
               (tokens->type[id] != TOKEN_BYTE || !gguf_is(tokens->text[id], byte_name(id).text)))
        gguf_refuse_token(f, tokens, id, byte_name(id).text);
    else if (id >= SCORED_FIRST_PIECE && tokens->type[id] == TOKEN_BYTE)
        gguf_refuse_token(f, tokens, id, "a piece: the bytes are the tokens 3 to 258");
    if (tokens->text[id].size == 0 || tokens->text[id].size > PIECE_BYTES_MAX)
        gguf_refuse_token(f, tokens, id, "1 to 65536 bytes");
    if (!isfinite(tokens->score[id])) gguf_refuse_token(f, tokens, id, "a finite score");
}

static void add_token(struct scored *s, struct gguf_fields *f, const struct gguf_tokens *tokens, int id) {
    struct bytes string = {0};
    if (id < SCORED_FIRST_BYTE) bytes_push(&string, scored_special[id].here, strlen(scored_special[id].here));
    else push_with_spaces(&string, tokens->text[id].data, tokens->text[id].size);
    if (vocab_add(&s->vocab, string.data, string.count) < 0)
        gguf_refuse_token(f, tokens, id, "a token that was not there before");
    s->score[id] = tokens->score[id];
    bytes_free(&string);
}

void gguf_read_scored(struct scored *s, struct gguf_fields *f, const struct gguf_tokens *tokens) {
    *s = (struct scored){.score = alloc_floats((size_t)tokens->count)};
    if (tokens->count < SCORED_FIRST_PIECE)
        gguf_refuse_pair(f, tokens->pair, "%d tokens or more (3 special ones, 256 bytes)", SCORED_FIRST_PIECE);
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

// ---- Writing --------------------------------------------------------------------------------------------------------

void gguf_push_scored(struct gguf_texts *list, const struct scored *s) {
    struct bytes text = {0};
    for (int id = 0; id < s->vocab.count; id++) {
        size_t size;
        const char *string = vocab_string(&s->vocab, id, &size);
        enum gguf_token_type type = id < SCORED_FIRST_BYTE    ? special_type(id)
                                    : id < SCORED_FIRST_PIECE ? TOKEN_BYTE
                                                              : TOKEN_NORMAL;
        text.count = 0;
        if (id < SCORED_FIRST_BYTE) bytes_push(&text, scored_special[id].there, strlen(scored_special[id].there));
        else if (id < SCORED_FIRST_PIECE) bytes_push(&text, byte_name(id).text, strlen(byte_name(id).text));
        else push_with_marks(&text, string, size);
        gguf_push_token(list, text.data, text.count, type, s->score[id]);
    }
    bytes_free(&text);
}
