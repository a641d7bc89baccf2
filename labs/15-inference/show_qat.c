// Training with rounding in mind: what Q4_0 costs a model that knew of it, and one that did not.
#include "15-inference/show.h"

void show_qat(const struct show *s) {
    (void)s;
}
