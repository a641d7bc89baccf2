// What a basic block computes: its instructions, as objdump shows them. A compiler starts each with a call:
//
//   402890: mulss  0xc(%rsp),%xmm0                   1    moved here from behind the call
//   402896: call   <__sanitizer_cov_trace_pc>
//   40289b: addss  (%rax),%xmm0                      1
//   4028a0: jne    402890
//   4028a2: call   <__sanitizer_cov_trace_pc>        the next block
//
// To a call belongs what stands before it, from the last place that a jump leads to, or from the last jump; and what
// comes after it, up to code that belongs to another call. A jump in the middle of a block is one that the compiler
// made for itself (the conversion of a large unsigned number, say): the usual case goes straight on.
#include <elf.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "simt/runtime.h"

enum flow { NEXT, BRANCH, JUMP, TRACE, STOP };  // where it goes on; TRACE: the call that starts a block
struct instruction {
    uint32_t address, target;
    enum flow flow;
    bool entry;  // jumps lead here, or one stands before it
    struct block_flops flops;
};
struct range {
    uint32_t start, end;
};

static struct {
    struct known {
        uint32_t start;
        struct block_flops flops;
    } * known;  // by start
    int count;
    const char *trouble;
} blocks;

static void *grown(void *old, int count, size_t size) {
    void *p = realloc(old, (size_t)count * size);
    if (!p) abort();
    return p;
}

static int by_number(const void *a, const void *b) {  // also of structs that begin with one
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

// ---- instructions ---------------------------------------------------------------------------------------------------
// "expf", "expf@plt": a function that counts as special, or as arithmetic.
static struct block_flops of_call(const char *name) {
    static const char *const special[] = {"exp",  "exp2", "exp10",  "expm1",  "log",   "log2",  "log10", "log1p",
                                          "sin",  "cos",  "tan",    "sincos", "asin",  "acos",  "atan",  "atan2",
                                          "sinh", "cosh", "tanh",   "asinh",  "acosh", "atanh", "pow",   "cbrt",
                                          "erf",  "erfc", "tgamma", "lgamma", "hypot"};
    char base[32];
    size_t length = strcspn(name, "@>+");
    if (length >= sizeof base) return (struct block_flops){0, 0};
    memcpy(base, name, length);
    base[length] = '\0';
    if (!strcmp(base, "fmaf") || !strcmp(base, "fma")) return (struct block_flops){2, 0};
    if (!strcmp(base, "sqrtf") || !strcmp(base, "sqrt")) return (struct block_flops){1, 0};
    for (size_t i = 0; i < sizeof special / sizeof *special; i++) {
        size_t n = strlen(special[i]);
        if (strncmp(base, special[i], n) == 0 && (!base[n] || !strcmp(base + n, "f")))
            return (struct block_flops){0, 1};
    }
    return (struct block_flops){0, 0};
}

// "mulss", "vfmadd231ps" with its operands: 1, 2, or as many times that as there are lanes.
static unsigned of_arithmetic(const char *name, const char *operands) {
    static const char *const scalar[] = {"add", "sub", "mul", "div", "sqrt"};
    static const char *const fused[] = {"fmadd", "fmsub", "fnmadd", "fnmsub"};
    if (*name == 'v') name++;
    size_t length = strlen(name);
    if (length < 5) return 0;
    const char *type = name + length - 2;
    unsigned bytes = strstr(operands, "%zmm") ? 64 : strstr(operands, "%ymm") ? 32 : 16;
    unsigned lanes = !strcmp(type, "ss") || !strcmp(type, "sd") ? 1
                     : !strcmp(type, "ps")                      ? bytes / 4
                     : !strcmp(type, "pd")                      ? bytes / 8
                                                                : 0;
    for (size_t i = 0; i < sizeof scalar / sizeof *scalar; i++)
        if (strlen(scalar[i]) == length - 2 && !strncmp(name, scalar[i], length - 2)) return lanes;
    for (size_t i = 0; i < sizeof fused / sizeof *fused; i++)
        if (!strncmp(name, fused[i], strlen(fused[i]))) return 2 * lanes;
    return 0;
}

static bool is_prefix(const char *word) {
    static const char *const prefixes[] = {"bnd", "notrack", "rep", "repz", "repnz", "lock", "data16", "cs"};
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
        if (!strcmp(word, prefixes[i])) return true;
    return false;
}

struct listing {
    struct instruction *line;
    int lines, room;
    bool large;  // clang makes a double of a uint64_t by the subpd of a constant and an add: none of the learner's
};

// "  401136:\tmulss  %xmm1,%xmm0"
static void take_line(char *text, void *context) {
    struct listing *listing = context;
    char *end, name[32] = "";
    uint32_t address = (uint32_t)strtoul(text, &end, 16);
    if (end == text || *end != ':') return;
    const char *rest = end + 1;
    do {
        int used = 0;
        if (sscanf(rest, " %31s%n", name, &used) != 1) return;
        rest += used;
    } while (is_prefix(name));
    if (listing->lines == listing->room) {
        listing->room = listing->room ? 2 * listing->room : 4096;
        listing->line = grown(listing->line, listing->room, sizeof *listing->line);
    }
    struct instruction *i = &listing->line[listing->lines++];
    *i = (struct instruction){.address = address};
    const char *symbol = strchr(rest, '<');
    bool call = !strncmp(name, "call", 4), jump = !strcmp(name, "jmp");
    if (call || jump) {
        i->flow = jump ? JUMP : NEXT;
        i->target = (uint32_t)strtoul(rest, NULL, 16);  // 0 of "*%rax"
        if (symbol) i->flops = of_call(symbol + 1);
        if (symbol && !strncmp(symbol, "<__sanitizer_cov_trace_pc", 25)) i->flow = TRACE;
    } else if (*name == 'j') {
        i->flow = BRANCH;
        i->target = (uint32_t)strtoul(rest, NULL, 16);
    } else if (!strncmp(name, "ret", 3) || !strcmp(name, "ud2") || !strcmp(name, "hlt")) {
        i->flow = STOP;
    } else {
        i->flops.flops = of_arithmetic(name, rest);
    }
    if (!strcmp(name, "subpd") && strstr(rest, "(%rip)")) listing->large = true;
    if (listing->large && i->flops.flops) {
        if (strstr(name, "add")) listing->large = false;
        i->flops.flops = 0;
    }
}

// ---- functions ------------------------------------------------------------------------------------------------------
// The functions of the program's symbol table in which one of these addresses (in their order) lies.
static struct range *functions_of(const uint32_t *address, int n, int *count) {
    *count = 0;
    struct range *range = NULL;
    int file = open(tool_program(), O_RDONLY);
    struct stat status;
    if (file < 0) return NULL;
    char *elf =
        fstat(file, &status) == 0 ? mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, file, 0) : MAP_FAILED;
    close(file);
    if (elf == MAP_FAILED) return NULL;
    const Elf64_Ehdr *header = (const void *)elf;
    const Elf64_Shdr *section = (const void *)(elf + header->e_shoff);
    for (int s = 0; s < header->e_shnum; s++) {
        if (section[s].sh_type != SHT_SYMTAB) continue;
        const Elf64_Sym *symbol = (const void *)(elf + section[s].sh_offset);
        for (size_t i = 0; i < section[s].sh_size / sizeof *symbol; i++) {
            if (ELF64_ST_TYPE(symbol[i].st_info) != STT_FUNC) continue;
            uint32_t start = (uint32_t)symbol[i].st_value, end = start + (uint32_t)symbol[i].st_size;
            int a = 0;
            while (a < n && address[a] < start) a++;
            if (a == n || address[a] > end) continue;
            range = grown(range, *count + 1, sizeof *range);
            range[(*count)++] = (struct range){start, end};
        }
    }
    munmap(elf, (size_t)status.st_size);
    if (range) qsort(range, (size_t)*count, sizeof *range, by_number);
    return range;
}

// Functions that lie near each other in one go: an objdump costs more than a few more lines of it.
enum { NEAR = 8192 };
static bool disassemble(struct listing *listing, const struct range *range, int n) {
    for (int i = 0; i < n;) {
        struct range all = range[i++];
        for (; i < n && range[i].start < all.end + NEAR; i++)
            if (range[i].end > all.end) all.end = range[i].end;
        char from[40], to[40];
        snprintf(from, sizeof from, "--start-address=0x%x", all.start);
        snprintf(to, sizeof to, "--stop-address=0x%x", all.end);
        char *arguments[] = {"objdump", "-d", "--no-show-raw-insn", from, to, (char *)tool_program(), NULL};
        if (!tool_lines(arguments, take_line, listing)) return false;
    }
    return true;
}

// ---- blocks ---------------------------------------------------------------------------------------------------------
static int find(const struct listing *listing, uint32_t address) {
    const struct instruction *i =
        bsearch(&address, listing->line, (size_t)listing->lines, sizeof *listing->line, by_number);
    return i ? (int)(i - listing->line) : -1;
}

static void mark_entries(struct listing *listing) {
    for (int i = 0; i < listing->lines; i++) {
        const struct instruction *from = &listing->line[i];
        if (from->flow != BRANCH && from->flow != JUMP && from->flow != STOP) continue;
        if (i + 1 < listing->lines) listing->line[i + 1].entry = true;
        int to = from->flow == STOP ? -1 : find(listing, from->target);
        if (to >= 0) listing->line[to].entry = true;
    }
}

static void add(struct block_flops *sum, const struct instruction *i) {
    sum->flops += i->flops.flops;
    sum->special += i->flops.special;
}

// What runs from this entry on comes to the start of another block without a choice.
static bool belongs_to_next(const struct listing *listing, int at) {
    do {
        if (listing->line[at].flow == TRACE) return true;
        if (listing->line[at].flow != NEXT) return false;
    } while (++at < listing->lines && !listing->line[at].entry);
    return false;
}

static struct block_flops walk(const struct listing *listing, uint32_t start) {
    struct block_flops sum = {0, 0}, before = {0, 0};
    int at = find(listing, start), call = at - 1;
    if (at < 1) return sum;
    while (call > 0 && !listing->line[call].entry && listing->line[call - 1].flow != TRACE)
        add(&before, &listing->line[--call]);
    if (listing->line[call].entry) sum = before;
    for (int steps = 0; at >= 0 && at < listing->lines && steps < listing->lines; steps++) {
        const struct instruction *i = &listing->line[at];
        if (i->flow == TRACE || (i->entry && belongs_to_next(listing, at))) break;
        add(&sum, i);
        if (i->flow == STOP) break;
        at = i->flow == JUMP ? find(listing, i->target) : at + 1;
    }
    return sum;
}

static void learn(uint32_t *start, int n) {
    struct listing listing = {0};
    int count;
    qsort(start, (size_t)n, sizeof *start, by_number);
    struct range *range = functions_of(start, n, &count);
    if (!range) blocks.trouble = "FLOPs are not counted: the program has no symbols (it was stripped)";
    else if (!disassemble(&listing, range, count))
        blocks.trouble = "FLOPs are not counted: objdump cannot be run (install binutils)";
    if (listing.lines) qsort(listing.line, (size_t)listing.lines, sizeof *listing.line, by_number);
    mark_entries(&listing);
    blocks.known = grown(blocks.known, blocks.count + n, sizeof *blocks.known);
    for (int i = 0; i < n; i++) blocks.known[blocks.count++] = (struct known){start[i], walk(&listing, start[i])};
    qsort(blocks.known, (size_t)blocks.count, sizeof *blocks.known, by_number);
    free(listing.line), free(range);
}

static const struct known *known(uint32_t start) {
    return blocks.count ? bsearch(&start, blocks.known, (size_t)blocks.count, sizeof *blocks.known, by_number) : NULL;
}

void blocks_flops(struct block_flops *out, const uint32_t *start, int n) {
    uint32_t *unknown = grown(NULL, n + 1, sizeof *unknown);
    int count = 0;
    for (int i = 0; i < n; i++)
        if (!known(start[i])) unknown[count++] = start[i];
    if (count) learn(unknown, count);
    free(unknown);
    for (int i = 0; i < n; i++) out[i] = known(start[i])->flops;
}

const char *flops_trouble(void) {
    return blocks.trouble;
}
