// Tests of folds.c.
#include "01-linear-regression/definitions.h"

EXERCISE(folds_split, .number = "01.13", .points = 3) {
    int k = grade_int(3, 6), n = grade_int(3, 6) * k + grade_int(1, k - 1);
    int *order = in_disorder(n), *train = grade_ints(n, -1, -1), *validation = grade_ints(n, -1, -1);
    int *judged = grade_ints(n, 0, 0);
    for (int fold = 0; fold < k; fold++) {
        int start = fold * n / k, end = (fold + 1) * n / k, *rest = grade_ints(n, 0, 0), m = 0;
        for (int i = 0; i < n; i++)
            if (i < start || i >= end) rest[m++] = order[i];
        int held = folds_split(train, validation, order, n, k, fold);
        suspect_scalar("the number for training; the number for validation is asked for", n - (end - start));
        suspect_scalar("every fold has n / k; then n % k examples never judge. The borders are fold * n / k", n / k);
        grade_equal("number for validation", held, end - start);
        grade_ints_equal("validation", validation, order + start, AXES("i", held));
        grade_ints_equal("train", train, rest, AXES("i", n - held));
        for (int i = 0; i < held; i++) judged[validation[i]]++;
    }
    for (int i = 0; i < n; i++)
        grade_true(judged[i] == 1, "n %d, k %d: example %d is for validation %d times in all folds, expected once", n,
                   k, i, judged[i]);
}
