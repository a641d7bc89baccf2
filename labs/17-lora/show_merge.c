#include "17-lora/show.h"

void show_merge(const struct lora_show *s) {
    (void)s;
    todo("show_merge");
}
