// Command-line flags: --name value, --name=value, --switch, --help.
#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/common.h"

struct flag flag_int(const char *name, int *value, int min, int max, const char *help) {
    return (struct flag){name, FLAG_INT, value, min, max, help};
}
struct flag flag_float(const char *name, float *value, double min, double max, const char *help) {
    return (struct flag){name, FLAG_FLOAT, value, min, max, help};
}
struct flag flag_string(const char *name, const char **value, const char *help) {
    return (struct flag){name, FLAG_STRING, (void *)value, 0, 0, help};
}
struct flag flag_switch(const char *name, bool *value, const char *help) {
    return (struct flag){name, FLAG_SWITCH, value, 0, 0, help};
}

static void print_help(const char *program, const char *about, const char *positional, struct flag *flags, int count) {
    printf("%s\n\nusage: %s [flags]%s%s\n\n", about, program, positional ? " " : "", positional ? positional : "");
    for (int i = 0; i < count; i++) {
        struct flag f = flags[i];
        printf("  --%-14s %s", f.name, f.help);
        if (f.kind == FLAG_INT) printf(" (default %d, %.0f to %.0f)", *(int *)f.value, f.min, f.max);
        if (f.kind == FLAG_FLOAT) printf(" (default %g, %g to %g)", (double)*(float *)f.value, f.min, f.max);
        if (f.kind == FLAG_STRING && *(const char **)f.value && **(const char **)f.value)
            printf(" (default %s)", *(const char **)f.value);
        putchar('\n');
    }
    printf("  --%-14s this list\n", "help");
}

static void set_number(struct flag f, const char *text) {
    char *end;
    errno = 0;
    double number = strtod(text, &end);
    bool whole = f.kind == FLAG_FLOAT || number == floor(number);
    if (end == text || *end || errno || !isfinite(number) || !whole || number < f.min || number > f.max)
        die_usage("--%s takes %s from %.10g to %.10g, not '%s'", f.name,
                  f.kind == FLAG_INT ? "a whole number" : "a number", f.min, f.max, text);
    if (f.kind == FLAG_INT) *(int *)f.value = (int)number;
    else *(float *)f.value = (float)number;
}

static struct flag *find_flag(const char *name, size_t length, struct flag *flags, int count) {
    for (int i = 0; i < count; i++)
        if (strlen(flags[i].name) == length && !strncmp(flags[i].name, name, length)) return &flags[i];
    return NULL;
}

static _Noreturn void unknown_flag(const char *argument, struct flag *flags, int count) {
    char known[1024] = "--help";
    for (int i = 0; i < count; i++) {
        size_t used = strlen(known);
        snprintf(known + used, sizeof known - used, ", --%s", flags[i].name);
    }
    die_usage("no such flag: %s. There are: %s", argument, known);
}

// Takes argv[at], a flag, and returns the index of the last argument it used.
static int take_flag(int at, int argc, char **argv, struct flag *flags, int count) {
    const char *name = argv[at] + 2;
    size_t length = strcspn(name, "=");
    struct flag *f = argv[at][1] == '-' ? find_flag(name, length, flags, count) : NULL;
    if (!f) unknown_flag(argv[at], flags, count);
    const char *text = name[length] == '=' ? name + length + 1 : NULL;
    if (f->kind == FLAG_SWITCH) {
        if (text) die_usage("--%s takes no value", f->name);
        *(bool *)f->value = true;
        return at;
    }
    if (!text) {
        if (at + 1 >= argc) die_usage("--%s needs a value: %s", f->name, f->help);
        text = argv[++at];
    }
    if (f->kind == FLAG_STRING) *(const char **)f->value = text;
    else set_number(*f, text);
    return at;
}

int flags_parse(int argc, char **argv, const char *about, const char *positional_help, struct flag *flags, int count) {
    int positional = 0;
    for (int at = 1; at < argc; at++) {
        if (!strcmp(argv[at], "--help") || !strcmp(argv[at], "-h")) {
            print_help(argv[0], about, positional_help, flags, count);
            exit(0);
        }
        if (argv[at][0] == '-' && argv[at][1]) at = take_flag(at, argc, argv, flags, count);
        else if (positional_help) argv[++positional] = argv[at];
        else die_usage("what is '%s'? This program takes flags only; --help lists them", argv[at]);
    }
    return positional;
}
