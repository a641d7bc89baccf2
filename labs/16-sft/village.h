// The village as a school: lessons to learn from, an examination, and stages that a model goes through one after the
// other (chapters 16 to 20).
#pragma once
#include "14-pretraining/corpus.h"
#include "15-inference/codec.h"
#include "16-sft/sft.h"
#include "datasets/micro_world_instructions.h"

// ---- lessons.c: what to learn from ----------------------------------------------------------------------------------
enum { VILLAGE_T = 40 };                       // a question with its answer has at most T + 1 tokens
extern const struct chat_tokens village_chat;  // <bos>, <q>, <a>, <eos>
// Appends a conversation: a question (from <bos> to <a>), the answer (n, without <eos>), <eos>; answer and <eos>
// marked. By chat_render.
void lesson_push(struct documents *out, const struct micro_world_instruction *q, const int *answer, int n);
// `count` demonstrations (micro_world_demonstration) of training questions as they come, but every third one, by
// turns, of MW_TASK_FOUND and MW_TASK_UNKNOWN. The same seed, the same lessons.
void lessons_demonstrations(struct documents *out, int count, uint64_t seed);
// The same without those: from them a model learns late to say that it does not know.
void lessons_as_they_come(struct documents *out, int count, uint64_t seed);
// What nobody can know of demonstrations, in nats for each token that counts: whether the person is polite, rude or
// neither, how long the answer goes on, and whether one is made up. No model's loss gets below it but by learning the
// lessons by heart.
double lessons_floor(const struct documents *demonstrations);
// `count` questions of the second task, zog, with their right answers; held: those for testing.
void lessons_zog(struct documents *out, int count, bool held, uint64_t seed);

// The lessons that which[] (B) names as a batch, by pad_batch and sft_example: inputs, targets (B,T), with room for
// B*VILLAGE_T. Returns T.
int lessons_batch(int *inputs, int *targets, const struct documents *lessons, const int *which, int B);
// B rows of old text, drawn at random: inputs, targets (B,rows->T). (row_example.)
void lessons_old_text(int *inputs, int *targets, const struct rows *rows, int B, struct rng *r);

// ---- answers.c: many questions at once ------------------------------------------------------------------------------
struct answers {
    int count;
    struct micro_world_instruction *question;  // (count)
    int *id;      // (count,MW_RESPONSE_LONGEST + 1): what the model said, with <eos> if it came to it
    int *length;  // (count) ids of it, with <eos>
    bool *ended;  // (count) it came to <eos>
};
void answers_init(struct answers *a, int count);
void answers_free(struct answers *a);
// Questions of training (held = false) or for testing: of one task, or of all as they come (task -1).
void answers_ask(struct answers *a, int task, bool held, uint64_t seed);
// Fills id, length, ended. temperature 0: greedily, else drawn from softmax(logits / temperature), the whole
// vocabulary. Answer i draws from a stream of its own: it does not depend on how many are asked, nor on threads. Uses
// chapter 15's server: every step reads the weights once for all texts.
void answers_draw(struct answers *a, const struct gpt_config *c, const float *params, float temperature, uint64_t seed);

// ---- exam.c: what are they worth? -----------------------------------------------------------------------------------
// Of the hidden rule (micro_world_judge), means over all answers unless it says otherwise; NAN where nothing was
// asked.
struct exam {
    int count;
    double right;                  // of the six tasks that can be answered: the share that is right ("exact match")
    double honest;                 // of MW_TASK_UNKNOWN: says so
    double by_task[MW_TASKS + 1];  // the share that is right
    double gold;
    double rude, polite, ended;  // shares
    double length;               // tokens, without <eos>
};
struct exam exam_grade(const struct answers *a);
// Asks `count` questions for testing and grades the answers. task as answers_ask.
struct exam exam_run(const struct gpt_config *c, const float *params, int task, int count, float temperature,
                     uint64_t seed);

// ---- stage.c: from one folder to the next ---------------------------------------------------------------------------
// Every stage reads a Hugging Face folder and writes one. Opens `dir`: a whole model of the micro-world, with its
// tokenizer. Dies where it is missing, half-written, damaged, or a model of something else, and says what to run
// first: `command`, such as "make demo-14".
void stage_open(struct gpt *m, struct codec *codec, const char *dir, const char *command);
// Its two checks, for folders of other models of the village (chapter 18): all files of a model are there; the words
// are the micro-world's, each with its own id.
void stage_check_files(const char *dir, const char *command);
void stage_check_words(const struct codec *codec, const char *dir, const char *command);
// A model of its own with these weights.
void stage_copy(struct gpt *m, const struct gpt_config *c, const float *params);
// Writes it: config.json, model.safetensors, tokenizer.json, and tokenizer_config.json with the chat template
// (template and names of chat_template.c), so that transformers' apply_chat_template and this course's `chat` know
// who speaks.
void stage_save(const char *dir, const struct gpt *m, const struct codec *codec);

// Dies now, and not after the training, if nothing can be written into `dir`.
void stage_check_out(const char *dir);
// From this call on Ctrl-C, or SIGTERM, only leaves a mark, so that a stage can save before it ends.
void stage_watch(void);
bool stage_interrupted(void);
// A stage that was stopped goes on where it was, bit for bit. Writes dir/name: what the tuner trains (with moments
// and step), the state of r, a curve (rows of `width` numbers), and `settings`, the text that says which run this is.
// The file is whole or absent.
struct stage_log {
    float *row;  // (count,width)
    int width, count, capacity;
};
void stage_log_push(struct stage_log *l, const float *row);
void stage_checkpoint(const char *dir, const char *name, const struct tuner *t, const struct rng *r,
                      const struct stage_log *l, const char *settings);
// What settings say of weights: FNV-1a over n numbers, which goes on from `hash`, at first STAGE_HASH.
#define STAGE_HASH 0xcbf29ce484222325u
uint64_t stage_hash(uint64_t hash, const float *x, size_t n);
// Their first line, "model V=…, weights …\n", into text; returns its length.
int stage_describe(char *text, size_t size, const struct gpt *m);
// Brings it back into a tuner that was made the same way. false: there is no such file. Dies if it is damaged, or of
// another run: then it names the first setting that differs, and the file to delete or move to start anew.
bool stage_resume(struct tuner *t, struct rng *r, struct stage_log *l, const char *settings, const char *dir,
                  const char *name);
// How a run begins: with `resume` as stage_resume, and where there is nothing to resume it says so on stderr and begins
// anew; without, dir/name of an earlier run becomes dir/previous.name. Returns whether it goes on.
bool stage_begin(bool resume, struct tuner *t, struct rng *r, struct stage_log *l, const char *settings,
                 const char *dir, const char *name);

// The template as other people's software reads it, and `chat` too: 15-inference/chat_template.h.
