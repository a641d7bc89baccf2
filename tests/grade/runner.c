// The grader's main: runs a chapter's tests, each in a process of its own (Criterion), and gives the points.
//
//     grade --lab 01-linear-regression --graded labs/01-linear-regression [--json FILE] [--test NAME] [--seed N]
//
// Exit status: 0 at full marks, 1 below, 2 for a wrong name. A run of no test is a failure.
#define _GNU_SOURCE  // strsignal
#include <criterion/hooks.h>
#include <criterion/internal/ordered-set.h>
#include <criterion/logging.h>
#include <criterion/options.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>

#include "grade/internal.h"
#include "grade/report.h"

enum { TESTS = 64 };
static struct outcome outcomes[TESTS];
static struct grading grading = {.outcomes = outcomes};

// As the chapter asks for them: by exercise ("16.10" is its tenth), and as they stand in their file.
static int by_number(const void *a, const void *b) {
    const struct outcome *one = a, *two = b;
    const long first = strtol(strchr(one->exercise->number, '.') + 1, NULL, 10),
               second = strtol(strchr(two->exercise->number, '.') + 1, NULL, 10);
    if (first != second) return first > second ? 1 : -1;
    return (one->line > two->line) - (one->line < two->line);
}

static void list_tests(struct criterion_test_set *set) {
    FOREACH_SET(struct criterion_suite_set * suite, set->suites) {
        FOREACH_SET(struct criterion_test * test, suite->tests) {
            if (grading.count == TESTS) die("more than %d tests in one chapter", TESTS);
            struct outcome *o = &outcomes[grading.count++];
            *o = (struct outcome){.exercise = test->data->data, .name = test->name, .line = test->data->line_};
            o->status = CRASHED;  // until the test reports otherwise
        }
    }
    qsort(outcomes, (size_t)grading.count, sizeof outcomes[0], by_number);
}

static struct outcome *find_outcome(const char *name, size_t length) {
    for (int i = 0; i < grading.count; i++)
        if (strlen(outcomes[i].name) == length && !strncmp(outcomes[i].name, name, length)) return &outcomes[i];
    return NULL;
}

// TEST=name runs that test; TEST=part those whose name has the part in it.
static void choose_tests(const char *wanted) {
    bool exact = find_outcome(wanted, strlen(wanted)) != NULL;
    int chosen = 0;
    for (int i = 0; i < grading.count; i++) {
        bool match = exact ? !strcmp(outcomes[i].name, wanted) : strstr(outcomes[i].name, wanted) != NULL;
        if (!match) outcomes[i].status = SKIPPED;
        chosen += match;
    }
    if (chosen) return;
    char names[2048] = "";
    for (int i = 0; i < grading.count; i++) say(names, " %s", outcomes[i].name);
    die_usage("no test of %s has '%s' in its name. There are:%s", grading.lab, wanted, names);
}

// How much slower than a 2020 laptop this machine is now, at least 1: the time of a fixed chain of dependent steps.
static double machine_slowness(void) {
    double best = 1e9;
    for (int repeat = 0; repeat < 3; repeat++) {
        struct rng r;
        rng_seed(&r, 1, 1);
        double start = clock_seconds();
        for (int i = 0; i < 1000000; i++) rng_u32(&r);
        double took = clock_seconds() - start;
        if (r.state && took < best) best = took;
    }
    double slowness = best / 0.002;
    return slowness < 1 ? 1 : slowness;
}

static void set_limits(struct criterion_test_set *set) {
    double slowness = machine_slowness();
    FOREACH_SET(struct criterion_suite_set * suite, set->suites) {
        FOREACH_SET(struct criterion_test * test, suite->tests) {
            const struct exercise *e = test->data->data;
            test->data->timeout = (e->seconds > 0 ? e->seconds : 5) * slowness;
            test->data->disabled = find_outcome(test->name, strlen(test->name))->status == SKIPPED;
        }
    }
}

// ---- what Criterion reports, by way of a logger of our own ----------------------------------------------------------

static struct outcome *outcome_of(const struct criterion_test_stats *stats) {
    return find_outcome(stats->test->name, strlen(stats->test->name));
}

// Messages come before the test's end, from one test at a time.
static char last_message[MESSAGE];

static void on_assert(struct criterion_assert_stats *stats) {
    if (!stats->passed && !last_message[0]) say(last_message, "%s", stats->message ? stats->message : "");
}

static void settle(struct criterion_test_stats *stats, enum status status, const char *message) {
    struct outcome *o = outcome_of(stats);
    o->status = status;
    o->seconds = (double)stats->elapsed_time;
    o->points = status == PASSED ? o->exercise->points : 0;
    o->message[0] = '\0';
    say(o->message, "%s", message);
    last_message[0] = '\0';
}

static void on_crash(struct criterion_test_stats *stats) {
    char text[MESSAGE] = "";
    say(text, "crashed: %s%s", strsignal(stats->signal),
        stats->signal == SIGSEGV ? " (an index outside its array, or a pointer that was never set?)" : "");
    settle(stats, CRASHED, text);
}

static void on_early_exit(struct criterion_test_stats *stats) {
    char text[MESSAGE] = "";
    say(text, "the code ended the whole program, with exit(%d), instead of returning", stats->exit_code);
    settle(stats, CRASHED, text);
}

static void on_timeout(struct criterion_test_stats *stats) {
    char text[MESSAGE] = "";
    say(text, "stopped after %.1f s: does a loop never end?", stats->test->data->timeout);
    settle(stats, TIMEOUT, text);
}

static void on_post_test(struct criterion_test_stats *stats) {
    if (outcome_of(stats)->status == SKIPPED) return;
    if (stats->timed_out || stats->crashed) return;
    // the checks report failures only, and grade_run the body's end
    if (stats->failed_asserts == 0 && stats->passed_asserts == 0) on_early_exit(stats);
    else if (stats->failed_asserts == 0) settle(stats, PASSED, "");
    else settle(stats, strncmp(last_message, "not written yet", 15) ? FAILED : TODO, last_message);
}

static struct criterion_logger logger = {
    .log_assert = on_assert,
    .log_test_crash = on_crash,
    .log_abnormal_exit = on_early_exit,
    .log_test_timeout = on_timeout,
    .log_post_test = on_post_test,
};

// ---- after the run --------------------------------------------------------------------------------------------------

// A failure whose cause stands in another test: "fix mse_forward first".
static void find_blocked(void) {
    for (int i = 0; i < grading.count; i++) {
        struct outcome *o = &outcomes[i];
        if (o->status == PASSED || o->status == SKIPPED || o->status == TODO || !o->exercise->needs) continue;
        for (const char *need = o->exercise->needs; *need;) {
            size_t length = strcspn(need, " ");
            struct outcome *first = find_outcome(need, length);
            if (!first) die("the test %s needs %.*s, which is no test", o->name, (int)length, need);
            if (first->status != PASSED && first->status != SKIPPED) {
                o->status = BLOCKED;
                o->message[0] = '\0';
                say(o->message, "fix %s first: this one stands on it", first->name);
                break;
            }
            need += length + strspn(need + length, " ");
        }
    }
}

// For memcheck: the chosen tests here, in this process, so that a sanitizer sees the learner's line.
static int run_in_process(void) {
    grade_in_process = true;
    for (int i = 0; i < grading.count; i++) {
        if (outcomes[i].status == SKIPPED) continue;
        printf("%s\n", outcomes[i].name);
        fflush(stdout);
        grade_run(outcomes[i].exercise->body, outcomes[i].name);
    }
    printf("no memory error\n");
    return 0;
}

static int run_with_criterion(struct criterion_test_set *set) {
    set_limits(set);
    criterion_options.logger = &logger;
    criterion_options.jobs = 1;
    criterion_run_all_tests(set);
    find_blocked();
    print_grading(&grading);
    if (grading.json) write_json(&grading);
    if (points_total(&grading) <= 0) die("no test ran");
    if (grading.complete && points_total(&grading) != 100)
        die("the tests of %s sum to %g points instead of 100", grading.lab, points_total(&grading));
    return points_got(&grading) == points_total(&grading) ? 0 : 1;
}

int main(int argc, char **argv) {
    struct criterion_test_set *set = criterion_initialize();
    const char *test = NULL, *seed = NULL;
    bool in_process = false;
    struct flag flags[] = {
        flag_string("lab", &grading.lab, "the chapter's folder name"),
        flag_string("graded", &grading.graded, "the folder of the graded code"),
        flag_string("json", &grading.json, "where to write the results"),
        flag_string("test", &test, "a test, or a part of the names of some"),
        flag_string("seed", &seed, "replays a run's random inputs"),
        flag_switch("in-process", &in_process, "no process per test: for sanitizers"),
    };
    flags_parse(argc, argv, "Grades one chapter.", NULL, flags, COUNT(flags));
    if (!grading.lab || !grading.graded) die_usage("--lab and --graded are needed");
    char *end = NULL;
    grading.seed = seed && *seed ? strtoull(seed, &end, 10) : (unsigned long long)time(NULL) % 1000000;
    if (end && *end) die_usage("SEED takes a whole number, not '%s'", seed);
    char text[32];
    snprintf(text, sizeof text, "%llu", grading.seed);
    setenv("GRADE_SEED", text, 1);

    list_tests(set);
    if (grading.count == 0) die("%s has no tests", grading.lab);
    grading.complete = !test || !*test;
    if (!grading.complete) choose_tests(test);
    int status = in_process ? run_in_process() : run_with_criterion(set);
    criterion_finalize(set);
    return status;
}
