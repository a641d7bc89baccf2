// Tests of template.c.
#include "16-sft/conversations.h"

// What a reading of the header gives: as it is meant, or with one thing misunderstood.
enum reading {
    AS_MEANT,
    ROLE_MARKED,
    END_NOT_MARKED,
    ALL_MARKED,
    NONE_MARKED,
    END_ONLY_MARKED,
    QUESTIONS_MARKED,
    LAST_ANSWER_ONLY,
    END_AFTER_EVERY,
    NO_END_OF_NOTHING,
    END_AFTER_LAST,
    NO_END,
    BEGIN_EACH,
    BEGIN_MINUS_ONE,
    BEGIN_ABOVE_0,
    NO_BEGIN,
    ROLES_SWAPPED,
    NO_ROLES,
    OPEN_MARKED,
    NEVER_OPEN,
    ALWAYS_OPEN,
    READINGS
};
static const char *const mistake[READINGS] = {
    [ROLE_MARKED] = "the token that tells the assistant to speak is marked: the reader says it, not the model",
    [END_NOT_MARKED] = "the end behind an answer is not marked: the model would never learn to stop",
    [ALL_MARKED] = "all of it is marked: the model would learn to ask, too",
    [NONE_MARKED] = "nothing is marked: nothing would be learned",
    [END_ONLY_MARKED] = "only the end behind an answer is marked, not the answer",
    [QUESTIONS_MARKED] = "what the user says is marked, and what the assistant says is not",
    [LAST_ANSWER_ONLY] = "only the last answer is marked; what an assistant says counts in every turn",
    [END_AFTER_EVERY] = "there is an end behind the user's turns too",
    [END_AFTER_LAST] = "there is one end, behind the last turn; each answer ends with one",
    [NO_END] = "the end behind the answers is missing",
    [BEGIN_EACH] = "every turn has a begin; a conversation has one",
    [BEGIN_MINUS_ONE] = "a begin of -1 means that there is none; it is no token",
    [BEGIN_ABOVE_0] = "a begin of 0 is left out: 0 is a token too, only -1 means that there is none",
    [NO_END_OF_NOTHING] = "an answer without a word has no end: it ends, too",
    [NO_BEGIN] = "the token that begins a conversation is missing",
    [ROLES_SWAPPED] = "the user speaks with the assistant's token and the assistant with the user's",
    [NO_ROLES] = "the tokens that say who speaks are missing",
    [OPEN_MARKED] = "the token that opens the answer to come is marked",
    [NEVER_OPEN] = "the conversation is open: the assistant's token is missing at its end",
    [ALWAYS_OPEN] = "the conversation is not open, and ends with the assistant's token all the same",
};

static void read_turn(struct ids *out, const struct chat_tokens *t, const struct turn *turn, bool last,
                      enum reading how) {
    const bool answers = turn->role == ROLE_ASSISTANT, token = how == ROLES_SWAPPED ? !answers : answers;
    const bool learned = how == QUESTIONS_MARKED ? !answers : answers && !(how == LAST_ANSWER_ONLY && !last);
    const int mark = (learned && how != NONE_MARKED) || how == ALL_MARKED ? LEARN : 0;
    if (how == BEGIN_EACH && t->begin >= 0) ids_push(out, t->begin);
    const bool role_marked = how == ALL_MARKED || (how == ROLE_MARKED && answers);
    if (how != NO_ROLES) ids_push(out, (token ? t->assistant : t->user) | (role_marked ? LEARN : 0));
    for (int i = 0; i < turn->n; i++) ids_push(out, turn->ids[i] | (how == END_ONLY_MARKED ? 0 : mark));
    if (how == NO_END_OF_NOTHING && turn->n == 0) return;
    if (how == NO_END || (how == END_AFTER_LAST && !last) || (!answers && how != END_AFTER_EVERY)) return;
    ids_push(out, t->end | (how == END_NOT_MARKED ? 0 : mark));
}

static void read_conversation(struct ids *out, const struct chat_tokens *t, const struct turn *turn, int count,
                              bool open, enum reading how) {
    if ((t->begin >= 0 || how == BEGIN_MINUS_ONE) && how != NO_BEGIN && how != BEGIN_EACH &&
        (t->begin > 0 || how != BEGIN_ABOVE_0))
        ids_push(out, how == ALL_MARKED ? t->begin | LEARN : t->begin);
    for (int i = 0; i < count; i++) {
        bool last = true;  // of the assistant's turns
        for (int k = i + 1; k < count; k++) last = last && turn[k].role != ROLE_ASSISTANT;
        read_turn(out, t, turn + i, last, how);
    }
    if ((open && how != NEVER_OPEN) || how == ALWAYS_OPEN)
        ids_push(out, how == OPEN_MARKED || how == ALL_MARKED ? t->assistant | LEARN : t->assistant);
}

static bool same(const int *a, size_t n, const struct ids *b) {
    return n == b->count && (n == 0 || memcmp(a, b->id, n * sizeof *a) == 0);
}

enum { BEFORE = 3 };  // tokens that are in the list already

static void check(const char *what, const struct chat_tokens *t, const struct turn *turn, int count, bool open) {
    struct ids want = {0}, got = {0};
    char got_text[400], want_text[400];
    read_conversation(&want, t, turn, count, open, AS_MEANT);
    for (int i = 0; i < BEFORE; i++) ids_push(&got, 70 + i);
    chat_render(&got, t, turn, count, open);
    const bool kept = got.count >= BEFORE && got.id[0] == 70 && got.id[1] == 71 && got.id[2] == 72;
    grade_true(kept || !same(got.id, got.count, &want),
               "%s: the list had tokens in it, and they are gone\nlooks like: the list is emptied first, where the "
               "conversation is to be appended",
               what);
    grade_true(kept, "%s: the list had 3 tokens in it, and they have changed", what);
    const int *said = got.id + BEFORE;
    const size_t n = got.count - BEFORE;
    say_ids(got_text, sizeof got_text, said, n);
    say_ids(want_text, sizeof want_text, want.id, want.count);
    for (int how = 1; how < READINGS && !same(said, n, &want); how++) {
        struct ids other = {0};
        read_conversation(&other, t, turn, count, open, how);
        grade_true(!same(said, n, &other), "%s (* is marked): got %s, expected %s\nlooks like: %s", what, got_text,
                   want_text, mistake[how]);
        ids_free(&other);
    }
    grade_true(same(said, n, &want), "%s (* is marked): got %s, expected %s", what, got_text, want_text);
    ids_free(&want);
    ids_free(&got);
}

EXERCISE(chat_render, .number = "16.1", .points = 14) {
    // The text's example.
    const struct chat_tokens village = {BOS, Q, A, EOS};
    const struct turn asked = {ROLE_USER, (int[]){COUNT_WORD, CAT, CAT}, 3},
                      answered = {ROLE_ASSISTANT, (int[]){TWO, STOP}, 2};
    check("<bos> <q> count cat cat <a> 2 . <eos>", &village, (struct turn[]){asked, answered}, 2, false);
    check("<bos> <q> count cat cat <a>, open", &village, (struct turn[]){asked}, 1, true);
    check("two questions with their answers, and a third, open", &village,
          (struct turn[]){asked, answered, asked, answered, asked}, 5, true);
    const struct chat_tokens unbegun = {-1, Q, A, EOS};
    check("the example without a token that begins", &unbegun, (struct turn[]){asked, answered}, 2, false);
    const struct chat_tokens from_0 = {0, Q, A, EOS};
    check("the example with 0 for the token that begins", &from_0, (struct turn[]){asked, answered}, 2, false);
    const struct turn silent = {ROLE_ASSISTANT, answered.ids, 0};
    check("an answer without a word", &village, (struct turn[]){asked, silent, asked, answered}, 4, false);
    check("no turn at all, open", &village, NULL, 0, true);

    int word[6][9], length[6];
    for (int round = 0; round < 20; round++) {
        struct turn turn[6];
        const int count = grade_int(1, 6), first = grade_int(0, 1);
        for (int i = 0; i < count; i++) {
            length[i] = grade_int(i > 0 ? 0 : 1, 9);
            for (int k = 0; k < length[i]; k++) word[i][k] = grade_int(100, 100000);
            turn[i] = (struct turn){(i + first) % 2 ? ROLE_ASSISTANT : ROLE_USER, word[i], length[i]};
        }
        const int base = grade_int(0, 50);
        const struct chat_tokens t = {grade_int(0, 3) ? base : -1, base + 1, base + 2, base + 3};
        check("a conversation", &t, turn, count, grade_int(0, 1));
    }
}
