// Tests of masked_loss.c.
#include "13-transformer/definitions.h"

struct loss_case {
    int N, V, counted, *targets;
    float *logits;
};

static struct loss_case random_loss(void) {
    omp_set_num_threads(1);  // so that the one that meets a gap is the one that reports it
    struct loss_case k = {.N = grade_int(7, 12), .V = grade_int(17, 40)};
    k.logits = grade_floats(k.N * k.V), k.targets = grade_ints(k.N, -1, k.V - 1);
    k.targets[0] = k.targets[k.N - 1] = -1, k.targets[1] = 0, k.targets[2] = k.V - 1;
    for (int n = 0; n < k.N; n++) k.counted += k.targets[n] >= 0;
    return k;
}

static double loss_of_row(const struct loss_case *k, int n) {
    return define_loss(in_double(k->logits + n * k->V, k->V), k->targets + n, 1, k->V);
}

EXERCISE(masked_loss_forward, .number = "13.6", .points = 2) {
    struct loss_case k = random_loss();
    float *losses = grade_output(k.N);
    double *want = grade_doubles(k.N), *only_log = grade_doubles(k.N), sum = 0;
    for (int n = 0; n < k.N; n++) {
        want[n] = loss_of_row(&k, n);
        only_log[n] = k.targets[n] < 0 ? 0 : want[n] + k.logits[n * k.V + k.targets[n]];
        sum += want[n];
    }
    float got = masked_loss_forward(losses, k.logits, k.targets, k.N, k.V);
    suspect("the target's logit is not taken away", only_log);
    suspect_factor("the sign is the wrong way round: a probability below 1 has a negative logarithm", -1);
    grade_array("losses", losses, want, AXES("n", k.N), 1e-5);
    suspect_scalar("the positions that do not count are counted in the mean", sum / k.N);
    suspect_scalar("the sum: it is not divided by how many count", sum);
    grade_scalar("loss", got, sum / k.counted, 1e-5);
    grade_scalar("loss, where each position's own is not wanted",
                 masked_loss_forward(NULL, k.logits, k.targets, k.N, k.V), sum / k.counted, 1e-5);
    for (int i = 0; i < k.N * k.V; i++) k.logits[i] = k.logits[i] * 100 + 5000;
    got = masked_loss_forward(NULL, k.logits, k.targets, k.N, k.V);
    grade_true(isfinite(got),
               "logits around 5000 give a loss of %g\nlooks like: the largest logit is not subtracted first",
               (double)got);
    for (int n = 0; n < k.N; n++) k.targets[n] = -1;
    grade_scalar("loss where no position counts", masked_loss_forward(NULL, k.logits, k.targets, k.N, k.V), 0, 0);
}

EXERCISE(masked_loss_backward, .number = "13.6", .points = 3, .needs = "masked_loss_forward") {
    struct loss_case k = random_loss();
    const float dloss = 1.7f;
    double *want = grade_doubles(k.N * k.V), *probs = grade_doubles(k.N * k.V), *minus_one = grade_doubles(k.N * k.V);
    double sum = 0, late = 0;
    for (int n = 0; n < k.N; n++) {
        if (k.targets[n] < 0) continue;
        double total = 0;
        for (int v = 0; v < k.V; v++) total += exp((double)k.logits[n * k.V + v]);
        for (int v = 0; v < k.V; v++) {
            probs[n * k.V + v] = dloss / k.counted * exp((double)k.logits[n * k.V + v]) / total;
            want[n * k.V + v] = probs[n * k.V + v] - (v == k.targets[n] ? dloss / k.counted : 0);
            minus_one[n * k.V + v] = probs[n * k.V + v] - (v == k.targets[n]);
        }
        sum += loss_of_row(&k, n);
        late += define_loss(want + n * k.V, k.targets + n, 1, k.V);
    }
    float *logits = grade_copy(k.logits, k.N * k.V);
    float loss = masked_loss_backward(logits, dloss, k.targets, k.N, k.V);
    suspect("the 1 of the target is not taken away from its probability", probs);
    suspect("the target loses 1, but the probabilities are scaled: it loses `scale`", minus_one);
    suspect_factor("the gradient is not divided by how many count", k.counted);
    suspect_factor("dloss is ignored", 1 / dloss);
    suspect_factor("divided by all N positions: only those with a target count", (double)k.counted / k.N);
    grade_array("the gradient", logits, want, AXES("nv", k.N, k.V), 1e-5);
    suspect_scalar("dloss is in it: the loss itself is to be returned", dloss * sum / k.counted);
    suspect_scalar("the loss of what the row has become: compute it before the row is overwritten", late / k.counted);
    grade_scalar("the loss returned", loss, sum / k.counted, 1e-5);
    for (int i = 0; i < k.N * k.V; i++) logits[i] = k.logits[i] * 100 + 5000;
    masked_loss_backward(logits, dloss, k.targets, k.N, k.V);
    bool finite = true;
    for (int i = 0; i < k.N * k.V; i++) finite = finite && isfinite(logits[i]);
    grade_true(finite,
               "logits around 5000 give a gradient that is not a number\nlooks like: the largest logit is not "
               "subtracted first");
}
