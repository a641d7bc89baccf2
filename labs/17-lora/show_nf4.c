#include "17-lora/show.h"

void show_nf4(const struct lora_show *s) {
    (void)s;
    todo("show_nf4");
}
