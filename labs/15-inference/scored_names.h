// How other people's files write the tokens of SentencePiece (chapter 10's struct scored): U+2581 in the place of
// spaces, and names for those that are no pieces.
#pragma once
#include "10-tokenizer/tokenizer.h"

// Ids: unknown, begin and end of a text; the 256 bytes; pieces.
enum { SCORED_FIRST_BYTE = 3, SCORED_FIRST_PIECE = SCORED_FIRST_BYTE + 256 };

// llama2.c, whose tokenizers these are here, writes the begin and the end of a text on lines of their own: no text
// gives them.
struct scored_special {
    const char *here, *there;  // "\n<s>\n", "<s>"
};
extern const struct scored_special scored_special[SCORED_FIRST_BYTE];

// "<0x0A>" for id 3 + 10.
struct byte_name {
    char text[8];
};
struct byte_name byte_name(int id);

enum { SPACE_MARK_SIZE = 3 };
extern const char space_mark[];  // U+2581
bool has_space_mark(const char *text, size_t size);
// Append text with spaces in the place of marks, and with marks in the place of spaces.
void push_with_spaces(struct bytes *out, const char *text, size_t size);
void push_with_marks(struct bytes *out, const char *text, size_t size);
