// What the experiments share: a small training to vary, and curves written as CSV. See experiments.h.
#include <math.h>
#include <string.h>

#include "04-training/experiments.h"

struct examples first_examples(const struct examples *e, int n) {
    struct examples first = *e;
    if (n < e->n) first.n = n;
    return first;
}

int lab_steps(const struct lab *lab, int steps) {
    if (!lab->quick) return steps;
    return steps / 50 > 3 ? steps / 50 : 3;
}

struct training small_training(const struct lab *lab, const char *label, int steps) {
    struct net_config net = {.sizes = {784, 128, 64, 10}, .layers = 3, .nonlinearity = NONLINEARITY_RELU};
    net.init = INIT_KAIMING;
    net.gain = 1;
    return (struct training){.net = net,
                             .optimizer = OPTIMIZER_ADAMW,
                             .lr = 1e-3f,
                             .batch = 128,
                             .steps = steps,
                             .seed = lab->seed,
                             .label = label};
}

void write_curves(const struct lab *lab, const char *file, const char *x_name, const float *x, const char *const *names,
                  float *const *y, int curves, int points) {
    char header[512];
    snprintf(header, sizeof header, "%s", x_name);
    for (int s = 0; s < curves; s++) {
        const size_t used = strlen(header);
        snprintf(header + used, sizeof header - used, ",%s", names[s]);
    }
    struct csv_log log;
    csv_open(&log, lab->out, file, header);
    for (int k = 0; k < points; k++) {
        char row[1024];
        int used = snprintf(row, sizeof row, "%.6g", x[k]);
        for (int s = 0; s < curves && used < (int)sizeof row; s++) {
            const char *format = isfinite(y[s][k]) ? ",%.6g" : ",";
            used += snprintf(row + used, sizeof row - used, format, y[s][k]);
        }
        csv_row(&log, "%s", row);
    }
    csv_close(&log);
}

void smooth(float *out, const float *y, int n, int width) {
    for (int k = 0; k < n / width; k++) {
        double sum = 0;
        for (int i = 0; i < width; i++) sum += y[k * width + i];
        out[k] = (float)(sum / width);
    }
}
