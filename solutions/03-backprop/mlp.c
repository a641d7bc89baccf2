// A multi-layer perceptron: linear layers with an activation between them. Forward keeps what every layer saw; backward
// walks the same list from the end and hands each layer the gradient of what it gave.
#include "03-backprop/backprop.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct activation activation_find(const char *name) {
    static const struct activation all[] = {
        {"sigmoid", sigmoid_forward, sigmoid_backward}, {"tanh", tanh_forward, tanh_backward},
        {"relu", relu_forward, relu_backward},          {"silu", silu_forward, silu_backward},
        {"gelu", gelu_forward, gelu_backward},
    };
    for (int k = 0; k < COUNT(all); k++) {
        if (strcmp(name, all[k].name) == 0) return all[k];
    }
    die_usage("no activation is called \"%s\"; choose sigmoid, tanh, relu, silu or gelu", name);
}

// Lays weights and biases out in params and grads, layer after layer.
static void place_parameters(struct mlp *m) {
    m->num_params = 0;
    for (int l = 0; l < m->layers; l++) m->num_params += ((size_t)m->sizes[l] + 1) * m->sizes[l + 1];
    m->params = alloc_floats(m->num_params);
    m->grads = alloc_floats(m->num_params);
    size_t at = 0;
    for (int l = 0; l < m->layers; l++) {
        m->weight[l] = m->params + at, m->dweight[l] = m->grads + at;
        at += (size_t)m->sizes[l] * m->sizes[l + 1];
        m->bias[l] = m->params + at, m->dbias[l] = m->grads + at;
        at += m->sizes[l + 1];
    }
}

void mlp_init(struct mlp *m, const int *sizes, int layers, const char *activation, float gain, int max_batch,
              struct rng *r) {
    if (layers < 1 || layers > MLP_MAX_LAYERS) die("an MLP has 1 to %d layers, not %d", MLP_MAX_LAYERS, layers);
    *m = (struct mlp){.layers = layers, .max_batch = max_batch, .activation = activation_find(activation)};
    for (int l = 0; l <= layers; l++) m->sizes[l] = sizes[l];
    place_parameters(m);
    for (int l = 0; l < layers; l++) {
        float spread = gain / sqrtf((float)sizes[l]);
        for (size_t i = 0; i < (size_t)sizes[l] * sizes[l + 1]; i++) m->weight[l][i] = spread * rng_normal(r);
        size_t in = (size_t)max_batch * sizes[l], out = (size_t)max_batch * sizes[l + 1];
        m->z[l] = alloc_floats(out);
        m->dz[l] = alloc_floats(out);
        if (l > 0) m->a[l] = alloc_floats(in), m->da[l] = alloc_floats(in);
    }
}

void mlp_free(struct mlp *m) {
    for (int l = 0; l < m->layers; l++) {
        free(m->z[l]);
        free(m->dz[l]);
        free(m->a[l]);
        free(m->da[l]);
    }
    free(m->params);
    free(m->grads);
    *m = (struct mlp){0};
}

static void check_batch(const struct mlp *m, int B) {
    if (B < 1 || B > m->max_batch) die("a batch of %d rows does not fit an MLP made for 1 to %d", B, m->max_batch);
}

const float *mlp_forward(struct mlp *m, const float *x, int B) {
    check_batch(m, B);
    // BEGIN SOLUTION 03.9 mlp_forward: for every layer: a[l] from z[l-1] (if l >= 1), z[l] from a[l]; return the last z
    for (int l = 0; l < m->layers; l++) {
        if (l > 0) m->activation.forward(m->a[l], m->z[l - 1], B * m->sizes[l]);
        linear_forward(m->z[l], l > 0 ? m->a[l] : x, m->weight[l], m->bias[l], B, m->sizes[l], m->sizes[l + 1]);
    }
    return m->z[m->layers - 1];
    // END SOLUTION
}

// Backward functions add, and scratch may hold the last batch, so dz and da start from zeros here.
static void clear_scratch(struct mlp *m, int B) {
    for (int l = 0; l < m->layers; l++) {
        memset(m->dz[l], 0, (size_t)B * m->sizes[l + 1] * sizeof(float));
        if (l > 0) memset(m->da[l], 0, (size_t)B * m->sizes[l] * sizeof(float));
    }
}

void mlp_backward(struct mlp *m, const float *dlogits, const float *x, int B) {
    check_batch(m, B);
    clear_scratch(m, B);
    int last = m->layers - 1;
    memcpy(m->dz[last], dlogits, (size_t)B * m->sizes[last + 1] * sizeof(float));
    for (int l = last; l >= 0; l--) {
        // BEGIN SOLUTION 03.10 mlp_backward: back through linear layer l; if l >= 1, through the activation too
        linear_backward(m->da[l], m->dweight[l], m->dbias[l], m->dz[l], l > 0 ? m->a[l] : x, m->weight[l], B,
                        m->sizes[l], m->sizes[l + 1]);
        if (l > 0) m->activation.backward(m->dz[l - 1], m->da[l], m->z[l - 1], B * m->sizes[l]);
        // END SOLUTION
    }
}

void mlp_zero_grads(struct mlp *m) {
    memset(m->grads, 0, m->num_params * sizeof(float));
}

void mlp_step(struct mlp *m, float lr) {
    for (size_t i = 0; i < m->num_params; i++) m->params[i] -= lr * m->grads[i];
}
