// IDX files.
#include "datasets/idx.h"

#include <stdlib.h>

#include "common/common.h"
#include "datasets/source.h"

// The four bytes that every file starts with: 0, 0, type, number of dimensions.
static bool read_magic(struct idx *x, struct source *s) {
    unsigned char magic[4];
    int got = source_read(s, magic, 4);
    if (got < 0) return false;
    if (got < 4) return source_fault(s, "byte %d: expected the 4 bytes that start an IDX file, found the end", got);
    if (magic[0] != 0 || magic[1] != 0)
        return source_fault(s, "byte 0: expected 00 00, as every IDX file starts, found %02x %02x", magic[0], magic[1]);
    if (magic[2] != 8) return source_fault(s, "byte 2: expected type 08 (unsigned bytes), found %02x", magic[2]);
    if (magic[3] < 1 || magic[3] > 4) return source_fault(s, "byte 3: expected 1 to 4 dimensions, found %d", magic[3]);
    x->ndim = magic[3];
    return true;
}

static bool read_dimensions(struct idx *x, struct source *s) {
    x->count = 1;
    for (int d = 0; d < 4; d++) {
        x->dim[d] = 1;
        if (d >= x->ndim) continue;
        int at = 4 + 4 * d;
        unsigned char b[4];
        int got = source_read(s, b, 4);
        if (got < 0) return false;
        if (got < 4)
            return source_fault(s, "byte %d: expected dimension %d of %d, 4 bytes, found the end", at + got, d + 1,
                                x->ndim);
        size_t size = (size_t)b[0] << 24 | (size_t)b[1] << 16 | (size_t)b[2] << 8 | (size_t)b[3];
        if (size == 0) return source_fault(s, "byte %d: expected dimension %d to be 1 or more, found 0", at, d + 1);
        if (size > READ_LIMIT / x->count)
            return source_fault(s,
                                "byte %d: expected dimensions that make at most %d bytes, found %zu as the size of %d",
                                at, READ_LIMIT, size, d + 1);
        x->dim[d] = (int)size;
        x->count *= size;
    }
    return true;
}

// The bytes after the header: as many as it says, not one more.
static bool read_data(struct buffer *data, const struct idx *x, struct source *s) {
    unsigned char chunk[16384];
    size_t header = 4 + 4 * (size_t)x->ndim;
    for (;;) {
        int got = source_read(s, chunk, sizeof chunk);
        if (got < 0) return false;
        if ((size_t)got > x->count - data->size)
            return source_fault(s,
                                "byte %zu: expected the end, after the %zu bytes that the header asks for, found more",
                                header + x->count, x->count);
        if (got == 0) break;
        if (!buffer_append(data, chunk, (size_t)got, s)) return false;
    }
    if (data->size < x->count)
        return source_fault(s, "byte %zu: expected %zu bytes of data, as the header says, found the end after %zu",
                            header + data->size, x->count, data->size);
    return true;
}

bool idx_read(struct idx *out, const char *path, char *error, size_t error_size) {
    *out = (struct idx){0};
    struct source s;
    if (!source_open(&s, path, error, error_size)) return false;
    struct idx x = {0};
    struct buffer data = {0};
    bool ok = read_magic(&x, &s) && read_dimensions(&x, &s) && read_data(&data, &x, &s);
    source_close(&s);
    x.data = data.data;
    if (ok) *out = x;
    else idx_free(&x);
    return ok;
}

void idx_free(struct idx *x) {
    free(x->data);
    *x = (struct idx){0};
}
