// A source file as tokens. White space and comments are no tokens; what lies between two tokens is copied as it stands.
#pragma once
#include <stdbool.h>
#include <stddef.h>

enum token_kind {
    TOKEN_NAME,
    TOKEN_NUMBER,
    TOKEN_STRING,
    TOKEN_CHARACTER,
    TOKEN_MARK
};  // a mark: :: -> or one character

struct token {
    enum token_kind kind;
    const char *start;
    int length;
    int line;
    bool maybe;  // in a branch of #if of which nobody knows whether it is taken
};

// Tokens in a row: the code of a file without its directives, or one directive ("#", "define", "N", "8").
struct stream {
    struct token *token;
    int count;
};

struct directive {
    struct stream line;
    int at;     // how many tokens of code come before it
    bool dead;  // in a branch of #if that is not taken
};

struct source {
    const char *name;  // as messages name it
    const char *text;
    size_t size;
    struct stream code;
    struct directive *directive;
    int directives;
};

// Cuts text (which ends with '\0') into s->code and s->directive. Never fails: what no compiler would take becomes marks.
void tokens_read(struct source *s, const char *name, const char *text, size_t size);
void tokens_free(struct source *s);
void stream_add(struct stream *s, struct token t);

bool token_is(const struct token *t, const char *spelling);
bool token_is_in(const struct token *t, const char *const *spellings);  // a list that ends with NULL
bool token_touches(const struct token *t, const struct token *next);    // nothing lies between them
// "<<<" and ">>>" are three marks, for templates end with ">>", too; some formatters write "<< <"
bool tokens_are_three(const struct stream *s, int i, char mark);
// Where the bracket that opens (or closes, for _open) at i has its partner; -1: nowhere.
int tokens_close(const struct stream *s, int i);
int tokens_open(const struct stream *s, int i);
// Where the '<' lies that the '>' at i closes; -1: it is none of a template.
int tokens_open_angle(const struct stream *s, int i);
