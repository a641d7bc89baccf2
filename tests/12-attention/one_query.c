// Tests of one_query.c.
#include "12-attention/definitions.h"

EXERCISE(one_query_attention, .number = "12.1", .points = 7) {
    float *probs = grade_output(3), *out = grade_output(2);
    one_query_attention(out, probs, example_q, example_keys, example_values, 3, 2);
    suspect_one_query(example_q, example_keys, example_values, 3, 2, true);
    grade_array("probs of \"it\" for animal, street and cross", probs, example_probs, AXES("s", 3), 1e-5);
    suspect("out is made of the keys; it is the values that are added up",
            one_query(example_q, example_keys, example_keys, 3, 2, RIGHT, false));
    grade_array("out of \"it\"", out, example_out, AXES("d", 2), 1e-5);

    const int n = grade_int(5, 11), D = grade_int(3, 4) * 2 - 1;
    float *q = grade_floats(D), *keys = grade_floats(n * D), *values = grade_floats(n * D);
    probs = grade_output(n), out = grade_output(D);
    one_query_attention(out, probs, q, keys, values, n, D);
    suspect_one_query(q, keys, values, n, D, true);
    grade_array("probs", probs, one_query(q, keys, values, n, D, RIGHT, true), AXES("s", n), 1e-5);
    suspect("out is made of the keys; it is the values that are added up",
            one_query(q, keys, keys, n, D, RIGHT, false));
    grade_array("out", out, one_query(q, keys, values, n, D, RIGHT, false), AXES("d", D), 1e-5);
    grade_unchanged("keys", keys);

    float *large = grade_copy(q, D);  // the first key scores 200, more than e^x can take
    double square = 0;
    for (int d = 0; d < D; d++) square += (double)keys[d] * keys[d];
    for (int d = 0; d < D; d++) large[d] = (float)(200 * sqrt(D) / square * keys[d]);
    one_query_attention(out, probs, large, keys, values, n, D);
    bool finite = true;
    for (int s = 0; s < n; s++) finite = finite && isfinite(probs[s]);
    grade_true(finite,
               "a score of 200 gives probabilities that are no numbers\nlooks like: e^200 overflows: subtract the "
               "largest score first");
    grade_array("probs with a score of 200", probs, one_query(large, keys, values, n, D, RIGHT, true), AXES("s", n),
                1e-4);
}
