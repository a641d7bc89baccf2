// One set of weights again, that whoever knows chapter 13's model can read.
#include <string.h>

#include "17-lora/peft_model.h"

static void merge_matrix(float *w, const struct peft_model *m, int l, const struct frozen *f, enum lora_site first,
                         enum lora_site last) {
    if (f->q) nf4_dequantize(w, f->q, (size_t)f->O * f->I);
    for (enum lora_site s = first; s <= last; s++) {
        int O, I, row;
        peft_site(&O, &I, &row, &m->config, s);
        if (m->block[l].lora[s].R) lora_merge(w + (size_t)row * I, &m->block[l].lora[s]);
    }
}

bool peft_can_merge(const struct peft_plan *plan) {
    return !plan->adapter && !plan->prompt && !plan->prefix;
}

float *peft_merged(const struct peft_model *m) {
    const struct gpt_config *c = &m->config;
    if (!peft_can_merge(&m->plan))
        die("an adapter, a prompt or a prefix cannot be merged into the weights: only LoRA can, norms, and rows of the "
            "table");
    const size_t n = gpt_parameters(c), C = (size_t)c->C;
    float *params = alloc_floats(n);
    struct gpt_weights w;
    memcpy(params, m->params, n * sizeof(float));
    gpt_point(&w, c, params);
    if (m->table) memcpy(w.token_table, m->table, (size_t)c->V * C * sizeof(float));
    for (int l = 0; l < c->L; l++) {
        const struct peft_block *b = &m->block[l];
        struct block_weights *to = &w.block[l];
        memcpy(to->norm1, m->norms + 2 * l * C, C * sizeof(float));
        memcpy(to->norm2, m->norms + (2 * l + 1) * C, C * sizeof(float));
        merge_matrix(to->qkv, m, l, &b->qkv, SITE_Q, SITE_V);
        merge_matrix(to->proj, m, l, &b->proj, SITE_O, SITE_O);
        merge_matrix(to->up, m, l, &b->up, SITE_GATE, SITE_UP);
        merge_matrix(to->down, m, l, &b->down, SITE_DOWN, SITE_DOWN);
    }
    memcpy(w.norm, m->norms + 2 * c->L * C, C * sizeof(float));
    return params;
}
