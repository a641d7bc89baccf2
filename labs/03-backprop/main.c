// The program of chapter 03. Its experiments come in the order of the exercises, so that a half-finished lab already
// shows the first of them.
#include <limits.h>

#include "03-backprop/show.h"

int main(int argc, char **argv) {
    struct options o = {.out = "build/lab/03-backprop",
                        .activation = "relu",
                        .lr = 0.1f,
                        .gain = 1.41421356f,
                        .hidden = 256,
                        .epochs = 10,
                        .batch = 64,
                        .steps = 500,
                        .points = 200,
                        .moons_lr = 1.0f,
                        .breaking_steps = 300,
                        .seed = 1};
    bool quick = false;
    struct flag flags[] = {
        flag_string("out", &o.out, "folder for the CSV files"),
        flag_float("lr", &o.lr, 1e-6, 1e6, "learning rate on Fashion-MNIST"),
        flag_int("epochs", &o.epochs, 1, 1000, "passes over Fashion-MNIST"),
        flag_int("batch", &o.batch, 1, 60000, "images in a mini-batch"),
        flag_int("hidden", &o.hidden, 1, 100000, "hidden units"),
        flag_string("activation", &o.activation, "sigmoid, tanh, relu, silu or gelu"),
        flag_float("gain", &o.gain, 0, 1e6,
                   "weights start with this spread over the root of their number; 0: all zero"),
        flag_switch("naive-softmax", &o.naive_softmax, "cross-entropy without subtracting the maximum"),
        flag_int("steps", &o.steps, 1, 1000000, "steps of the tape on the two moons"),
        flag_float("moons-lr", &o.moons_lr, 1e-6, 1e6, "learning rate there"),
        flag_int("points", &o.points, 2, 100000, "points of the two moons"),
        flag_int("seed", &o.seed, 0, INT_MAX, "of all random numbers"),
        flag_switch("quick", &quick, "a small part of the run, every experiment of it"),
    };
    flags_parse(argc, argv,
                "Chapter 03: from a threshold unit to a network that learns, and a tape that differentiates.", NULL,
                flags, COUNT(flags));
    if (quick) o.epochs = 1, o.steps = 20, o.breaking_steps = 20, o.hidden = 32;
    activation_find(o.activation);  // an unknown name is better refused now than after the first experiments
    struct images train, test;
    fashion_mnist_load(&train, &test);
    if (quick) train.n = 4000, test.n = 500;

    show_neuron();
    show_activations(&o);
    show_softmax();
    show_example();
    show_fashion(&o, &train, &test);
    show_breaking(&o, &train, &test);
    show_gradients(&o);
    show_moons(&o);
    images_free(&train);
    images_free(&test);
    return 0;
}
