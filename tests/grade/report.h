// One graded test's outcome, and where outcomes go.
#pragma once
#include "grade/grade.h"

struct outcome {
    const struct exercise *exercise;
    const char *name;
    unsigned line;  // in the test file: the order of the chapter
    double seconds, points;
    enum status { PASSED, FAILED, TODO, CRASHED, TIMEOUT, BLOCKED, SKIPPED } status;
    char message[2048];
};

struct grading {
    const char *lab, *graded, *json;  // "01-linear-regression", the graded folder, the results' file or NULL
    unsigned long long seed;
    bool complete;  // no TEST= filter
    struct outcome *outcomes;
    int count;
};

double points_got(const struct grading *g);
double points_total(const struct grading *g);
void print_grading(const struct grading *g);  // for the learner, on stdout
void write_json(const struct grading *g);     // {"chapter": ..., "tests": [...]}, whole or not at all
