// DPO, too long and too fast: pairs come into order all the time, and the answers get worse.
#include "20-dpo/alignment.h"

void show_far(const struct dpo_show *s) {
    char folder[4096];
    struct policy p;
    struct alignment how = show_how(s, METHOD_DPO);
    how.label = "far";
    how.steps *= 2;
    how.lr *= 1.5f;
    snprintf(folder, sizeof folder, "%s/far", s->out);
    printf("\nTwice the steps, half as fast again\n");
    alignment_stage(&p, s->teachers, &how, folder, &s->before);
    policy_free(&p);
}
