// A talk with any model:
//     make lab-15 PROG=chat ARGS='--model FOLDER --type Q8_0'
// A folder with a chat template of this course's form (chapters 16 to 20 write them) is asked questions.
#include <string.h>

#include "15-inference/chat.h"
#include "15-inference/model_file.h"
#include "15-inference/speak.h"

int main(int argc, char **argv) {
    const char *model = "", *tokenizer = "", *type_name = "F32", *pattern = "";
    struct chat chat = {.choice = {.temperature = 0.8f, .top_k = 0, .top_p = 0.95f}, .tokens = 100};
    int seed = 1;
    bool plain = false;
    struct flag flags[] = {
        flag_string("model", &model, "a Hugging Face folder, a GGUF or a llama2.c file (chapter 14's model)"),
        flag_string("tokenizer", &tokenizer, "a file, for a model that has none: tokenizer.json or llama2.c's"),
        flag_string("type", &type_name, "the weights' numbers: F32, Q8_0 or Q4_0"),
        flag_float("temperature", &chat.choice.temperature, 0, 100, "0: always the likeliest token"),
        flag_int("top-k", &chat.choice.top_k, 0, 1 << 30, "draws from so many of the likeliest tokens; 0: all"),
        flag_float("top-p", &chat.choice.top_p, 0, 1, "draws from the likeliest that make up so much; 1: all"),
        flag_int("tokens", &chat.tokens, 1, 1 << 20, "the length of an answer, at most"),
        flag_string("pattern", &pattern, "a regular expression that each answer must match"),
        flag_switch("plain", &plain, "goes on with your text, even where the model has learned to answer"),
        flag_int("seed", &seed, 0, 1 << 30, "for everything that is drawn"),
    };
    flags_parse(argc, argv, "You write how a text begins, a model goes on.", NULL, flags, COUNT(flags));
    if (!speaker_type_named(&chat.type, type_name)) die_usage("--type %s: expected F32, Q8_0 or Q4_0", type_name);
    struct model_file m;
    model = model_find(model);
    model_load(&m, model, tokenizer);
    if (m.codec.kind == CODEC_NONE) die("%s: there is no tokenizer with it. Name one: --tokenizer FILE", model);
    chat.config = &m.config;
    chat.params = m.params;
    chat.codec = &m.codec;
    chat.pattern = *pattern ? pattern : NULL;
    chat.seed = (uint64_t)seed;
    struct chat_tokens form;
    if (!plain && m.format == FORMAT_HF && chat_template_read(&form, model, &m.codec)) chat.form = &form;
    fprintf(stderr, "%s. %s; /help lists what else can be said\n", model,
            chat.form ? "Ask, and it answers" : "Write how a text begins, and it goes on");
    chat_loop(&chat);
    model_free(&m);
    return 0;
}
