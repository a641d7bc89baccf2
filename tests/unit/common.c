// Tests of labs/common: what every program stands on.
#define _POSIX_C_SOURCE 200809L
#include "common/common.h"
#include "common/exp_float.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "unit/trial.h"

static void read_text(char *text, size_t size, const char *path) {
    FILE *f = fopen(path, "r");
    cr_assert(f, "%s does not exist", path);
    text[fread(text, 1, size - 1, f)] = '\0';
    fclose(f);
}

// ---- rng ------------------------------------------------------------------------------------------------------------

Test(rng, gives_the_published_sequence) {
    // pcg32-demo of the PCG C library (O'Neill 2014), seed 42, stream 54: its first six numbers
    const uint32_t published[6] = {0xa15c02b7, 0x7b47f409, 0xba1d3330, 0x83d2f293, 0xbfa4784b, 0xcbed606e};
    struct rng r;
    rng_seed(&r, 42, 54);
    for (int i = 0; i < 6; i++) cr_assert(rng_u32(&r) == published[i], "number %d differs", i);
}

Test(rng, streams_differ) {
    struct rng a, b;
    rng_seed(&a, 1, 0);
    rng_seed(&b, 1, 1);
    int same = 0;
    for (int i = 0; i < 1000; i++) same += rng_u32(&a) == rng_u32(&b);
    cr_assert(same < 3);
}

Test(rng, normal_has_mean_0_and_variance_1) {
    struct rng r;
    rng_seed(&r, 3, 0);
    double sum = 0, squares = 0;
    enum { N = 200000 };
    for (int i = 0; i < N; i++) {
        double x = (double)rng_normal(&r);
        sum += x;
        squares += x * x;
    }
    cr_assert(fabs(sum / N) < 0.01, "mean %g", sum / N);
    cr_assert(fabs(squares / N - 1) < 0.02, "variance %g", squares / N);
}

Test(rng, below_is_even_and_in_range) {
    struct rng r;
    rng_seed(&r, 4, 0);
    int counts[7] = {0};
    for (int i = 0; i < 70000; i++) {
        int x = rng_below(&r, 7);
        cr_assert(x >= 0 && x < 7);
        counts[x]++;
    }
    for (int k = 0; k < 7; k++) cr_assert(abs(counts[k] - 10000) < 500, "%d came %d times", k, counts[k]);
}

Test(rng, shuffle_keeps_every_item) {
    struct rng r;
    rng_seed(&r, 5, 0);
    int items[101], moved = 0, seen[101] = {0};
    for (int i = 0; i < 101; i++) items[i] = i;
    rng_shuffle(&r, items, 101);
    for (int i = 0; i < 101; i++) {
        seen[items[i]]++;
        moved += items[i] != i;
    }
    for (int i = 0; i < 101; i++) cr_assert(seen[i] == 1);
    cr_assert(moved > 80);
}

// ---- flags ----------------------------------------------------------------------------------------------------------

static int parse(int argc, char **argv, int *epochs, float *lr, const char **out, bool *quick) {
    struct flag flags[] = {flag_int("epochs", epochs, 1, 100, "passes"), flag_float("lr", lr, 0, 10, "step size"),
                           flag_string("out", out, "folder"), flag_switch("quick", quick, "short")};
    return flags_parse(argc, argv, "A test.", "FILE", flags, COUNT(flags));
}

Test(flags, sets_what_is_given_and_keeps_the_rest) {
    char *argv[] = {"test", "--epochs", "7", "a.txt", "--lr=0.5", "--quick"};
    int epochs = 1;
    float lr = 1;
    const char *out = "kept";
    bool quick = false;
    int files = parse(6, argv, &epochs, &lr, &out, &quick);
    cr_assert(epochs == 7 && lr == 0.5f && quick && !strcmp(out, "kept"));
    cr_assert(files == 1 && !strcmp(argv[1], "a.txt"));
}

static void parse_one(char *flag, char *value) {
    int epochs = 1;
    float lr = 1;
    const char *out = "";
    bool quick = false;
    char *argv[] = {"test", flag, value};
    parse(value ? 3 : 2, argv, &epochs, &lr, &out, &quick);
}
Test(flags, unknown_flag, .exit_code = 2) {
    parse_one("--epoch", "3");
}
Test(flags, missing_value, .exit_code = 2) {
    parse_one("--epochs", NULL);
}
Test(flags, not_a_number, .exit_code = 2) {
    parse_one("--epochs", "3x");
}
Test(flags, not_whole, .exit_code = 2) {
    parse_one("--epochs", "2.5");
}
Test(flags, out_of_range, .exit_code = 2) {
    parse_one("--epochs", "101");
}
Test(flags, nan_is_no_number, .exit_code = 2) {
    parse_one("--lr", "nan");
}
Test(flags, switch_with_value, .exit_code = 2) {
    parse_one("--quick=1", NULL);
}
Test(flags, help_ends_well, .exit_code = 0) {
    parse_one("--help", NULL);
}

// ---- files ----------------------------------------------------------------------------------------------------------

Test(out_file, appears_only_when_closed, .init = make_folder, .fini = remove_folder) {
    char path[128], text[64];
    snprintf(path, sizeof path, "%s/deep/er/x.txt", folder);
    struct out_file out;
    out_open(&out, folder, "deep/er/x.txt");
    fputs("first", out.f);
    cr_assert(access(path, F_OK) != 0, "the file is there before it is whole");
    out_close(&out);
    out_open(&out, folder, "deep/er/x.txt");
    fputs("second", out.f);
    fflush(out.f);
    read_text(text, sizeof text, path);
    cr_assert(!strcmp(text, "first"), "a new file replaced the old one before it was whole");
    out_close(&out);
    read_text(text, sizeof text, path);
    cr_assert(!strcmp(text, "second"));
}

Test(out_file, a_full_disk_is_an_error, .exit_code = 1) {
    if (access("/dev/full", W_OK) != 0) exit(1);
    struct out_file out = {.f = fopen("/dev/full", "w"), .path = "/dev/full-there-is-no-such-file"};
    fputs("lost", out.f);
    out_close(&out);
}

Test(out_file, a_folder_that_cannot_be_made, .exit_code = 1) {
    struct out_file out;
    out_open(&out, "/dev/null/x", "y");
}

Test(csv, rows_match_the_header, .init = make_folder, .fini = remove_folder) {
    char path[128], text[64];
    snprintf(path, sizeof path, "%s/loss.csv", folder);
    struct csv_log log;
    csv_open(&log, folder, "loss.csv", "step,loss");
    csv_row(&log, "%d,%g", 1, 0.5);
    csv_close(&log);
    read_text(text, sizeof text, path);
    cr_assert(!strcmp(text, "step,loss\n1,0.5\n"), "got %s", text);
}

Test(csv, a_row_with_a_column_too_many, .init = make_folder, .fini = remove_folder, .exit_code = 1) {
    struct csv_log log;
    csv_open(&log, folder, "loss.csv", "step,loss");
    csv_row(&log, "%d,%g,%g", 1, 0.5, 0.5);
}

// ---- memory, gaps ---------------------------------------------------------------------------------------------------

Test(alloc, a_product_that_overflows, .exit_code = 1) {
    alloc_zeroed(SIZE_MAX / 2, 3);
}
Test(alloc, nothing_is_something) {
    float *empty = alloc_floats(0);
    cr_assert(empty);
    free(empty);
}
Test(todo, ends_the_program, .exit_code = 1) {
    todo("01.2 mse_backward");
}

// ---- exp_float.h ----------------------------------------------------------------------------------------------------
Test(exp_float, is_within_2_units_in_the_last_place) {
    double worst = 0;
    for (double x = -87; x <= 88; x += 1e-3) {
        double expected = exp((double)(float)x), unit = ldexp(1, ilogb(expected) - 23);
        double error = fabs(exp_float((float)x) - expected) / unit;
        worst = fmax(worst, error);
    }
    cr_assert(worst <= 2, "off by %.2f units", worst);
}

Test(exp_float, knows_the_ends) {
    cr_assert(exp_float(0) == 1);
    cr_assert(exp_float(-1000) <= 1.7e-38f && exp_float(-INFINITY) <= 1.7e-38f);
    cr_assert(exp_float(1000) >= 1.6e38f && exp_float(INFINITY) >= 1.6e38f);
    cr_assert(isnan(exp_float(NAN)));
}
