// The real sets, as they lie in datasets/real/: known counts, ranges and means. Skipped where they have not been
// fetched.
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

#include "common/common.h"
#include "datasets/fashion_mnist.h"
#include "datasets/real.h"
#include "datasets/tables.h"
#include "datasets/text.h"

static void need(const char *name) {
    char path[512];
    real_path(path, sizeof path, name);
    if (access(path, R_OK) != 0) cr_skip_test("no data; make datasets gets them");
}

static double mean(const float *v, size_t n, size_t stride) {
    double sum = 0;
    for (size_t i = 0; i < n; i++) sum += (double)v[i * stride];
    return sum / (double)n;
}

static void expect_classes(const int *labels, int n, const int *counts, int classes) {
    int found[10] = {0};
    for (int i = 0; i < n; i++) {
        cr_assert(labels[i] >= 0 && labels[i] < classes);
        found[labels[i]]++;
    }
    for (int c = 0; c < classes; c++) cr_assert(found[c] == counts[c], "%d of class %d", found[c], c);
}

static void expect_images(const struct images *im, int n, double average) {
    cr_assert(im->n == n && im->height == 28 && im->width == 28 && im->classes == 10);
    int counts[10];
    for (int c = 0; c < 10; c++) counts[c] = n / 10;
    expect_classes(im->labels, n, counts, 10);
    size_t count = (size_t)n * 784;
    for (size_t i = 0; i < count; i++) cr_assert(im->pixels[i] >= 0 && im->pixels[i] <= 1);
    cr_assert(fabs(mean(im->pixels, count, 1) - average) < 5e-5, "mean pixel %.6f", mean(im->pixels, count, 1));
}

Test(real_data, fashion_mnist, .timeout = 60) {
    need("fashion-mnist/train-images-idx3-ubyte");
    struct images train, test;
    fashion_mnist_load(&train, &test);
    expect_images(&train, 60000, 0.28604);  // the published mean, 72.940 / 255
    expect_images(&test, 10000, 0.28685);
    cr_assert_str_eq(fashion_mnist_names[train.labels[0]], "ankle boot");
    cr_assert(train.labels[1] == 0 && test.labels[0] == 9);
    images_free(&train);
    images_free(&test);
    cr_assert(!train.pixels && train.n == 0);
}

Test(real_data, diabetes) {
    need("sklearn/diabetes_target.csv");
    struct regression d;
    diabetes_load(&d);
    cr_assert(d.n == 442 && d.features == 10);
    cr_assert(fabs(mean(d.y, 442, 1) - 152.1335) < 1e-3, "%g", mean(d.y, 442, 1));
    float least = d.y[0], most = d.y[0];
    for (int i = 0; i < d.n; i++) {
        least = fminf(least, d.y[i]);
        most = fmaxf(most, d.y[i]);
    }
    cr_assert(least == 25 && most == 346);
    cr_assert(d.x[0] == 59 && d.x[1] == 2 && d.x[2] == 32.1f && d.x[9] == 87 && d.x[4419] == 92 && d.y[0] == 151);
    cr_assert(fabs(mean(d.x, 442, 10) - 48.5181) < 1e-3, "age %g", mean(d.x, 442, 10));
    cr_assert_str_eq(d.names[2], "bmi");
    regression_free(&d);
    cr_assert(!d.x && d.n == 0);
}

// Loads a set and compares its size, its classes and the mean of its first feature.
static void expect_table(void (*load)(struct classification *), int n, int features, const int *counts, int classes,
                         double first_mean, const char *first_name, const char *last_class) {
    struct classification d;
    load(&d);
    cr_assert(d.n == n && d.features == features && d.classes == classes);
    expect_classes(d.labels, n, counts, classes);
    double found = mean(d.x, (size_t)n, (size_t)features);
    cr_assert(fabs(found - first_mean) < 1e-4 * (1 + first_mean), "mean %s %.6f", d.names[0], found);
    cr_assert_str_eq(d.names[0], first_name);
    for (int f = 0; f < features; f++) cr_assert(*d.names[f]);
    cr_assert_str_eq(d.class_names[classes - 1], last_class);
    classification_free(&d);
    cr_assert(!d.x && d.n == 0);
}

Test(real_data, iris) {
    need("sklearn/iris.csv");
    expect_table(iris_load, 150, 4, (int[]){50, 50, 50}, 3, 5.8433, "sepal length", "virginica");
}

Test(real_data, wine) {
    need("sklearn/wine_data.csv");
    expect_table(wine_load, 178, 13, (int[]){59, 71, 48}, 3, 13.0006, "alcohol", "class_2");
}

Test(real_data, breast_cancer) {
    need("sklearn/breast_cancer.csv");
    expect_table(breast_cancer_load, 569, 30, (int[]){212, 357}, 2, 14.1273, "mean radius", "benign");
}

Test(real_data, digits) {
    need("sklearn/digits.csv");
    int counts[] = {178, 182, 177, 183, 181, 182, 181, 179, 174, 180};
    expect_table(digits_load, 1797, 64, counts, 10, 0, "row 0 column 0", "9");
}

static int count_of(const struct text *t, const char *string) {
    int n = 0;
    for (const char *at = t->data; (at = strstr(at, string)); at++) n++;
    return n;
}

Test(real_data, king_james) {
    need("texts/king-james.txt");
    struct text t = text_load("king-james");
    cr_assert(t.size == 4137850 && count_of(&t, "\n") == 31102);
    cr_assert(strncmp(t.data, "In the beginning God created the heaven and the earth.\n", 55) == 0);
    text_free(&t);
    cr_assert(!t.data && t.size == 0);
}

Test(real_data, tang) {
    need("texts/tang.txt");
    struct text t = text_load("tang");
    cr_assert(t.size == 83606 && count_of(&t, "作者：") == 313, "%d poets", count_of(&t, "作者："));
    cr_assert(count_of(&t, "春眠不觉晓，处处闻啼鸟。") == 1 && !strchr(t.data, '\033') && !strchr(t.data, '%'));
    text_free(&t);
}
