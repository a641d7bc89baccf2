// A whole stack of layers: sizes, costs and receptive field of each.
#include "02-convolution/conv.h"

struct feature_map layer_map(const struct layer *l, struct feature_map in) {
    struct feature_map out = in;
    switch (l->kind) {
        case LAYER_LINEAR:
            return (struct feature_map){l->out, 1, 1};
        case LAYER_UP:
            out.height = in.height * l->stride;
            out.width = in.width * l->stride;
            return out;
        case LAYER_TCONV:
            out.channels = l->out;
            out.height =
                conv_transpose_output_size(in.height, l->kernel, l->stride, l->padding, l->dilation, l->output_padding);
            out.width =
                conv_transpose_output_size(in.width, l->kernel, l->stride, l->padding, l->dilation, l->output_padding);
            return out;
        case LAYER_CONV:
            out.channels = l->out;
            break;
        case LAYER_MAX_POOL:
        case LAYER_AVG_POOL:
            break;
    }
    out.height = conv_output_size(in.height, l->kernel, l->stride, l->padding, l->dilation);
    out.width = conv_output_size(in.width, l->kernel, l->stride, l->padding, l->dilation);
    return out;
}

int stack_trace(struct layer_report *reports, char *reason, size_t size, struct feature_map input,
                const struct layer *layers, int n) {
    struct layer_report before = {.map = input, .field = 1, .jump = 1};
    for (int i = 0; i < n; i++) {
        const struct layer *l = &layers[i];
        if (layer_refused(reason, size, l, before.map)) return i;
        struct layer_report after = before;
        // BEGIN SOLUTION 02.5 stack_trace: from `before` and l: after.map, .field and .jump, .params and .macs
        after.map = layer_map(l, before.map);
        layer_cost(&after.params, &after.macs, l, before.map, after.map);
        if (l->kind == LAYER_LINEAR) {
            // One window over the whole map, whose longer side decides.
            int64_t side = before.map.height > before.map.width ? before.map.height : before.map.width;
            receptive_field_step(&after.field, &after.jump, side, 1, 1);
        } else if (l->kind == LAYER_UP || l->kind == LAYER_TCONV) {
            // Zeros between the pixels bring neighbours closer; then a window of stride 1 runs over them.
            after.jump /= (double)l->stride;
            receptive_field_step(&after.field, &after.jump, l->kind == LAYER_UP ? l->stride : l->kernel, 1,
                                 l->kind == LAYER_UP ? 1 : l->dilation);
        } else {
            receptive_field_step(&after.field, &after.jump, l->kernel, l->stride, l->dilation);
        }
        // END SOLUTION
        if (cost_refused(reason, size, &after)) return i;
        reports[i] = before = after;
    }
    return n;
}
