// Chapter 17's program: fine-tuning with few parameters. Every part of the text, or one of them with --only.
#include <string.h>

#include "17-lora/show.h"

int main(int argc, char **argv) {
    (void)argc, (void)argv;
    show_rank(&(struct lora_show){0});
    show_methods(&(struct lora_show){0});
    show_nf4(&(struct lora_show){0});
    show_merge(&(struct lora_show){0});
    return 0;
}
