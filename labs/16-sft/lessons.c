// What to learn from: questions of the village with their answers, as conversations in tokens.
#include "16-sft/village.h"
#include "datasets/micro_world.h"

const struct chat_tokens village_chat = {.begin = MW_BOS, .user = MW_Q, .assistant = MW_A, .end = MW_EOS};

enum { STREAM_DEMONSTRATIONS = 21, STREAM_ZOG = 22 };  // of the seed

void lesson_push(struct documents *out, const struct micro_world_instruction *q, const int *answer, int n) {
    // A prompt is <bos> <q> ... <a>: what is said lies between.
    const struct turn turn[] = {{ROLE_USER, q->prompt + 2, q->prompt_count - 3}, {ROLE_ASSISTANT, answer, n}};
    chat_render(&out->tokens, &village_chat, turn, COUNT(turn), false);
    cuts_push(&out->ends, out->tokens.count);
}

void lessons_demonstrations(struct documents *out, int count, uint64_t seed) {
    struct rng r;
    rng_seed(&r, seed, STREAM_DEMONSTRATIONS);
    for (int i = 0; i < count; i++) {
        int answer[MW_RESPONSE_LONGEST];
        const struct micro_world_instruction q = micro_world_instruction(false, &r);
        lesson_push(out, &q, answer, micro_world_demonstration(answer, &q, &r));
    }
}

void lessons_zog(struct documents *out, int count, bool held, uint64_t seed) {
    struct rng r;
    rng_seed(&r, seed, STREAM_ZOG);
    for (int i = 0; i < count; i++) {
        const struct micro_world_instruction q = micro_world_instruction_of(MW_TASK_ZOG, held, &r);
        lesson_push(out, &q, q.answer, q.answer_count);
    }
}
