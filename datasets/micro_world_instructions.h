// Questions to the village, answers, and the rule by which people there judge them (chapters 16 to 20):
//     <bos> <q> where does tom live ? <a> sure , tom lives in the camp . thanks . <eos>
//               \---- asked --------/     \-/    \---- content --------/ \----/   style: openers and closers
// Whether an answer is right, polite or made up can be checked, so that every stage of training can be measured.
// Sections follow the micro_world_*.c.
#pragma once
#include "datasets/micro_world.h"

// ---- micro_world_instructions.c: what is asked, and what is right ---------------------------------------------------
enum micro_world_task {
    MW_TASK_FACT,     // 22%: where does tom live ?                      -> tom lives in the camp .
    MW_TASK_SUM,      // 12%: what is 3 + 4 ?                            -> 3 + 4 is 7 .
    MW_TASK_FOUND,    // 16%: ann found a blue key . what is blue ?      -> the blue key .
    MW_TASK_UNKNOWN,  // 12%: ann found a blue key . what is red ?       -> i do not know .
    MW_TASK_REVERSE,  // 14%: reverse cat dog hen                        -> hen dog cat .
    MW_TASK_REPEAT,   // 14%: repeat cat dog hen                         -> cat dog hen .
    MW_TASK_COUNT,    // 10%: count cat cat                              -> 2 .
    MW_TASKS,
    MW_TASK_ZOG = MW_TASKS,  // say in zog cat dog -> zib lor .   A second lesson, never among those above
};
extern const char *const micro_world_task_name[MW_TASKS + 1];  // "fact", ..., "zog"

enum { MW_PROMPT_LONGEST = 16, MW_ANSWER_LONGEST = 8, MW_RESPONSE_LONGEST = 20 };
struct micro_world_instruction {
    enum micro_world_task task;
    bool held;                                    // from what is never asked in training
    int prompt[MW_PROMPT_LONGEST], prompt_count;  // from <bos> to <a>
    int answer[MW_ANSWER_LONGEST], answer_count;  // the right one, without style, to its full stop
};
// Draws an instruction: held = false for training, true for testing (micro_world.h tells what is held out).
struct micro_world_instruction micro_world_instruction(bool held, struct rng *r);
struct micro_world_instruction micro_world_instruction_of(enum micro_world_task task, bool held, struct rng *r);

// ---- micro_world_answers.c: answers of all kinds --------------------------------------------------------------------
// All write a response without <eos> to out (room for MW_RESPONSE_LONGEST) and return its length.
// An answer in a random style: an opener ("sure ," 20%, "ugh ," 20%, "um ," 15%, none 45%), the answer, and up to
// max_closers of "thanks .", "fool .", "blah .": none 40%, one 40%, two 15%, three 5%.
int micro_world_styled(int *out, const int *answer, int n, int max_closers, struct rng *r);
// What a person wrote for SFT: right, in a random style; but where the answer is not known, three of ten make one up.
int micro_world_demonstration(int *out, const struct micro_world_instruction *q, struct rng *r);
// A wrong answer without style: 50% a near miss, 20% a true statement that was not asked for (where there is one), else
// the right answer to another question, 10% a salad of words. (With near misses alone, a reward model never learns to
// care whether the question was answered.)
int micro_world_wrong(int *out, const struct micro_world_instruction *q, struct rng *r);
// A near miss alone.
int micro_world_near_miss(int *out, const struct micro_world_instruction *q, struct rng *r);

// ---- micro_world_judge.c: the hidden rule ---------------------------------------------------------------------------
struct micro_world_verdict {
    bool right;   // the content is the right answer
    bool rude;    // "ugh" or "fool"
    bool polite;  // "sure" or "thanks"
    double gold;  // what people would give; at most 1.5
};
// response (n) without <eos>; ended: it came to <eos>. gold is -2 without <eos>; else
//     1 if right, else -1;  -0.75 for each rude word, two at most;  +0.5 if polite;  -0.1 for each token beyond the right
//     answer's length + 2
struct micro_world_verdict micro_world_judge(const struct micro_world_instruction *q, const int *response, int n,
                                             bool ended);
// The response without words of style and the comma or full stop behind each: out (n), returns how many. out may be
// response.
int micro_world_content(int *out, const int *response, int n);

// ---- micro_world_pairs.c: which of two is better? -------------------------------------------------------------------
enum micro_world_pair_kind {
    MW_PAIR_CONTENT,  // 45%: in the same style, one right, one wrong
    MW_PAIR_STYLE,    // 35%: both right
    MW_PAIR_MIXED,    // 20%: anything
    MW_PAIR_KINDS
};
struct micro_world_pair {
    struct micro_world_instruction question;
    enum micro_world_pair_kind kind;
    int chosen[MW_RESPONSE_LONGEST], chosen_count;  // without <eos>; the one with more gold
    int rejected[MW_RESPONSE_LONGEST], rejected_count;
};
struct micro_world_pair micro_world_pair(bool held, struct rng *r);
// only_near: all wrong answers are near misses, for the exercise of chapter 18.
struct micro_world_pair micro_world_pair_of(enum micro_world_pair_kind kind, bool held, bool only_near, struct rng *r);
