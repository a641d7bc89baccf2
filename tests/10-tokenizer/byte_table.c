// Tests of byte_table.c.
#include "10-tokenizer/definitions.h"

EXERCISE(byte_table, .number = "10.1", .points = 6) {
    int *code = grade_ints(256, -1, -1), *id = grade_ints(256, -1, -1);
    byte_table(code, id);
    suspect_scalar("the space has a code above 255, for it cannot be seen", 32);
    grade_equal("code of the space (byte 32)", code[32], 288);
    grade_equal("code of \"A\" (byte 65)", code[65], 65);
    grade_equal("code of the newline (byte 10)", code[10], 266);
    suspect_scalar("byte 173 (the soft hyphen) cannot be seen, though its neighbours can", 173);
    suspect_scalar("an invisible byte gets 256 + itself, where it gets 256 + its place among the invisible ones", 429);
    grade_equal("code of byte 173", code[173], 323);
    suspect_scalar("the id is the byte, where it is the place by code point", 32);
    suspect_scalar("the id is the code point, where it is the place among all 256", 288);
    grade_equal("id of the space", id[32], 220);
    grade_equal("id of \"!\"", id[33], 0);
    int *want = grade_ints(256, 0, 0), *place = grade_ints(256, 0, 0), next = 256;
    for (int b = 0; b < 256; b++) want[b] = (b > 32 && b < 127) || (b > 160 && b != 173) ? b : next++;
    for (int b = 0; b < 256; b++)
        for (int other = 0; other < 256; other++) place[b] += want[other] < want[b];
    grade_ints_equal("code", code, want, AXES("b", 256));
    grade_ints_equal("id", id, place, AXES("b", 256));
}
