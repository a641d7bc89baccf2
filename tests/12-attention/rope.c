// Tests of rope.c.
#include "12-attention/definitions.h"

static void suspect_angles(int T, int D, double base, bool sine) {
    suspect("the exponent is -i/D where it is -2i/D", angles(T, D, base, ANGLE_I, sine));
    suspect("the exponent is -2i/(D/2) where it is -2i/D", angles(T, D, base, ANGLE_HALF, sine));
    suspect("positions count from 1; the first is 0", angles(T, D, base, ANGLE_FROM_1, sine));
    suspect("the exponent's sign: later pairs turn slower", angles(T, D, base, ANGLE_UP, sine));
    suspect("cosine and sine are swapped", angles(T, D, base, ANGLE, !sine));
}

EXERCISE(rope_table, .number = "12.6", .points = 3) {
    const int T = grade_int(20, 40), D = 2 * grade_int(3, 6);
    const double base = grade_int(2, 20) * 50;
    float *c = grade_output(T * (D / 2)), *s = grade_output(T * (D / 2));
    rope_table(c, s, T, D, (float)base);
    suspect_angles(T, D, base, false);
    grade_array("cos", c, angles(T, D, base, ANGLE, false), AXES("ti", T, D / 2), 1e-6);
    suspect_angles(T, D, base, true);
    grade_array("sin", s, angles(T, D, base, ANGLE, true), AXES("ti", T, D / 2), 1e-6);
}

static void suspect_turns(const float *x, int row, int first, int B, int T, int H, int D, bool forward) {
    const struct {
        const char *mistake;
        enum turn turn;
    } mistakes[] = {
        {"neighbours (2i, 2i+1) are paired, as in the paper; here i pairs with i + D/2", NEIGHBOURS},
        {"position t of x uses row t of the tables; it is row first + t", NOT_FIRST},
        {"the position is counted on through all sequences; each starts anew", FROM_FLAT},
        {"only the first head is turned", FIRST_HEAD_ONLY},
        {"the pair's second number is made from the first after its turn: keep the old one", OVERWRITTEN},
        {"nothing is turned", UNTURNED},
    };
    for (int i = 0; i < COUNT(mistakes) && forward; i++)
        suspect(mistakes[i].mistake, turned(x, row, 100, first, B, T, H, D, mistakes[i].turn));
    suspect(forward ? "turned the other way round: the sines have the wrong sign"
                    : "turned the same way as in the forward pass; the gradient is turned back",
            turned(x, row, 100, first, B, T, H, D, forward ? BACK : TURNED));
}

static void check_rope(rope *run, bool forward) {
    const int B = 2, T = grade_int(3, 6), H = grade_int(2, 3), D = 2 * grade_int(2, 4), first = grade_int(1, 4);
    const int row = H * D + grade_int(1, 4), n = B * T * row;
    float *start = grade_floats(n), *x = grade_copy(start, n);
    float *c = floats_of(angles(T + first, D, 100, ANGLE, false), (T + first) * (D / 2));
    float *s = floats_of(angles(T + first, D, 100, ANGLE, true), (T + first) * (D / 2));
    run(x, row, c, s, first, B, T, H, D);
    suspect_turns(start, row, first, B, T, H, D, forward);
    grade_array(forward ? "x" : "dx", x, turned(start, row, 100, first, B, T, H, D, forward ? TURNED : BACK),
                AXES("btj", B, T, row), 1e-5);
    grade_unchanged("cos", c);
}

EXERCISE(rope_forward, .number = "12.6", .points = 5) {
    float *x = grade_copy((float[]){3, 4}, 2), *c = grade_copy((float[]){1, 0.8f}, 2),
          *s = grade_copy((float[]){0, 0.6f}, 2);
    rope_forward(x, 2, c, s, 1, 1, 1, 1, 2);  // at position 1: (3 * 0.8 - 4 * 0.6, 3 * 0.6 + 4 * 0.8)
    suspect("turned the other way round: the sines have the wrong sign", (double[]){4.8, 1.4});
    suspect("position t of x uses row t of the tables; it is row first + t", (double[]){3, 4});
    suspect("the pair's second number is made from the first after its turn: keep the old one", (double[]){0, 3.2});
    grade_array("(3,4) turned by cos 0.8, sin 0.6", x, (double[]){0, 5}, AXES("d", 2), 1e-6);
    check_rope(rope_forward, true);

    float *hf = grade_copy_doubles(golden_x, 48);  // (2,3,2,4), as a Llama of Hugging Face turns it
    float *cos_hf = floats_of(angles(3, 4, 10000, ANGLE, false), 6),
          *sin_hf = floats_of(angles(3, 4, 10000, ANGLE, true), 6);
    rope_forward(hf, 8, cos_hf, sin_hf, 0, 2, 3, 2, 4);
    grade_array("x, as Hugging Face's Llama turns it", hf, golden_rope, AXES("bthd", 2, 3, 2, 4), 1e-5);
}

EXERCISE(rope_backward, .number = "12.6", .points = 4) {
    check_rope(rope_backward, false);
}
