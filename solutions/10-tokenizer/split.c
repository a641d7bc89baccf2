// Text into pieces that no token may cross.
#include "10-tokenizer/tokenizer.h"
#include "common/common.h"

void split_text(struct cuts *out, const struct regex *r, const char *text, size_t size) {
    size_t at = 0;
    while (at < size) {
        // BEGIN SOLUTION 10.2 split_text: cut the valid run that starts here piece by piece, then pass the broken run
        size_t run = utf8_run(text + at, size - at);
        for (size_t done = 0; done < run;) {
            done += regex_piece(r, text + at, run, done);
            cuts_push(out, at + done);
        }
        at += run;
        size_t broken = broken_run(text + at, size - at);
        at += broken;
        if (broken > 0) cuts_push(out, at);
        // END SOLUTION
    }
}
