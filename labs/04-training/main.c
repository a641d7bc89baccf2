// Chapter 04's program: every experiment of the text, or one of them with --only.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "04-training/experiments.h"

static bool wanted(const char *only, const char *name) {
    return strcmp(only, "all") == 0 || strcmp(only, name) == 0;
}

// Pixels with mean 0 and variance 1, by the training set's mean and deviation.
static struct examples standardized(const struct images *im, double mean, double deviation) {
    const size_t n = (size_t)im->n * im->height * im->width;
    float *x = alloc_floats(n);
    for (size_t i = 0; i < n; i++) x[i] = (float)((im->pixels[i] - mean) / deviation);
    return (struct examples){im->n, x, im->labels};
}

static void pixel_statistics(double *mean, double *deviation, const struct images *im) {
    const size_t n = (size_t)im->n * im->height * im->width;
    double sum = 0, square = 0;
    for (size_t i = 0; i < n; i++) sum += im->pixels[i], square += im->pixels[i] * im->pixels[i];
    *mean = sum / n;
    *deviation = sqrt(square / n - *mean * *mean);
}

static const char *const experiments[] = {"all",   "valley",   "race",     "decay",  "depth",
                                          "norms", "schedule", "clipping", "recipe", "rates"};

static void check_experiment(const char *only) {
    for (int i = 0; i < COUNT(experiments); i++) {
        if (strcmp(only, experiments[i]) == 0) return;
    }
    die_usage(
        "--only %s: there is no such experiment; there are all, valley, race, decay, depth, norms, schedule, "
        "clipping, recipe and rates",
        only);
}

int main(int argc, char **argv) {
    const char *out = "build/demo/04-training", *only = "all";
    int seed = 1, epochs = 10, batch = 256;
    bool quick = false;
    float lr = 6e-3f, dropout = 0.2f;
    struct flag flags[] = {
        flag_string("out", &out, "folder for the CSV files"),
        flag_string("only", &only,
                    "one experiment: valley, race, decay, depth, norms, schedule, clipping, recipe; or rates"),
        flag_int("seed", &seed, 0, 1 << 30, "for initial weights, batches and dropout"),
        flag_switch("quick", &quick, "a few steps on a part of the images: only to see that it runs"),
        flag_int("epochs", &epochs, 1, 200, "of the recipe"),
        flag_int("batch", &batch, 2, 2048, "images per step of the recipe"),
        flag_float("lr", &lr, 1e-6, 10, "largest learning rate of the recipe"),
        flag_float("dropout", &dropout, 0, 0.95, "of the recipe: the probability to be dropped"),
    };
    flags_parse(argc, argv, "Trains nets with the choices of chapter 04 and compares them.", NULL, flags, COUNT(flags));
    check_experiment(only);

    setvbuf(stdout, NULL, _IOLBF, BUFSIZ);  // each line of a table when it is known, into a file too
    struct images train, test;
    fashion_mnist_load(&train, &test);
    double mean, deviation;
    pixel_statistics(&mean, &deviation, &train);
    struct lab lab = {.out = out, .seed = seed, .quick = quick};
    lab.train = standardized(&train, mean, deviation);
    lab.test = standardized(&test, mean, deviation);
    if (quick) {
        lab.train = first_examples(&lab.train, 640);
        lab.test = first_examples(&lab.test, 100);
        epochs = 1;
    }

    if (wanted(only, "valley")) valley_run(&lab);
    if (wanted(only, "race")) race_run(&lab);
    if (strcmp(only, "rates") == 0) rates_run(&lab);
    if (wanted(only, "decay")) decay_run(&lab);
    if (wanted(only, "depth")) depth_run(&lab);
    if (wanted(only, "norms")) norms_run(&lab);
    if (wanted(only, "schedule")) schedule_run(&lab);
    if (wanted(only, "clipping")) clipping_run(&lab);
    if (wanted(only, "recipe")) recipe_run(&lab, epochs, lr, dropout, batch);

    free((void *)lab.train.x);
    free((void *)lab.test.x);
    images_free(&train);
    images_free(&test);
}
