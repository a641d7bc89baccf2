// How fast the hand-written network trains: epochs of the MLP 784-256-10 on Fashion-MNIST, against what the machine's
// multiply-add units could do.
#include <omp.h>

#include "03-backprop/show.h"
#include "tools/fma_peak.h"

// Multiply-adds count as 2. Forward: one product per layer. Backward: one for each dweight, and one for each dx but the
// first layer's, which nobody needs.
static double flops_per_image(const struct mlp *m) {
    double flops = 0.0;
    for (int l = 0; l < m->layers; l++) {
        double product = 2.0 * m->sizes[l] * m->sizes[l + 1];
        flops += l == 0 ? 2.0 * product : 3.0 * product;
    }
    return flops;
}

static double epoch_seconds(struct trainer *t) {
    double start = clock_seconds();
    int steps = trainer_steps_per_epoch(t);
    for (int s = 0; s < steps; s++) trainer_step(t);
    return clock_seconds() - start;
}

int main(int argc, char **argv) {
    struct options o = {.activation = "relu", .lr = 0.1f, .gain = 1.41421356f, .hidden = 256, .batch = 64, .seed = 1};
    int epochs = 3, threads = omp_get_max_threads();
    struct flag flags[] = {
        flag_int("epochs", &epochs, 1, 1000, "epochs to time; the fastest counts"),
        flag_int("threads", &threads, 1, 1024, "threads to work with"),
        flag_int("batch", &o.batch, 1, 60000, "images in a mini-batch"),
        flag_int("hidden", &o.hidden, 1, 100000, "hidden units"),
    };
    flags_parse(argc, argv, "Times the MLP of chapter 03.", NULL, flags, COUNT(flags));
    omp_set_num_threads(threads);
    struct images train;
    fashion_mnist_load(&train, NULL);
    struct trainer t;
    trainer_init(&t, &o, &train);
    double flops = flops_per_image(&t.mlp), best = 0.0;
    printf("MLP %d-%d-%d, batch %d, Fashion-MNIST, threads: %d\n", t.mlp.sizes[0], t.mlp.sizes[1], t.mlp.sizes[2],
           o.batch, threads);
    printf("work: 2 I O (2 for the first layer, 3 for the others) = %.0f FLOP per image\n", flops);
    for (int e = 1; e <= epochs; e++) {
        double rate = train.n / epoch_seconds(&t);
        printf("epoch %d: %.0f images/s\n", e, rate);
        if (rate > best) best = rate;
    }
    double peak = fma_peak_gflops(threads), ours = flops * best * 1e-9;
    printf("fastest: %.0f images/s = %.1f GFLOP/s; measured FMA peak %.1f GFLOP/s; our share %.1f%%\n", best, ours,
           peak, 100.0 * ours / peak);
    trainer_free(&t);
    images_free(&train);
    return 0;
}
