// The program of chapter 10. Its experiments come in the order of the exercises.
#include <stdlib.h>

#include "10-tokenizer/show.h"
#include "10-tokenizer/tokenizer.h"
#include "common/common.h"

// The worked example of the text: four words, and what training makes of them.
static void show_example(void) {
    const char text[] =
        "low low low low low lower lower newest newest newest newest newest newest widest widest widest";
    struct tokenizer t;
    tokenizer_train(&t, text, sizeof text - 1, 4);
    printf("low x5, lower x2, newest x6, widest x3: the first four merges\n ");
    for (int k = 0; k < t.merges; k++) {
        for (int side = 0; side < 2; side++) {
            size_t size;
            const char *string = vocab_string(&t.vocab, side ? t.merge[k].right : t.merge[k].left, &size);
            printf("%s", side ? " + " : k ? ", " : " ");
            print_piece(string, size);
        }
    }
    struct ids ids = {0};
    tokenizer_encode(&ids, &t, "lowest", 6);
    printf("\n  \"lowest\", which is not among them, becomes");
    for (size_t i = 0; i < ids.count; i++) {
        size_t size;
        const char *string = vocab_string(&t.vocab, ids.id[i], &size);
        printf(i ? " | " : " ");
        print_piece(string, size);
    }
    printf("\n");
    ids_free(&ids);
    tokenizer_free(&t);
}

int main(int argc, char **argv) {
    struct options o = {.out = "build/lab/10-tokenizer",
                        .text = "king-james",
                        .other = "tang",
                        .merges = 1000,
                        .largest = 10000,
                        .pieces = 2000};
    bool quick = false;
    int seed = 1;
    struct flag flags[] = {
        flag_string("out", &o.out, "folder for tokenizer.json and the CSV files"),
        flag_string("text", &o.text, "the text to learn from: king-james, tang or a file"),
        flag_string("other", &o.other, "the text to compare with"),
        flag_int("merges", &o.merges, 100, 100000, "merges to learn"),
        flag_int("largest", &o.largest, 100, 100000, "merges of the largest vocabulary"),
        flag_int("pieces", &o.pieces, 300, 100000, "vocabulary of the three ways to cut"),
        flag_int("seed", &seed, 0, 1000000, "nothing here is random: for the Makefile only"),
        flag_switch("quick", &quick, "short texts, every part of the run"),
    };
    flags_parse(argc, argv, "Chapter 10: tokenizers, from four words to the King James Bible.", NULL, flags,
                COUNT(flags));
    size_t at_most = quick ? 60000 : (size_t)1 << 30;
    if (quick) o.merges = 200, o.largest = 400, o.pieces = 400;
    show_example();
    struct parts p = parts_load(o.text, at_most), other = parts_load(o.other, at_most);
    show_training(&o, &p);
    show_boundaries(&o, &p, &other);
    show_compression(&o, &p, &other);
    show_methods(&o, &p);
    show_zipf(&o, &p);
    parts_free(&p);
    parts_free(&other);
    return 0;
}
