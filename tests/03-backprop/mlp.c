// Tests of mlp.c.
#include "03-backprop/definitions.h"

enum { HIDDEN_SIZES = 2, NET_LAYERS = HIDDEN_SIZES + 1, WIDEST = 8, MOST_ROWS = 6 };

// A network with tanh between its layers, in double: what mlp_forward and mlp_backward are compared with.
struct net {
    int sizes[NET_LAYERS + 1], B;
    const float *x, *dlogits;
    double z[NET_LAYERS][MOST_ROWS * WIDEST], a[NET_LAYERS + 1][MOST_ROWS * WIDEST];
};

static void net_forward(struct net *net, const double *params, enum mistake mistake) {
    for (int i = 0; i < net->B * net->sizes[0]; i++) net->a[0][i] = (double)net->x[i];
    for (int l = 0; l < NET_LAYERS; l++) {
        int I = net->sizes[l], O = net->sizes[l + 1];
        bool active = (l + 1 < NET_LAYERS || mistake == ACTIVATION_AT_END) && mistake != NO_ACTIVATION;
        for (int b = 0; b < net->B; b++)
            for (int o = 0; o < O; o++) {
                double sum = params[I * O + o];
                for (int i = 0; i < I; i++) sum += params[o * I + i] * net->a[l][b * I + i];
                net->z[l][b * O + o] = sum;
                net->a[l + 1][b * O + o] = active ? tanh(sum) : sum;
                if (active && mistake == ONE_ROW && b > 0) net->a[l + 1][b * O + o] = 0;  // as it was made
            }
        params += (I + 1) * O;
    }
}

// The loss whose slope at the logits is dlogits.
static double net_loss(const double *params, void *context) {
    struct net *net = context;
    net_forward(net, params, NONE);
    double sum = 0;
    for (int i = 0; i < net->B * net->sizes[NET_LAYERS]; i++) sum += (double)net->dlogits[i] * net->a[NET_LAYERS][i];
    return sum;
}

// The gradient that a backward pass with the given mistake would find, after net_forward.
static double *net_backward(const struct net *net, const double *params, int num_params, enum mistake mistake) {
    double *grads = grade_doubles(num_params), dz[MOST_ROWS * WIDEST], da[MOST_ROWS * WIDEST];
    int at = num_params, widest = net->B * net->sizes[NET_LAYERS];
    for (int i = 0; i < widest; i++) dz[i] = (double)net->dlogits[i];
    for (int l = NET_LAYERS - 1; l >= 0; l--) {
        int I = net->sizes[l], O = net->sizes[l + 1];
        at -= (I + 1) * O;
        memset(da, 0, sizeof da);
        for (int b = 0; b < net->B; b++)
            for (int o = 0; o < O; o++) {
                grads[at + I * O + o] += dz[b * O + o];
                const double *got = l > 0 && mistake == INPUT_Z ? net->z[l - 1] : net->a[l];
                for (int i = 0; i < I; i++) {
                    grads[at + o * I + i] += dz[b * O + o] * got[b * I + i];
                    da[b * I + i] += dz[b * O + o] * params[at + o * I + i];
                }
            }
        for (int i = 0; l > 0 && i < net->B * I; i++) {
            double t = tanh(mistake == SLOPE_AT_A ? net->a[l][i] : net->z[l - 1][i]);
            dz[i] = da[i] * (mistake == SLOPE_LEFT_OUT ? 1 : 1 - t * t);
        }
    }
    return grads;
}

static struct mlp random_mlp(struct net *net) {
    int sizes[NET_LAYERS + 1] = {grade_int(6, 8), grade_int(3, 5), grade_int(6, 8), grade_int(2, 4)};
    memcpy(net->sizes, sizes, sizeof sizes);
    net->B = grade_int(2, MOST_ROWS);
    net->x = grade_floats(net->B * sizes[0]);
    net->dlogits = grade_floats(net->B * sizes[NET_LAYERS]);
    struct mlp m;
    mlp_init(&m, sizes, NET_LAYERS, "tanh", 1.0f, MOST_ROWS, grade_rng());
    for (size_t i = 0; i < m.num_params; i++) m.params[i] += 0.3f * rng_normal(grade_rng());  // biases too
    return m;
}

// The chapter's 2-2-1 network: x = (1, 2), ReLU.
static struct mlp example_mlp(void) {
    static const float params[9] = {0.5f, 0.25f, -1, 0.5f, 0.5f, -0.5f, 1, -2, 0.5f};
    struct mlp m;
    mlp_init(&m, (const int[]){2, 2, 1}, 2, "relu", 0.0f, 1, grade_rng());
    memcpy(m.params, params, sizeof params);
    return m;
}

static const float example_x[2] = {1, 2};

EXERCISE(mlp_forward, .number = "03.9", .points = 5, .needs = "linear_forward relu_backward tanh_backward") {
    struct mlp m = example_mlp();
    const float *logits = mlp_forward(&m, example_x, 1);
    grade_true(logits != NULL, "mlp_forward returned NULL; it returns the last layer's z");
    suspect_scalar("no activation between the layers", 3);
    grade_scalar("the chapter's 2-2-1 network", (double)logits[0], 2, 1e-6);
    mlp_free(&m);

    struct net net;
    m = random_mlp(&net);
    double *params = doubles_of(m.params, (int)m.num_params);
    int O = net.sizes[NET_LAYERS], count = net.B * O;
    double *wrong[ONE_ROW + 1];
    for (enum mistake k = NO_ACTIVATION; k <= ONE_ROW; k++) {
        net_forward(&net, params, k);
        wrong[k] = grade_doubles(count);
        memcpy(wrong[k], net.a[NET_LAYERS], sizeof(double) * (size_t)count);
    }
    net_forward(&net, params, NONE);
    suspect("no activation between the layers", wrong[NO_ACTIVATION]);
    suspect("an activation after the last layer too: the logits come out as they are", wrong[ACTIVATION_AT_END]);
    suspect("only the first row goes through the activation: it has B * sizes[l] numbers to do", wrong[ONE_ROW]);
    grade_array("logits", mlp_forward(&m, net.x, net.B), net.a[NET_LAYERS], AXES("bo", net.B, O), 1e-5);
    for (int l = 1; l < NET_LAYERS; l++)
        grade_array("a[l], the input of layer l, which backward needs", m.a[l], net.a[l],
                    AXES("bi", net.B, net.sizes[l]), 1e-5);
    mlp_free(&m);
}

// Lets the gradients of m lie in an array that remembers what it held; returns m's own, for give_back.
static float *lend_grads(struct mlp *m) {
    float *own = m->grads;
    m->grads = grade_grad((int)m->num_params);
    for (int l = 0; l < m->layers; l++) {
        m->dweight[l] = m->grads + (m->dweight[l] - own);
        m->dbias[l] = m->grads + (m->dbias[l] - own);
    }
    return own;
}

EXERCISE(mlp_backward, .number = "03.10", .points = 6,
         .needs = "mlp_forward linear_backward relu_backward tanh_backward") {
    struct mlp m = example_mlp();
    float *own = lend_grads(&m);
    const float down = -2;
    mlp_forward(&m, example_x, 1);
    mlp_backward(&m, &down, example_x, 1);
    suspect("the activation's slope is left out between the layers", (const double[]){-2, -4, 4, 8, -2, 4, -3, 0, -2});
    const char *input_z = "a later layer's dweight is made with z[l-1]; what the layer got is a[l]";
    suspect(input_z, (const double[]){-2, -4, 0, 0, -2, 0, -3, 1, -2});
    grade_gradient("grads of the chapter's 2-2-1 network", m.grads, (const double[]){-2, -4, 0, 0, -2, 0, -3, 0, -2},
                   AXES("p", 9), 1e-5);
    m.grads = own;
    mlp_free(&m);

    struct net net;
    m = random_mlp(&net);
    own = lend_grads(&m);
    int n = (int)m.num_params;
    double *params = doubles_of(m.params, n);
    mlp_forward(&m, net.x, net.B);
    mlp_backward(&m, net.dlogits, net.x, net.B);
    net_forward(&net, params, NONE);
    suspect("the activation's slope is left out between the layers", net_backward(&net, params, n, SLOPE_LEFT_OUT));
    suspect("the activation's slope is taken at its output a[l]; it is wanted at its input z[l-1]",
            net_backward(&net, params, n, SLOPE_AT_A));
    suspect(input_z, net_backward(&net, params, n, INPUT_Z));
    grade_gradient_check("grads", m.grads, m.params, AXES("p", n), net_loss, &net, 2e-5);
    m.grads = own;
    mlp_free(&m);
}
