#include "17-lora/show.h"

void show_rank(const struct lora_show *s) {
    (void)s;
    todo("show_rank");
}
