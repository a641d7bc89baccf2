// The program of chapter 12. Its experiments come in the order of the exercises, so that a half-finished lab already
// shows the first of them.
#include <limits.h>
#include <string.h>

#include "12-attention/show.h"

static const char *const experiments[] = {"all",    "example", "gradient", "scale",  "positions", "sentence",
                                          "repeat", "peeking", "merge",    "memory", "cache"};

static bool wanted(const char *only, const char *experiment) {
    return strcmp(only, "all") == 0 || strcmp(only, experiment) == 0;
}

static void check_experiment(const char *only) {
    for (int i = 0; i < COUNT(experiments); i++) {
        if (strcmp(only, experiments[i]) == 0) return;
    }
    die_usage(
        "--only %s: there is no such experiment; there are all, example, gradient, scale, positions, sentence, "
        "repeat, peeking, merge, memory and cache",
        only);
}

int main(int argc, char **argv) {
    struct options o = {
        .out = "build/lab/12-attention", .seed = 3, .steps = 800, .batch = 32, .lr = 3e-3f, .longest = 4096};
    const char *only = "all";
    struct flag flags[] = {
        flag_string("out", &o.out, "folder for the CSV files"),
        flag_string(
            "only", &only,
            "one experiment: example, gradient, scale, positions, sentence, repeat, peeking, merge, memory or cache"),
        flag_int("seed", &o.seed, 0, INT_MAX, "of weights and texts"),
        flag_int("steps", &o.steps, 1, 1000000, "of every training run"),
        flag_int("batch", &o.batch, 1, 4096, "texts in a mini-batch"),
        flag_float("lr", &o.lr, 1e-6, 10, "learning rate of the training runs"),
        flag_int("longest", &o.longest, 256, 16384, "the longest text of the memory experiment"),
        flag_switch("quick", &o.quick, "every experiment, cut short"),
    };
    flags_parse(argc, argv, "Chapter 12: attention, from one query to a cache that grows.", NULL, flags, COUNT(flags));
    check_experiment(only);
    if (o.quick) o.steps = 10, o.batch = 8, o.longest = 256;

    setvbuf(stdout, NULL, _IOLBF, BUFSIZ);  // each line of a table when it is known, into a file too
    if (wanted(only, "example")) show_example();
    if (wanted(only, "gradient")) show_gradient();
    if (wanted(only, "scale")) show_scale(&o);
    if (wanted(only, "positions")) show_positions(&o);
    if (wanted(only, "sentence")) show_sentence(&o);
    if (wanted(only, "repeat")) show_repeat(&o);
    if (wanted(only, "peeking")) show_peeking(&o);
    if (wanted(only, "merge")) show_merge();
    if (wanted(only, "memory")) show_memory(&o);
    if (wanted(only, "cache")) show_cache(&o);
    return 0;
}
