// Many texts at once: memory in pages, and a batch that never waits.
#include "15-inference/serve.h"
#include "15-inference/show.h"

void show_pages(const struct show *s) {
    (void)s;
}
