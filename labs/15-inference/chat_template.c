// A conversation's form as a Jinja template, and back.
#define _POSIX_C_SOURCE 200809L
#include "15-inference/chat_template.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "14-pretraining/hf_json.h"

// ---- Writing --------------------------------------------------------------------------------------------------------

// `generation` marks what the assistant says, for software that wants to know what is to be learned.
static const char form[] =
    "{%% for message in messages %%}"
    "{%% if message['role'] == 'user' %%}{{ '%s' + message['content'] }}"
    "{%% elif message['role'] == 'assistant' %%}{{ '%s' }}"
    "{%% generation %%}{{ message['content'] + '%s' }}{%% endgeneration %%}"
    "{%% else %%}{{ raise_exception('this model knows a user and an assistant') }}"
    "{%% endif %%}{%% endfor %%}"
    "{%% if add_generation_prompt %%}{{ '%s' }}{%% endif %%}";
static const char opening[] = "{{ '", closing[] = "' }}";  // around the name of the token that begins

static bool fits_quotes(const char *name) {
    return !name || !strpbrk(name, "'\\\n");
}

void chat_template_jinja(char *out, size_t size, const char *begin, const char *user, const char *assistant,
                         const char *end) {
    if (!fits_quotes(begin) || !fits_quotes(user) || !fits_quotes(assistant) || !fits_quotes(end))
        die("a token that is to stand in a chat template has a quote, a backslash or a new line in its name");
    int used = begin ? snprintf(out, size, "%s%s%s", opening, begin, closing) : 0;
    if ((size_t)used < size) used += snprintf(out + used, size - (size_t)used, form, user, assistant, end, assistant);
    if ((size_t)used >= size) die("a chat template of %d bytes does not fit into %zu", used + 1, size);
}

static const struct vocab *vocabulary(const struct codec *c) {
    return c->kind == CODEC_BPE ? &c->bpe.vocab : c->kind == CODEC_WORDS ? &c->words.words : &c->scored.vocab;
}

enum { NAME_MOST = 128, TEMPLATE_MOST = 4096 };

static const char *name_of(char name[NAME_MOST], const struct codec *c, int id) {
    size_t size;
    const char *string = vocab_string(vocabulary(c), id, &size);
    if (size >= NAME_MOST) die("token %d, which is to stand in a chat template, has a name of %zu bytes", id, size);
    memcpy(name, string, size);
    name[size] = '\0';
    return name;
}

// The object in dir/tokenizer_config.json; NULL: there is none.
static json_t *read_config(const char *dir) {
    char path[4096], error[512];
    snprintf(path, sizeof path, "%s/tokenizer_config.json", dir);
    struct source fault = {.path = path, .error = error, .error_size = sizeof error};
    return hf_json_read(&fault);
}

void chat_template_save(const char *dir, const struct codec *codec, int T, const struct chat_tokens *t) {
    char begin[NAME_MOST], user[NAME_MOST], assistant[NAME_MOST], end[NAME_MOST], text[TEMPLATE_MOST];
    if (codec->kind == CODEC_NONE) die("%s: a chat template needs a tokenizer", dir);
    chat_template_jinja(text, sizeof text, t->begin >= 0 ? name_of(begin, codec, t->begin) : NULL,
                        name_of(user, codec, t->user), name_of(assistant, codec, t->assistant),
                        name_of(end, codec, t->end));
    codec_save_folder(codec, dir, T);
    json_t *config = read_config(dir);
    if (!config || json_object_set_new(config, "chat_template", json_string(text)) != 0)
        die("%s/tokenizer_config.json cannot be read back, or a token's name is not UTF-8", dir);
    hf_json_write(config, dir, "tokenizer_config.json");
}

// ---- Reading --------------------------------------------------------------------------------------------------------

// What stands between `before` and the next quote, into name; returns what follows it, NULL: not there.
static const char *quoted(char name[NAME_MOST], const char *text, const char *before) {
    const char *start = text ? strstr(text, before) : NULL;
    if (!start) return NULL;
    start += strlen(before);
    const size_t size = strcspn(start, "'");
    if (size >= NAME_MOST || start[size] == '\0') return NULL;
    memcpy(name, start, size);
    name[size] = '\0';
    return start + size;
}

static bool find(int *id, const struct codec *c, const char *name) {
    *id = vocab_find(vocabulary(c), name, strlen(name));
    return *id >= 0;
}

// Takes the names out of a template, and looks whether they make this same template.
static bool parse(struct chat_tokens *t, const char *text, const struct codec *c) {
    char begin[NAME_MOST], user[NAME_MOST], assistant[NAME_MOST], end[NAME_MOST], again[TEMPLATE_MOST];
    const bool begins = strncmp(text, opening, strlen(opening)) == 0;
    if (strlen(text) >= sizeof again || (begins && !quoted(begin, text, opening))) return false;
    const char *rest = quoted(user, text, "'user' %}{{ '");
    rest = quoted(assistant, rest, "'assistant' %}{{ '");
    rest = quoted(end, rest, "message['content'] + '");
    if (!rest || !fits_quotes(begins ? begin : NULL) || !fits_quotes(user) || !fits_quotes(assistant) ||
        !fits_quotes(end))
        return false;
    if (strlen(form) + 5 * NAME_MOST >= sizeof again) return false;
    chat_template_jinja(again, sizeof again, begins ? begin : NULL, user, assistant, end);
    struct chat_tokens found = {.begin = -1};
    if (strcmp(again, text) != 0 || (begins && !find(&found.begin, c, begin)) || !find(&found.user, c, user) ||
        !find(&found.assistant, c, assistant) || !find(&found.end, c, end))
        return false;
    *t = found;
    return true;
}

// The whole of dir/chat_template.jinja into text; false: it is not there, or too long.
static bool read_file(char text[TEMPLATE_MOST], const char *dir) {
    char path[4096];
    snprintf(path, sizeof path, "%s/chat_template.jinja", dir);
    FILE *f = fopen(path, "r");
    if (!f) return false;
    const size_t size = fread(text, 1, TEMPLATE_MOST, f);
    const bool ok = !ferror(f) && size < TEMPLATE_MOST;
    fclose(f);
    if (ok) text[size] = '\0';
    return ok;
}

bool chat_template_read(struct chat_tokens *t, const char *dir, const struct codec *codec) {
    char text[TEMPLATE_MOST];
    if (codec->kind == CODEC_NONE) return false;
    if (read_file(text, dir)) return parse(t, text, codec);
    json_t *config = read_config(dir);
    const char *field = json_string_value(json_object_get(config, "chat_template"));
    const bool ok = field && parse(t, field, codec);
    json_decref(config);
    return ok;
}
