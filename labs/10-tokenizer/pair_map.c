// Numbers for pairs of ids: a hash table with open addressing.
#include <stdlib.h>

#include "10-tokenizer/tokenizer.h"
#include "common/common.h"

static struct pair_slot *slot_of(const struct pair_map *m, int left, int right) {
    uint64_t hash = ((uint64_t)(uint32_t)left << 32 | (uint32_t)right) * 0x9E3779B97F4A7C15u;
    int at = (int)(hash >> 40 & (uint64_t)(m->slots - 1));
    while (m->slot[at].left >= 0 && (m->slot[at].left != left || m->slot[at].right != right))
        at = (at + 1) & (m->slots - 1);
    return &m->slot[at];
}

int pair_map_get(const struct pair_map *m, int left, int right) {
    if (m->count == 0) return -1;
    const struct pair_slot *slot = slot_of(m, left, right);
    return slot->left >= 0 ? slot->value : -1;
}

static void grow(struct pair_map *m) {
    struct pair_map larger = {.slots = m->slots > 0 ? 2 * m->slots : 1024, .count = m->count};
    larger.slot = alloc_zeroed((size_t)larger.slots, sizeof *larger.slot);
    for (int i = 0; i < larger.slots; i++) larger.slot[i].left = -1;
    for (int i = 0; i < m->slots; i++)
        if (m->slot[i].left >= 0) *slot_of(&larger, m->slot[i].left, m->slot[i].right) = m->slot[i];
    free(m->slot);
    *m = larger;
}

void pair_map_set(struct pair_map *m, int left, int right, int value) {
    if (2 * m->count >= m->slots) grow(m);
    struct pair_slot *slot = slot_of(m, left, right);
    if (slot->left < 0) m->count++;
    *slot = (struct pair_slot){left, right, value};
}

void pair_map_free(struct pair_map *m) {
    free(m->slot);
    *m = (struct pair_map){0};
}
