// The threshold unit, and the smallest network with something to learn: the two examples that the text works by hand.
#include <string.h>

#include "01-linear-regression/linreg.h"
#include "03-backprop/show.h"

static void show_gates(void) {
    struct gate gates[] = {gate_and(), gate_or(), gate_not()};
    const char *names[] = {"and", "or", "not a"};
    printf("Threshold units:\n  a b");
    for (int g = 0; g < COUNT(gates); g++) printf("  %s", names[g]);
    printf("  xor (two layers)\n");
    for (int k = 0; k < 4; k++) {
        int a = k / 2, b = k % 2;
        const float in[2] = {(float)a, (float)b};
        printf("  %d %d", a, b);
        for (int g = 0; g < COUNT(gates); g++) {
            printf("  %*d", (int)strlen(names[g]), threshold_unit(in, gates[g].weight, gates[g].bias, 2));
        }
        printf("  %3d\n", gate_xor(a, b));
    }
}

// The text's network: two inputs, two hidden ReLU units, one output; weights as there.
static void example_init(struct mlp *m) {
    static const float params[] = {0.5f, 0.25f, -1, 0.5f, 0.5f, -0.5f, 1, -2, 0.5f};
    struct rng unused;
    rng_seed(&unused, 0, 0);
    mlp_init(m, (const int[]){2, 2, 1}, 2, "relu", 0.0f, 1, &unused);
    memcpy(m->params, params, sizeof params);
}

static void show_step(float lr) {
    const float x[2] = {1, 2}, target = 3;
    struct mlp m;
    example_init(&m);
    float y = mlp_forward(&m, x, 1)[0], dy = 0;
    mse_backward(&dy, 1, &y, &target, 1);
    mlp_backward(&m, &dy, x, 1);
    mlp_step(&m, lr);
    float after = mlp_forward(&m, x, 1)[0];
    printf("  learning rate %-4g  y %g -> %.4g  loss %g -> %.4g\n", (double)lr, (double)y, (double)after,
           (double)mse_forward(&y, &target, 1), (double)mse_forward(&after, &target, 1));
    mlp_free(&m);
}

void show_neuron(void) {
    show_gates();
}

void show_example(void) {
    const float x[2] = {1, 2}, target = 3;
    struct mlp m;
    example_init(&m);
    float y = mlp_forward(&m, x, 1)[0], dy = 0;
    mse_backward(&dy, 1, &y, &target, 1);
    mlp_backward(&m, &dy, x, 1);
    printf("\nThe 2-2-1 network at x = (1, 2), target 3:\n  z = (%g, %g)  a = (%g, %g)  y = %g  dL/dy = %g\n",
           (double)m.z[0][0], (double)m.z[0][1], (double)m.a[1][0], (double)m.a[1][1], (double)y, (double)dy);
    printf("  dW1 = (%g, %g; %g, %g)  db1 = (%g, %g)  dW2 = (%g, %g)  db2 = %g\n", (double)m.grads[0],
           (double)m.grads[1], (double)m.grads[2], (double)m.grads[3], (double)m.grads[4], (double)m.grads[5],
           (double)m.grads[6], (double)m.grads[7], (double)m.grads[8]);
    mlp_free(&m);
    show_step(0.05f);
    show_step(0.1f);
}
