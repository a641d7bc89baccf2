// Receptive fields: how they grow, and what one output value really sees.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "02-convolution/demo.h"
#include "02-convolution/stack_text.h"
#include "common/common.h"

enum { DEPTH = 8, STACKS = 4 };

// Adds 3x3 convolution number i of a kind of stack, and what belongs to it.
static void add_block(struct stack *s, int kind, int i) {
    char text[40], reason[200];
    snprintf(text, sizeof text, "conv:k3,p1");
    if (kind == 2) snprintf(text, sizeof text, "conv:k3,p1,s2");
    if (kind == 3) snprintf(text, sizeof text, "conv:k3,p%d,d%d", 1 << i, 1 << i);
    bool pool = kind == 1 && i % 2 == 1;
    if (!stack_add(s, reason, sizeof reason, text, 0) || (pool && !stack_add(s, reason, sizeof reason, "pool:k2", 0)))
        die("%s", reason);
}

static double field_of(const struct stack *s) {
    struct layer_report reports[2 * DEPTH];
    char reason[200];
    if (stack_trace(reports, reason, sizeof reason, s->input, s->layers, s->n) < s->n) die("%s", reason);
    return reports[s->n - 1].field;
}

static void show_growth(const char *out) {
    struct csv_log log;
    csv_open(&log, out, "field_growth.csv", "layers,plain,pooled,strided,dilated");
    printf("\nreceptive field after n convolutions 3x3\n  %-3s %8s %20s %10s %22s\n", "n", "plain",
           "pool 2 after every 2", "stride 2", "dilation 1, 2, 4, ...");
    struct stack stacks[STACKS] = {{{0}, 0, NULL, NULL}};
    for (int k = 0; k < STACKS; k++) stacks[k].input = (struct feature_map){1, 4096, 4096};
    for (int i = 0; i < DEPTH; i++) {
        double field[STACKS];
        for (int k = 0; k < STACKS; k++) {
            add_block(&stacks[k], k, i);
            field[k] = field_of(&stacks[k]);
        }
        printf("  %-3d %8.0f %20.0f %10.0f %22.0f\n", i + 1, field[0], field[1], field[2], field[3]);
        csv_row(&log, "%d,%g,%g,%g,%g", i + 1, field[0], field[1], field[2], field[3]);
    }
    for (int k = 0; k < STACKS; k++) stack_free(&stacks[k]);
    csv_close(&log);
}

// ---- what one value sees --------------------------------------------------------------------------------------------
enum { SIDE = 48 };

static struct conv_shape shape_of(const struct layer *l, int side) {
    int k = (int)l->kernel;
    return (struct conv_shape){1, 1, side, side, 1, k, k, (int)l->stride, (int)l->padding, (int)l->dilation};
}

// Sends a single 1 in the middle of the last map back through the stack, each layer by the transpose of a convolution
// whose weights are all 1/kernel^2. What arrives at picture (SIDE,SIDE) is how much each pixel counts in that one value.
// Max pooling, which chooses, is taken as if it averaged.
static void send_back(float *picture, const struct stack *s) {
    int sides[2 * DEPTH + 1] = {SIDE}, n = s->n;
    for (int i = 0; i < n; i++) sides[i + 1] = conv_out_height(shape_of(&s->layers[i], sides[i]));
    float *map = alloc_floats((size_t)sides[n] * sides[n]);
    map[sides[n] / 2 * sides[n] + sides[n] / 2] = 1;
    for (int i = n - 1; i >= 0; i--) {
        struct conv_shape shape = shape_of(&s->layers[i], sides[i]);
        float *before = alloc_floats((size_t)shape.H * shape.W), *weight = alloc_floats((size_t)shape.KH * shape.KW);
        for (int k = 0; k < shape.KH * shape.KW; k++) weight[k] = 1.f / (float)(shape.KH * shape.KW);
        conv_transpose2d_forward(before, map, weight, NULL, shape);
        free(map);
        free(weight);
        map = before;
    }
    memcpy(picture, map, sizeof(float) * SIDE * SIDE);
    free(map);
}

// From the first column that counts to the last.
static int seen_width(const float *picture) {
    int first = SIDE, last = -1;
    for (int p = 0; p < SIDE * SIDE; p++) {
        if (picture[p] == 0) continue;
        if (p % SIDE < first) first = p % SIDE;
        if (p % SIDE > last) last = p % SIDE;
    }
    return last - first + 1;
}

// The share of the weight that falls on the square of half the width in the middle of what is seen.
static double inner_share(const float *picture, int width) {
    double middle_row = 0, middle_column = 0, inside = 0, all = 0;
    for (int row = 0; row < SIDE; row++)
        for (int column = 0; column < SIDE; column++) {
            double weight = (double)picture[row * SIDE + column];
            middle_row += weight * row;
            middle_column += weight * column;
            all += weight;
        }
    middle_row /= all;
    middle_column /= all;
    for (int row = 0; row < SIDE; row++)
        for (int column = 0; column < SIDE; column++)
            if (fabs(row - middle_row) <= width / 4.0 && fabs(column - middle_column) <= width / 4.0)
                inside += (double)picture[row * SIDE + column];
    return inside / all;
}

static void show_seen(const char *out) {
    static const char *const stacks[STACKS][6] = {
        {"conv:k3,p1", "conv:k3,p1", "conv:k3,p1", "conv:k3,p1", "conv:k3,p1"},
        {"conv:k3,p1", "conv:k3,p1", "pool:k2", "conv:k3,p1", "conv:k3,p1"},
        {"conv:k3,p1", "conv:k3,p2,d2", "conv:k3,p4,d4"},
        {"conv:k3,p2,d2", "conv:k3,p2,d2", "conv:k3,p2,d2"},
    };
    static const char *const names[STACKS] = {"plain", "pooled", "dilated", "holes"};
    static const char *const titles[STACKS] = {"5 convolutions 3x3", "2 convolutions, pool 2, 2 convolutions",
                                               "dilation 1, 2, 4", "dilation 2, 2, 2"};
    struct picture pictures[STACKS];
    printf("\nwhat one value sees: calculated, and counted by sending a 1 back through transposed convolutions\n");
    printf("  %-40s %10s %8s %12s %22s\n", "stack", "calculated", "counted", "pixels used", "weight on inner half");
    for (int k = 0; k < STACKS; k++) {
        struct stack s = {.input = {1, SIDE, SIDE}};
        char reason[200];
        for (int i = 0; i < 6 && stacks[k][i]; i++)
            if (!stack_add(&s, reason, sizeof reason, stacks[k][i], 0)) die("%s", reason);
        pictures[k] = (struct picture){names[k], alloc_floats(SIDE * SIDE)};
        send_back(pictures[k].pixels, &s);
        int width = seen_width(pictures[k].pixels), used = 0;
        for (int p = 0; p < SIDE * SIDE; p++) used += pictures[k].pixels[p] != 0;
        printf("  %-40s %7.0fx%-2.0f %5dx%-2d %6d of %-4d %20.0f%%\n", titles[k], field_of(&s), field_of(&s), width,
               width, used, width * width, 100 * inner_share(pictures[k].pixels, width));
        float low, high;
        value_range(&low, &high, pictures[k].pixels, SIDE * SIDE);
        for (int p = 0; p < SIDE * SIDE; p++) pictures[k].pixels[p] /= high;
        stack_free(&s);
    }
    pictures_write(out, "seen.csv", pictures, STACKS, SIDE, SIDE);
    for (int k = 0; k < STACKS; k++) free(pictures[k].pixels);
}

void demo_fields(const char *out) {
    show_growth(out);
    show_seen(out);
}
