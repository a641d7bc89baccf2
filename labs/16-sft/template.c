// A conversation as tokens: who speaks, and which of them the model is to learn.
#include "16-sft/sft.h"

// A turn: the token of who speaks, and what is said.
static void push_turn(struct ids *out, const struct chat_tokens *t, const struct turn *turn) {
    // TODO 16.1 chat_render: the role's token; the ids; after an assistant's the end. Marked (| LEARN) are
    //   what the assistant says and its end
    todo("16.1 chat_render");
}

void chat_render(struct ids *out, const struct chat_tokens *t, const struct turn *turn, int count, bool open) {
    // TODO 16.1 chat_render: first of all, the token that begins a conversation, if there is one
    todo("16.1 chat_render");
    for (int i = 0; i < count; i++) push_turn(out, t, turn + i);
    // TODO 16.1 chat_render: where it is open, the assistant is told to speak
    todo("16.1 chat_render");
}
