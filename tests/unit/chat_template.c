// of 16-sft
// Who speaks: the chat template in a folder, and the same conversations from transformers.
#define _POSIX_C_SOURCE 200809L
#include "15-inference/chat_template.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "16-sft/sft.h"
#include "datasets/micro_world.h"
#include "golden/16-chat.h"
#include "unit/trial.h"

static const struct chat_tokens village = {.begin = 1, .user = 3, .assistant = 4, .end = 2};

static void village_words(struct codec *c) {
    *c = (struct codec){.kind = CODEC_WORDS, .words = {.unknown = -1}, .special = {.begin = 1, .end = 2, .padding = 0}};
    for (int id = 0; id < MW_WORDS; id++) word_tokenizer_add(&c->words, micro_world_word(id), id < 5);
}

static void write_text(const char *name, const char *text) {
    char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *f = fopen(path, "w");
    cr_assert(f);
    fputs(text, f);
    fclose(f);
}

// tokenizer_config.json with this template, or none (NULL).
static void write_config(const char *text) {
    char config[8400];
    snprintf(config, sizeof config, text ? "{\"bos_token\": \"<bos>\", \"chat_template\": \"%s\"}" : "{}", text);
    write_text("tokenizer_config.json", config);
}

static bool is(const struct chat_tokens *a, int begin, int user, int assistant, int end) {
    return a->begin == begin && a->user == user && a->assistant == assistant && a->end == end;
}

Test(chat_template, conversations_are_those_of_transformers) {
    char text[4096];
    struct codec c;
    village_words(&c);
    chat_template_jinja(text, sizeof text, "<bos>", "<q>", "<a>", "<eos>");
    cr_assert(strcmp(text, golden_template) == 0, "the template is another one: make tests/golden/16-chat.h anew\n%s",
              text);
    for (int i = 0; i < COUNT(golden_conversations); i++) {
        const struct golden_conversation *g = &golden_conversations[i];
        struct ids said[5] = {{0}}, got = {0};
        struct turn turn[5];
        for (int k = 0; k < g->turns; k++) {
            cr_assert(codec_encode(&said[k], &c, g->said[k], strlen(g->said[k]), false) == strlen(g->said[k]));
            turn[k] = (struct turn){k % 2 ? ROLE_ASSISTANT : ROLE_USER, said[k].id, (int)said[k].count};
        }
        chat_render(&got, &village, turn, g->turns, g->turns % 2 == 1);
        cr_assert((int)got.count == g->count, "conversation %d has %zu tokens, not %d", i, got.count, g->count);
        for (int k = 0; k < g->count; k++)
            cr_assert(got.id[k] == (g->learn[k] ? g->id[k] | LEARN : g->id[k]), "conversation %d, token %d", i, k);
        for (int k = 0; k < g->turns; k++) ids_free(&said[k]);
        ids_free(&got);
    }
    codec_free(&c);
}

Test(chat_template, comes_back_from_a_folder, .init = make_folder, .fini = remove_folder) {
    struct codec c;
    struct chat_tokens t = {9, 9, 9, 9};
    village_words(&c);
    cr_assert(!chat_template_read(&t, folder, &c), "there is no file");
    chat_template_save(folder, &c, 64, &village);
    cr_assert(chat_template_read(&t, folder, &c) && is(&t, 1, 3, 4, 2));
    const struct chat_tokens unbegun = {.begin = -1, .user = 7, .assistant = 8, .end = 5};
    chat_template_save(folder, &c, 64, &unbegun);
    cr_assert(chat_template_read(&t, folder, &c) && is(&t, -1, 7, 8, 5));
    // transformers writes it to a file of its own, which counts more
    write_text("chat_template.jinja", golden_template);
    cr_assert(chat_template_read(&t, folder, &c) && is(&t, 1, 3, 4, 2));
    codec_free(&c);
}

Test(chat_template, others_are_not_taken_for_it, .init = make_folder, .fini = remove_folder) {
    struct codec c, none = {0};
    struct chat_tokens t = {9, 9, 9, 9};
    char text[4096], longer[8192];
    village_words(&c);
    write_config(NULL);
    cr_assert(!chat_template_read(&t, folder, &c), "without a template");
    write_text("tokenizer_config.json", "{\"chat_template\": ");
    cr_assert(!chat_template_read(&t, folder, &c), "cut short");
    write_text("tokenizer_config.json", "{\"chat_template\": [1, 2]}");
    cr_assert(!chat_template_read(&t, folder, &c), "no text");
    chat_template_jinja(text, sizeof text, "<bos>", "<q>", "<|assistant|>", "<eos>");
    write_config(text);
    cr_assert(!chat_template_read(&t, folder, &c), "a token that the vocabulary lacks");
    chat_template_jinja(text, sizeof text, "<bos>", "<q>", "<a>", "<eos>");
    for (size_t cut = 0; cut < strlen(text); cut += 3) {
        strcpy(longer, text);
        longer[cut] = '\0';
        write_config(longer);
        cr_assert(!chat_template_read(&t, folder, &c), "its first %zu bytes", cut);
    }
    snprintf(longer, sizeof longer, "%s ", text);
    write_config(longer);
    cr_assert(!chat_template_read(&t, folder, &c), "one space more");
    write_config("{% for m in messages %}{{ '<|im_start|>' + m['role'] }}{% endfor %}");
    cr_assert(!chat_template_read(&t, folder, &c), "another's");
    for (size_t i = 0; i + 1 < sizeof longer; i++) longer[i] = 'x';
    longer[sizeof longer - 1] = '\0';
    write_text("chat_template.jinja", longer);
    cr_assert(!chat_template_read(&t, folder, &c), "a long one");
    cr_assert(is(&t, 9, 9, 9, 9), "what was not read is as it was");
    cr_assert(!chat_template_read(&t, folder, &none), "no tokenizer");
    codec_free(&c);
}

static void quote(void *nothing) {
    (void)nothing;
    char text[4096];
    chat_template_jinja(text, sizeof text, NULL, "it's", "<a>", "<eos>");
}
static void no_room(void *nothing) {
    (void)nothing;
    char text[40];
    chat_template_jinja(text, sizeof text, "<bos>", "<q>", "<a>", "<eos>");
}
Test(chat_template, refuses_what_a_template_cannot_hold) {
    complaint(quote, NULL);
    complaint(no_room, NULL);
}
