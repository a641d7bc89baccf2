// A talk with a model.
#include "15-inference/chat.h"

void chat_loop(const struct chat *start) {
    (void)start;
    todo("chat_loop");
}
