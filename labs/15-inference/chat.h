// A talk with a model: the reader writes how a text begins, the model goes on; or asks, and the model answers.
#pragma once
#include "15-inference/chat_template.h"
#include "15-inference/codec.h"
#include "15-inference/inference.h"

struct chat {
    const struct gpt_config *config;
    const float *params;
    const struct codec *codec;
    enum number_type type;  // of the matrices, to begin with
    struct choice choice;   // `allowed` is not looked at
    const struct chat_tokens
        *form;            // NULL: a line is how a text begins; else a question, and the answer ends at form->end
    const char *pattern;  // what an answer must match, or NULL
    int tokens;           // of an answer, at most
    uint64_t seed;
};
// Reads lines from stdin until it ends or the reader says /quit; answers on stdout, all else on stderr. Lines that
// start with / are commands, /help lists them. Ctrl-C ends an answer, not the program.
void chat_loop(const struct chat *start);
