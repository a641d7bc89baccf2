// IDX files: the format of MNIST and Fashion-MNIST (LeCun, Cortes and Burges 1998, "The MNIST database of handwritten
// digits"). Four bytes 0, 0, type, number of dimensions; then every dimension as a big-endian 32-bit number; then the
// data, last index fastest. Type 8 is the unsigned byte, the only one read here.
#pragma once
#include <stdbool.h>
#include <stddef.h>

struct idx {
    int ndim;             // 1..4
    int dim[4];           // dim[ndim..3] are 1
    size_t count;         // the product of dim
    unsigned char *data;  // (dim[0], .., dim[ndim - 1])
};

// Reads the file at path, plain or compressed by gzip, into out. On any fault returns false, leaves out empty, and
// writes to error (error_size bytes at most, cut to fit) the file, the byte, what was expected there and what was
// found. A file that is shorter or longer than its header says is a fault. Memory grows with what the file really
// holds, never with what its header claims, up to 1 GiB.
bool idx_read(struct idx *out, const char *path, char *error, size_t error_size);

void idx_free(struct idx *x);  // leaves x empty; an empty one is fine
