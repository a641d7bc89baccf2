// What a frozen matrix takes.
#include "17-lora/lora.h"

size_t frozen_bytes(const struct frozen *f) {
    const size_t numbers = (size_t)f->O * (size_t)f->I;
    return f->w ? numbers * sizeof(float) : numbers / NF4_BLOCK * sizeof(struct nf4);
}
