// The curve while it is drawn: PLOT=live pipes the points to gnuplot.
#define _POSIX_C_SOURCE 200809L
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/common.h"

void live_open(struct live_plot *plot, const char *title, const char *xlabel, const char *ylabel) {
    *plot = (struct live_plot){0};
    const char *mode = getenv("PLOT");
    if (!mode || strcmp(mode, "live") != 0) return;
    if (system("command -v gnuplot >/dev/null") != 0) die("PLOT=live needs gnuplot: run `make setup`");
    plot->gnuplot = popen("gnuplot 2>/dev/null", "w");
    if (!plot->gnuplot) die("cannot start gnuplot for PLOT=live");
    bool window = getenv("DISPLAY") || getenv("WAYLAND_DISPLAY");
    // gnuplot-nox has no window terminal: then its default is "unknown", and text serves
    fprintf(plot->gnuplot, window ? "if (GPVAL_TERM eq 'unknown') set term dumb 100 28\n" : "set term dumb 100 28\n");
    fprintf(plot->gnuplot, "set title '%s'\nset xlabel '%s'\nset ylabel '%s'\nset key top right\n", title, xlabel,
            ylabel);
}

static void draw(struct live_plot *plot) {
    fprintf(plot->gnuplot, "if (GPVAL_TERM eq 'dumb') print \"\\033[H\\033[2J\"\nplot ");
    for (int s = 0; s < plot->series; s++)
        fprintf(plot->gnuplot, "%s'-' with lines title '%s'", s ? ", " : "", plot->names[s]);
    fputc('\n', plot->gnuplot);
    for (int s = 0; s < plot->series; s++) {
        for (int i = 0; i < plot->count[s]; i++)
            fprintf(plot->gnuplot, "%g %g\n", (double)plot->points[s][2 * i], (double)plot->points[s][2 * i + 1]);
        fputs("e\n", plot->gnuplot);
    }
    fflush(plot->gnuplot);
}

static int find_series(struct live_plot *plot, const char *series) {
    for (int s = 0; s < plot->series; s++)
        if (!strcmp(plot->names[s], series)) return s;
    if (plot->series == LIVE_SERIES) die("a live plot has at most %d curves", LIVE_SERIES);
    plot->names[plot->series] = series;
    return plot->series++;
}

void live_point(struct live_plot *plot, const char *series, float x, float y) {
    if (!plot->gnuplot) return;
    int s = find_series(plot, series);
    if (plot->count[s] == plot->capacity[s]) {
        plot->capacity[s] = plot->capacity[s] ? 2 * plot->capacity[s] : 256;
        plot->points[s] = realloc(plot->points[s], sizeof(float) * 2 * (size_t)plot->capacity[s]);
        if (!plot->points[s]) die("no memory for the live plot");
    }
    float *point = plot->points[s] + 2 * (size_t)plot->count[s]++;
    point[0] = x;
    point[1] = y;
    if (clock_seconds() - plot->last_shown < 0.5) return;
    draw(plot);
    plot->last_shown = clock_seconds();
}

void live_close(struct live_plot *plot) {
    if (!plot->gnuplot) return;
    if (plot->series) draw(plot);
    fputs("pause 0\n", plot->gnuplot);
    pclose(plot->gnuplot);
    for (int s = 0; s < plot->series; s++) free(plot->points[s]);
    *plot = (struct live_plot){0};
}
