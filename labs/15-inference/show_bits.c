// Fewer bits: what a model weighs in each format, and what it forgets.
#include "15-inference/show.h"

void show_bits(const struct show *s) {
    (void)s;
}
