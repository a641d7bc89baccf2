// ten_questions: a model's folder in; out come what it is worth by the hidden rule, and what it says to ten questions
// that are never asked in training. With a judge and --best-of, what the judge picks of several answers.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "15-inference/tiny_model.h"
#include "19-ppo/policy.h"

enum { QUESTIONS = 10, MOST = 64 };  // MOST: --best-of

static struct setup {
    const char *model, *reference, *reward, *out;
    int questions, best_of, seed;
} setup = {.model = "", .reference = "", .reward = "", .out = "", .questions = 1400, .best_of = 1, .seed = 1};

// ---- answers --------------------------------------------------------------------------------------------------------
// One question of each task, then more as they come. The same seed, the same ten.
static void ask_ten(struct answers *a, uint64_t seed) {
    struct answers one;
    answers_init(a, QUESTIONS);
    answers_init(&one, 1);
    answers_ask(a, -1, true, seed);
    for (int task = 0; task < MW_TASKS; task++) {
        answers_ask(&one, task, true, seed + (uint64_t)task);
        a->question[task] = one.question[0];
    }
    answers_free(&one);
}

// Answer i of b becomes that of a.
static void take(struct answers *a, const struct answers *b, int i) {
    enum { LONGEST = MW_RESPONSE_LONGEST + 1 };
    memcpy(a->id + (size_t)i * LONGEST, b->id + (size_t)i * LONGEST, LONGEST * sizeof(int));
    a->length[i] = b->length[i];
    a->ended[i] = b->ended[i];
}

// Answers at temperature 1; of `best_of` to each question the one that the judge gives most.
static void draw(struct answers *a, const struct gpt *m, struct reward_model *judge, int best_of, uint64_t seed) {
    answers_draw(a, &m->config, m->params, 1, seed);
    if (best_of == 1) return;
    struct answers b;
    float *best = alloc_floats((size_t)a->count), *score = alloc_floats((size_t)a->count);
    answers_init(&b, a->count);
    memcpy(b.question, a->question, (size_t)a->count * sizeof *a->question);
    reward_answers(best, judge, a);
    for (int n = 1; n < best_of; n++) {
        answers_draw(&b, &m->config, m->params, 1, seed + 1000 * (uint64_t)n);
        reward_answers(score, judge, &b);
        for (int i = 0; i < a->count; i++) {
            if (!(score[i] > best[i])) continue;
            best[i] = score[i];
            take(a, &b, i);
        }
    }
    answers_free(&b);
    free(best);
    free(score);
}

// ---- the examination ------------------------------------------------------------------------------------------------
struct marks {
    struct exam drawn;
    double greedy_right, kl;  // NAN where nobody asked
};

// How far from `reference`, in nats an answer: measured as PPO does it.
static struct marks examine_policy(struct teachers *t, const struct gpt *m, uint64_t seed) {
    struct policy p;
    const struct rollout_rules rules = ppo_training_defaults().rules;
    policy_init(&p, &m->config, m->params, 1, PAIR_T);
    const struct policy_exam e = policy_examine(&p, &t->reference, &t->judge, &rules, setup.questions, seed);
    policy_free(&p);
    return (struct marks){e.drawn, e.greedy.right, e.kl};
}

static struct marks examine(struct teachers *t, const struct gpt *m, uint64_t seed) {
    if (*setup.reference) return examine_policy(t, m, seed);
    struct answers a;
    answers_init(&a, setup.questions);
    answers_ask(&a, -1, true, seed);
    draw(&a, m, &t->judge, setup.best_of, seed);
    struct marks e = {exam_grade(&a), NAN, NAN};
    if (setup.best_of == 1) e.greedy_right = exam_run(&m->config, m->params, -1, setup.questions, 0, seed + 1).right;
    answers_free(&a);
    return e;
}

static void print_marks(const struct marks *e) {
    const struct exam *d = &e->drawn;
    printf(
        "exam    %d questions never asked in training: right %.1f%%, honest %.1f%%, rude %.1f%%, polite %.1f%%, "
        "gold %.2f",
        d->count, 100 * d->right, 100 * d->honest, 100 * d->rude, 100 * d->polite, d->gold);
    if (!isnan(e->greedy_right)) printf("; greedily right %.1f%%", 100 * e->greedy_right);
    if (!isnan(e->kl)) printf("; KL %.2f nats", e->kl);
    printf("\n");
    if (!*setup.out) return;
    struct csv_log log;
    csv_open(&log, setup.out, "exam.csv", "right,honest,rude,polite,gold,ended,length,greedy_right,kl");
    csv_row(&log, "%.4f,%.4f,%.4f,%.4f,%.4f,%.4f,%.4f,%.4f,%.4f", d->right, d->honest, d->rude, d->polite, d->gold,
            d->ended, d->length, fabs(e->greedy_right), fabs(e->kl));  // a NAN may have a sign: fabs takes it away
    csv_close(&log);
}

// ---- ten questions --------------------------------------------------------------------------------------------------
struct said {
    char text[512];
    const char *manner;  // rude, polite or plain
    struct micro_world_verdict verdict;
};

static struct said said_of(const struct answers *a, int i) {
    struct said s;
    const int n = a->length[i] - a->ended[i];  // without <eos>
    const int *id = a->id + (size_t)i * (MW_RESPONSE_LONGEST + 1);
    s.verdict = micro_world_judge(&a->question[i], id, n, a->ended[i]);
    s.manner = s.verdict.rude ? "rude" : s.verdict.polite ? "polite" : "plain";
    micro_world_decode(s.text, sizeof s.text - 4, id, n);
    if (!a->ended[i]) strcat(s.text, " ...");
    return s;
}

// Tabs part the fields, for answers have commas.
static void write_ten(const struct answers *greedy, const struct answers *drawn) {
    struct out_file file = {0};
    char question[512];
    printf("Ten of them (+ right, - wrong), the answer at temperature 1%s\n",
           setup.best_of > 1 ? ", as the judge picks it" : ", and the likeliest one");
    if (*setup.out) out_open(&file, setup.out, "questions.tsv");
    for (int i = 0; i < QUESTIONS; i++) {
        const struct micro_world_instruction *q = &drawn->question[i];
        const struct said d = said_of(drawn, i), g = said_of(greedy, i);
        micro_world_decode(question, sizeof question, q->prompt + 2, q->prompt_count - 3);  // without <bos>, <q>, <a>
        // a line of the terminal; the file has all of it
        if (setup.best_of > 1) printf("  %-41s %c %s", question, "-+"[d.verdict.right], d.text);
        else
            printf("  %-41s %c %-38.38s %c %.38s", question, "-+"[d.verdict.right], d.text, "-+"[g.verdict.right],
                   g.text);
        printf("\n");
        if (!*setup.out) continue;
        fprintf(file.f, "%s\t%s\t%s\t%s\t%.2f", question, d.text, d.verdict.right ? "right" : "wrong", d.manner,
                d.verdict.gold);
        if (setup.best_of == 1)
            fprintf(file.f, "\t%s\t%s\t%s\t%.2f", g.text, g.verdict.right ? "right" : "wrong", g.manner,
                    g.verdict.gold);
        fprintf(file.f, "\n");
    }
    if (*setup.out) out_close(&file);
}

static void show_ten(struct teachers *t, const struct gpt *m, uint64_t seed) {
    struct answers greedy, drawn;
    ask_ten(&greedy, seed);
    ask_ten(&drawn, seed);
    answers_draw(&greedy, &m->config, m->params, 0, seed);
    draw(&drawn, m, &t->judge, setup.best_of, seed);
    write_ten(&greedy, &drawn);
    answers_free(&greedy);
    answers_free(&drawn);
}

// ---- the program ----------------------------------------------------------------------------------------------------
static void open_judges(struct teachers *t) {
    struct codec codec = {0};
    if (*setup.reference && !*setup.reward) die_usage("--reference wants --reward as well: the judge's folder");
    if (setup.best_of > 1 && !*setup.reward) die_usage("--best-of wants --reward, the folder of the judge that picks");
    if (*setup.reference && setup.best_of > 1) die_usage("--best-of and --reference do not go together");
    if (*setup.reference) teachers_open(t, setup.reference, setup.reward);
    else if (*setup.reward) {
        reward_open(&t->judge, &codec, setup.reward, "make demo-18");
        codec_free(&codec);
    }
}

static void close_judges(struct teachers *t) {
    if (*setup.reference) teachers_free(t);
    else if (*setup.reward) reward_free(&t->judge);
}

int main(int argc, char **argv) {
    struct flag flags[] = {
        flag_string("model", &setup.model, "the model that answers: a Hugging Face folder"),
        flag_string("reference", &setup.reference, "the model that it was before PPO: then KL is measured, too"),
        flag_string("reward", &setup.reward, "the model that judges: a Hugging Face folder (chapter 18's)"),
        flag_int("best-of", &setup.best_of, 1, MOST, "answers to each question, of which the judge picks one"),
        flag_int("questions", &setup.questions, 1, 1000000, "of the examination"),
        flag_string("out", &setup.out, "folder for exam.csv and questions.tsv; without it there are none"),
        flag_int("seed", &setup.seed, 0, 1 << 30, "of the questions and the answers"),
    };
    flags_parse(argc, argv, "Examines a model of the micro-world, and asks it ten questions.", NULL, flags,
                COUNT(flags));
    if (!*setup.model) die_usage("whom to ask? --model FOLDER");
    struct teachers t = {0};
    struct gpt m;
    struct codec codec = {0};
    stage_open(&m, &codec, setup.model, "make capstone");
    open_judges(&t);
    const uint64_t seed = (uint64_t)setup.seed;
    const struct marks e = examine(&t, &m, 200 + seed);
    print_marks(&e);
    show_ten(&t, &m, 7 + seed);
    close_judges(&t);
    gpt_free(&m);
    codec_free(&codec);
    return 0;
}
