// Names for wrong answers: what a known mistake would have given, and a few that every array can show.
#include <stdio.h>
#include <stdlib.h>

#include "grade/internal.h"

enum { SUSPICIONS = 16 };
static struct suspicion {
    const char *mistake;
    const double *values;  // NULL: a scalar or a factor
    double number;
    bool factor;
} suspicions[SUSPICIONS];
static int suspicion_count;

static void remember(struct suspicion s) {
    if (suspicion_count == SUSPICIONS) fail_test("the test itself is wrong: more than %d suspicions", SUSPICIONS);
    suspicions[suspicion_count++] = s;
}

void suspect(const char *mistake, const double *values) {
    remember((struct suspicion){mistake, values, 0, false});
}
void suspect_scalar(const char *mistake, double value) {
    remember((struct suspicion){mistake, NULL, value, false});
}
void suspect_factor(const char *mistake, double factor) {
    remember((struct suspicion){mistake, NULL, factor, true});
}
void forget_suspicions(void) {
    suspicion_count = 0;
}

static bool equals(const float *got, const double *values, double factor, int n, double tolerance) {
    for (int i = 0; i < n; i++)
        if (!close_to((double)got[i], factor * values[i], tolerance)) return false;
    return true;
}

static uint32_t bits(float value) {
    uint32_t word;
    memcpy(&word, &value, sizeof word);
    return word;
}

// A NaN from a guard zone or from an output that was never written, as arithmetic hands it on.
static const char *name_nan(float value) {
    if (bits(value) == GUARD_WORD) return "an element outside an array was read: check the loop's bounds";
    if (bits(value) == POISON_WORD) return "an element of an output was read before it was written";
    return NULL;
}

static const char *name_factor(const float *got, const double *want, int n, double tolerance) {
    static const struct {
        double factor;
        const char *mistake;
    } common[] = {
        {0, "zero everywhere: is the result ever computed?"},
        {2, "twice too large: a factor 1/2 is missing, or a 2 too many"},
        {0.5, "half of what is expected: a factor 2 is missing"},
        {-1, "the sign is the wrong way round"},
    };
    for (int f = 0; f < COUNT(common); f++)
        if (equals(got, want, common[f].factor, n, tolerance)) return common[f].mistake;
    return NULL;
}

// got (columns, rows) holds what want (rows, columns) should.
static bool transposed(const float *got, const double *want, int rows, int columns, double tolerance) {
    for (int r = 0; r < rows; r++)
        for (int c = 0; c < columns; c++)
            if (!close_to((double)got[c * rows + r], want[r * columns + c], tolerance)) return false;
    return rows > 1 && columns > 1;
}

static bool constant_factor(const float *got, const double *want, int n, double tolerance, double *factor) {
    int largest = 0;
    for (int i = 0; i < n; i++)
        if (fabs(want[i]) > fabs(want[largest])) largest = i;
    *factor = (double)got[largest] / want[largest];
    return n > 2 && isfinite(*factor) && equals(got, want, *factor, n, tolerance);
}

const char *name_mistake(const float *got, const double *want, struct axes axes, double tolerance) {
    static char text[160];
    int n = axes_count(axes), unwritten = 0;
    for (int s = 0; s < suspicion_count; s++) {
        struct suspicion *it = &suspicions[s];
        if (it->factor ? equals(got, want, it->number, n, tolerance)
                       : it->values && equals(got, it->values, 1, n, tolerance))
            return it->mistake;
    }
    for (int i = 0; i < n; i++) {
        if (bits(got[i]) == GUARD_WORD) return name_nan(got[i]);
        unwritten += bits(got[i]) == POISON_WORD;
    }
    if (unwritten) {
        snprintf(text, sizeof text, "%d of %d elements are never written", unwritten, n);
        return text;
    }
    const char *factor_name = name_factor(got, want, n, tolerance);
    if (factor_name) return factor_name;
    if (axes.names[0] && axes.names[1] && !axes.names[2] &&
        transposed(got, want, axes.size[0], axes.size[1], tolerance))
        return "rows and columns are swapped";
    double factor;
    if (constant_factor(got, want, n, tolerance, &factor)) {
        snprintf(text, sizeof text, "everything is %.6g times what is expected", factor);
        return text;
    }
    return NULL;
}

const char *name_scalar_mistake(double got, double want, double tolerance) {
    for (int s = 0; s < suspicion_count; s++) {
        struct suspicion *it = &suspicions[s];
        if (!it->values && close_to(got, it->factor ? it->number * want : it->number, tolerance)) return it->mistake;
    }
    float one = (float)got;
    return isnan(got) ? name_nan(one) : isinf(got) ? NULL : name_factor(&one, &want, 1, tolerance);
}
