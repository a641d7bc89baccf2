// The program of chapter 13: every experiment of the text, or one of them with --only.
#include <string.h>

#include "13-transformer/show.h"

static const struct experiment {
    const char *name;
    void (*show)(const struct options *o);
} experiments[] = {
    {"block", show_block},       {"depth", show_depth},     {"lists", show_lists}, {"parts", show_parts},
    {"language", show_language}, {"experts", show_experts}, {"count", show_count},
};

int main(int argc, char **argv) {
    struct options o = {.out = "build/lab/13-transformer", .seed = 1, .steps = 300, .batch = 32, .lr = 5e-3f};
    const char *only = "all";
    struct flag flags[] = {
        flag_string("out", &o.out, "folder for the CSV files"),
        flag_string("only", &only, "one experiment: block, depth, lists, parts, language, experts or count"),
        flag_int("seed", &o.seed, 0, 1 << 30, "for initial weights and data"),
        flag_int("steps", &o.steps, 20, 100000, "of each training on lists; the others' steps follow"),
        flag_int("batch", &o.batch, 1, 4096, "lists of a step"),
        flag_float("lr", &o.lr, 1e-6, 1, "largest learning rate on lists"),
        flag_switch("quick", &o.quick, "every part of the run, with a fiftieth of the steps"),
    };
    flags_parse(argc, argv, "Chapter 13: transformers learn lists and a small language.", NULL, flags, COUNT(flags));
    bool known = strcmp(only, "all") == 0;
    for (int i = 0; i < COUNT(experiments); i++) known |= strcmp(only, experiments[i].name) == 0;
    if (!known)
        die_usage(
            "--only %s: there is no such experiment; there are block, depth, lists, parts, language, experts and count",
            only);
    if (o.quick) o.steps = scaled(&o, o.steps), o.batch = 4;
    setvbuf(stdout, NULL, _IOLBF, BUFSIZ);  // each line of a table when it is known, into a file too
    for (int i = 0; i < COUNT(experiments); i++)
        if (strcmp(only, "all") == 0 || strcmp(only, experiments[i].name) == 0) experiments[i].show(&o);
    return 0;
}
