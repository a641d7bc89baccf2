// The line that a long run shows.
#define _POSIX_C_SOURCE 200112L
#include <stdarg.h>
#include <unistd.h>

#include "common/common.h"

enum { BAR = 20 };

void progress_start(struct progress *p, const char *label, double total, const char *unit) {
    *p = (struct progress){.label = label, .unit = unit, .total = total, .terminal = isatty(STDERR_FILENO)};
    p->start = p->last_shown = clock_seconds();
}

// 61234 -> "61,234"; 12.34 -> "12.3"; 0.0271 -> "0.027"
static void print_rate(double rate) {
    if (rate >= 1e6) fprintf(stderr, "%.1fM", rate / 1e6);
    else if (rate >= 1000) fprintf(stderr, "%d,%03d", (int)rate / 1000, (int)rate % 1000);
    else fprintf(stderr, rate >= 100 ? "%.0f" : rate >= 1 ? "%.1f" : "%.2g", rate);
}

static void print_line(struct progress *p, double done, const char *format, va_list args) {
    double elapsed = clock_seconds() - p->start, share = p->total > 0 ? done / p->total : 1;
    double rate = elapsed > 0 ? done / elapsed : 0;
    if (share > 1) share = 1;
    fprintf(stderr, "%s%-10s [", p->terminal ? "\r" : "", p->label);
    for (int i = 0; i < BAR; i++) fputc(i < (int)(share * BAR) ? '#' : '-', stderr);
    fprintf(stderr, "] %3.0f%%  ", 100 * share);
    vfprintf(stderr, format, args);
    fputs("  ", stderr);
    print_rate(rate);
    int left = share > 0 ? (int)(elapsed / share - elapsed + 0.5) : 0;
    if (share < 1) fprintf(stderr, " %s/s  %d:%02d left", p->unit, left / 60, left % 60);
    else fprintf(stderr, " %s/s  in %.1f s", p->unit, elapsed);
    if (p->terminal) fputs("\033[K", stderr);  // clears what a longer line left
    if (!p->terminal || share >= 1) fputc('\n', stderr);
    fflush(stderr);
}

void progress_update(struct progress *p, double done, const char *format, ...) {
    double now = clock_seconds();
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
