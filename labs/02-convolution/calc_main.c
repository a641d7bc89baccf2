// The calculator: what a stack of layers makes of a picture's size, what it costs, and how much of the picture it sees.
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "02-convolution/stack_text.h"
#include "common/common.h"

// 14714688 -> "14,714,688"
static void with_commas(char text[32], int64_t number) {
    char digits[24];
    int length = snprintf(digits, sizeof digits, "%" PRId64, number), at = 0;
    for (int i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0) text[at++] = ',';
        text[at++] = digits[i];
    }
    text[at] = '\0';
}

static void print_row(int number, const char *text, const struct layer_report *r) {
    char map[72], params[32], macs[32];
    snprintf(map, sizeof map, "%" PRId64 "x%" PRId64 "x%" PRId64, r->map.height, r->map.width, r->map.channels);
    with_commas(params, r->params);
    with_commas(macs, r->macs);
    printf("%3d  %-24s %16s %16s %20s %9.0f %8.4g\n", number, text, map, params, macs, floor(r->field), r->jump);
}

// "stack.txt:7: layer 3 (conv:k5)" or "layer 3 (conv:k5)": where layer i comes from.
static const char *place_of(char place[640], const char *file, const struct stack *s, int i) {
    int used = s->from[i].line ? snprintf(place, 560, "%s:%d: ", file, s->from[i].line) : 0;
    snprintf(place + used, 80, "layer %d (%.50s)", i + 1, s->from[i].text);
    return place;
}

static void print_stack(const char *file, const struct stack *s) {
    struct layer_report *reports = alloc_zeroed((size_t)s->n, sizeof *reports);
    char reason[256] = "", place[640];
    int possible = stack_trace(reports, reason, sizeof reason, s->input, s->layers, s->n);
    printf("input %" PRId64 "x%" PRId64 "x%" PRId64 " (height x width x channels)\n", s->input.height, s->input.width,
           s->input.channels);
    printf("%3s  %-24s %16s %16s %20s %9s %8s\n", "", "layer", "output", "parameters", "MACs", "sees", "jump");
    struct layer_report total = {.map = {1, 1, 1}};
    for (int i = 0; i < possible; i++) {
        print_row(i + 1, s->from[i].text, &reports[i]);
        total.params = count_plus(total.params, reports[i].params);
        total.macs = count_plus(total.macs, reports[i].macs);
        if (cost_refused(reason, sizeof reason, &total))
            die("%s is impossible: with the layers before, %s", place_of(place, file, s, i), reason);
    }
    free(reports);
    if (possible < s->n) {
        fflush(stdout);
        die("%s is impossible: %s", place_of(place, file, s, possible), reason);
    }
    char params[32], macs[32];
    with_commas(params, total.params);
    with_commas(macs, total.macs);
    printf("     %-24s %16s %16s %20s\n", "total", "", params, macs);
}

static void print_syntax(void) {
    printf("\nlayers:\n%s", stack_syntax);
    printf(
        "A file has \"input 200x200x1\" on its first line, then one layer per line; # starts a comment.\n"
        "Columns: output height x width x channels; parameters; multiply-accumulates for one picture; the side of\n"
        "the square of input pixels that one output value sees; how far apart two neighbours look, in pixels.\n");
}

int main(int argc, char **argv) {
    const char *file = NULL, *input = NULL;
    struct flag flags[] = {
        flag_string("input", &input, "size of the picture, HEIGHTxWIDTHxCHANNELS"),
        flag_string("file", &file, "read the stack from this file; labs/02-convolution/stacks/ has some"),
    };
    for (int i = 1; i < argc; i++)
        if (!strcmp(argv[i], "--help") || !strcmp(argv[i], "-h")) atexit(print_syntax);
    int layers = flags_parse(argc, argv, "Sizes, parameters, MACs and receptive fields of a stack of layers.",
                             "LAYER...", flags, COUNT(flags));
    struct stack stack = {0};
    char reason[256];
    if (file) stack_read(&stack, file);
    for (int i = 1; i <= layers; i++)
        if (!stack_add(&stack, reason, sizeof reason, argv[i], 0)) die_usage("%s. --help explains the layers", reason);
    if (input && !map_parse(&stack.input, reason, sizeof reason, input)) die_usage("--input: %s", reason);
    if (stack.n == 0) die_usage("no layers; try --input 200x200x1 conv:k5,s2,p1 pool:k3,s1 conv:k3,s1,p1");
    if (stack.input.height == 0)
        die_usage("no input size; give --input HEIGHTxWIDTHxCHANNELS%s",
                  file ? ", or the file a line 'input ...'" : "");
    print_stack(file, &stack);
    stack_free(&stack);
}
