// From an address in the program to the learner's line, by addr2line. The address is the one that a call returns to, so
// the call is one byte before. Where the call was inlined from one of the simulator's headers, the line that called it
// is meant.
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "simt/runtime.h"

enum { AT_ONCE = 1000 };  // addresses for one addr2line

static struct {
    struct memo {  // open addressing by pc; pc 0: free
        uint32_t pc;
        struct simt_place place;
    } * memo;
    size_t size, used;  // size: a power of two
    char **file;        // every name once
    int files;
    bool missing;  // addr2line: said once
} lines;

static void *grown(void *old, size_t count, size_t size) {
    void *p = realloc(old, count * size);
    if (!p) abort();
    return p;
}

// The slot of pc, or the free one where it belongs.
static struct memo *slot_of(uint32_t pc) {
    size_t i = pc * 2654435761u;
    for (;; i++) {
        struct memo *m = &lines.memo[i & (lines.size - 1)];
        if (m->pc == pc || m->pc == 0) return m;
    }
}

static void reserve(size_t more) {
    if ((lines.used + more) * 2 < lines.size) return;
    struct memo *old = lines.memo;
    size_t old_size = lines.size;
    if (!lines.size) lines.size = 256;
    while ((lines.used + more) * 2 >= lines.size) lines.size *= 2;
    lines.memo = calloc(lines.size, sizeof *lines.memo);
    if (!lines.memo) abort();
    for (size_t i = 0; i < old_size; i++)
        if (old[i].pc) *slot_of(old[i].pc) = old[i];
    free(old);
}

// The name as the learner would write it: without the current folder before it.
static const char *file_name(const char *path) {
    static char here[4096];
    if (!here[0] && !getcwd(here, sizeof here)) strcpy(here, "/");
    size_t length = strlen(here);
    if (strncmp(path, here, length) == 0 && path[length] == '/') path += length + 1;
    while (strncmp(path, "./", 2) == 0) path += 2;
    for (int i = 0; i < lines.files; i++)
        if (strcmp(lines.file[i], path) == 0) return lines.file[i];
    lines.file = grown(lines.file, (size_t)lines.files + 1, sizeof *lines.file);
    lines.file[lines.files] = strdup(path);
    return lines.file[lines.files++];
}

// Headers of the simulator, of the course's PTX, and of the system: no learner wrote them.
static bool is_foreign(const char *path) {
    return strstr(path, "/simt/include/") || strstr(path, "kernels/ptx") || strncmp(path, "/usr/", 5) == 0;
}

struct answer {  // of addr2line -a -i: an address, then its frames from the inside out
    struct memo *memo;
    bool found;  // a line that the learner wrote
};

static void take_line(char *line, void *context) {
    struct answer *answer = context;
    if (line[0] == '0' && line[1] == 'x') {
        answer->memo = slot_of((uint32_t)strtoull(line, NULL, 16) + 1);
        answer->found = false;
        return;
    }
    char *colon = strrchr(line, ':');
    if (!answer->memo || answer->found || !colon || line[0] == '?') return;
    *colon = '\0';
    long number = strtol(colon + 1, NULL, 10);
    if (number == 0) return;  // "file:?"
    answer->found = !is_foreign(line);
    answer->memo->place = (struct simt_place){file_name(line), (int)number};
}

static void ask(const uint32_t *pc, int n) {
    static char text[AT_ONCE][12];
    char *arguments[AT_ONCE + 6] = {"addr2line", "-a", "-i", "-e", (char *)tool_program()};
    for (int i = 0; i < n; i++) {
        snprintf(text[i], sizeof text[i], "0x%x", pc[i] - 1);
        arguments[5 + i] = text[i];
    }
    struct answer answer = {0};
    if (tool_lines(arguments, take_line, &answer) || lines.missing) return;
    lines.missing = true;
    fprintf(stderr, "simt: addr2line cannot be run, so lines are not known: install binutils\n");
}

void source_places(struct simt_place *out, const uint32_t *pc, int n) {
    static uint32_t unknown[AT_ONCE];
    int ask_for = 0;
    reserve((size_t)n + 1);
    for (int i = 0; i < n; i++) {
        struct memo *m = slot_of(pc[i]);
        if (pc[i] == 0 || m->pc) continue;
        *m = (struct memo){pc[i], {"", 0}};
        lines.used++;
        unknown[ask_for++] = pc[i];
        if (ask_for < AT_ONCE) continue;
        ask(unknown, ask_for);
        ask_for = 0;
    }
    if (ask_for) ask(unknown, ask_for);
    for (int i = 0; i < n; i++) out[i] = pc[i] ? slot_of(pc[i])->place : (struct simt_place){"", 0};
}

struct simt_place source_place(uint32_t pc) {
    struct simt_place place;
    source_places(&place, &pc, 1);
    return place;
}

const char *source_text(struct simt_place place) {
    static char *text;
    static size_t size;
    FILE *f = place.line > 0 ? fopen(place.file, "r") : NULL;
    if (!f) return NULL;
    ssize_t length = -1;
    for (int i = 0; i < place.line; i++)
        if ((length = getline(&text, &size, f)) < 0) break;
    fclose(f);
    if (length < 0) return NULL;
    char *start = text + strspn(text, " \t");
    char *end = text + length;
    while (end > start && strchr(" \t\r\n", end[-1])) *--end = '\0';
    return start;
}
