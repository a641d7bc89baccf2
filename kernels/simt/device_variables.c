// Variables of the program, above all __device__ and __constant__ ones. simtcc puts these them into two sections of the program, whose ends the linker tells; their
// names stand in the program's symbol table.
#define _GNU_SOURCE
#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "simt/heap.h"

extern char __start_simt_device[] __attribute__((weak)), __stop_simt_device[] __attribute__((weak));
extern char __start_simt_constant[] __attribute__((weak)), __stop_simt_constant[] __attribute__((weak));

enum { BEHIND = 256 };  // bytes after a section: an overrun of its last variable, where nothing else has its place

static enum section section_with(uintptr_t address, size_t behind) {
    size_t device = (uintptr_t)__stop_simt_device - (uintptr_t)__start_simt_device;
    size_t constant = (uintptr_t)__stop_simt_constant - (uintptr_t)__start_simt_constant;
    if (device && address - (uintptr_t)__start_simt_device < device + behind) return DEVICE_SECTION;
    if (constant && address - (uintptr_t)__start_simt_constant < constant + behind) return CONSTANT_SECTION;
    return NO_SECTION;
}

enum section section_of(uintptr_t address) {
    enum section inside = section_with(address, 0);
    if (inside || !section_with(address, BEHIND)) return inside;
    struct variable v = section_variable(address);
    return v.name && address - v.start >= v.size ? section_with(v.start, 0) : NO_SECTION;
}

struct shadow *section_shadow(uintptr_t *start) {
    static struct shadow *shadow;
    *start = (uintptr_t)__start_simt_device & ~(uintptr_t)15;
    if (!shadow) shadow = shadow_make((uintptr_t)__stop_simt_device - *start, false);
    return shadow;
}

// ---- names ----------------------------------------------------------------------------------------------------------
static struct {
    bool read;
    struct variable *variable;  // in the order of their addresses
    int count;
} table;

static int by_start(const void *a, const void *b) {
    const struct variable *v = a, *w = b;
    return v->start < w->start ? -1 : v->start > w->start;
}

// "_ZL5table", as compilers write the name of a static variable in C++ -> "table".
static const char *plain_name(const char *name) {
    if (strncmp(name, "_ZL", 3) != 0) return name;
    name += 3;
    return name + strspn(name, "0123456789");
}

static void take_symbols(const char *file, const Elf64_Shdr *section, const Elf64_Shdr *names) {
    const Elf64_Sym *symbol = (const Elf64_Sym *)(file + section->sh_offset);
    size_t n = section->sh_size / sizeof *symbol;
    for (size_t i = 0; i < n; i++) {
        const char *name = file + names->sh_offset + symbol[i].st_name;
        if (ELF64_ST_TYPE(symbol[i].st_info) != STT_OBJECT || !symbol[i].st_size) continue;
        if (strpbrk(name, "@.")) continue;  // of a library, or made up by a compiler: no learner's
        table.variable = realloc(table.variable, ((size_t)table.count + 1) * sizeof *table.variable);
        if (!table.variable) fatal_memory("out of memory");
        table.variable[table.count++] =
            (struct variable){strdup(plain_name(name)), symbol[i].st_value, symbol[i].st_size};
    }
}

static void read_file(const char *file, size_t size) {
    const Elf64_Ehdr *head = (const Elf64_Ehdr *)file;
    if (size < sizeof *head || memcmp(head->e_ident, ELFMAG, SELFMAG) != 0) return;
    const Elf64_Shdr *section = (const Elf64_Shdr *)(file + head->e_shoff);
    for (int i = 0; i < head->e_shnum; i++)
        if (section[i].sh_type == SHT_SYMTAB) take_symbols(file, &section[i], &section[section[i].sh_link]);
    if (table.count) qsort(table.variable, (size_t)table.count, sizeof *table.variable, by_start);
}

static void read_table(void) {
    if (table.read) return;
    table.read = true;
    int f = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    struct stat status;
    if (f < 0 || fstat(f, &status) < 0) return;
    char *file = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, f, 0);
    close(f);
    if (file == MAP_FAILED) return;
    read_file(file, (size_t)status.st_size);
    munmap(file, (size_t)status.st_size);
}

struct variable section_variable(uintptr_t address) {
    struct variable best = {NULL, 0, 0};
    read_table();
    for (int i = 0; i < table.count && table.variable[i].start <= address; i++) best = table.variable[i];
    if (best.name && address - best.start < best.size) return best;
    if (!section_with(best.start, 0) || !section_with(address, BEHIND)) best.name = NULL;
    return best;
}

// ---- data that the program cannot write -------------------------------------------------------------------------------
static int look_in(struct dl_phdr_info *object, size_t size, void *context) {
    uintptr_t address = *(uintptr_t *)context;
    (void)size;
    for (int i = 0; i < object->dlpi_phnum; i++) {
        const ElfW(Phdr) *p = &object->dlpi_phdr[i];
        bool fixed = (p->p_type == PT_LOAD && !(p->p_flags & PF_W)) || p->p_type == PT_GNU_RELRO;
        if (fixed && address - (object->dlpi_addr + p->p_vaddr) < p->p_memsz) return 1;
    }
    return 0;
}

bool section_constant_data(uintptr_t address) {
    return dl_iterate_phdr(look_in, &address) == 1;
}
