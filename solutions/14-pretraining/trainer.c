// One step: how steep, how fast, then every weight moves.
#include "04-training/training.h"

#include <math.h>

#include "14-pretraining/pretraining.h"

// Moves the weights of one tensor. a has everything but weight_decay.
static void update_tensor(struct trainer *t, const struct gpt_tensor *p, struct adamw a) {
    // BEGIN SOLUTION 14.12 trainer_step: does this tensor decay? Then adamw_update of its part of the arrays
    a.weight_decay = p->decays ? t->hyper.weight_decay : 0.0f;
    adamw_update(t->model->params + p->at, t->m + p->at, t->v + p->at, t->model->grads + p->at, &a, p->size);
    // END SOLUTION
}

struct step_report trainer_step(struct trainer *t, struct loader *data) {
    const struct hyperparameters *h = &t->hyper;
    struct gpt *m = t->model;
    struct step_report report = {.finite = true};
    float scale = 1.0f;
    report.loss = trainer_gradient(t, data);
    // BEGIN SOLUTION 14.12 trainer_step: report.norm and report.lr; scale, if the gradient is too long
    report.norm = (float)grad_norm(m->grads, m->parameters);
    report.lr = schedule_lr(h->lr_max, h->lr_min, t->step, h->warmup, h->total);
    if (h->clip > 0 && report.norm > h->clip) scale = h->clip / (report.norm + 1e-6f);
    // END SOLUTION
    if (!isfinite(report.loss) || !isfinite(report.norm)) {
        report.finite = false;
        first_not_finite(report.where, sizeof report.where, m, t->inputs, h->accumulate, t->B, t->T);
        return report;
    }
    const struct adamw a = {report.lr, h->beta1, h->beta2, h->eps, .step = t->step + 1, .scale = scale};
    for (int i = 0; i < t->tensors; i++) update_tensor(t, &t->tensor[i], a);
    // BEGIN SOLUTION 14.12 trainer_step: round the weights if that is asked for; the step is done
    if (h->bf16) bf16_round(m->params, m->parameters);
    t->step++;
    // END SOLUTION
    return report;
}
