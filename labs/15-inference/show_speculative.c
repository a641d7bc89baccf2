#include "15-inference/show.h"

void show_speculative(const struct show *s, const struct gpt *student) {
    (void)s;
    (void)student;
}
