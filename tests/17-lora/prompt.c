// Tests of prompt.c.
#include "17-lora/lora.h"
#include "grade/grade.h"

enum habit { RIGHT, ONCE, BEHIND, FIRST_TEXT };

// Where element i of out (B,P+T,C) comes from: an index into x, or -1 - an index into prompt. After a habit.
static int source(int i, int P, int T, int C, enum habit habit) {
    const int c = i % C, p = i / C % (P + T), b = i / C / (P + T);
    if (habit == ONCE) return i < P * C ? -1 - i : i - P * C;  // (P, then all texts)
    if (habit == BEHIND) return p < T ? (b * T + p) * C + c : -1 - ((p - T) * C + c);
    if (p < P) return -1 - (p * C + c);
    return ((habit == FIRST_TEXT ? 0 : b) * T + p - P) * C + c;
}

static double *define_forward(const float *prompt, const float *x, int B, int P, int T, int C, enum habit habit) {
    double *out = grade_doubles(B * (P + T) * C);
    for (int i = 0; i < B * (P + T) * C; i++) {
        const int from = source(i, P, T, C, habit);
        out[i] = from < 0 ? prompt[-1 - from] : from < B * T * C ? x[from] : 0;
    }
    return out;
}

// A prompt that is shorter or longer than the texts.
static void check_forward(bool longer) {
    const int B = grade_int(2, 4), P = longer ? grade_int(5, 8) : grade_int(2, 4),
              T = longer ? grade_int(2, 4) : grade_int(5, 8), C = grade_int(3, 7);
    float *prompt = grade_floats(P * C), *x = grade_floats(B * T * C), *y = grade_output(B * (P + T) * C);
    for (int i = 0; i < B * (P + T) * C && !longer; i++) y[i] = 0;
    prompt_forward(y, prompt, x, B, P, T, C);
    suspect("the prompt stands behind each text, not in front of it", define_forward(prompt, x, B, P, T, C, BEHIND));
    suspect("the prompt comes once, in front of the first text: it belongs in front of each",
            define_forward(prompt, x, B, P, T, C, ONCE));
    suspect("every text is the first one", define_forward(prompt, x, B, P, T, C, FIRST_TEXT));
    grade_array("out", y, define_forward(prompt, x, B, P, T, C, RIGHT), AXES("btc", B, P + T, C), 0);
    grade_unchanged("prompt", prompt);
    grade_unchanged("x", x);
}

EXERCISE(prompt_forward, .number = "17.6", .points = 3) {
    // The text's example: a prompt of one row, (7), and two texts of two: (1), (2) and (3), (4).
    float *out = grade_copy((float[6]){0}, 6), *seven = grade_copy((float[]){7}, 1),
          *texts = grade_copy((float[]){1, 2, 3, 4}, 4);
    suspect("the prompt stands behind each text, not in front of it", (double[]){1, 2, 7, 3, 4, 7});
    suspect("the prompt comes once, in front of the first text: it belongs in front of each",
            (double[]){7, 1, 2, 3, 4, 0});
    suspect("every text is the first one", (double[]){7, 1, 2, 7, 1, 2});
    prompt_forward(out, seven, texts, 2, 1, 2, 1);
    grade_array("a prompt and two texts", out, (double[]){7, 1, 2, 7, 3, 4}, AXES("bt", 2, 3), 0);

    check_forward(false);
    check_forward(true);
}

static void check_backward(bool longer) {
    const int B = grade_int(3, 5), P = longer ? grade_int(5, 8) : grade_int(2, 4),
              T = longer ? grade_int(2, 4) : grade_int(5, 8), C = grade_int(3, 7);
    float *dout = grade_floats(B * (P + T) * C);
    double *dprompt = grade_doubles(P * C), *last = grade_doubles(P * C), *first = grade_doubles(P * C);
    double *mean = grade_doubles(P * C), *dx = grade_doubles(B * T * C), *early = grade_doubles(B * T * C);
    double *added = grade_doubles(B * T * C);
    float *before = grade_floats(B * T * C), *got_dx = grade_copy(before, B * T * C);
    for (int i = 0; i < B * (P + T) * C; i++) {
        const int from = source(i, P, T, C, RIGHT), b = i / C / (P + T);
        if (from >= 0) {
            dx[from] = dout[i], added[from] = (double)dout[i] + before[from], early[from] = dout[i - P * C];
        } else {
            dprompt[-1 - from] += dout[i];
            if (b == 0) first[-1 - from] = dout[i];
            last[-1 - from] = dout[i];
            mean[-1 - from] += (double)dout[i] / B;
        }
    }
    for (int wanted = 1; wanted >= 0; wanted--) {
        float *got = grade_grad(P * C);
        prompt_backward(got, wanted ? got_dx : NULL, dout, B, P, T, C);
        suspect("dprompt has the last text's gradient only: all texts read the same prompt", last);
        suspect("dprompt has the first text's gradient only: all texts read the same prompt", first);
        suspect("divided by the number of texts: a sum is asked for, the mean is the loss's affair", mean);
        grade_gradient(wanted ? "dprompt" : "dprompt, where dx is not wanted", got, dprompt, AXES("pc", P, C), 1e-5);
        if (!wanted) break;
        suspect("dx has the first T rows of each text: the prompt's P rows come before them", early);
        suspect("added to what stood in dx: it is to be written", added);
        grade_array("dx", got_dx, dx, AXES("btc", B, T, C), 1e-6);
    }
    grade_unchanged("dout", dout);
}

EXERCISE(prompt_backward, .number = "17.6", .points = 3) {
    // Gradients 1 2 3 for the first text's rows, 4 5 6 for the second's: the prompt has 1 + 4, the texts 2 3 and 5 6.
    float *one = grade_grad(1), *dtexts = grade_copy((float[]){9, 9, 9, 9}, 4),
          *six = grade_copy((float[]){1, 2, 3, 4, 5, 6}, 6);
    prompt_backward(one, dtexts, six, 2, 1, 2, 1);
    suspect("dprompt has the last text's gradient only: all texts read the same prompt", (double[]){4});
    suspect("dprompt has the first text's gradient only: all texts read the same prompt", (double[]){1});
    suspect("divided by the number of texts: a sum is asked for, the mean is the loss's affair", (double[]){2.5});
    grade_gradient("dprompt", one, (double[]){5}, AXES("p", 1), 1e-6);
    suspect("dx has the first T rows of each text: the prompt's P rows come before them", (double[]){1, 2, 4, 5});
    suspect("added to what stood in dx: it is to be written", (double[]){11, 12, 14, 15});
    grade_array("dx", dtexts, (double[]){2, 3, 5, 6}, AXES("bt", 2, 2), 1e-6);

    check_backward(false);
    check_backward(true);
}
