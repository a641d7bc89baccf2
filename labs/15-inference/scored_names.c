// Names of SentencePiece's tokens.
#include "15-inference/scored_names.h"

#include <stdio.h>
#include <string.h>

const struct scored_special scored_special[SCORED_FIRST_BYTE] = {
    {"<unk>", "<unk>"}, {"\n<s>\n", "<s>"}, {"\n</s>\n", "</s>"}};

struct byte_name byte_name(int id) {
    struct byte_name name;
    snprintf(name.text, sizeof name.text, "<0x%02X>", (unsigned)(id - SCORED_FIRST_BYTE) & 0xFF);
    return name;
}

const char space_mark[] = "\xE2\x96\x81";

static bool starts_with_mark(const char *text, size_t size) {
    return size >= SPACE_MARK_SIZE && memcmp(text, space_mark, SPACE_MARK_SIZE) == 0;
}

bool has_space_mark(const char *text, size_t size) {
    for (size_t i = 0; i < size; i++)
        if (starts_with_mark(text + i, size - i)) return true;
    return false;
}

void push_with_spaces(struct bytes *out, const char *text, size_t size) {
    for (size_t i = 0; i < size;) {
        bool mark = starts_with_mark(text + i, size - i);
        bytes_push(out, mark ? " " : text + i, 1);
        i += mark ? SPACE_MARK_SIZE : 1;
    }
}

void push_with_marks(struct bytes *out, const char *text, size_t size) {
    for (size_t i = 0; i < size; i++) {
        bool space = text[i] == ' ';
        bytes_push(out, space ? space_mark : text + i, space ? SPACE_MARK_SIZE : 1);
    }
}
