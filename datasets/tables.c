// The tables of scikit-learn's package.
#include "datasets/tables.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/common.h"
#include "datasets/csv.h"
#include "datasets/real.h"

enum { ERROR_SIZE = 1024, PATH_SIZE = 512, LINE_SIZE = 256 };

static const char *const diabetes_names[] = {"age", "sex", "bmi", "bp", "s1", "s2", "s3", "s4", "s5", "s6"};
static const char *const iris_names[] = {"sepal length", "sepal width", "petal length", "petal width"};
static const char *const wine_names[] = {"alcohol",         "malic acid",       "ash",        "alcalinity of ash",
                                         "magnesium",       "total phenols",    "flavanoids", "nonflavanoid phenols",
                                         "proanthocyanins", "colour intensity", "hue",        "OD280/OD315",
                                         "proline"};
static const char *const tumour_names[] = {"radius",     "texture",          "perimeter", "area",
                                           "smoothness", "compactness",      "concavity", "concave points",
                                           "symmetry",   "fractal dimension"};

static char *copy_text(const char *text) {
    char *copy = alloc_zeroed(strlen(text) + 1, 1);
    return strcpy(copy, text);
}

static char **copy_texts(const char *const *texts, int n) {
    char **copies = alloc_zeroed((size_t)n, sizeof *copies);
    for (int i = 0; i < n; i++) copies[i] = copy_text(texts[i]);
    return copies;
}

static void free_texts(char **texts, int n) {
    for (int i = 0; texts && i < n; i++) free(texts[i]);
    free(texts);
}

// Reads a table and dies unless it is rows x columns. first_line: as in table_read_after, LINE_SIZE bytes; or NULL.
static struct table read_checked(char *path, const char *name, char *first_line, int rows, int columns) {
    struct table t;
    char error[ERROR_SIZE];
    real_path(path, PATH_SIZE, name);
    bool ok = first_line ? table_read_after(&t, first_line, LINE_SIZE, path, error, sizeof error)
                         : table_read(&t, path, error, sizeof error);
    if (!ok) real_die("%s", error);
    if (t.rows != rows || t.columns != columns)
        real_die("%s: expected %d rows of %d columns, found %d of %d", path, rows, columns, t.rows, t.columns);
    return t;
}

void diabetes_load(struct regression *d) {
    enum { N = 442, FEATURES = COUNT(diabetes_names) };
    char path[PATH_SIZE];
    struct table x = read_checked(path, "sklearn/diabetes_data_raw.csv", NULL, N, FEATURES);
    struct table y = read_checked(path, "sklearn/diabetes_target.csv", NULL, N, 1);
    *d = (struct regression){.n = N, .features = FEATURES, .x = x.values, .y = y.values};
    d->names = copy_texts(diabetes_names, FEATURES);
    x.values = y.values = NULL;  // now d's
    table_free(&x);
    table_free(&y);
}

void regression_free(struct regression *d) {
    free(d->x);
    free(d->y);
    free_texts(d->names, d->features);
    *d = (struct regression){0};
}

// The last column of a table of n rows is the class, the others are features. first_data_line: the file's line with row
// 0.
static void split_classes(struct classification *d, struct table *t, const char *path, int first_data_line) {
    d->n = t->rows;
    d->features = t->columns - 1;
    d->x = alloc_floats((size_t)d->n * (size_t)d->features);
    d->labels = alloc_zeroed((size_t)d->n, sizeof *d->labels);
    for (int i = 0; i < d->n; i++) {
        const float *row = t->values + (size_t)i * (size_t)t->columns;
        memcpy(d->x + (size_t)i * (size_t)d->features, row, (size_t)d->features * sizeof *row);
        float label = row[d->features];
        if (!(label >= 0 && label < (float)d->classes) || label != (float)(int)label)
            real_die("%s: line %d, column %d: expected a class of 0 to %d, found %g", path, first_data_line + i,
                     t->columns, d->classes - 1, (double)label);
        d->labels[i] = (int)label;
    }
    table_free(t);
}

// Cuts the class names off line, "rows,features,first class,second class,..". Dies unless it has just these counts.
static char **read_class_names(char *line, int rows, int features, int classes, const char *path) {
    char counts[32];
    size_t length = (size_t)snprintf(counts, sizeof counts, "%d,%d,", rows, features);
    int commas = 0;
    for (const char *c = line; *c; c++) commas += *c == ',';
    if (strncmp(line, counts, length) != 0 || commas != classes + 1)
        real_die("%s: line 1: expected \"%s\" and %d class names, found \"%s\"", path, counts, classes, line);
    char **names = alloc_zeroed((size_t)classes, sizeof *names);
    char *rest = line + length;
    for (int c = 0; c < classes; c++) {
        size_t end = strcspn(rest, ",");
        rest[end] = '\0';
        names[c] = copy_text(rest);
        rest += end + 1;
    }
    return names;
}

static void load_headed(struct classification *d, const char *name, int rows, int features, int classes) {
    char path[PATH_SIZE], line[LINE_SIZE];
    struct table t = read_checked(path, name, line, rows, features + 1);
    *d = (struct classification){.classes = classes};
    d->class_names = read_class_names(line, rows, features, classes, path);
    split_classes(d, &t, path, 2);
}

void iris_load(struct classification *d) {
    load_headed(d, "sklearn/iris.csv", 150, COUNT(iris_names), 3);
    d->names = copy_texts(iris_names, d->features);
}

void wine_load(struct classification *d) {
    load_headed(d, "sklearn/wine_data.csv", 178, COUNT(wine_names), 3);
    d->names = copy_texts(wine_names, d->features);
}

void breast_cancer_load(struct classification *d) {
    static const char *const statistic[] = {"mean", "error of", "worst"};
    load_headed(d, "sklearn/breast_cancer.csv", 569, COUNT(statistic) * COUNT(tumour_names), 2);
    d->names = alloc_zeroed((size_t)d->features, sizeof *d->names);
    for (int f = 0; f < d->features; f++) {
        char name[64];
        snprintf(name, sizeof name, "%s %s", statistic[f / COUNT(tumour_names)], tumour_names[f % COUNT(tumour_names)]);
        d->names[f] = copy_text(name);
    }
}

void digits_load(struct classification *d) {
    enum { SIDE = 8, DIGITS = 10 };
    char path[PATH_SIZE], name[32];
    struct table t = read_checked(path, "sklearn/digits.csv", NULL, 1797, SIDE * SIDE + 1);
    *d = (struct classification){.classes = DIGITS};
    split_classes(d, &t, path, 1);
    d->names = alloc_zeroed((size_t)d->features, sizeof *d->names);
    for (int f = 0; f < d->features; f++) {
        snprintf(name, sizeof name, "row %d column %d", f / SIDE, f % SIDE);
        d->names[f] = copy_text(name);
    }
    d->class_names = alloc_zeroed(DIGITS, sizeof *d->class_names);
    for (int c = 0; c < DIGITS; c++) {
        snprintf(name, sizeof name, "%d", c);
        d->class_names[c] = copy_text(name);
    }
}

void classification_free(struct classification *d) {
    free(d->x);
    free(d->labels);
    free_texts(d->names, d->features);
    free_texts(d->class_names, d->classes);
    *d = (struct classification){0};
}
