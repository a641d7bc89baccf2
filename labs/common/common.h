// What every program of the course needs and no chapter teaches. Sections follow the files of this folder.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

// ---- die.c: errors a person meets -----------------------------------------------------------------------------------
// Each prints "error: MESSAGE" on stderr. A message says what is wrong, where, and what to do next.
// die ends with exit status 1, die_usage (a wrong flag or argument) with 2.
_Noreturn void die(const char *format, ...) __attribute__((format(printf, 1, 2)));
_Noreturn void die_usage(const char *format, ...) __attribute__((format(printf, 1, 2)));

// ---- todo.c: a gap that is not filled yet ---------------------------------------------------------------------------
// Called by a stub with its exercise and function, "01.2 mse_backward". In a program it ends with exit status 1 and
// says which gap to fill; in a grader (which has its own todo) the test reports "not written yet".
_Noreturn void todo(const char *exercise);

// ---- alloc.c: memory ------------------------------------------------------------------------------------------------
// Zeroed memory for count objects of size bytes, at a multiple of 64 bytes. Never NULL: dies if the product overflows or memory is short.
void *alloc_zeroed(size_t count, size_t size);
float *alloc_floats(size_t count);    // count zeros
double *alloc_doubles(size_t count);  // count zeros

// ---- rng.c: random numbers (PCG32: O'Neill 2014, "PCG: a family of simple fast space-efficient ... generators") -----
// Same seed and stream, same numbers, on every machine. Streams of one seed do not overlap in practice: give every
// independent user (initialisation, shuffling, dropout) a stream of its own.
struct rng {
    uint64_t state, increment;
};
void rng_seed(struct rng *r, uint64_t seed, uint64_t stream);
uint32_t rng_u32(struct rng *r);
float rng_uniform(struct rng *r);                    // in [0, 1), 24 random bits
float rng_normal(struct rng *r);                     // mean 0, variance 1 (Box-Muller)
int rng_below(struct rng *r, int n);                 // in 0..n-1, unbiased; n >= 1
void rng_shuffle(struct rng *r, int *items, int n);  // Fisher-Yates

// ---- clock.c --------------------------------------------------------------------------------------------------------
double clock_seconds(void);  // monotonic, from an arbitrary start

// ---- flags.c: command-line flags ------------------------------------------------------------------------------------
// A program lists its flags with their variables, which hold the defaults, and calls flags_parse:
//     int epochs = 10;
//     struct flag flags[] = {flag_int("epochs", &epochs, 1, 1000, "passes over the data")};
//     flags_parse(argc, argv, "Fits a line.", flags, COUNT(flags));
// Accepted: --epochs 20, --epochs=20, and --help, which prints every flag with its default and ends with status 0.
// An unknown flag, a missing or malformed value or one out of range dies with status 2 and names what is allowed.
#define COUNT(array) ((int)(sizeof(array) / sizeof((array)[0])))
struct flag {
    const char *name;
    enum flag_kind { FLAG_INT, FLAG_FLOAT, FLAG_STRING, FLAG_SWITCH } kind;
    void *value;  // int *, float *, const char **, bool *
    double min, max;
    const char *help;
};
struct flag flag_int(const char *name, int *value, int min, int max, const char *help);
struct flag flag_float(const char *name, float *value, double min, double max, const char *help);
struct flag flag_string(const char *name, const char **value, const char *help);
struct flag flag_switch(const char *name, bool *value, const char *help);
// Returns the number of positional arguments (those that are no flag), moved to argv[1..]. A program that takes none
// passes positional_help = NULL and any is an error.
int flags_parse(int argc, char **argv, const char *about, const char *positional_help, struct flag *flags, int count);

// ---- out_file.c: files that are whole or absent ---------------------------------------------------------------------
// Writes to PATH.part; out_close flushes and renames it to PATH. A program that dies in between leaves PATH as it was.
// Missing folders of PATH are made. Dies, naming the file and the reason, on any failure.
struct out_file {
    FILE *f;
    char path[512];
};
void out_open(struct out_file *out, const char *dir, const char *name);  // path = dir/name
void out_open_path(struct out_file *out, const char *path);
void out_close(struct out_file *out);

// ---- csv_log.c: the tables that plots read --------------------------------------------------------------------------
// The first line is the header ("step,loss"). Rows reach the file at once, so that a plot can follow.
struct csv_log {
    struct out_file out;
    int columns;
};
void csv_open(struct csv_log *log, const char *dir, const char *name, const char *header);
void csv_row(struct csv_log *log, const char *format, ...) __attribute__((format(printf, 2, 3)));
void csv_close(struct csv_log *log);

// ---- progress.c: what a long run shows ------------------------------------------------------------------------------
// On a terminal one line, redrawn at most ten times a second:
//     train  [#######------]  54%  loss 0.412  61,000 images/s  0:08 left
// Where stderr is no terminal, a line every five seconds and one at the end.
struct progress {
    const char *label, *unit;
    double total, done, start, last_shown;
    bool terminal;
};
void progress_start(struct progress *p, const char *label, double total, const char *unit);
void progress_update(struct progress *p, double done, const char *format, ...) __attribute__((format(printf, 3, 4)));
void progress_end(struct progress *p, const char *format, ...) __attribute__((format(printf, 2, 3)));
// For a run that ends early: the line stays at what was done last.
void progress_stop(struct progress *p, const char *format, ...) __attribute__((format(printf, 2, 3)));

// ---- live_plot.c: the curve while it is drawn -----------------------------------------------------------------------
// Does nothing unless the environment says PLOT=live. Then gnuplot draws up to LIVE_SERIES curves, in a window where
// there is a display and as text in the terminal where there is none, at most twice a second.
#define LIVE_SERIES 8
struct live_plot {
    FILE *gnuplot;  // NULL: off
    int series, count[LIVE_SERIES], capacity[LIVE_SERIES];
    const char *names[LIVE_SERIES];
    float *points[LIVE_SERIES];  // count pairs (x, y)
    double last_shown;
};
void live_open(struct live_plot *plot, const char *title, const char *xlabel, const char *ylabel);
void live_point(struct live_plot *plot, const char *series, float x, float y);  // redraws when it is time
void live_close(struct live_plot *plot);
