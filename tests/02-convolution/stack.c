// Tests of stack.c.
#include "02-convolution/definitions.h"

static void grade_stack(const char *name, struct feature_map input, const struct layer *layers, int n,
                        const struct row *want) {
    struct layer_report reports[16] = {0};
    char reason[256] = "", what[120];
    int possible = stack_trace(reports, reason, sizeof reason, input, layers, n);
    grade_true(possible == n, "%s: all %d layers are possible, but layer %d was refused: %s", name, n, possible + 1,
               reason);
    for (int i = 0; i < n; i++) {
        const struct layer_report *r = &reports[i];
        grade_true(
            r->map.channels == want[i].channels && r->map.height == want[i].height && r->map.width == want[i].width,
            "%s: after layer %d the map is %ldx%ldx%ld (height x width x channels), expected %ldx%ldx%ld", name, i + 1,
            (long)r->map.height, (long)r->map.width, (long)r->map.channels, want[i].height, want[i].width,
            want[i].channels);
        snprintf(what, sizeof what, "%s: parameters of layer %d", name, i + 1);
        long sum = 0;
        for (int k = 0; k <= i; k++) sum += want[k].params;
        if (i > 0) suspect_scalar("the sum so far; each report holds its own layer's parameters alone", (double)sum);
        grade_equal(what, r->params, want[i].params);
        snprintf(what, sizeof what, "%s: MACs of layer %d", name, i + 1);
        grade_equal(what, r->macs, want[i].macs);
        snprintf(what, sizeof what, "%s: receptive field after layer %d", name, i + 1);
        double first = i > 0 ? reports[i - 1].jump * (double)layers[i].stride : 0;
        if (layers[i].kind == LAYER_TCONV || layers[i].kind == LAYER_UP) {
            double kernel = layers[i].kind == LAYER_UP ? (double)layers[i].stride : (double)layers[i].kernel;
            suspect_scalar("the jump is divided by the stride before the window runs, not after it",
                           i > 0 ? reports[i - 1].field + (kernel - 1) * reports[i - 1].jump : 0);
            suspect_scalar("upsampling brings neighbours closer: the jump is divided by the stride, not multiplied",
                           i > 0 ? reports[i - 1].field + (kernel - 1) * first : 0);
        }
        if (layers[i].kind == LAYER_LINEAR && i > 0) {
            const struct layer_report *b = &reports[i - 1];
            suspect_scalar("a linear layer's window is as long as the map's longer side; all its pixels are counted",
                           b->field + (double)(b->map.height * b->map.width - 1) * b->jump);
            suspect_scalar("a linear layer has no kernel of its own: its window is the whole map", b->field - b->jump);
        }
        if (layers[i].kind == LAYER_UP && i > 0)
            suspect_scalar("an upsampling has no kernel of its own: its window is as long as its stride",
                           reports[i - 1].field - reports[i - 1].jump / (double)layers[i].stride);
        grade_scalar(what, r->field, (double)want[i].field, 1e-9);
        snprintf(what, sizeof what, "%s: jump after layer %d", name, i + 1);
        if (layers[i].kind == LAYER_TCONV || layers[i].kind == LAYER_UP)
            suspect_scalar("upsampling brings neighbours closer: the jump is divided by the stride, not multiplied",
                           first);
        grade_scalar(what, r->jump, want[i].jump, 1e-9);
    }
}

EXERCISE(stack_trace, .number = "02.5", .points = 8,
         .needs = "conv_output_size conv_transpose_output_size receptive_field_step layer_cost") {
    struct layer classical[] = {window(LAYER_CONV, 5, 2, 1, 1), window(LAYER_MAX_POOL, 3, 1, 0, 0),
                                window(LAYER_CONV, 3, 1, 1, 1)};
    grade_stack("200x200", (struct feature_map){1, 200, 200}, classical, 3,
                (struct row[]){{1, 99, 99, 26, 245025, 5, 2}, {1, 97, 97, 0, 0, 9, 2}, {1, 97, 97, 10, 84681, 13, 2}});

    // LeNet-5: 61,706 parameters in all, as published wherever it is written down; its last map sees 32 of 32 pixels.
    struct layer lenet[] = {window(LAYER_CONV, 5, 1, 0, 6),           window(LAYER_AVG_POOL, 2, 2, 0, 0),
                            window(LAYER_CONV, 5, 1, 0, 16),          window(LAYER_AVG_POOL, 2, 2, 0, 0),
                            {LAYER_LINEAR, .out = 120, .bias = true}, {LAYER_LINEAR, .out = 84, .bias = true},
                            {LAYER_LINEAR, .out = 10, .bias = true}};
    grade_stack("LeNet-5", (struct feature_map){1, 32, 32}, lenet, 7,
                (struct row[]){{6, 28, 28, 156, 117600, 5, 1},
                               {6, 14, 14, 0, 0, 6, 2},
                               {16, 10, 10, 2416, 240000, 14, 2},
                               {16, 5, 5, 0, 0, 16, 4},
                               {120, 1, 1, 48120, 48000, 32, 4},
                               {84, 1, 1, 10164, 10080, 32, 4},
                               {10, 1, 1, 850, 840, 32, 4}});

    // Down by 4 and up again: after the stride-2 convolutions neighbours are 4 pixels apart, at the end 1 again.
    struct layer up_and_down[] = {window(LAYER_CONV, 3, 2, 1, 4),
                                  window(LAYER_CONV, 3, 2, 1, 4),
                                  window(LAYER_TCONV, 4, 2, 1, 2),
                                  {LAYER_UP, .stride = 2}};
    grade_stack("down and up", (struct feature_map){1, 28, 36}, up_and_down, 4,
                (struct row[]){{4, 14, 18, 40, 9072, 3, 2},
                               {4, 7, 9, 148, 9072, 7, 4},
                               {2, 14, 18, 130, 8064, 13, 2},
                               {2, 28, 36, 0, 0, 14, 1}});

    struct layer_report reports[3];
    char reason[256] = "";
    struct layer too_large[] = {window(LAYER_CONV, 3, 2, 0, 2), window(LAYER_CONV, 5, 1, 0, 2)};
    int refused = stack_trace(reports, reason, sizeof reason, (struct feature_map){1, 7, 9}, too_large, 2);
    grade_equal("7x9 -> conv 3/0/2 -> conv 5/0/1: the layer that is refused", refused, 1);
    grade_true(strstr(reason, "kernel") != NULL, "the reason must name the kernel, and is: '%s'", reason);
    grade_equal("7x9 -> conv 3/0/2: height before the refused layer", reports[0].map.height, 3);
}
