// The report for people, on stderr: a finding when it is met, the totals at the end.
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "simt/runtime.h"

enum report report_wanted(void) {
    static const char *const names[] = {"off", "findings", "summary", "full"};
    const char *wanted = getenv("SIMT_REPORT");
    if (!wanted || !*wanted) return REPORT_FINDINGS;
    for (int i = REPORT_OFF; i <= REPORT_FULL; i++)
        if (strcmp(wanted, names[i]) == 0) return i;
    static bool told;
    if (!told) fprintf(stderr, "simt: SIMT_REPORT=%s is not known: take off, findings, summary or full\n", wanted);
    told = true;
    return REPORT_FINDINGS;
}

// On a terminal: what stands out.
static const char *colour(const char *code) {
    return isatty(STDERR_FILENO) ? code : "";
}
static const char *red(void) {
    return colour("\033[1;31m");
}
static const char *bold(void) {
    return colour("\033[1m");
}
static const char *plain(void) {
    return colour("\033[0m");
}

// "kernel tiled, block (0,0,0), thread (3,2,0)"; of a launch that does not even begin only the kernel.
static void name_thread(char *text, size_t size, const struct simt_finding *f) {
    int length = snprintf(text, size, "kernel %s", f->kernel);
    if (f->kind == SIMT_LAUNCH || length < 0 || (size_t)length >= size) return;
    snprintf(text + length, size - (size_t)length, ", block (%u,%u,%u), thread (%u,%u,%u)", f->block[0], f->block[1],
             f->block[2], f->thread[0], f->thread[1], f->thread[2]);
}

static void times(uint64_t count) {
    if (count > 1) fprintf(stderr, ", %llu times", (unsigned long long)count);
}

// "  tiled.cu:18: TEXT", and the line of the source under it.
static void tell_place(struct simt_place place, const char *text) {
    if (!place.line) {
        fprintf(stderr, "  ?: %s\n", text);
        return;
    }
    fprintf(stderr, "  %s%s:%d:%s %s\n", bold(), place.file, place.line, plain(), text);
    const char *source = source_text(place);
    if (source && *source) fprintf(stderr, "    %5d | %s\n", place.line, source);
}

// simt: data race: kernel tiled, block (0,0,0), thread (3,2,0), 7680 times
//   tiled.cu:18: reads As+208, which thread (3,3,0) wrote since the last barrier
//        18 | sum += As[ty][k] * Bs[k][tx];
//   tiled.cu:15: the access before it
//        15 | As[ty][tx] = a[row * n + k + tx];
//   fix: put __syncthreads() between these two accesses
void report_finding(const struct simt_finding *f) {
    if (report_wanted() == REPORT_OFF) return;
    fflush(stdout);
    fprintf(stderr, "%ssimt: %s%s", red(), finding_title(f->kind), plain());
    char where[256];
    name_thread(where, sizeof where, f);
    if (f->kernel[0]) fprintf(stderr, ": %s", where);
    times(f->count);
    fputc('\n', stderr);
    tell_place(f->place, f->what);
    if (f->other.line) tell_place(f->other, f->kind == SIMT_RACE ? "the access before it" : "the other place");
    fprintf(stderr, "  fix: %s\n", f->fix);
}

void simt_describe(char *text, size_t size, const struct simt_finding *f) {
    char where[256] = "", line[512] = "", other[512] = "";
    if (f->kernel[0]) name_thread(where, sizeof where, f);
    if (f->place.line)
        snprintf(line, sizeof line, "%sline %d of %s", where[0] ? ", " : "", f->place.line, f->place.file);
    if (f->other.line) snprintf(other, sizeof other, " (and line %d of %s)", f->other.line, f->other.file);
    const char *colon = where[0] || line[0] ? ": " : "";
    snprintf(text, size, "%s%s%s%s: %s%s. Fix: %s.", where, line, colon, finding_title(f->kind), f->what, other,
             f->fix);
}

static void tell_totals(void) {
    int kinds[SIMT_KINDS] = {0};
    unsigned long long count = 0;
    for (int i = 0; i < simt_finding_count(); i++) {
        const struct simt_finding *f = simt_finding(i);
        kinds[f->kind]++;
        count += f->count;
    }
    int n = simt_finding_count();
    fprintf(stderr, "simt: %d finding%s", n, n == 1 ? "" : "s");
    const char *before = " (";
    for (int kind = 0; kind < SIMT_KINDS; kind++) {
        if (!kinds[kind]) continue;
        fprintf(stderr, "%s%d %s", before, kinds[kind], simt_kind_name(kind));
        before = ", ";
    }
    fprintf(stderr, "), met %llu time%s\n", count, count == 1 ? "" : "s");
}

void report_exit(void) {
    enum report wanted = report_wanted();
    if (wanted == REPORT_OFF) return;
    fflush(stdout);
    if (wanted >= REPORT_SUMMARY) summary(wanted == REPORT_FULL);
    if (simt_finding_count()) tell_totals();
}
