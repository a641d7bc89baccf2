// A source file that is rewritten piece by piece: edits are collected, and applied at the end. Lines stay where they are: what
// replaces a piece has as many newlines as the piece had.
#pragma once
#include "text.h"
#include "tokens.h"

struct edit {
    const char *from, *to;  // in the source's text
    char *with;
};

struct complaint {
    int line, number;
    char *message;
};

struct rewrite {
    struct source *source;
    struct edit *edit;
    int edits;
    int variables;  // shared ones, so far
    struct complaint *complaint;
    int complaints;
};

// The part of a stream that is rewritten: all code, or the body of one #define.
struct region {
    const struct stream *stream;
    int begin, end;
    bool macro;
    int first_parameter, last_parameter;  // of a function-like macro: tokens of the stream; none: first > last
};
struct region region_code(const struct source *s);
bool region_macro(const struct directive *d, struct region *out);  // false: no #define, or one without a body
bool region_is_parameter(const struct region *r, const struct token *t);

// Puts `with` in the place of the text from..to; from == to: inserts. `with` is freed later. Pieces are disjoint; of several
// insertions at one place the first comes first.
void rewrite_replace(struct rewrite *w, const char *from, const char *to, char *with);
void rewrite_token(struct rewrite *w, const struct token *t, char *with);
void rewrite_drop(struct rewrite *w, const struct token *first, const struct token *last);
struct text rewrite_apply(struct rewrite *w);  // the new text; the edits are gone
// "file:line: error: ...", printed by rewrite_complain
void rewrite_refuse(struct rewrite *w, const struct token *where, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
int rewrite_complain(struct rewrite *w);  // all messages on stderr, by lines. Returns how many

// The newlines between from and to, as a macro has them if it is one.
void text_newlines(struct text *t, const char *from, const char *to, bool macro);
// Tokens first..last as code on one line; as a string's inside if quoted, parameters of a macro by #name.
void text_tokens(struct text *t, const struct region *r, int first, int last, bool quoted);
