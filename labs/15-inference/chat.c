// A talk with a model: lines in, text out, and commands.
#define _POSIX_C_SOURCE 200809L
#include "15-inference/chat.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "15-inference/speak.h"

static volatile sig_atomic_t stopped;  // Ctrl-C came

static void on_interrupt(int signal) {
    (void)signal;
    stopped = 1;
}

struct talk {
    struct speaker speaker;
    const struct chat_tokens *form;  // NULL: there are no questions
    struct ids text;                 // so far; empty: the next line begins a new one
    bool terminal;                   // stdin is one: it gets a prompt
    bool over;
};

// ---- Commands -------------------------------------------------------------------------------------------------------

static void reset(struct talk *t, const char *value) {
    (void)value;
    t->text.count = 0;
}

static void quit(struct talk *t, const char *value) {
    (void)value;
    t->over = true;
}

// A number in least..most, or a complaint.
static bool number(double *out, const char *value, double least, double most) {
    char *end;
    *out = strtod(value, &end);
    if (end != value && *end == '\0' && *out >= least && *out <= most) return true;
    fprintf(stderr, "expected a number from %g to %g, found \"%s\"\n", least, most, value);
    return false;
}

static bool whole_number(int *out, const char *value, int least, int most) {
    double x;
    if (!number(&x, value, least, most)) return false;
    if (x == floor(x)) *out = (int)x;
    else fprintf(stderr, "expected a whole number, found \"%s\"\n", value);
    return x == floor(x);
}

static void temperature(struct talk *t, const char *value) {
    double x;
    if (number(&x, value, 0, 100)) t->speaker.choice.temperature = (float)x;
}

static void top_k(struct talk *t, const char *value) {
    whole_number(&t->speaker.choice.top_k, value, 0, t->speaker.config->V);
}

static void top_p(struct talk *t, const char *value) {
    double x;
    if (number(&x, value, 0, 1)) t->speaker.choice.top_p = (float)x;
}

static void tokens(struct talk *t, const char *value) {
    whole_number(&t->speaker.tokens, value, 1, 1 << 20);
}

static void type(struct talk *t, const char *value) {
    enum number_type chosen;
    if (speaker_type_named(&chosen, value)) speaker_type(&t->speaker, chosen);
    else fprintf(stderr, "expected F32, Q8_0 or Q4_0, found \"%s\"\n", value);
}

static void pattern(struct talk *t, const char *value) {
    char error[256];
    if (!speaker_match(&t->speaker, *value ? value : NULL, error, sizeof error)) fprintf(stderr, "%s\n", error);
}

// What can be written at all: of a vocabulary of words each word, of bytes anything.
static void words(struct talk *t, const char *value) {
    const struct codec *c = t->speaker.codec;
    (void)value;
    if (c->kind != CODEC_WORDS) {
        fprintf(stderr, "this model can read any text\n");
        return;
    }
    struct bytes text = {0};
    int column = 0;
    for (int id = 0; id < codec_count(c); id++)
        if (!codec_is_special(c, id)) codec_decode(&text, c, &id, 1), bytes_push(&text, " ", 1);
    for (size_t start = 0, i = 0; i < text.count; i++) {
        if (text.data[i] != ' ') continue;
        int size = (int)(i + 1 - start);
        if (column + size > 100) fprintf(stderr, "\n"), column = 0;
        fprintf(stderr, "%.*s", size, text.data + start);
        column += size, start = i + 1;
    }
    fprintf(stderr, "\n");
    bytes_free(&text);
}

static void help(struct talk *t, const char *value);

static const struct command {
    const char *name, *value, *help;
    void (*run)(struct talk *t, const char *value);
} commands[] = {
    {"help", "", "this list, and how it is set now", help},
    {"temperature", "X", "0: always the likeliest token; 1: as the model has it", temperature},
    {"top-k", "N", "draws from the N likeliest tokens only; 0: from all", top_k},
    {"top-p", "X", "draws from the likeliest tokens that make up X of 1; 1: from all", top_p},
    {"tokens", "N", "the length of an answer, at most", tokens},
    {"type", "T", "the weights' numbers: F32, Q8_0 or Q4_0", type},
    {"pattern", "REGEX", "what an answer must match; nothing: any", pattern},
    {"words", "", "what words the model knows", words},
    {"reset", "", "the next line begins a new text", reset},
    {"quit", "", "ends the talk, as Ctrl-D does", quit},
};

static void help(struct talk *t, const char *value) {
    (void)value;
    const struct speaker *s = &t->speaker;
    fprintf(stderr, "%s Ctrl-C stops an answer.\n",
            t->form ? "Ask, and the model answers. It sees one question at a time. An empty line lets it go on with an "
                      "answer\nthat was cut short."
                    : "Write how a text begins, and the model goes on. Your next line goes on too, until the model "
                      "ends the text\nor you say /reset; an empty line lets it go on.");
    for (int i = 0; i < COUNT(commands); i++)
        fprintf(stderr, "  /%-12s %-6s %s\n", commands[i].name, commands[i].value, commands[i].help);
    fprintf(stderr, "now: temperature %g, top-k %d, top-p %g, tokens %d, type %s, pattern %s, %s\n",
            s->choice.temperature, s->choice.top_k, s->choice.top_p, s->tokens, number_type_name[s->type],
            s->pattern.on ? "set" : "none",
            t->text.count == 0 ? "at the start of a text"
            : t->form          ? "inside an answer"
                               : "inside a text");
}

// "/top-k 5"
static void obey(struct talk *t, char *line) {
    char *value = line + strcspn(line, " ");
    if (*value) *value++ = '\0';
    for (int i = 0; i < COUNT(commands); i++)
        if (strcmp(line + 1, commands[i].name) == 0) {
            commands[i].run(t, value);
            return;
        }
    fprintf(stderr, "there is no command %s; /help lists them\n", line);
}

// ---- The talk -------------------------------------------------------------------------------------------------------

// A question as a vocabulary of small words has it: "Where does Tom live?" -> "where does tom live ?"
static void as_words(struct bytes *out, const char *line) {
    for (const char *c = line; *c; c++) {
        const char letter = (char)tolower((unsigned char)*c);
        const bool mark = strchr(".,?+=", letter) != NULL;
        if (mark && c > line && c[-1] != ' ') bytes_push(out, " ", 1);
        bytes_push(out, &letter, 1);
        if (mark && c[1] != ' ' && c[1] != '\0') bytes_push(out, " ", 1);
    }
}

// Appends the ids of a line. false: a word of it is not in the vocabulary, and that has been said.
static bool read_line(struct talk *t, const char *line, size_t size, bool first) {
    size_t read = codec_encode(&t->text, t->speaker.codec, line, size, first);
    if (read == size) return true;
    fprintf(stderr, "the model's vocabulary has no word for what starts at \"%.*s\"; /words lists its words\n",
            size - read < 40 ? (int)(size - read) : 40, line + read);
    return false;
}

// Who writes "<a>" into a question would speak for the model: that is refused.
static bool only_asks(const struct chat_tokens *form, const int *id, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (id[i] == form->begin || id[i] == form->user || id[i] == form->assistant || id[i] == form->end) {
            fprintf(stderr, "a question cannot have in it the tokens that say who speaks\n");
            return false;
        }
    return true;
}

// A question begins a conversation of its own: the models of this course learned from such.
static bool ask(struct talk *t, const char *line) {
    const struct chat_tokens *form = t->form;
    if (*line == '\0' && t->text.count > 0) return true;  // it goes on with its answer
    if (*line == '\0') {
        fprintf(stderr, "there is nothing to answer: ask something, or say /help\n");
        return false;
    }
    struct bytes question = {0};
    t->text.count = 0;
    t->speaker.before = -1;
    if (form->begin >= 0) ids_push(&t->text, form->begin);
    ids_push(&t->text, form->user);
    const size_t start = t->text.count;
    if (t->speaker.codec->kind == CODEC_WORDS) as_words(&question, line);
    else bytes_push(&question, line, strlen(line));
    const bool ok = read_line(t, question.data, question.count, false) &&
                    only_asks(form, t->text.id + start, t->text.count - start);
    if (ok) ids_push(&t->text, form->assistant);
    else t->text.count = 0;
    bytes_free(&question);
    return ok;
}

static bool go_on(struct talk *t, const char *line) {
    struct speaker *s = &t->speaker;
    const bool first = t->text.count == 0;
    const size_t before = t->text.count;
    if (first) s->before = -1;
    bool ok = read_line(t, line, strlen(line), first);
    if (ok && t->text.count == 0) {
        fprintf(stderr, "this model's texts need a first word\n");
        ok = false;
    }
    if (!ok) t->text.count = before;
    FILE *out = s->out;
    s->out = NULL;  // the reader has seen the line
    speaker_write(s, t->text.id + before, t->text.count - before);
    s->out = out;
    return ok;
}

static void answer(struct talk *t, const char *line) {
    struct speaker *s = &t->speaker;
    if (!(t->form ? ask(t, line) : go_on(t, line))) return;
    int given = (int)t->text.count;
    stopped = 0;
    speak(&t->text, s);
    printf("\n");
    if (fflush(stdout) != 0 || ferror(stdout)) die("the text cannot be written to stdout: %s", strerror(errno));
    if (s->read < given)
        fprintf(stderr, "(the model has %d positions: of the %d tokens so far it read the last %d only)\n",
                s->config->T, given, s->read);
    if (stopped) fprintf(stderr, "(stopped)\n");
    if (t->terminal && s->written > 1)
        fprintf(stderr, "(%d tokens, %.0f tokens/s%s)\n", s->written, (s->written - 1) / s->decode_seconds,
                s->ended && !t->form ? "; the text is at its end" : "");
    if (s->ended) t->text.count = 0;
}

// The next line, without its end; false at the end of the input.
static bool next_line(char **line, size_t *size, const struct talk *t) {
    for (;;) {
        if (t->terminal) fprintf(stderr, "%s", t->text.count > 0 ? "... " : "> ");
        errno = 0;
        ssize_t got = getline(line, size, stdin);
        if (got >= 0) {
            while (got > 0 && ((*line)[got - 1] == '\n' || (*line)[got - 1] == '\r')) (*line)[--got] = '\0';
            return true;
        }
        if (errno != EINTR) return false;
        clearerr(stdin);
        fprintf(stderr, "\n(/quit or Ctrl-D ends the talk)\n");
    }
}

void chat_loop(const struct chat *start) {
    struct codec codec = *start->codec;  // with the end of an answer
    if (start->form) codec.special.end = start->form->end;
    struct talk t = {.terminal = isatty(STDIN_FILENO),
                     .form = start->form,
                     .speaker = {.config = start->config,
                                 .params = start->params,
                                 .codec = &codec,
                                 .choice = start->choice,
                                 .tokens = start->tokens,
                                 .out = stdout,
                                 .stopped = &stopped}};
    struct sigaction handler = {.sa_handler = on_interrupt}, old;
    char *line = NULL, error[256];
    size_t size = 0;
    speaker_init(&t.speaker, start->type, start->seed);
    if (start->pattern && !speaker_match(&t.speaker, start->pattern, error, sizeof error)) die("--pattern: %s", error);
    sigemptyset(&handler.sa_mask);
    sigaction(SIGINT, &handler, &old);
    while (!t.over && next_line(&line, &size, &t)) {
        if (line[0] == '/') obey(&t, line);
        else answer(&t, line);
    }
    if (t.terminal && !t.over) fprintf(stderr, "\n");
    sigaction(SIGINT, &old, NULL);
    free(line);
    ids_free(&t.text);
    speaker_free(&t.speaker);
}
