// Whether a box may be copied: its place in shared memory, and the tensor in global memory.
#include "simt/tensor_map.h"

void box_check(const struct box *b, uintptr_t place, const char *what, uint32_t pc) {
    const struct shared_variable *v = shared_find(place);
    if (!shared_holds(place)) {
        memory_finding(SIMT_TMA, pc, 0, "TMA copies between global and shared memory: give a __shared__ array",
                       "%s has its box in %s", what, describe_memory(place, 0, pc).text);
        simt_kill(cudaErrorIllegalAddress);
    }
    if (place % 128) {
        memory_finding(SIMT_TMA, pc, 0, "declare the array __align__(128), or 1024 for the swizzle of 128 bytes",
                       "%s has its box at an address that is no multiple of 128: %s", what,
                       describe_memory(place, 0, pc).text);
        simt_kill(cudaErrorMisalignedAddress);
    }
    const size_t room = v ? v->start + v->size - (place - SHARED_BASE) : 0;
    if (b->bytes <= room) return;
    memory_finding(SIMT_TMA, pc, b->map.pc,
                   "let the array be as large as the box of the map, rows times columns times bytes",
                   "%s of %zu bytes by %s, but there is room for %zu: %s", what, b->bytes,
                   tensor_map_words(&b->map, pc).text, room, describe_memory(place, 0, pc).text);
    simt_kill(cudaErrorIllegalAddress);
}

// From the first element of the tensor to the end of its last.
static size_t extent(const struct tensor_map *m) {
    size_t bytes = m->size[0] * m->element;
    for (int d = 1; d < m->rank; d++) bytes += (m->size[d] - 1) * m->stride[d - 1];
    return bytes;
}

void box_check_tensor(const struct tensor_map *m, uint32_t pc) {
    const struct allocation *a = heap_find(m->start);
    const struct variable v = section_of(m->start) ? section_variable(m->start) : (struct variable){NULL, 0, 0};
    const size_t left = a ? a->start + a->size - m->start : v.name ? v.start + v.size - m->start : 0;
    if (a && !a->live)
        memory_finding(SIMT_USE_AFTER_FREE, pc, a->freed, NULL, "the tensor of %s lies in %s, which %s freed",
                       tensor_map_words(m, pc).text, describe_allocation(a, pc).text, describe_line(a->freed, pc).text);
    else if (!left || (a && a->memory != DEVICE_MEMORY))
        memory_finding(SIMT_TMA, pc, m->pc, "encode the map with a pointer of cudaMalloc",
                       "the tensor of %s lies in %s", tensor_map_words(m, pc).text,
                       describe_memory(m->start, 0, pc).text);
    else if (extent(m) > left)
        memory_finding(SIMT_TMA, pc, m->pc, "give the sizes innermost first, and the strides in bytes",
                       "%s reaches over %zu bytes, but only %zu are there: %s", tensor_map_words(m, pc).text, extent(m),
                       left, describe_memory(m->start, 0, pc).text);
    else return;
    simt_kill(cudaErrorIllegalAddress);
}

unsigned box_step(uintptr_t address, size_t size) {
    unsigned n = 16;
    while (address % n || n > size) n /= 2;
    return n;
}

// It is no load or store of a lane: TMA counts its bytes itself.
void box_touch(uintptr_t address, unsigned size, int how, uint32_t pc) {
    const bool counting = simt_counting;
    simt_counting = false;
    simt_access(address, size, how, pc);
    simt_counting = counting;
}

void box_touch_row(const struct box *b, int r, int how, uint32_t pc) {
    const struct box_row row = box_row(b, r);
    for (size_t i = 0, n; i < row.size; i += n) {
        n = box_step(row.start + i, row.size - i);
        box_touch(row.start + i, (unsigned)n, how, pc);
    }
}
