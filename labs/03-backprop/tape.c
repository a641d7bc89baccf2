// Reverse-mode automatic differentiation. Computing appends to a list; the chain rule reads the list backwards. A node
// comes after everything it was made from, so by the time the walk reaches it, all who used it have paid their share.
// (Linnainmaa 1970; the size of the idea as in Karpathy's micrograd, 2020.)
#include "03-backprop/backprop.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

void tape_init(struct tape *t) {
    *t = (struct tape){0};
}

void tape_free(struct tape *t) {
    free(t->nodes);
    *t = (struct tape){0};
}

static void grow(struct tape *t) {
    if (t->capacity > INT_MAX / 2) die("the tape is full: it holds at most %d nodes", INT_MAX);
    int capacity = t->capacity > 0 ? 2 * t->capacity : 256;
    struct tape_node *nodes = alloc_zeroed(capacity, sizeof *nodes);
    if (t->count > 0) memcpy(nodes, t->nodes, (size_t)t->count * sizeof *nodes);
    free(t->nodes);
    t->nodes = nodes;
    t->capacity = capacity;
}

// The list can move when it grows: keep indices, not pointers.
int tape_push(struct tape *t, enum tape_op op, int a, int b, double value) {
    if (t->count == t->capacity) grow(t);
    t->nodes[t->count] = (struct tape_node){.op = op, .a = a, .b = b, .value = value};
    return t->count++;
}

void tape_truncate(struct tape *t, int count) {
    if (count < 0 || count > t->count) die("the tape has %d nodes and cannot be cut to %d", t->count, count);
    t->count = count;
}

static const struct tape_node *node_at(const struct tape *t, int node) {
    if (node < 0 || node >= t->count) die("there is no node %d on a tape of %d", node, t->count);
    return &t->nodes[node];
}

double tape_value(const struct tape *t, int node) {
    return node_at(t, node)->value;
}

double tape_grad(const struct tape *t, int node) {
    return node_at(t, node)->grad;
}

int tape_leaf(struct tape *t, double value) {
    return tape_push(t, TAPE_LEAF, -1, -1, value);
}

int tape_add(struct tape *t, int a, int b) {
    // TODO 03.12 tape_add: push a node with both parents and the sum of their values
    todo("03.12 tape_add");
}

int tape_mul(struct tape *t, int a, int b) {
    // TODO 03.12 tape_mul: push a node with both parents and the product of their values
    todo("03.12 tape_mul");
}

int tape_pow(struct tape *t, int a, double exponent) {
    int node = tape_push(t, TAPE_POW, a, -1, pow(tape_value(t, a), exponent));
    t->nodes[node].exponent = exponent;
    return node;
}

int tape_exp(struct tape *t, int a) {
    return tape_push(t, TAPE_EXP, a, -1, exp(tape_value(t, a)));
}

int tape_log(struct tape *t, int a) {
    return tape_push(t, TAPE_LOG, a, -1, log(tape_value(t, a)));
}

int tape_tanh(struct tape *t, int a) {
    return tape_push(t, TAPE_TANH, a, -1, tanh(tape_value(t, a)));
}

int tape_relu(struct tape *t, int a) {
    // TODO 03.12 tape_relu: push a node with one parent and its value, if positive, else 0
    todo("03.12 tape_relu");
}

int tape_scale(struct tape *t, int a, double factor) {
    return tape_mul(t, a, tape_leaf(t, factor));
}

int tape_sub(struct tape *t, int a, int b) {
    return tape_add(t, a, tape_scale(t, b, -1.0));
}

int tape_div(struct tape *t, int a, int b) {
    return tape_mul(t, a, tape_pow(t, b, -1.0));
}

// Hands node's gradient on to its parents: to each, times the slope of this node's value with respect to that parent. b
// is NULL where there is one parent only; in x + x and x * x it is the same node as a.
static void node_backward(const struct tape_node *node, struct tape_node *a, struct tape_node *b) {
    switch (node->op) {
        case TAPE_LEAF:
            break;
        case TAPE_EXP:
            a->grad += node->grad * node->value;  // e^a is its own slope
            break;
        case TAPE_ADD:
            // TODO 03.13 node_backward: pay both parents of a sum
            todo("03.13 node_backward");
            break;
        case TAPE_MUL:
            // TODO 03.13 node_backward: pay both parents of a product
            todo("03.13 node_backward");
            break;
        case TAPE_POW:
            // TODO 03.13 node_backward: pay the parent of a power; k is node->exponent
            todo("03.13 node_backward");
            break;
        case TAPE_LOG:
            // TODO 03.13 node_backward: pay the parent of a logarithm
            todo("03.13 node_backward");
            break;
        case TAPE_TANH:
            // TODO 03.13 node_backward: pay the parent of a tanh; node->value is the tanh already
            todo("03.13 node_backward");
            break;
        case TAPE_RELU:
            // TODO 03.13 node_backward: pay the parent of a ReLU
            todo("03.13 node_backward");
            break;
    }
}

void tape_pay_parents(struct tape *t, int node) {
    const struct tape_node *it = node_at(t, node);
    node_backward(it, it->a >= 0 ? &t->nodes[it->a] : NULL, it->b >= 0 ? &t->nodes[it->b] : NULL);
}

void tape_backward(struct tape *t, int output) {
    node_at(t, output);
    for (int i = 0; i < t->count; i++) t->nodes[i].grad = 0.0;
    // TODO 03.13 tape_backward: the output's own slope is 1; then tape_pay_parents, last node to first
    todo("03.13 tape_backward");
}
