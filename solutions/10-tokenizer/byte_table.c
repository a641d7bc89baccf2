// A printable character for every byte.
#include "10-tokenizer/tokenizer.h"
#include "common/common.h"

void byte_table(int *code, int *id) {
    // BEGIN SOLUTION 10.1 byte_table: printable bytes keep their code and come first; the others get 256, 257, ...
    int printable = 0, others = 0;
    for (int b = 0; b < 256; b++) {
        bool shown = (b >= 33 && b <= 126) || (b >= 161 && b <= 172) || b >= 174;
        code[b] = shown ? b : 256 + others;
        id[b] = shown ? printable++ : 188 + others++;
    }
    // END SOLUTION
}
