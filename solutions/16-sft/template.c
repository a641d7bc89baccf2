// A conversation as tokens: who speaks, and which of them the model is to learn.
#include "16-sft/sft.h"

// A turn: the token of who speaks, and what is said.
static void push_turn(struct ids *out, const struct chat_tokens *t, const struct turn *turn) {
    // BEGIN SOLUTION 16.1 chat_render: the role's token; the ids; after an assistant's the end. Marked (| LEARN) are
    //   what the assistant says and its end
    const bool answers = turn->role == ROLE_ASSISTANT;
    const int mark = answers ? LEARN : 0;
    ids_push(out, answers ? t->assistant : t->user);
    for (int i = 0; i < turn->n; i++) ids_push(out, turn->ids[i] | mark);
    if (answers) ids_push(out, t->end | mark);
    // END SOLUTION
}

void chat_render(struct ids *out, const struct chat_tokens *t, const struct turn *turn, int count, bool open) {
    // BEGIN SOLUTION 16.1 chat_render: first of all, the token that begins a conversation, if there is one
    if (t->begin >= 0) ids_push(out, t->begin);
    // END SOLUTION
    for (int i = 0; i < count; i++) push_turn(out, t, turn + i);
    // BEGIN SOLUTION 16.1 chat_render: where it is open, the assistant is told to speak
    if (open) ids_push(out, t->assistant);
    // END SOLUTION
}
