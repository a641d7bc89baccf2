// The line that a long run shows.
#define _POSIX_C_SOURCE 200112L
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

#include "common/common.h"

enum { BAR = 20 };

// Programs in a row (tools/capstone.sh): STAGES="2 4 95 80 97 101" in the environment tells the second of four what share
// of all its line stands for, in seconds that were expected: 95 of the stages that are done, 80 of this one, 97 of those
// to come; 101 have passed so far.
enum { STAGE, STAGES, BEFORE, HERE, AFTER, PASSED, NUMBERS };
static double all[NUMBERS];  // STAGES 0: this program stands alone

static void read_stages(void) {
    char *rest = getenv("STAGES");
    for (int i = 0; i < NUMBERS; i++) {
        char *number = rest;
        all[i] = number ? strtod(number, &rest) : 0;
        if (rest == number) all[STAGES] = 0;
    }
}

void progress_start(struct progress *p, const char *label, double total, const char *unit) {
    read_stages();
    *p = (struct progress){.label = label, .unit = unit, .total = total, .terminal = isatty(STDERR_FILENO)};
    p->start = p->last_shown = clock_seconds();
}

// 61234 -> "61,234"; 12.34 -> "12.3"; 0.0271 -> "0.027"
static void print_rate(double rate) {
    if (rate >= 1e6) fprintf(stderr, "%.1fM", rate / 1e6);
    else if (rate >= 1000) fprintf(stderr, "%d,%03d", (int)rate / 1000, (int)rate % 1000);
    else fprintf(stderr, rate >= 100 ? "%.0f" : rate >= 1 ? "%.1f" : "%.2g", rate);
}

static void print_own(const struct progress *p, double share, double rate, double elapsed) {
    fputs("  ", stderr);
    print_rate(rate);
    int left = share > 0 ? (int)(elapsed / share - elapsed + 0.5) : 0;
    if (share < 1) fprintf(stderr, " %s/s  %d:%02d left", p->unit, left / 60, left % 60);
    else fprintf(stderr, " %s/s  in %.1f s", p->unit, elapsed);
}

// What is left goes as fast, compared with what was expected, as what is done; of the first moments that says little.
static void print_overall(double share, double elapsed) {
    const double done = all[BEFORE] + share * all[HERE], total = all[BEFORE] + all[HERE] + all[AFTER];
    const int left = done > 0 ? (int)((all[PASSED] + elapsed) * (total - done) / done + 0.5) : 0;
    fprintf(stderr, " | overall %.0f%%", total > 0 ? 100 * done / total : 100);
    if (done < total && done > 0.01 * total) fprintf(stderr, ", %d:%02d left", left / 60, left % 60);
}

static void print_line(struct progress *p, double done, const char *format, va_list args) {
    double elapsed = clock_seconds() - p->start, share = p->total > 0 ? done / p->total : 1;
    double rate = elapsed > 0 ? done / elapsed : 0;
    if (share > 1) share = 1;
    if (p->terminal) fputc('\r', stderr);
    if (all[STAGES] > 0) fprintf(stderr, "stage %.0f of %.0f: %-8s [", all[STAGE], all[STAGES], p->label);
    else fprintf(stderr, "%-10s [", p->label);
    const int bar = all[STAGES] > 0 ? BAR / 2 : BAR;
    for (int i = 0; i < bar; i++) fputc(i < (int)(share * bar) ? '#' : '-', stderr);
    fprintf(stderr, "] %3.0f%%  ", 100 * share);
    vfprintf(stderr, format, args);
    if (all[STAGES] > 0) print_overall(share, elapsed);
    else print_own(p, share, rate, elapsed);
    if (p->terminal) fputs("\033[K", stderr);  // clears what a longer line left
    if (!p->terminal || share >= 1) fputc('\n', stderr);
    fflush(stderr);
}

void progress_update(struct progress *p, double done, const char *format, ...) {
    double now = clock_seconds();
    p->done = done;
    if (now - p->last_shown < (p->terminal ? 0.1 : 5)) return;
    p->last_shown = now;
    if (done >= p->total) return;  // progress_end shows the last line
    va_list args;
    va_start(args, format);
    print_line(p, done, format, args);
    va_end(args);
}

void progress_end(struct progress *p, const char *format, ...) {
    va_list args;
    va_start(args, format);
    print_line(p, p->total, format, args);
    va_end(args);
}

void progress_stop(struct progress *p, const char *format, ...) {
    va_list args;
    va_start(args, format);
    print_line(p, p->done, format, args);
    if (p->terminal && p->done < p->total) fputc('\n', stderr);
    va_end(args);
}
