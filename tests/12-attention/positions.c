// Tests of positions.c.
#include "12-attention/definitions.h"

enum wave { WAVES, HALVES, EXPONENT_I, FROM_ONE, COSINE_FIRST, BASE_1000 };

static double *waves(int T, int C, enum wave m) {
    double *table = zeros(T * C);
    for (int t = 0; t < T; t++) {
        for (int c = 0; c < C; c++) {
            const int i = m == HALVES ? c % (C / 2) : c / 2;
            bool sine = m == HALVES ? c < C / 2 : c % 2 == 0;
            if (m == COSINE_FIRST) sine = !sine;
            const double base = m == BASE_1000 ? 1000 : 10000;
            const double angle = (m == FROM_ONE ? t + 1 : t) / pow(base, (m == EXPONENT_I ? i : 2.0 * i) / C);
            table[t * C + c] = sine ? sin(angle) : cos(angle);
        }
    }
    return table;
}

static void suspect_waves(int T, int C) {
    suspect("all sines stand before all cosines; they alternate", waves(T, C, HALVES));
    suspect("the exponent is i/C where it is 2i/C", waves(T, C, EXPONENT_I));
    suspect("positions count from 1; the first is 0", waves(T, C, FROM_ONE));
    suspect("the cosine stands first", waves(T, C, COSINE_FIRST));
    suspect("the base is 1000 where it is 10000", waves(T, C, BASE_1000));
}

EXERCISE(sinusoidal_positions, .number = "12.5", .points = 3) {
    float *table = grade_output(8);
    sinusoidal_positions(table, 2, 4);
    suspect_waves(2, 4);
    const double by_hand[] = {0, 1, 0, 1, 0.841471, 0.540302, 0.0099998, 0.99995};
    grade_array("the table of 2 positions and 4 channels", table, by_hand, AXES("tc", 2, 4), 1e-5);
    const int T = grade_int(30, 60), C = 2 * grade_int(4, 9);
    table = grade_output(T * C);
    sinusoidal_positions(table, T, C);
    suspect_waves(T, C);
    grade_array("table", table, waves(T, C, WAVES), AXES("tc", T, C), 1e-6);
    table = grade_output(4);
    sinusoidal_positions(table, 2, 2);
    grade_array("the table of 2 channels", table, waves(2, 2, WAVES), AXES("tc", 2, 2), 1e-6);
}

EXERCISE(positions_forward, .number = "12.5", .points = 2) {
    const int B = grade_int(2, 4), T = grade_int(5, 8), C = grade_int(3, 9), longer = T + 2;
    const float *start = grade_floats(B * T * C);
    float *x = grade_copy(start, B * T * C), *table = grade_floats(longer * C);
    positions_forward(x, table, B, T, C);
    double *want = zeros(B * T * C), *stored = zeros(B * T * C), *first = zeros(B * T * C);
    for (int i = 0; i < B * T * C; i++) {
        stored[i] = (double)table[i % (T * C)];
        want[i] = (double)start[i] + stored[i];
        first[i] = i < T * C ? want[i] : (double)start[i];
    }
    suspect("the positions replace x; they are added", stored);
    suspect("only the first sequence gets its positions", first);
    grade_array("x", x, want, AXES("btc", B, T, C), 1e-6);
    grade_unchanged("table", table);
}

EXERCISE(positions_backward, .number = "12.5", .points = 2) {
    const int B = grade_int(2, 4), T = grade_int(5, 8), C = grade_int(3, 9);
    float *dx = grade_floats(B * T * C), *dtable = grade_grad(T * C);
    double *last = doubles_of(dtable, T * C);
    for (int i = 0; i < T * C; i++) last[i] = (double)dx[(B - 1) * T * C + i] - last[i];  // as a change of dtable
    positions_backward(dtable, dx, B, T, C);
    double *want = zeros(T * C);
    for (int i = 0; i < B * T * C; i++) want[i % (T * C)] += (double)dx[i];
    suspect("only the last sequence is left: = where += is needed", last);
    suspect("only the first sequence counts", doubles_of(dx, T * C));
    suspect_factor("divided by B: the loss has done that already", 1.0 / B);
    grade_gradient("dtable", dtable, want, AXES("tc", T, C), 1e-5);
    grade_unchanged("dx", dx);
}
