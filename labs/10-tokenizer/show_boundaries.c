// Where sentences are cut: in colours on a terminal, with bars elsewhere.
#define _POSIX_C_SOURCE 200809L  // isatty
#include <string.h>
#include <unistd.h>

#include "10-tokenizer/show.h"
#include "common/common.h"

void print_piece(const char *data, size_t size) {
    for (size_t at = 0; at < size;) {
        size_t run = utf8_run(data + at, size - at);
        for (size_t i = 0; i < run; i++)
            if (data[at + i] == '\n') printf("\\n");
            else putchar(data[at + i]);
        at += run;
        size_t broken = broken_run(data + at, size - at);
        for (size_t i = 0; i < broken; i++) printf("<%02X>", (unsigned char)data[at + i]);
        at += broken;
    }
}

static void print_tokens(const struct tokenizer *t, const char *text) {
    const int backgrounds[] = {44, 42, 45, 46};
    bool colours = isatty(STDOUT_FILENO);
    struct ids ids = {0};
    tokenizer_encode(&ids, t, text, strlen(text));
    printf("    %3zu  ", ids.count);
    for (size_t i = 0; i < ids.count; i++) {
        size_t size;
        const char *piece = vocab_string(&t->vocab, ids.id[i], &size);
        if (colours) printf("\033[97;%dm", backgrounds[i % 4]);
        else if (i > 0) putchar('|');
        print_piece(piece, size);
        if (colours) printf("\033[0m");
    }
    printf("\n");
    ids_free(&ids);
}

void show_boundaries(const struct options *o, const struct parts *p, const struct parts *other) {
    const char *sentences[] = {"In the beginning God created the heaven and the earth.", "The tokenizer's 1024 tokens",
                               "破晓：大语言模型", "春眠不觉晓，处处闻啼鸟。"};
    const char *names[] = {o->text, o->other};
    const struct parts *texts[] = {p, other};
    printf("\nTokens of four sentences, by what the merges were learned from\n");
    for (int k = 0; k < 2; k++) {
        struct tokenizer all, t;
        tokenizer_train(&all, texts[k]->learn.data, texts[k]->learn.size, o->merges);
        for (int merges = 100; merges <= o->merges; merges = o->merges > merges ? o->merges : o->merges + 1) {
            tokenizer_first_merges(&t, &all, merges);
            printf("  %s, %d merges\n", names[k], t.merges);
            for (int i = 0; i < COUNT(sentences); i++) print_tokens(&t, sentences[i]);
            tokenizer_free(&t);
        }
        tokenizer_free(&all);
    }
}
