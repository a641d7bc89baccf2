#include "18-reward/reward_model.h"

void show_scores(const struct reward_show *s) {
    (void)s;
    die("show_scores is not written yet");
}
