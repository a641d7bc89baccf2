// Fashion-MNIST.
#include "datasets/fashion_mnist.h"

#include <stdio.h>
#include <stdlib.h>

#include "common/common.h"
#include "datasets/idx.h"
#include "datasets/real.h"

enum { CLASSES = 10, SIDE = 28, ERROR_SIZE = 1024, PATH_SIZE = 512 };

const char *const fashion_mnist_names[CLASSES] = {"T-shirt/top", "trouser", "pullover", "dress", "coat",
                                                  "sandal",      "shirt",   "sneaker",  "bag",   "ankle boot"};

// One half of the set, as its two files have it.
struct half {
    char image_path[PATH_SIZE], label_path[PATH_SIZE];
    struct idx images, labels;
};

static void read_half(struct half *h, const char *image_name, const char *label_name) {
    char error[ERROR_SIZE];
    real_path(h->image_path, PATH_SIZE, image_name);
    real_path(h->label_path, PATH_SIZE, label_name);
    if (!idx_read(&h->images, h->image_path, error, sizeof error)) real_die("%s", error);
    if (!idx_read(&h->labels, h->label_path, error, sizeof error)) real_die("%s", error);
}

// Dies unless the two files belong together and have n images.
static void check_half(const struct half *h, int n) {
    const struct idx *images = &h->images, *labels = &h->labels;
    if (images->ndim != 3 || images->dim[1] != SIDE || images->dim[2] != SIDE)
        real_die("%s: byte 3: expected 3 dimensions, images of 28 x 28, found %d dimensions, %d x %d x %d x %d",
                 h->image_path, images->ndim, images->dim[0], images->dim[1], images->dim[2], images->dim[3]);
    if (labels->ndim != 1 || labels->dim[0] != images->dim[0])
        real_die("%s: byte 3: expected 1 dimension, %d labels as there are images in %s, found %d, %d labels",
                 h->label_path, images->dim[0], h->image_path, labels->ndim, labels->dim[0]);
    for (int i = 0; i < labels->dim[0]; i++)
        if (labels->data[i] >= CLASSES)
            real_die("%s: byte %d: expected a label of 0 to 9, found %d", h->label_path, 8 + i, labels->data[i]);
    if (images->dim[0] != n) real_die("%s: byte 4: expected %d images, found %d", h->image_path, n, images->dim[0]);
}

static void load_half(struct images *out, const char *image_name, const char *label_name, int n) {
    struct half h;
    read_half(&h, image_name, label_name);
    check_half(&h, n);
    *out = (struct images){.n = n, .height = SIDE, .width = SIDE, .classes = CLASSES};
    out->pixels = alloc_floats(h.images.count);
    out->labels = alloc_zeroed((size_t)n, sizeof *out->labels);
    for (size_t i = 0; i < h.images.count; i++) out->pixels[i] = (float)h.images.data[i] / 255.0f;
    for (int i = 0; i < n; i++) out->labels[i] = h.labels.data[i];
    idx_free(&h.images);
    idx_free(&h.labels);
}

void fashion_mnist_load(struct images *train, struct images *test) {
    if (train)
        load_half(train, "fashion-mnist/train-images-idx3-ubyte", "fashion-mnist/train-labels-idx1-ubyte", 60000);
    if (test) load_half(test, "fashion-mnist/t10k-images-idx3-ubyte", "fashion-mnist/t10k-labels-idx1-ubyte", 10000);
}

void images_free(struct images *im) {
    free(im->pixels);
    free(im->labels);
    *im = (struct images){0};
}
