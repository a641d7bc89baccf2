// Tests of adamw.c.
#include "14-pretraining/definitions.h"

static const char *const adam_mistakes[] = {"",
                                            "the gradient is not multiplied by scale",
                                            "the decay goes through the moments: that is Adam with L2, not AdamW",
                                            "the decay is not multiplied by lr",
                                            "the weights do not decay",
                                            "eps stands inside the root",
                                            "the moments are not corrected by 1 - beta^step",
                                            "v averages G, where it averages G^2"};

EXERCISE(adamw_update, .number = "14.10", .points = 6, .seconds = 20) {
    // The text's example: the first step goes by lr, whatever the gradient.
    float *w = grade_copy((float[]){1}, 1), *m = grade_copy((float[]){0}, 1), *v = grade_copy((float[]){0}, 1);
    struct adamw a = {
        .lr = 0.1f, .beta1 = 0.9f, .beta2 = 0.95f, .eps = 1e-8f, .weight_decay = 0.1f, .step = 1, .scale = 1};
    adamw_update(w, m, v, (float[]){0.5f}, &a, 1);
    suspect_scalar("the weights do not decay, or only through the moments: that would be Adam with L2", 0.9);
    suspect_scalar("the decay is not multiplied by lr", 0.8);
    suspect_scalar("uphill", 1.09);
    suspect_scalar("the moments are not corrected by 1 - beta^step", 0.99 - 0.1 * 0.05 / sqrt(0.0125));
    grade_scalar("w = 1 after a first step with gradient 0.5, lr 0.1, decay 0.1", w[0], 0.89, 1e-6);
    grade_scalar("m", m[0], 0.05, 1e-6);
    grade_scalar("v", v[0], 0.0125, 1e-6);

    for (int round = 0; round < 3; round++) {
        const int n = round == 2 ? 40009 : grade_int(11, 50);
        float *g = grade_floats(n);
        w = grade_floats(n), m = grade_floats(n), v = grade_floats(n);
        for (int i = 0; i < n; i++) v[i] *= v[i];
        a = (struct adamw){.lr = 0.05f, .beta1 = 0.8f, .beta2 = 0.9f, .eps = 0.01f, .weight_decay = 0.3f};
        a.step = grade_int(2, 9);
        a.scale = 0.2f + 0.5f * rng_uniform(grade_rng());
        double *want[3][ADAM_MISTAKES];
        for (int j = 0; j < ADAM_MISTAKES; j++) {
            for (int k = 0; k < 3; k++) want[k][j] = grade_doubles(n);
            for (int i = 0; i < n; i++) {
                double s[3] = {w[i], m[i], v[i]};
                adam_one(s, g[i], &a, (enum adam_mistake)j);
                for (int k = 0; k < 3; k++) want[k][j][i] = s[k];
            }
        }
        adamw_update(w, m, v, g, &a, (size_t)n);
        const char *const names[] = {"w", "m", "v"};
        for (int k = 2; k >= 0; k--) {
            for (int j = 1; j < ADAM_MISTAKES; j++)
                if (memcmp(want[k][j], want[k][0], (size_t)n * sizeof(double)) != 0)
                    suspect(adam_mistakes[j], want[k][j]);
            grade_array(names[k], k == 0 ? w : k == 1 ? m : v, want[k][RIGHT], AXES("i", n), 1e-5);
        }
        grade_unchanged("the gradient", g);
    }
}
