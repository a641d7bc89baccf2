// Asks the reward model: questions with answers in, scores out.
#define _POSIX_C_SOURCE 200809L
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "18-reward/reward_model.h"
#include "datasets/micro_world.h"

// The learner's model, if it is there, else the demo's.
static const char *default_model(void) {
    const char *own = "build/lab/18-reward/model";
    return access("build/lab/18-reward/model/config.json", F_OK) == 0 ? own : "build/demo/18-reward/model";
}

// Says which word of the line is not the village's. false: all are.
static bool say_unknown(const char *line) {
    int id[4];
    char word[200];
    for (const char *at = line; *at;) {
        at += strspn(at, " \t");
        const size_t n = strcspn(at, " \t");
        snprintf(word, sizeof word, "%.*s", n < 190 ? (int)n : 190, at);
        at += n;
        if (n == 0 || strcmp(word, "|") == 0) continue;
        if (micro_world_encode(id, COUNT(id), word) >= 0) continue;
        fprintf(stderr, "the village has no word '%s'; words and punctuation stand apart: ... the camp .\n", word);
        return true;
    }
    return false;
}

// Is there a word in the n characters of text?
static bool is_blank(const char *text, size_t n) {
    return strspn(text, " \t") >= n;
}

// ids of "<bos> <q> QUESTION <a> ANSWER <eos>". 0, and a message, if the line is none such.
static int read_line(int *ids, int capacity, const char *line) {
    char text[1200];
    const char *bar = strchr(line, '|');
    if (!bar || strchr(bar + 1, '|') || is_blank(line, (size_t)(bar - line)) || is_blank(bar + 1, strlen(bar + 1))) {
        fprintf(stderr, "write a question, one |, and an answer: where does tom live ? | tom lives in the camp .\n");
        return 0;
    }
    const int asked = bar - line < 500 ? (int)(bar - line) : 500;
    snprintf(text, sizeof text, "<bos> <q> %.*s <a> %.500s <eos>", asked, line, bar + 1);
    const int n = micro_world_encode(ids, capacity, text);
    if (n < 0 && !say_unknown(line))
        fprintf(stderr, "question and answer together have more than %d words\n", capacity - 4);
    return n < 0 ? 0 : n;
}

int main(int argc, char **argv) {
    const char *model = "";
    int pad = 0;
    struct flag flags[] = {
        flag_string("model", &model, "a reward model's folder; build/lab's or build/demo's if empty"),
        flag_int("pad", &pad, 0, 1000, "places of padding behind each text: no score may change")};
    flags_parse(argc, argv,
                "Scores answers. Lines are QUESTION | ANSWER, in the village's words:\n"
                "where does tom live ? | sure , tom lives in the camp .",
                NULL, flags, COUNT(flags));
    struct reward_model m;
    struct codec codec = {0};
    reward_open(&m, &codec, model[0] ? model : default_model(), "make demo-18");
    if (isatty(STDIN_FILENO)) fprintf(stderr, "QUESTION | ANSWER, a line each; Ctrl-D ends\n");
    char *line = NULL;
    size_t size = 0;
    const int T = m.gpt.config.T - pad;
    if (T < MW_PROMPT_LONGEST)
        die_usage("--pad %d leaves no room: the model sees %d tokens at once", pad, m.gpt.config.T);
    int *ids = alloc_zeroed((size_t)m.gpt.config.T, sizeof(int));
    while (getline(&line, &size, stdin) > 0) {
        line[strcspn(line, "\n")] = '\0';
        const int n = read_line(ids, T, line), last = n - 1;
        if (n == 0) continue;
        for (int t = n; t < n + pad; t++) ids[t] = MW_PAD;
        float score;
        reward_score(&score, &m, ids, &last, 1, n + pad);
        printf("%9.5f  %s\n", (double)score, line);
        fflush(stdout);
    }
    free(line);
    free(ids);
    codec_free(&codec);
    reward_free(&m);
}
