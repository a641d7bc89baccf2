// The same words cut by BPE, WordPiece and Unigram, with vocabularies of one size from one text.
#include <string.h>

#include "10-tokenizer/show.h"
#include "common/common.h"

struct methods {
    struct tokenizer bpe;
    struct vocab wordpiece;
    struct unigram unigram;
};

static void add_piece(struct bytes *line, const struct vocab *v, int id, bool first) {
    size_t size;
    const char *string = vocab_string(v, id, &size);
    if (!first) bytes_push(line, "|", 1);
    bytes_push(line, string, size);
}

// A column of the table, filled to `width` characters; 0: as it is.
static void print_column(const struct ids *ids, const struct vocab *v, int width) {
    struct bytes line = {0};
    for (size_t i = 0; i < ids->count; i++) add_piece(&line, v, ids->id[i], i == 0);
    print_piece(line.data, line.count);
    int shown = 0;
    for (size_t at = 0; at < line.count;) {
        size_t run = utf8_run(line.data + at, line.count - at), broken;
        for (size_t i = 0; i < run; i++) shown += ((unsigned char)line.data[at + i] & 0xC0) != 0x80;
        at += run;
        broken = broken_run(line.data + at, line.count - at);
        shown += 4 * (int)broken;
        at += broken;
    }
    if (width > 0) printf("%*s", width > shown ? width - shown : 1, "");
    bytes_free(&line);
}

static void print_word(const struct methods *m, const char *word) {
    char spaced[100];
    snprintf(spaced, sizeof spaced, " %s", word);
    struct ids ids = {0};
    printf("  ");
    tokenizer_encode(&ids, &m->bpe, spaced, strlen(spaced));
    print_column(&ids, &m->bpe.vocab, 28);
    ids.count = 0;
    wordpiece_encode_word(&ids, &m->wordpiece, 0, word, strlen(word));
    print_column(&ids, &m->wordpiece, 34);
    ids.count = 0;
    unigram_viterbi(&ids, &m->unigram, spaced, strlen(spaced));
    print_column(&ids, &m->unigram.pieces, 0);
    printf("\n");
    ids_free(&ids);
}

// Tokens of the held-back text by each method, and how many of WordPiece's are unknown.
static void print_totals(const struct methods *m, struct text text) {
    struct regex *r = regex_gpt2();
    struct cuts cuts = {0};
    struct ids wordpiece = {0}, unigram = {0};
    split_text(&cuts, r, text.data, text.size);
    for (size_t k = 0, start = 0; k < cuts.count; start = cuts.end[k++]) {
        const char *word = text.data + start;
        size_t n = cuts.end[k] - start;
        unigram_viterbi(&unigram, &m->unigram, word, n);
        while (n > 0 && (unsigned char)*word <= ' ') word++, n--;  // WordPiece does not keep white space
        if (n > 0) wordpiece_encode_word(&wordpiece, &m->wordpiece, 0, word, n);
    }
    size_t unknown = 0;
    for (size_t i = 0; i < wordpiece.count; i++) unknown += wordpiece.id[i] == 0;
    printf("  tokens of the text held back: BPE %zu, WordPiece %zu (%zu unknown), Unigram %zu\n",
           token_count(&m->bpe, text), wordpiece.count, unknown, unigram.count);
    ids_free(&wordpiece);
    ids_free(&unigram);
    cuts_free(&cuts);
    regex_free(r);
}

void show_methods(const struct options *o, const struct parts *p) {
    const char *words[] = {"beginning",      "righteousness", "unrighteousness",
                           "Nebuchadnezzar", "forgetfulness", "tokenizer",
                           "café",           "破晓"};
    struct methods m;
    double start = clock_seconds();
    tokenizer_train(&m.bpe, p->learn.data, p->learn.size, o->pieces - 256);
    wordpiece_train(&m.wordpiece, p->learn.data, p->learn.size, o->pieces);
    double before = clock_seconds();
    unigram_train(&m.unigram, p->learn.data, p->learn.size, o->pieces);
    fprintf(stderr, "BPE and WordPiece took %.2f s, Unigram %.2f s\n", before - start, clock_seconds() - before);
    printf("\nThree ways to cut, %d, %d and %d pieces learned from %s\n", m.bpe.vocab.count, m.wordpiece.count,
           m.unigram.pieces.count, o->text);
    printf("  %-28s%-34s%s\n", "BPE", "WordPiece", "Unigram");
    for (int i = 0; i < COUNT(words); i++) print_word(&m, words[i]);
    print_totals(&m, p->held);
    tokenizer_free(&m.bpe);
    vocab_free(&m.wordpiece);
    unigram_free(&m.unigram);
}
