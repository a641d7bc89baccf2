// Three tokenizers, one face.
#include "15-inference/codec.h"

#include <string.h>

#include "15-inference/scored_names.h"

void codec_free(struct codec *c) {
    if (c->kind == CODEC_BPE) tokenizer_free(&c->bpe);
    if (c->kind == CODEC_WORDS) word_tokenizer_free(&c->words);
    if (c->kind == CODEC_SCORED) scored_free(&c->scored);
    *c = (struct codec){0};
}

int codec_count(const struct codec *c) {
    if (c->kind == CODEC_BPE) return c->bpe.vocab.count;
    if (c->kind == CODEC_WORDS) return c->words.words.count;
    return c->kind == CODEC_SCORED ? c->scored.vocab.count : 0;
}

bool codec_is_special(const struct codec *c, int id) {
    if (id == c->special.begin || id == c->special.end || id == c->special.padding) return true;
    if (c->kind == CODEC_SCORED) return id < SCORED_FIRST_BYTE;
    if (c->kind == CODEC_WORDS)
        for (size_t i = 0; i < c->words.special.count; i++)
            if (c->words.special.id[i] == id && id != c->words.unknown) return true;
    return false;
}

size_t codec_encode(struct ids *out, const struct codec *c, const char *text, size_t size, bool begin) {
    if (begin && c->special.begin >= 0) ids_push(out, c->special.begin);
    if (c->kind == CODEC_WORDS) return word_tokenizer_encode(out, &c->words, text, size);
    if (c->kind == CODEC_BPE) tokenizer_encode(out, &c->bpe, text, size);
    if (c->kind == CODEC_SCORED) scored_encode(out, &c->scored, text, size);
    return size;
}

// The bytes of a token in the middle of a text.
static void push_middle(struct bytes *out, const struct codec *c, int id) {
    size_t size;
    if (c->kind == CODEC_SCORED && id < SCORED_FIRST_PIECE) {
        char byte = (char)(id - SCORED_FIRST_BYTE);
        bytes_push(out, &byte, 1);
        return;
    }
    const struct vocab *v = c->kind == CODEC_BPE     ? &c->bpe.vocab
                            : c->kind == CODEC_WORDS ? &c->words.words
                                                     : &c->scored.vocab;
    const char *string = vocab_string(v, id, &size);
    if (c->kind == CODEC_WORDS) bytes_push(out, " ", 1);
    bytes_push(out, string, size);
}

void codec_piece(struct bytes *out, const struct codec *c, int before, int id) {
    if (id >= codec_count(c) || codec_is_special(c, id)) return;
    size_t start = out->count;
    push_middle(out, c, id);
    // What stands between words, and starts SentencePiece's first token, does not start a text.
    bool bare = c->kind == CODEC_WORDS || (c->kind == CODEC_SCORED && id >= SCORED_FIRST_PIECE);
    if (before < 0 && bare && out->data[start] == ' ') {
        memmove(out->data + start, out->data + start + 1, out->count - start - 1);
        out->count--;
    }
}

void codec_decode(struct bytes *out, const struct codec *c, const int *ids, size_t n) {
    int before = -1;
    for (size_t i = 0; i < n; i++) {
        codec_piece(out, c, before, ids[i]);
        if (!codec_is_special(c, ids[i])) before = ids[i];
    }
}

void codec_pieces(struct bytes *text, struct cuts *end, const struct codec *c) {
    for (int id = 0; id < codec_count(c); id++) {
        if (!codec_is_special(c, id)) push_middle(text, c, id);
        cuts_push(end, text->count);
    }
}
