// Arrays for tests: random, poisoned, remembered, and fenced by guard zones.
#include <stdlib.h>

#include "grade/internal.h"

enum { ARRAYS = 512 };  // per test
// Words on each side. Under a sanitizer none: it watches the array's ends itself, and names the line.
static int guard(void) {
    return grade_in_process ? 0 : 64;
}

struct fenced {
    uint32_t *memory;  // guard words, n words, guard words
    int n;
    float *kept;  // the values at the start, for gradients and unchanged inputs
    bool gradient;
};
static struct fenced fenced[ARRAYS];
static int fenced_count;
static double *doubles[ARRAYS];
static int doubles_count;

static struct rng generator;

static uint64_t hash_text(const char *text) {
    uint64_t hash = 1469598103934665603u;  // FNV-1a
    for (; *text; text++) hash = (hash ^ (unsigned char)*text) * 1099511628211u;
    return hash;
}

struct rng *grade_rng(void) {
    return &generator;
}

int grade_int(int low, int high) {
    return low + rng_below(&generator, high - low + 1);
}

static uint32_t *new_fenced(int n) {
    if (fenced_count == ARRAYS) fail_test("the test itself is wrong: it makes more than %d arrays", ARRAYS);
    struct fenced *f = &fenced[fenced_count++];
    *f = (struct fenced){.memory = alloc_zeroed((size_t)n + 2 * (size_t)guard(), sizeof(uint32_t)), .n = n};
    for (int i = 0; i < guard(); i++) f->memory[i] = f->memory[guard() + n + i] = GUARD_WORD;
    return f->memory + guard();
}

static float *keep(float *values, int n, bool gradient) {
    struct fenced *f = &fenced[fenced_count - 1];
    f->gradient = gradient;
    f->kept = alloc_floats((size_t)n);
    memcpy(f->kept, values, sizeof(float) * (size_t)n);
    return values;
}

float *grade_floats(int n) {
    float *values = (float *)new_fenced(n);
    for (int i = 0; i < n; i++) values[i] = rng_normal(&generator);
    return keep(values, n, false);
}

float *grade_copy(const float *values, int n) {
    float *copy = (float *)new_fenced(n);
    for (int i = 0; i < n; i++) copy[i] = values[i];
    return keep(copy, n, false);
}

float *grade_copy_doubles(const double *values, int n) {
    float *copy = (float *)new_fenced(n);
    for (int i = 0; i < n; i++) copy[i] = (float)values[i];
    return keep(copy, n, false);
}

float *grade_output(int n) {
    uint32_t *words = new_fenced(n);
    for (int i = 0; i < n; i++) words[i] = POISON_WORD;
    return (float *)words;
}

float *grade_grad(int n) {
    float *values = grade_floats(n);
    fenced[fenced_count - 1].gradient = true;
    return values;
}

int *grade_ints(int n, int low, int high) {
    int *values = (int *)new_fenced(n);
    for (int i = 0; i < n; i++) values[i] = grade_int(low, high);
    return values;
}

// Not fenced: expected values are the test's own.
double *grade_doubles(int n) {
    if (doubles_count == ARRAYS) fail_test("the test itself is wrong: it makes more than %d arrays", ARRAYS);
    return doubles[doubles_count++] = alloc_doubles((size_t)n);
}

static struct fenced *find(const float *values) {
    for (int a = 0; a < fenced_count; a++)
        if ((const float *)(fenced[a].memory + guard()) == values) return &fenced[a];
    return NULL;
}

const float *values_before(const float *values) {
    struct fenced *f = find(values);
    return f && f->gradient ? f->kept : NULL;
}

void grade_unchanged(const char *what, const float *array) {
    struct fenced *f = find(array);
    if (!f || !f->kept) fail_test("the test itself is wrong: %s is not from grade_floats or grade_copy", what);
    for (int i = 0; i < f->n; i++)
        if (memcmp(&f->kept[i], &array[i], sizeof(float)) != 0)
            fail_test("%s is an input, and was changed: element %d was %g and is now %g", what, i, (double)f->kept[i],
                      (double)array[i]);
}

void check_guards(void) {
    for (int a = 0; a < fenced_count; a++) {
        struct fenced *f = &fenced[a];
        for (int i = 0; i < guard(); i++) {
            int outside = f->memory[guard() - 1 - i] != GUARD_WORD      ? -1 - i
                          : f->memory[guard() + f->n + i] != GUARD_WORD ? f->n + i
                                                                        : 0;
            if (outside == 0) continue;
            f->memory[outside + guard()] = GUARD_WORD;
            fail_test(
                "writes outside an array: index %d of an array with %d elements (0 to %d). Check the loop's bounds.",
                outside, f->n, f->n - 1);
        }
    }
}

static void free_arrays(void) {
    for (int a = 0; a < fenced_count; a++) {
        free(fenced[a].memory);
        free(fenced[a].kept);
    }
    for (int d = 0; d < doubles_count; d++) free(doubles[d]);
    fenced_count = doubles_count = 0;
}

void grade_run(void (*body)(void), const char *name) {
    const char *seed = getenv("GRADE_SEED");
    rng_seed(&generator, seed ? strtoull(seed, NULL, 10) : 1, hash_text(name));
    body();
    check_guards();
    free_arrays();
    if (!grade_in_process) cr_expect(true);  // tells the runner that the body came to its end
}
