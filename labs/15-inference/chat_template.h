// Who speaks: a conversation's form, as tokenizer_config.json keeps it for other people's software. Chapter 16 says why.
#pragma once
#include "15-inference/codec.h"

// The tokens around what is said; begin -1: none.
//     <bos> <q> where does tom live ? <a> tom lives in the camp . <eos>
struct chat_tokens {
    int begin, user, assistant, end;
};

// ---- chat_template.c ------------------------------------------------------------------------------------------------
// out (size bytes) = the Jinja template for tokens of these names (begin NULL: none), as tokenizer_config.json's
// "chat_template": with it transformers' apply_chat_template gives the ids of chapter 16's chat_render, and, asked for
// the assistant's tokens, those that are to be learned. Dies where it does not fit, or a name has a quote or a
// backslash in it.
void chat_template_jinja(char *out, size_t size, const char *begin, const char *user, const char *assistant,
                         const char *end);
// codec_save_folder, and the template into its dir/tokenizer_config.json.
void chat_template_save(const char *dir, const struct codec *codec, int T, const struct chat_tokens *t);
// Reads back which tokens speak: from dir/chat_template.jinja, where newer transformers write it, or from
// dir/tokenizer_config.json. false if there is no template, or one of another form.
bool chat_template_read(struct chat_tokens *t, const char *dir, const struct codec *codec);
