// A list of tensors.
#include <stdlib.h>
#include <string.h>

#include "15-inference/model_file.h"

void model_listing_add(struct model_listing *l, const char *name, const char *type, int dims, const size_t *shape,
                       double bytes) {
    if ((l->count & (l->count - 1)) == 0) {  // full at every power of two
        struct listed_tensor *moved = alloc_zeroed(l->count > 0 ? 2 * (size_t)l->count : 1, sizeof *moved);
        if (l->count > 0) memcpy(moved, l->tensor, (size_t)l->count * sizeof *moved);
        free(l->tensor);
        l->tensor = moved;
    }
    struct listed_tensor *t = &l->tensor[l->count++];
    snprintf(t->name, sizeof t->name, "%s", name);
    snprintf(t->type, sizeof t->type, "%s", type);
    t->dims = dims < COUNT(t->shape) ? dims : COUNT(t->shape);
    for (int d = 0; d < t->dims; d++) t->shape[d] = shape[d];
    t->bytes = bytes;
    l->bytes += bytes;
}

void model_listing_free(struct model_listing *l) {
    free(l->tensor);
    *l = (struct model_listing){0};
}
