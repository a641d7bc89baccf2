// Fashion-MNIST (Xiao, Rasul and Vollgraf 2017, "Fashion-MNIST: a novel image dataset for benchmarking machine learning
// algorithms"): 28x28 grey pictures of clothing in ten classes, 60,000 to learn from and 10,000 to test with.
#pragma once

struct images {
    int n, height, width, classes;
    float *pixels;  // (n, height*width), in [0,1]: 0 is the background
    int *labels;    // (n), in 0..classes-1
};

extern const char *const fashion_mnist_names[10];  // "T-shirt/top", "trouser", ..

// Loads the 60,000 training images and the 10,000 test images from datasets/real/, or from $DAYBREAK_DATA where that is
// set. Either may be NULL. Dies, and says what to do, if a file is missing or damaged.
void fashion_mnist_load(struct images *train, struct images *test);

void images_free(struct images *im);  // leaves im empty; an empty one is fine
