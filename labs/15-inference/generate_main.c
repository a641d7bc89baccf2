// A prompt in, text out:
//     make lab-15 PROG=generate ARGS='--prompt "tom lives in the" --temperature 0'
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "14-pretraining/hf_json.h"
#include "15-inference/model_file.h"
#include "15-inference/speak.h"

// Starts text with the prompt. The text so far, of the prompt alone, is what its tokens say.
static void read_prompt(struct ids *text, struct speaker *s, const char *prompt, size_t size) {
    size_t read = codec_encode(text, s->codec, prompt, size, true);
    if (read < size)
        die("the model's vocabulary has no word for what starts at \"%.40s\". Use its words: `/words` in the program "
            "chat lists them",
            prompt + read);
    if (text->count == 0) die("this model has no token that begins a text: give it a --prompt");
    s->before = -1;
    speaker_write(s, text->id, text->count);
}

static void tell_speed(const struct speaker *s, int prompt_tokens) {
    double prompt = s->prefill_seconds, answer = s->decode_seconds;
    if (s->read < prompt_tokens)
        fprintf(stderr, "note: the model has %d positions, so of the prompt's %d tokens it read the last %d only\n",
                s->config->T, prompt_tokens, s->read);
    if (prompt > 0)
        fprintf(stderr, "prompt %d token%s, %.0f tokens/s; ", s->read, s->read == 1 ? "" : "s", s->read / prompt);
    int timed = prompt > 0 ? s->written - 1 : s->written;  // the first comes with the prompt
    fprintf(stderr, "text %d token%s", s->written, s->written == 1 ? "" : "s");
    if (timed > 0) fprintf(stderr, ", %.*f tokens/s", timed / answer < 100, timed / answer);
    fprintf(stderr, "; weights %s, %.2f MB\n", number_type_name[s->type], (double)decoder_bytes(&s->decoder) / 1e6);
}

// All of stdin.
static void read_all(struct bytes *out) {
    char chunk[4096];
    size_t got;
    while ((got = fread(chunk, 1, sizeof chunk, stdin)) > 0) bytes_push(out, chunk, got);
}

static void go_on(struct speaker *s, const char *prompt, int beams) {
    struct ids text = {0};
    struct bytes all = {0};
    if (strcmp(prompt, "-") == 0) read_all(&all);
    else bytes_push(&all, prompt, strlen(prompt));
    read_prompt(&text, s, all.data ? all.data : "", all.count);
    int given = (int)text.count;
    if (beams > 0) speak_beams(&text, s, beams);
    else speak(&text, s);
    printf("\n");
    if (fflush(stdout) != 0 || ferror(stdout)) die("the text cannot be written to stdout: %s", strerror(errno));
    tell_speed(s, given);
    ids_free(&text);
    bytes_free(&all);
}

// ---- --check --------------------------------------------------------------------------------------------------------

// One line {"prompt": "..", "steps": 100, "temperature": 0.0, "text": ".."}: steps counts the prompt's tokens too.
static void check_line(struct speaker *s, json_t *line, const char *path, int number) {
    const char *prompt = json_string_value(json_object_get(line, "prompt"));
    const json_t *want = json_object_get(line, "text");
    double temperature = json_number_value(json_object_get(line, "temperature"));
    int steps = (int)json_integer_value(json_object_get(line, "steps"));
    if (!prompt || !json_is_string(want) || steps < 1 || temperature != 0)
        die("%s, line %d: expected \"prompt\", \"text\", \"steps\" above 0 and \"temperature\" 0", path, number);
    struct ids text = {0};
    struct bytes got = {0};
    s->choice = (struct choice){.top_p = 1};
    read_prompt(&text, s, prompt, strlen(prompt));
    s->tokens = steps + 1 - (int)text.count;  // the token that begins a text is not counted
    if (s->tokens > 0) speak(&text, s);
    codec_decode(&got, s->codec, text.id, text.count);
    if (got.count != json_string_length(want) || memcmp(got.data, json_string_value(want), got.count) != 0)
        die("%s, line %d: expected \"%s\", found \"%.*s\"", path, number, json_string_value(want), (int)got.count,
            got.data);
    ids_free(&text);
    bytes_free(&got);
}

static void check(struct speaker *s, const char *path) {
    FILE *f = fopen(path, "r");
    if (!f) die("%s cannot be opened", path);
    json_t *line;
    int lines = 0;
    s->out = NULL;
    while ((line = hf_json_line(f, path, &lines))) {
        check_line(s, line, path, lines);
        json_decref(line);
    }
    fclose(f);
    if (lines == 0) die("%s: expected lines {\"prompt\": \"..\", \"steps\": 100, \"text\": \"..\"}", path);
    printf("%d texts are continued as expected\n", lines);
}

int main(int argc, char **argv) {
    const char *model = "", *tokenizer = "", *type_name = "F32", *pattern = "", *prompt = "", *expected = "";
    struct speaker s = {.choice = {.temperature = 0.8f, .top_p = 0.95f}, .tokens = 100, .out = stdout};
    int seed = 1, beams = 0;
    struct flag flags[] = {
        flag_string("prompt", &prompt, "how the text begins; -: read it from stdin"),
        flag_string("model", &model, "a Hugging Face folder, a GGUF or a llama2.c file (chapter 14's model)"),
        flag_string("tokenizer", &tokenizer, "a file, for a model that has none: tokenizer.json or llama2.c's"),
        flag_string("type", &type_name, "the weights' numbers: F32, Q8_0 or Q4_0"),
        flag_int("tokens", &s.tokens, 1, 1 << 20, "how many are added, at most"),
        flag_float("temperature", &s.choice.temperature, 0, 100, "0: always the likeliest token"),
        flag_int("top-k", &s.choice.top_k, 0, 1 << 30, "draws from so many of the likeliest tokens; 0: all"),
        flag_float("top-p", &s.choice.top_p, 0, 1, "draws from the likeliest that make up so much; 1: all"),
        flag_int("beams", &beams, 0, 64, "looks for the most probable text with so many at a time, draws nothing"),
        flag_string("pattern", &pattern, "a regular expression that what is added must match"),
        flag_int("seed", &seed, 0, 1 << 30, "for everything that is drawn"),
        flag_string("check", &expected, "a file of prompts and their texts, as llama2.c's run prints them"),
    };
    flags_parse(argc, argv, "Continues a text.", NULL, flags, COUNT(flags));
    enum number_type type;
    char error[256];
    if (!speaker_type_named(&type, type_name)) die_usage("--type %s: expected F32, Q8_0 or Q4_0", type_name);
    if (beams > 0 && *pattern) die_usage("--beams and --pattern: expected one of them");
    struct model_file m;
    model = model_find(model);
    model_load(&m, model, tokenizer);
    if (m.codec.kind == CODEC_NONE) die("%s: there is no tokenizer with it. Name one: --tokenizer FILE", model);
    s.config = &m.config, s.params = m.params, s.codec = &m.codec;
    speaker_init(&s, type, (uint64_t)seed);
    if (*pattern && !speaker_match(&s, pattern, error, sizeof error)) die("--pattern: %s", error);
    if (*expected) check(&s, expected);
    else go_on(&s, prompt, beams);
    speaker_free(&s);
    model_free(&m);
    return 0;
}
