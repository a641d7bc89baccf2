#include "19-ppo/policy.h"

void show_grid(const struct ppo_show *s) {
    (void)s;
}
