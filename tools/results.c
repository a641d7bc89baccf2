// The grader's results, build/grade/NN-name.json, read for the learner (progress) and for course systems (Gradescope,
// JUnit). Runs in the course's top folder.
#define _POSIX_C_SOURCE 200809L
#include <errno.h>
#include <glob.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/common.h"

static const double chapter_points = 100;  // the sum of every chapter's tests

struct test {
    const char *exercise, *name, *status, *message;
    double points, total, seconds;
};

// One chapter's results. Strings belong to root; a chapter that was not graded has root NULL, no tests and no points.
struct result {
    json_t *root;
    char chapter[128];  // "01-linear-regression"
    const char *graded, *date;
    json_int_t seed;
    double points, total;
    int complete;  // all tests of the chapter ran (no TEST=)
    int count;
    struct test *tests;
};

// ---- reading --------------------------------------------------------------------------------------------------------

// line 0: unknown
static _Noreturn void die_unreadable(const char *path, int line, const char *reason) {
    char where[32] = "";
    if (line > 0) snprintf(where, sizeof where, ", line %d", line);
    die("%s%s: %s. This is not a whole result of the grader: delete the file and run make grade-%.2s", path, where,
        reason, strrchr(path, '/') + 1);
}

static void read_tests(struct result *r, json_t *list, const char *path) {
    if (!json_is_array(list)) die_unreadable(path, 0, "\"tests\" is no list");
    r->count = (int)json_array_size(list);
    r->tests = alloc_zeroed((size_t)r->count, sizeof *r->tests);
    for (int i = 0; i < r->count; i++) {
        struct test *t = &r->tests[i];
        json_error_t error;
        if (json_unpack_ex(json_array_get(list, (size_t)i), &error, 0, "{s:s, s:s, s:F, s:F, s:F, s:s, s:s}",
                           "exercise", &t->exercise, "name", &t->name, "points", &t->points, "total", &t->total,
                           "seconds", &t->seconds, "status", &t->status, "message", &t->message) != 0)
            die_unreadable(path, error.line, error.text);
    }
}

// Fills r for the chapter ("01-linear-regression"); an absent file leaves it empty.
static void read_result(struct result *r, const char *chapter) {
    *r = (struct result){.total = chapter_points};
    snprintf(r->chapter, sizeof r->chapter, "%s", chapter);
    char path[256];
    snprintf(path, sizeof path, "build/grade/%s.json", r->chapter);
    FILE *f = fopen(path, "rb");
    if (!f && errno == ENOENT) return;
    if (!f) die("cannot read %s: %s", path, strerror(errno));
    json_error_t error;
    r->root = json_loadf(f, JSON_REJECT_DUPLICATES, &error);
    fclose(f);
    if (!r->root) die_unreadable(path, error.line, error.text);
    json_t *tests;
    const char *name;
    if (json_unpack_ex(r->root, &error, 0, "{s:s, s:s, s:I, s:s, s:F, s:F, s:b, s:o}", "chapter", &name, "graded",
                       &r->graded, "seed", &r->seed, "date", &r->date, "points", &r->points, "total", &r->total,
                       "complete", &r->complete, "tests", &tests) != 0)
        die_unreadable(path, error.line, error.text);
    if (strcmp(name, r->chapter) != 0) die("%s is about chapter %s: delete it and grade again", path, name);
    if (!(r->points >= 0 && r->points <= r->total && r->total > 0))
        die_unreadable(path, 0, "points are not between 0 and total");
    read_tests(r, tests, path);
}

// The results of all chapters built, in order; *count of them.
static struct result *read_all(int *count) {
    glob_t found = {0};
    int status = glob("labs/[0-9][0-9]-*/main.c", 0, NULL, &found);
    if (status == GLOB_NOMATCH) die("no chapters under labs/: run this in the course's top folder");
    if (status != 0) die("cannot list labs/: %s", strerror(errno));
    *count = (int)found.gl_pathc;
    struct result *all = alloc_zeroed(found.gl_pathc, sizeof *all);
    for (int i = 0; i < *count; i++) {
        char *name = found.gl_pathv[i] + strlen("labs/");
        *strchr(name, '/') = '\0';
        read_result(&all[i], name);
    }
    globfree(&found);
    return all;
}

static void free_all(struct result *all, int count) {
    for (int i = 0; i < count; i++) {
        free(all[i].tests);
        json_decref(all[i].root);
    }
    free(all);
}

static bool passed(const struct test *t) {
    return strcmp(t->status, "passed") == 0;
}

static bool full_marks(const struct result *r) {
    return r->root && r->complete && r->count > 0 && r->points >= r->total;
}

// "01" or "01-linear-regression"
static bool is_chapter(const struct result *r, const char *wanted) {
    size_t length = strlen(wanted);
    return strncmp(r->chapter, wanted, length) == 0 && (r->chapter[length] == '\0' || r->chapter[length] == '-');
}

static struct result *find_chapter(struct result *all, int count, const char *wanted) {
    for (int i = 0; i < count; i++)
        if (*wanted && is_chapter(&all[i], wanted)) return &all[i];
    die_usage("no chapter %s is built; the first is %s, the last %s", wanted, all[0].chapter, all[count - 1].chapter);
}

// ---- progress: for the learner --------------------------------------------------------------------------------------

static const struct test *first_to_do(const struct result *r) {
    for (int i = 0; i < r->count; i++)
        if (!passed(&r->tests[i])) return &r->tests[i];
    return NULL;
}

static void print_chapter(const struct result *r) {
    double total = r->complete ? r->total : chapter_points;
    char bar[21];
    int filled = (int)(20 * r->points / total);
    if (r->points > 0 && filled == 0) filled = 1;
    for (int i = 0; i < 20; i++) bar[i] = i < filled ? '#' : '-';
    bar[20] = '\0';
    printf("  %.2s %-22s[%s] %5g/%g", r->chapter, r->chapter + 3, bar, r->points, total);
    int open = 0;
    for (int i = 0; i < r->count; i++) open += !passed(&r->tests[i]);
    if (!r->root) printf("  not graded yet");
    else if (!r->complete) printf("  the last run graded %d of its tests: make grade-%.2s", r->count, r->chapter);
    else if (open > 0) printf("  %d of %d tests to go", open, r->count);
    putchar('\n');
}

static void print_next(const struct result *all, int count) {
    const struct result *next = NULL;
    for (int i = count - 1; i >= 0; i--)
        if (!full_marks(&all[i])) next = &all[i];
    if (!next) {
        printf("\nEvery chapter that is built has full marks. What a way you have come.\n");
        return;
    }
    const char *name = next->chapter;
    printf("\nNext: chapter %.2s, %s\n", name, name + 3);
    printf("  read    chapters/%s/README.md\n  grade   make grade-%.2s\n", name, name);
    const struct test *t = first_to_do(next);
    if (t) printf("  a hint  make hint-%.2s TEST=%s\n", name, t->name);
}

// Lines of path, at most max, without their newlines; 0 where the file is absent.
static int read_lines(char lines[][128], int max, const char *path) {
    FILE *f = fopen(path, "r");
    if (!f) return 0;
    int count = 0;
    while (count < max && fgets(lines[count], 128, f)) {
        lines[count][strcspn(lines[count], "\n")] = '\0';
        if (lines[count][0] && lines[count][0] != '#') count++;
    }
    fclose(f);
    return count;
}

// Which modules of earlier chapters a lab links, and whose: "yours 03-backprop/linear", as the last build wrote it into
// build/lab/NN-name/modules. Before the first build they are the references of labs/NN-name/uses.
static void print_modules(const struct result *r) {
    enum { MAX = 64 };
    char lines[MAX][128], path[256];
    snprintf(path, sizeof path, "build/lab/%s/modules", r->chapter);
    int count = read_lines(lines, MAX, path), yours = 0;
    bool built = count > 0;
    if (!built) {
        snprintf(path, sizeof path, "labs/%s/uses", r->chapter);
        count = read_lines(lines, MAX, path);
    }
    if (count == 0) return;
    for (int i = 0; i < count; i++) yours += built && strncmp(lines[i], "yours ", 6) == 0;
    printf("\nChapter %.2s stands on earlier modules: %d of %d are yours", r->chapter, yours, count);
    printf(yours < count ? " (make lab-%.2s OWN=1 links yours)\n" : "\n", r->chapter);
    for (int i = 0; i < count; i++) {
        char *space = built ? strchr(lines[i], ' ') : NULL;
        if (space) *space = '\0';
        printf("  %-10s %s\n", space ? lines[i] : "reference", space ? space + 1 : lines[i]);
    }
}

static void progress(const struct result *all, int count) {
    double points = 0;
    for (int i = 0; i < count; i++) {
        print_chapter(&all[i]);
        points += all[i].points;
    }
    printf("  %-47s %5g/%g\n", "total", points, chapter_points * count);
    for (int i = 0; i < count; i++) print_modules(&all[i]);
    print_next(all, count);
}

// ---- Gradescope -----------------------------------------------------------------------------------------------------
// The autograder's results.json: https://gradescope-autograders.readthedocs.io/en/latest/specs/

static json_t *gradescope_test(const struct test *t) {
    return json_pack("{s:s, s:s, s:f, s:f, s:s, s:s, s:s}", "number", t->exercise, "name", t->name, "score", t->points,
                     "max_score", t->total, "status", passed(t) ? "passed" : "failed", "output",
                     *t->message || passed(t) ? t->message : t->status, "visibility", "visible");
}

static json_t *gradescope_missing(const struct result *r) {
    return json_pack("{s:s, s:f, s:f, s:s, s:s, s:s}", "name", r->chapter, "score", 0.0, "max_score", chapter_points,
                     "status", "failed", "output", "There are no results for this lab: it did not compile.",
                     "visibility", "visible");
}

static void gradescope(FILE *f, struct result *const *chosen, int count) {
    json_t *tests = json_array();
    double seconds = 0;
    char about[4096] = "";
    for (int i = 0; i < count; i++) {
        const struct result *r = chosen[i];
        if (!r->root) json_array_append_new(tests, gradescope_missing(r));
        for (int k = 0; k < r->count; k++) {
            json_array_append_new(tests, gradescope_test(&r->tests[k]));
            seconds += r->tests[k].seconds;
        }
        size_t used = strlen(about);
        if (r->root)
            snprintf(about + used, sizeof about - used, "%s: %g/%g points. To repeat: make grade-%.2s SEED=%llu\n",
                     r->chapter, r->points, r->total, r->chapter, (unsigned long long)r->seed);
    }
    json_t *root = json_pack("{s:s, s:f, s:o}", "output", about, "execution_time", seconds, "tests", tests);
    if (!root || json_dumpf(root, f, JSON_INDENT(2) | JSON_ENSURE_ASCII) != 0)
        die("cannot write the results as JSON: %s", strerror(errno));
    fputc('\n', f);
    json_decref(root);
}

// ---- JUnit ----------------------------------------------------------------------------------------------------------

// Text for an XML attribute or element. Control characters that XML 1.0 cannot hold, even escaped, become '?'.
static void xml_text(FILE *f, const char *text) {
    for (const unsigned char *c = (const unsigned char *)text; *c; c++) {
        if (*c == '&') fputs("&amp;", f);
        else if (*c == '<') fputs("&lt;", f);
        else if (*c == '>') fputs("&gt;", f);
        else if (*c == '"') fputs("&quot;", f);
        else if (*c == '\n' || *c == '\t' || *c == '\r') fprintf(f, "&#%d;", *c);
        else if (*c < ' ' || *c == 127) fputc('?', f);
        else fputc(*c, f);
    }
}

// A crash or a time-out is JUnit's "error"; everything else that earned no points is a "failure".
static bool is_error(const struct test *t) {
    return strcmp(t->status, "crashed") == 0 || strcmp(t->status, "timeout") == 0;
}

static void junit_test(FILE *f, const struct result *r, const struct test *t) {
    fprintf(f, "    <testcase classname=\"%s\" name=\"", r->chapter);
    xml_text(f, t->exercise);
    fputc(' ', f);
    xml_text(f, t->name);
    fprintf(f, "\" time=\"%.3f\"", t->seconds);
    if (passed(t)) {
        fputs("/>\n", f);
        return;
    }
    const char *element = is_error(t) ? "error" : "failure";
    fprintf(f, ">\n      <%s type=\"", element);
    xml_text(f, t->status);
    fputs("\" message=\"", f);
    xml_text(f, *t->message ? t->message : t->status);
    fprintf(f, "\"/>\n    </testcase>\n");
}

static void junit_suite(FILE *f, const struct result *r) {
    int failures = 0, errors = r->root ? 0 : 1;
    double seconds = 0;
    for (int i = 0; i < r->count; i++) {
        if (is_error(&r->tests[i])) errors++;
        else if (!passed(&r->tests[i])) failures++;
        seconds += r->tests[i].seconds;
    }
    fprintf(f, "  <testsuite name=\"%s\" tests=\"%d\" failures=\"%d\" errors=\"%d\" time=\"%.3f\"", r->chapter,
            r->root ? r->count : 1, failures, errors, seconds);
    if (r->root) {
        fputs(" timestamp=\"", f);
        xml_text(f, r->date);
        fputc('"', f);
    }
    fputs(">\n", f);
    for (int i = 0; i < r->count; i++) junit_test(f, r, &r->tests[i]);
    if (!r->root)
        fprintf(f,
                "    <testcase classname=\"%s\" name=\"build\">\n      <error type=\"missing\" message=\"There are no "
                "results for this lab: it did not compile.\"/>\n    </testcase>\n",
                r->chapter);
    fputs("  </testsuite>\n", f);
}

static void junit(FILE *f, struct result *const *chosen, int count) {
    fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"daybreak\">\n", f);
    for (int i = 0; i < count; i++) junit_suite(f, chosen[i]);
    fputs("</testsuites>\n", f);
}

// ---- the program ----------------------------------------------------------------------------------------------------

// The chapters named, or all that were graded. A chapter without results, or with those of a few tests only, would
// export a wrong score: an error, unless zero_if_missing says that no results mean no points.
static int choose(struct result **chosen, struct result *all, int count, char **named, int names,
                  bool zero_if_missing) {
    int n = 0;
    if (names > count) die_usage("%d chapters named, but only %d are built", names, count);
    for (int i = 0; i < names; i++) chosen[n++] = find_chapter(all, count, named[i]);
    for (int i = 0; names == 0 && i < count; i++)
        if (all[i].root) chosen[n++] = &all[i];
    if (n == 0) die("nothing graded yet: build/grade/ has no results. Run make grade-%.2s first", all[0].chapter);
    for (int i = 0; i < n; i++) {
        const struct result *r = chosen[i];
        if (!r->root && !zero_if_missing)
            die("no results for chapter %s: run make grade-%.2s first", r->chapter, r->chapter);
        if (r->root && !r->complete)
            die("the last run of chapter %s graded some of its tests only: run make grade-%.2s first", r->chapter,
                r->chapter);
    }
    return n;
}

static void export(const char *format, const char *path, struct result *const *chosen, int count) {
    void (*write)(FILE *, struct result *const *, int) = strcmp(format, "junit") == 0 ? junit : gradescope;
    if (!path) {
        write(stdout, chosen, count);
        if (fflush(stdout) != 0) die("cannot write the results: %s", strerror(errno));
        return;
    }
    char folder[512];
    const char *slash = strrchr(path, '/');
    snprintf(folder, sizeof folder, "%.*s", slash ? (int)(slash - path) : 1, slash ? path : ".");
    struct out_file out;
    out_open(&out, folder, slash ? slash + 1 : path);
    write(out.f, chosen, count);
    out_close(&out);
}

// For the scripts: a line "STATUS EXERCISE NAME" for every test of one chapter.
static void list_tests(struct result *const *chosen, int count) {
    for (int i = 0; i < count; i++)
        for (int k = 0; k < chosen[i]->count; k++)
            printf("%s %s %s\n", chosen[i]->tests[k].status, chosen[i]->tests[k].exercise, chosen[i]->tests[k].name);
}

int main(int argc, char **argv) {
    const char *path = NULL;
    bool zero_if_missing = false;
    struct flag flags[] = {
        flag_string("out", &path, "file for gradescope and junit; without it they go to the terminal"),
        flag_switch("zero-if-missing", &zero_if_missing, "a chapter named that has no results gets no points"),
    };
    int words = flags_parse(argc, argv, "Reads the grader's results, build/grade/*.json.",
                            "progress | next | tests NN | gradescope [NN...] | junit [NN...]", flags, COUNT(flags));
    const char *command = words > 0 ? argv[1] : "";
    int count;
    struct result *all = read_all(&count);
    struct result **chosen = alloc_zeroed((size_t)count, sizeof(struct result *));
    if (words == 1 && strcmp(command, "progress") == 0) progress(all, count);
    else if (words == 1 && strcmp(command, "next") == 0) {
        for (int i = 0; i < count; i++)
            if (!full_marks(&all[i])) {
                puts(all[i].chapter);
                break;
            }
    } else if (words == 2 && strcmp(command, "tests") == 0) {
        chosen[0] = find_chapter(all, count, argv[2]);
        list_tests(chosen, 1);
    } else if (strcmp(command, "gradescope") == 0 || strcmp(command, "junit") == 0) {
        int n = choose(chosen, all, count, argv + 2, words - 1, zero_if_missing);
        export(command, path, chosen, n);
    } else die_usage("what to do? results progress | next | tests NN | gradescope [NN...] | junit [NN...]");
    free(chosen);
    free_all(all, count);
    return 0;
}
