// Points and messages: printed for the learner, stored as JSON for every other tool.
#define _POSIX_C_SOURCE 200809L
#include "grade/report.h"

#include <jansson.h>
#include <time.h>
#include <unistd.h>

static const char *const status_names[] = {"passed", "failed", "todo", "crashed", "timeout", "blocked", "skipped"};

double points_got(const struct grading *g) {
    double sum = 0;
    for (int i = 0; i < g->count; i++) sum += g->outcomes[i].points;
    return sum;
}

double points_total(const struct grading *g) {
    double sum = 0;
    for (int i = 0; i < g->count; i++)
        if (g->outcomes[i].status != SKIPPED) sum += g->outcomes[i].exercise->points;
    return sum;
}

static void print_message(const char *message) {
    for (const char *line = message; *line;) {
        int length = (int)strcspn(line, "\n");
        printf("        %.*s\n", length, line);
        line += length + (line[length] == '\n');
    }
}

static void print_outcome(const struct grading *g, const struct outcome *o, bool colour) {
    static const char *const shown[] = {"", "wrong", "not written yet", "crashed", "too slow", "waits", ""};
    static const char *const colours[] = {"\033[32m", "\033[31m", "\033[33m", "\033[31m", "\033[31m", "\033[33m", ""};
    printf("  %-6s%-28s%6.2f s  %s%3g/%-3g%s  %s\n", o->exercise->number, o->name, o->seconds,
           colour ? colours[o->status] : "", o->points, o->exercise->points, colour ? "\033[0m" : "", shown[o->status]);
    if (o->status == PASSED || o->status == TODO) return;
    print_message(o->message);
    if (o->status == FAILED) printf("        next: make hint-%.2s TEST=%s\n", g->lab, o->name);
    if (o->status == CRASHED || o->status == TIMEOUT)
        printf("        next: make memcheck-%.2s TEST=%s\n", g->lab, o->name);
}

// Where the gap is: "loss.c:5", or "" if grep finds none.
static void find_gap(char place[256], const struct grading *g, const struct outcome *o) {
    char command[512];
    snprintf(command, sizeof command, "cd %s && { grep -ns 'TODO %s %s:' *.c *.cu *.cuh || grep -ns 'TODO %s ' *.c *.cu *.cuh; }",
             g->graded, o->exercise->number, o->name, o->exercise->number);
    place[0] = '\0';
    FILE *found = popen(command, "r");
    if (!found) return;
    if (!fgets(place, 256, found)) place[0] = '\0';
    while (fgetc(found) != EOF) continue;
    pclose(found);
    char *line = strchr(place, ':');
    if (line) line[1 + strcspn(line + 1, ":")] = '\0';
}

void print_grading(const struct grading *g) {
    bool colour = isatty(STDOUT_FILENO);
    const struct outcome *first_gap = NULL;
    printf("grading %s   (seed %llu: SEED=%llu repeats it)\n", g->graded, g->seed, g->seed);
    for (int i = 0; i < g->count; i++) {
        const struct outcome *o = &g->outcomes[i];
        if (o->status == SKIPPED) continue;
        print_outcome(g, o, colour);
        if (o->status == TODO && !first_gap) first_gap = o;
    }
    printf("  %-40s  %3g/%g\n", "total", points_got(g), points_total(g));
    if (!first_gap) return;
    char place[256];
    find_gap(place, g, first_gap);
    printf("next gap: %s %s, %s/%s   (make hint-%.2s TEST=%s)\n", first_gap->exercise->number, first_gap->name,
           g->graded, place, g->lab, first_gap->name);
}

// JSON has no broken UTF-8, and a message may show bytes of a text: "?" stands for those of a broken one.
static json_t *message_json(const char *message) {
    json_t *json = json_string(message);
    if (json) return json;
    char plain[sizeof((struct outcome){0}.message)];
    snprintf(plain, sizeof plain, "%s", message);
    for (char *byte = plain; *byte; byte++)
        if (*byte & 0x80) *byte = '?';
    return json_string(plain);
}

static json_t *outcome_json(const struct outcome *o) {
    return json_pack("{s:s s:s s:f s:f s:f s:s s:o}", "exercise", o->exercise->number, "name", o->name, "points",
                     o->points, "total", o->exercise->points, "seconds", o->seconds, "status", status_names[o->status],
                     "message", message_json(o->message));
}

void write_json(const struct grading *g) {
    char date[32];
    time_t now = time(NULL);
    strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%SZ", gmtime(&now));
    json_t *tests = json_array();
    for (int i = 0; i < g->count; i++)
        if (g->outcomes[i].status != SKIPPED) json_array_append_new(tests, outcome_json(&g->outcomes[i]));
    json_t *root = json_pack("{s:s s:s s:I s:s s:f s:f s:b s:o}", "chapter", g->lab, "graded", g->graded, "seed",
                             (json_int_t)g->seed, "date", date, "points", points_got(g), "total", points_total(g),
                             "complete", g->complete, "tests", tests);
    struct out_file out;
    out_open_path(&out, g->json);
    if (!root || json_dumpf(root, out.f, JSON_INDENT(1) | JSON_ENSURE_ASCII) != 0)
        die("cannot make the JSON of the results for %s", g->json);
    fputc('\n', out.f);
    out_close(&out);
    json_decref(root);
}
