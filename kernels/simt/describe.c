// Memory in words, for findings: which array, how far from it, by its name where the source shows one.
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "simt/heap.h"

struct words describe_line(uint32_t line, uint32_t pc) {
    struct words w;
    struct simt_place there = source_place(line), here = source_place(pc);
    const char *slash = strrchr(there.file, '/');
    if (there.line == 0) snprintf(w.text, sizeof w.text, "an unknown line");
    else if (strcmp(there.file, here.file) == 0) snprintf(w.text, sizeof w.text, "line %d", there.line);
    else snprintf(w.text, sizeof w.text, "line %d of %s", there.line, slash ? slash + 1 : there.file);
    return w;
}

// " of block (1,0,0)", where simt_self is of another; else ""
static struct words of_block(int cta) {
    struct words w = {""};
    const struct uint3 block = simt_block_of(cta);
    if (simt_now.ctas > 1 && simt_self && simt_self->cta != cta)
        snprintf(w.text, sizeof w.text, " of block (%u,%u,%u)", block.x, block.y, block.z);
    return w;
}

struct words describe_thread(int thread) {
    struct words w;
    unsigned index[3];
    const int cta = simt_now.thread[thread].cta;
    simt_index_of(index, thread);
    snprintf(w.text, sizeof w.text, "thread (%u,%u,%u)%.80s", index[0], index[1], index[2], of_block(cta).text);
    return w;
}

// The name after '&' in the call's first argument: "cudaMalloc(&d_x, n)" -> "d_x". Empty where the line is less plain.
static void name_in_call(char *name, size_t size, const char *line, const char *call) {
    name[0] = '\0';
    const char *start = line ? strstr(line, call) : NULL;
    if (!start || strstr(start + 1, call)) return;
    const char *comma = strchr(start, ','), *and = strchr(start, '&');
    if (!comma || !and || and > comma) return;
    size_t n = 0;
    for (and++; isalnum((unsigned char)*and) || (*and&&strchr("_.[]", *and)); and++)
        if (n + 1 < size) name[n++] = *and;
    name[n] = '\0';
    while (*and == ')' || *and == ' ') and++;
    if (and != comma) name[0] = '\0';
}

struct words describe_allocation(const struct allocation *a, uint32_t pc) {
    struct words w, line = describe_line(a->pc, pc);
    const char *call = a->memory == HOST_MEMORY ? "cudaMallocHost" : "cudaMalloc";
    char name[40];
    name_in_call(name, sizeof name, source_text(source_place(a->pc)), call);
    snprintf(w.text, sizeof w.text, "%s%sthe %zu-byte %s of %.80s", name, name[0] ? ", " : "", a->size, call,
             line.text);
    return w;
}

// address against [start, start + bytes), which is called `name`.
static struct words relation(uintptr_t address, unsigned size, uintptr_t start, size_t bytes, const char *name) {
    struct words w;
    size_t at = address - start;
    if (address < start) snprintf(w.text, sizeof w.text, "%zu bytes before %.240s", (size_t)(start - address), name);
    else if (at >= bytes && bytes && size && at % size == 0 && bytes % size == 0 && at / size < 2 * (bytes / size) + 64)
        snprintf(w.text, sizeof w.text, "%zu bytes past the end of %.200s: element %zu, the last is %zu", at - bytes,
                 name, at / size, bytes / size - 1);
    else if (at >= bytes) snprintf(w.text, sizeof w.text, "%zu bytes past the end of %.240s", at - bytes, name);
    else if (at + size > bytes)
        snprintf(w.text, sizeof w.text, "%zu bytes of them past the end of %.240s", at + size - bytes, name);
    else if (size && at % size == 0)
        snprintf(w.text, sizeof w.text, "element %zu (offset %zu) of %.200s", at / size, at, name);
    else snprintf(w.text, sizeof w.text, "offset %zu of %.240s", at, name);
    return w;
}

static struct words in_shared(uintptr_t address, unsigned size) {
    struct words w, name;
    const struct shared_variable *v = shared_nearest(address);
    if (!v) snprintf(w.text, sizeof w.text, "shared memory, of which this block has none");
    if (!v) return w;
    snprintf(name.text, sizeof name.text, "%.80s (%zu bytes of shared memory%.80s)", v->name, v->size,
             of_block(v->cta).text);
    return relation(address, size, SHARED_BASE + v->start, v->size, name.text);
}

static struct words in_section(uintptr_t address, unsigned size) {
    struct words w;
    struct variable v = section_variable(address);
    const char *kind = section_of(address) == CONSTANT_SECTION ? "__constant__" : "__device__";
    if (!v.name) snprintf(w.text, sizeof w.text, "a %s variable", kind);
    if (!v.name) return w;
    snprintf(w.text, sizeof w.text, "%.80s (%zu bytes, %s)", v.name, v.size, kind);
    return relation(address, size, v.start, v.size, w.text);
}

struct words describe_memory(uintptr_t address, unsigned size, uint32_t pc) {
    struct words w;
    if (address - SHARED_BASE < SHARED_SIZE) return in_shared(address, size);
    if (section_of(address)) return in_section(address, size);
    if (address - STACK_BASE < STACK_SIZE * MAX_THREADS) {
        struct words owner = describe_thread((int)((address - STACK_BASE) / STACK_SIZE));
        snprintf(w.text, sizeof w.text, "a local variable of %.80s", owner.text);
        return w;
    }
    struct allocation *a = heap_holds(address) ? heap_nearest(address) : NULL;
    if (a) return relation(address, size, a->start, a->size, describe_allocation(a, pc).text);
    if (heap_holds(address)) snprintf(w.text, sizeof w.text, "device memory, although there was no cudaMalloc");
    else if (address < 4096) snprintf(w.text, sizeof w.text, "a null pointer");
    else snprintf(w.text, sizeof w.text, "host memory");
    return w;
}

// ---- findings and errors --------------------------------------------------------------------------------------------
void memory_finding(enum simt_kind kind, uint32_t pc, uint32_t other, const char *fix, const char *format, ...) {
    if (!simt_instrumented || finding_known(kind, pc, other)) return;
    char text[800];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    finding_add(kind, pc, other, fix, "%s", text);
}

int memory_error(int error, uint32_t pc, const char *call) {
    api_error(error, pc, call);
    return error;
}

_Noreturn void fatal_memory(const char *what) {
    fprintf(stderr, "simt: %s\n", what);
    exit(1);
}
