#include "tokens.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

struct reader {
    struct source *source;
    const char *p, *end;
    int line;
    bool line_begins;  // nothing but white space since the last newline
};

static bool is_name(char c) {
    return isalnum((unsigned char)c) || c == '_' || c == '$' || (unsigned char)c >= 128;
}

// Two empty tokens stand at each end, so that whoever looks at a neighbour finds one.
enum { ROOM = 2 };
void stream_add(struct stream *s, struct token t) {
    static const struct token none = {.kind = TOKEN_MARK, .start = ""};
    int n = s->count + 2 * ROOM;
    if (s->count == 0 || (n & (n - 1)) == 0) {
        struct token *all = s->token ? s->token - ROOM : NULL;
        s->token = (struct token *)text_more(all, 2 * (size_t)n * sizeof t) + ROOM;
    }
    for (int i = 1; i <= ROOM && s->count == 0; i++) s->token[-i] = none;
    s->token[s->count++] = t;
    for (int i = 0; i < ROOM; i++) s->token[s->count + i] = none;
}

static void free_stream(struct stream *s) {
    if (s->token) free(s->token - ROOM);
}

// A backslash at a line's end: how many bytes it has, 0 if there is none.
static int continuation(const struct reader *r) {
    if (*r->p != '\\') return 0;
    if (r->p[1] == '\n') return 2;
    return r->p[1] == '\r' && r->p[2] == '\n' ? 3 : 0;
}

static void skip_comment(struct reader *r) {
    bool block = r->p[1] == '*';
    r->p += 2;
    for (; r->p < r->end; r->p++) {
        if (!block && *r->p == '\n' && r->p[-1] != '\\') return;
        if (block && *r->p == '*' && r->p[1] == '/') {
            r->p += 2;
            return;
        }
        r->line += *r->p == '\n';
    }
}

// White space and comments; stops at a newline inside a directive. Says whether a token follows.
static bool skip_space(struct reader *r, bool directive) {
    while (r->p < r->end) {
        int n = continuation(r);
        if (n) {
            r->p += n;
            r->line++;
        } else if (*r->p == '/' && (r->p[1] == '/' || r->p[1] == '*')) {
            skip_comment(r);
        } else if (*r->p == '\n') {
            if (directive) return false;
            r->p++;
            r->line++;
            r->line_begins = true;
        } else if (isspace((unsigned char)*r->p)) {
            r->p++;
        } else {
            return true;
        }
    }
    return false;
}

// "..." or '...', up to the line's end if it is not closed
static void read_quoted(struct reader *r) {
    char quote = *r->p++;
    while (r->p < r->end && *r->p != quote && *r->p != '\n') {
        int n = continuation(r);
        if (n) {
            r->p += n;
            r->line++;
        } else {
            r->p += *r->p == '\\' && r->p + 1 < r->end ? 2 : 1;
        }
    }
    if (r->p < r->end && *r->p == quote) r->p++;
}

// R"end(...)end": p is at the quote
static void read_raw(struct reader *r) {
    const char *name = r->p + 1, *p = name;
    while (p < r->end && p - name < 17 && *p != '(' && *p != '\n') p++;
    if (p >= r->end || *p != '(') {
        read_quoted(r);
        return;
    }
    size_t n = (size_t)(p - name);
    for (; p < r->end; p++) {
        r->line += *p == '\n';
        if (*p == ')' && (size_t)(r->end - p) > n + 1 && memcmp(p + 1, name, n) == 0 && p[n + 1] == '"') {
            r->p = p + n + 2;
            return;
        }
    }
    r->p = r->end;
}

static enum token_kind read_name(struct reader *r) {
    const char *start = r->p;
    while (r->p < r->end && is_name(*r->p)) r->p++;
    size_t n = (size_t)(r->p - start);
    if (n > 3 || r->p >= r->end || (*r->p != '"' && *r->p != '\'')) return TOKEN_NAME;
    static const char *const prefix[] = {"L", "u", "U", "u8", "R", "LR", "uR", "UR", "u8R"};
    for (size_t i = 0; i < sizeof prefix / sizeof *prefix; i++) {
        if (strlen(prefix[i]) != n || memcmp(prefix[i], start, n) != 0) continue;
        bool raw = start[n - 1] == 'R';
        if (raw && *r->p != '"') return TOKEN_NAME;
        char quote = *r->p;
        if (raw) read_raw(r);
        else read_quoted(r);
        return quote == '"' ? TOKEN_STRING : TOKEN_CHARACTER;
    }
    return TOKEN_NAME;
}

// 1e-3f, 0x1p+4, 1'000'000
static void read_number(struct reader *r) {
    for (; r->p < r->end; r->p++) {
        char before = r->p[-1];
        bool sign = (*r->p == '+' || *r->p == '-') && strchr("eEpP", before);
        if (!sign && !is_name(*r->p) && *r->p != '.' && !(*r->p == '\'' && is_name(r->p[1]))) return;
    }
}

static struct token read_token(struct reader *r) {
    struct token t = {.kind = TOKEN_MARK, .start = r->p, .line = r->line};
    bool number = isdigit((unsigned char)*r->p) || (*r->p == '.' && isdigit((unsigned char)r->p[1]));
    if (number) {
        r->p++;
        read_number(r);
        t.kind = TOKEN_NUMBER;
    } else if (is_name(*r->p)) {
        t.kind = read_name(r);
    } else if (*r->p == '"' || *r->p == '\'') {
        t.kind = *r->p == '"' ? TOKEN_STRING : TOKEN_CHARACTER;
        read_quoted(r);
    } else {
        r->p += (r->p[0] == ':' && r->p[1] == ':') || (r->p[0] == '-' && r->p[1] == '>') ? 2 : 1;
    }
    t.length = (int)(r->p - t.start);
    return t;
}

static void read_directive(struct reader *r) {
    struct source *s = r->source;
    s->directive = text_more(s->directive, ((size_t)s->directives + 1) * sizeof *s->directive);
    struct directive *d = &s->directive[s->directives++];
    *d = (struct directive){.at = s->code.count};
    do {
        stream_add(&d->line, read_token(r));
    } while (skip_space(r, true));
}

void tokens_read(struct source *s, const char *name, const char *text, size_t size) {
    *s = (struct source){.name = name, .text = text, .size = size};
    struct reader r = {.source = s, .p = text, .end = text + size, .line = 1, .line_begins = true};
    while (skip_space(&r, false)) {
        bool directive = r.line_begins && *r.p == '#';
        r.line_begins = false;
        if (directive) read_directive(&r);
        else stream_add(&s->code, read_token(&r));
    }
}

void tokens_free(struct source *s) {
    for (int i = 0; i < s->directives; i++) free_stream(&s->directive[i].line);
    free(s->directive);
    free_stream(&s->code);
}

bool token_is(const struct token *t, const char *spelling) {
    return strlen(spelling) == (size_t)t->length && memcmp(t->start, spelling, (size_t)t->length) == 0;
}

bool token_is_in(const struct token *t, const char *const *spellings) {
    for (; *spellings; spellings++)
        if (token_is(t, *spellings)) return true;
    return false;
}

bool token_touches(const struct token *t, const struct token *next) {
    return t->start + t->length == next->start;
}

bool tokens_are_three(const struct stream *s, int i, char mark) {
    if (i < 0 || i + 2 >= s->count) return false;
    const struct token *t = &s->token[i];
    for (int k = 0; k < 3; k++)
        if (t[k].kind != TOKEN_MARK || *t[k].start != mark || t[k].length != 1) return false;
    return token_touches(t, t + 1) && (mark == '<' || token_touches(t + 1, t + 2));
}

static int depth_change(const struct token *t) {
    if (t->kind != TOKEN_MARK || t->length != 1 || *t->start == '\0') return 0;
    return strchr("([{", *t->start) ? 1 : strchr(")]}", *t->start) ? -1 : 0;
}

int tokens_close(const struct stream *s, int i) {
    int depth = 0;
    for (; i < s->count; i++) {
        depth += depth_change(&s->token[i]);
        if (depth <= 0) return depth == 0 ? i : -1;
    }
    return -1;
}

int tokens_open(const struct stream *s, int i) {
    int depth = 0;
    for (; i >= 0; i--) {
        depth -= depth_change(&s->token[i]);
        if (depth <= 0) return depth == 0 ? i : -1;
    }
    return -1;
}

int tokens_open_angle(const struct stream *s, int i) {
    int depth = 0;
    for (; i >= 0; i--) {
        const struct token *t = &s->token[i];
        int change = depth_change(t);
        if (change > 0 || token_is(t, ";")) return -1;
        if (change < 0) i = tokens_open(s, i);
        else if (token_is(t, ">")) depth++;
        else if (token_is(t, "<") && --depth == 0) return i;
        if (i < 0) return -1;
    }
    return -1;
}
