// See net.h. Every array of a layer is there whether its norm needs it or not: memory is cheap, special cases are not.
#include "04-training/net.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "03-backprop/backprop.h"
#include "04-training/training.h"

const char *const norm_names[NORM_COUNT] = {"none", "batch", "layer", "instance", "group", "rms", "weight"};

static const float eps = 1e-5f, momentum = 0.1f;

// ---- making and freeing ---------------------------------------------------------------------------------------------
static void init_weight(struct layer *l, const struct net_config *config, struct rng *r) {
    const int n = l->O * l->I;
    switch (config->init) {
        case INIT_NORMAL:
            for (int i = 0; i < n; i++) l->weight[i] = rng_normal(r);
            break;
        case INIT_XAVIER:
            xavier_init(l->weight, l->O, l->I, r);
            break;
        case INIT_KAIMING:
            kaiming_init(l->weight, l->O, l->I, r);
            break;
        case INIT_ORTHOGONAL:
            orthogonal_init(l->weight, l->O, l->I, 1, r);
            break;
    }
    for (int i = 0; i < n; i++) l->weight[i] *= config->gain;
}

// A norm starts as if it were not there: scale 1, shift 0. Weight norm starts with g = |v|, so that weight = v.
static void init_norm(struct layer *l, enum norm norm) {
    for (int c = 0; c < l->C; c++) l->scale[c] = l->running_var[c] = 1;
    if (norm != NORM_WEIGHT) return;
    for (int o = 0; o < l->O; o++) l->scale[o] = 1;
    weightnorm_forward(l->unit, l->length, l->weight, l->scale, l->O, l->I);
    memcpy(l->scale, l->length, l->O * sizeof(float));
}

static void create_layer(struct layer *l, int B) {
    const size_t rows = (size_t)B * l->O;
    l->mean = alloc_floats(rows);
    l->rstd = alloc_floats(rows);
    l->running_mean = alloc_floats(l->O);
    l->running_var = alloc_floats(l->O);
    l->length = alloc_floats(l->O);
    l->unit = alloc_floats((size_t)l->O * l->I);
    l->dunit = alloc_floats((size_t)l->O * l->I);
    float **activations[] = {&l->z, &l->y, &l->a, &l->mask, &l->h, &l->dz, &l->dy, &l->da, &l->dh};
    for (int i = 0; i < COUNT(activations); i++) *activations[i] = alloc_floats(rows);
}

void net_create(struct net *net, const struct net_config *config, int max_batch, uint64_t seed) {
    *net = (struct net){.config = *config, .max_batch = max_batch};
    for (int k = 0; k < config->layers; k++) {
        struct layer *l = &net->layer[k];
        l->I = config->sizes[k];
        l->O = config->sizes[k + 1];
        const bool cut = config->norm == NORM_INSTANCE || config->norm == NORM_GROUP;
        l->C = cut ? l->O / NET_POSITIONS : l->O;
        net->decayed += l->O * l->I;
        net->count += l->O * l->I + 3 * l->O;
    }
    net->params = alloc_floats(net->count);
    net->grads = alloc_floats(net->count);
    net->probs = alloc_floats((size_t)max_batch * config->sizes[config->layers]);
    rng_seed(&net->dropout, seed, 2);

    struct rng r;
    rng_seed(&r, seed, 1);
    int weights = 0, rest = net->decayed;
    for (int k = 0; k < config->layers; k++) {
        struct layer *l = &net->layer[k];
        l->weight = net->params + weights, l->dweight = net->grads + weights;
        weights += l->O * l->I;
        l->bias = net->params + rest, l->dbias = net->grads + rest;
        l->scale = l->bias + l->O, l->dscale = l->dbias + l->O;
        l->shift = l->scale + l->O, l->dshift = l->dscale + l->O;
        rest += 3 * l->O;
        create_layer(l, max_batch);
        init_weight(l, config, &r);
        init_norm(l, k + 1 < config->layers ? config->norm : NORM_NONE);
    }
}

void net_free(struct net *net) {
    for (int k = 0; k < net->config.layers; k++) {
        struct layer *l = &net->layer[k];
        float *arrays[] = {l->mean, l->rstd, l->running_mean, l->running_var, l->length, l->unit, l->dunit, l->z,
                           l->y,    l->a,    l->mask,         l->h,           l->dz,     l->dy,   l->da,    l->dh};
        for (int i = 0; i < COUNT(arrays); i++) free(arrays[i]);
    }
    free(net->params);
    free(net->grads);
    free(net->probs);
    *net = (struct net){0};
}

// ---- one layer ------------------------------------------------------------------------------------------------------
static void norm_forward(struct layer *l, enum norm norm, int B, bool training) {
    const int C = l->C, S = NET_POSITIONS;
    switch (norm) {
        case NORM_BATCH:
            if (training) {
                batchnorm_forward(l->y, l->mean, l->rstd, l->running_mean, l->running_var, l->z, l->scale, l->shift,
                                  momentum, eps, B, C);
            } else {
                batchnorm_eval(l->y, l->z, l->running_mean, l->running_var, l->scale, l->shift, eps, B, C);
            }
            break;
        case NORM_LAYER:
            layernorm_forward(l->y, l->mean, l->rstd, l->z, l->scale, l->shift, eps, B, C);
            break;
        case NORM_INSTANCE:
            instancenorm_forward(l->y, l->mean, l->rstd, l->z, l->scale, l->shift, eps, B, C, S);
            break;
        case NORM_GROUP:
            groupnorm_forward(l->y, l->mean, l->rstd, l->z, l->scale, l->shift, eps, B, C, S, NET_GROUPS);
            break;
        case NORM_RMS:
            rmsnorm_forward(l->y, l->rstd, l->z, l->scale, eps, B, C);
            break;
        default:
            memcpy(l->y, l->z, (size_t)B * l->O * sizeof(float));
    }
}

static void norm_backward(struct layer *l, enum norm norm, int B) {
    const int C = l->C, S = NET_POSITIONS;
    switch (norm) {
        case NORM_BATCH:
            batchnorm_backward(l->dz, l->dscale, l->dshift, l->dy, l->z, l->mean, l->rstd, l->scale, B, C);
            break;
        case NORM_LAYER:
            layernorm_backward(l->dz, l->dscale, l->dshift, l->dy, l->z, l->mean, l->rstd, l->scale, B, C);
            break;
        case NORM_INSTANCE:
            instancenorm_backward(l->dz, l->dscale, l->dshift, l->dy, l->z, l->mean, l->rstd, l->scale, B, C, S);
            break;
        case NORM_GROUP:
            groupnorm_backward(l->dz, l->dscale, l->dshift, l->dy, l->z, l->mean, l->rstd, l->scale, B, C, S,
                               NET_GROUPS);
            break;
        case NORM_RMS:
            rmsnorm_backward(l->dz, l->dscale, l->dy, l->z, l->rstd, l->scale, B, C);
            break;
        default:
            memcpy(l->dz, l->dy, (size_t)B * l->O * sizeof(float));
    }
}

static void hidden_forward(struct net *net, struct layer *l, const float *x, int B, bool training) {
    const int n = B * l->O;
    const float *weight = l->weight;
    if (net->config.norm == NORM_WEIGHT) {
        weightnorm_forward(l->unit, l->length, l->weight, l->scale, l->O, l->I);
        weight = l->unit;
    }
    linear_forward(l->z, x, weight, l->bias, B, l->I, l->O);
    norm_forward(l, net->config.norm, B, training);
    if (net->config.nonlinearity == NONLINEARITY_RELU) relu_forward(l->a, l->y, n);
    if (net->config.nonlinearity == NONLINEARITY_TANH) tanh_forward(l->a, l->y, n);
    if (net->config.dropout > 0) {
        dropout_forward(l->h, l->mask, l->a, net->config.dropout, training, &net->dropout, n);
    } else {
        memcpy(l->h, l->a, n * sizeof(float));
    }
}

// From l->dh to the layer's gradients, and to dx (B,I) where there is a layer below.
static void hidden_backward(struct net *net, struct layer *l, float *dx, const float *x, int B) {
    const int n = B * l->O;
    float *clear[] = {l->da, l->dy, l->dz};
    for (int i = 0; i < COUNT(clear); i++) memset(clear[i], 0, n * sizeof(float));
    if (net->config.dropout > 0) {
        dropout_backward(l->da, l->dh, l->mask, n);
    } else {
        memcpy(l->da, l->dh, n * sizeof(float));
    }
    if (net->config.nonlinearity == NONLINEARITY_RELU) relu_backward(l->dy, l->da, l->y, n);
    if (net->config.nonlinearity == NONLINEARITY_TANH) tanh_backward(l->dy, l->da, l->y, n);
    norm_backward(l, net->config.norm, B);
    if (net->config.norm == NORM_WEIGHT) {
        memset(l->dunit, 0, (size_t)l->O * l->I * sizeof(float));
        linear_backward(dx, l->dunit, l->dbias, l->dz, x, l->unit, B, l->I, l->O);
        weightnorm_backward(l->dweight, l->dscale, l->dunit, l->weight, l->scale, l->length, l->O, l->I);
    } else {
        linear_backward(dx, l->dweight, l->dbias, l->dz, x, l->weight, B, l->I, l->O);
    }
}

// ---- the stack ------------------------------------------------------------------------------------------------------
const float *net_forward(struct net *net, const float *x, int B, bool training) {
    const int last = net->config.layers - 1;
    for (int k = 0; k < last; k++) {
        hidden_forward(net, &net->layer[k], x, B, training);
        x = net->layer[k].h;
    }
    struct layer *l = &net->layer[last];
    linear_forward(l->z, x, l->weight, l->bias, B, l->I, l->O);
    return l->z;
}

float net_loss(struct net *net, const int *targets, int B) {
    const struct layer *l = &net->layer[net->config.layers - 1];
    return cross_entropy_forward(net->probs, l->z, targets, B, l->O);
}

void net_backward(struct net *net, const float *x, const int *targets, int B) {
    memset(net->grads, 0, net->count * sizeof(float));
    for (int k = net->config.layers - 1; k >= 0; k--) {
        struct layer *l = &net->layer[k];
        const float *input = k > 0 ? net->layer[k - 1].h : x;
        float *dinput = k > 0 ? net->layer[k - 1].dh : NULL;
        if (dinput) memset(dinput, 0, (size_t)B * l->I * sizeof(float));
        if (k < net->config.layers - 1) {
            hidden_backward(net, l, dinput, input, B);
            continue;
        }
        memset(l->dz, 0, (size_t)B * l->O * sizeof(float));
        cross_entropy_backward(l->dz, 1, net->probs, targets, B, l->O);
        linear_backward(dinput, l->dweight, l->dbias, l->dz, input, l->weight, B, l->I, l->O);
    }
}
