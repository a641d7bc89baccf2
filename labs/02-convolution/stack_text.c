// Reads layers and stacks of layers from text.
#include "02-convolution/stack_text.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "common/common.h"

const char *const stack_syntax =
    "  conv:k5,s2,p1,o8    convolution: kernel 5x5, stride 2, padding 1, 8 output channels\n"
    "  tconv:k4,s2,p1,o8   transposed convolution; a1: one more row and column (output padding)\n"
    "  maxpool:k3,s2,p1    max pooling, also written pool; without s the stride is the kernel\n"
    "  avgpool:k2          average pooling\n"
    "  up:s2               nearest-neighbour upsampling by 2\n"
    "  linear:o10          all values of the map joined to 10 outputs\n"
    "Left out, a number is: s1 (pools: the kernel), p0, d1 (dilation), o1, a0. nobias: no bias. Example:\n"
    "  --input 200x200x1 conv:k5,s2,p1 pool:k3,s1 conv:k3,s1,p1\n";

static const struct kind {
    const char *name;
    enum layer_kind kind;
    const char *letters;  // that it takes
    const char *needs;    // that have no default
} kinds[] = {
    {"conv", LAYER_CONV, "kspdo", "k"},      {"tconv", LAYER_TCONV, "kspdoa", "k"},
    {"maxpool", LAYER_MAX_POOL, "ksp", "k"}, {"pool", LAYER_MAX_POOL, "ksp", "k"},
    {"avgpool", LAYER_AVG_POOL, "ksp", "k"}, {"up", LAYER_UP, "s", "s"},
    {"linear", LAYER_LINEAR, "o", "o"},
};

static bool refuse(char *reason, size_t size, const char *format, ...) __attribute__((format(printf, 3, 4)));
static bool refuse(char *reason, size_t size, const char *format, ...) {
    va_list args;
    va_start(args, format);
    vsnprintf(reason, size, format, args);
    va_end(args);
    return false;
}

// A whole number >= 0 at *text; moves *text behind it.
static bool take_number(int64_t *number, const char **text) {
    if (!isdigit((unsigned char)**text)) return false;
    char *end;
    errno = 0;
    *number = strtoll(*text, &end, 10);
    *text = end;
    return errno == 0;
}

bool map_parse(struct feature_map *map, char *reason, size_t size, const char *text) {
    int64_t *sizes[3] = {&map->height, &map->width, &map->channels};
    const char *at = text;
    for (int i = 0; i < 3; i++) {
        bool parted = i == 0 || *at++ == 'x';
        if (!parted || !take_number(sizes[i], &at))
            return refuse(reason, size, "'%.40s' is no input size; write HEIGHTxWIDTHxCHANNELS, such as 28x28x3", text);
        if (*sizes[i] == 0) return refuse(reason, size, "'%.40s': every size is at least 1", text);
    }
    if (*at) return refuse(reason, size, "'%.40s': '%.20s' follows the three sizes", text, at);
    if (count_times(map->height, count_times(map->width, map->channels)) == COUNT_OVERFLOW)
        return refuse(reason, size, "'%.40s': its values need more than 63 bits to count", text);
    return true;
}

static const struct kind *find_kind(const char *text) {
    size_t length = strcspn(text, ":");
    for (int i = 0; i < COUNT(kinds); i++)
        if (strlen(kinds[i].name) == length && !strncmp(kinds[i].name, text, length)) return &kinds[i];
    return NULL;
}

static int64_t *number_of(struct layer *l, char letter) {
    switch (letter) {
        case 'k':
            return &l->kernel;
        case 's':
            return &l->stride;
        case 'p':
            return &l->padding;
        case 'd':
            return &l->dilation;
        case 'o':
            return &l->out;
        default:
            return &l->output_padding;
    }
}

// The numbers behind the colon, "k5,s2,nobias". Writes to given the letters that were there.
static bool parse_numbers(struct layer *l, char given[8], char *reason, size_t size, const struct kind *kind,
                          const char *text, const char *at) {
    size_t count = 0;
    while (*at) {
        size_t length = strcspn(at, ",");
        if (length == 6 && !strncmp(at, "nobias", 6) && strchr(kind->letters, 'o')) {
            l->bias = false;
            at += length;
        } else {
            char letter = *at;
            if (!letter || !strchr(kind->letters, letter))
                return refuse(reason, size, "'%.40s': %s takes the letters %s, not '%.*s'", text, kind->name,
                              kind->letters, (int)length, at);
            if (strchr(given, letter)) return refuse(reason, size, "'%.40s': %c is there twice", text, letter);
            given[count++] = letter;
            at++;
            if (!take_number(number_of(l, letter), &at) || (*at && *at != ','))
                return refuse(reason, size, "'%.40s': after %c comes a whole number from 0 to 9223372036854775807",
                              text, letter);
        }
        if (*at == ',' && !*++at) return refuse(reason, size, "'%.40s' ends with a comma", text);
    }
    return true;
}

bool layer_parse(struct layer *l, char *reason, size_t size, const char *text) {
    const struct kind *kind = find_kind(text);
    if (!kind)
        return refuse(reason, size, "'%.40s' is no layer; there are conv, tconv, maxpool, avgpool, up and linear",
                      text);
    *l = (struct layer){.kind = kind->kind, .stride = 1, .dilation = 1, .out = 1, .bias = true};
    char given[8] = "";
    const char *colon = strchr(text, ':');
    if (!parse_numbers(l, given, reason, size, kind, text, colon ? colon + 1 : "")) return false;
    for (const char *need = kind->needs; *need; need++)
        if (!strchr(given, *need))
            return refuse(reason, size, "'%.40s': the number %c is missing, as in %s:%c3", text, *need, kind->name,
                          *need);
    bool pool = kind->kind == LAYER_MAX_POOL || kind->kind == LAYER_AVG_POOL;
    if (pool && !strchr(given, 's')) l->stride = l->kernel;
    return true;
}

bool stack_add(struct stack *s, char *reason, size_t size, const char *text, int line) {
    struct layer l;
    if (!layer_parse(&l, reason, size, text)) return false;
    struct layer *layers = realloc(s->layers, sizeof *layers * ((size_t)s->n + 1));
    if (layers) s->layers = layers;
    struct stack_place *from = realloc(s->from, sizeof *from * ((size_t)s->n + 1));
    if (from) s->from = from;
    if (!layers || !from) die("out of memory for %d layers", s->n + 1);
    s->layers[s->n] = l;
    s->from[s->n].line = line;
    snprintf(s->from[s->n].text, sizeof s->from[s->n].text, "%s", text);
    s->n++;
    return true;
}

// Cuts the comment and the blanks around what is left.
static char *trimmed(char *line) {
    line[strcspn(line, "#\r\n")] = '\0';
    while (isspace((unsigned char)*line)) line++;
    size_t length = strlen(line);
    while (length > 0 && isspace((unsigned char)line[length - 1])) line[--length] = '\0';
    return line;
}

void stack_read(struct stack *s, const char *path) {
    FILE *file = fopen(path, "r");
    if (!file) die("cannot read %s: %s. Stacks to try lie in labs/02-convolution/stacks/.", path, strerror(errno));
    char buffer[512], reason[256];
    int number = 0;
    while (fgets(buffer, sizeof buffer, file)) {
        number++;
        if (!strchr(buffer, '\n') && !feof(file)) die("%s:%d: the line is longer than 510 characters", path, number);
        char *line = trimmed(buffer);
        if (!*line) continue;
        bool input = !strncmp(line, "input", 5) && isspace((unsigned char)line[5]);
        if (input && s->n > 0) die("%s:%d: the input comes before the layers", path, number);
        bool read = input ? map_parse(&s->input, reason, sizeof reason, trimmed(line + 5))
                          : stack_add(s, reason, sizeof reason, line, number);
        if (!read) die("%s:%d: %s", path, number, reason);
    }
    if (ferror(file)) die("cannot read %s: %s", path, strerror(errno));
    fclose(file);
}

void stack_free(struct stack *s) {
    free(s->layers);
    free(s->from);
    *s = (struct stack){0};
}
