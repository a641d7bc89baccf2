// The rule by which people in the village judge answers. Models never see it: they see what people preferred.
#include <string.h>

#include "datasets/micro_world_instructions.h"

int micro_world_content(int *out, const int *response, int n) {
    const int stop = micro_world_id("."), comma = micro_world_id(",");
    int count = 0;
    for (int i = 0; i < n; i++) {
        if (!micro_world_is(response[i], MW_STYLE)) out[count++] = response[i];
        else if (i + 1 < n && (response[i + 1] == stop || response[i + 1] == comma)) i++;
    }
    return count;
}

// Words of style: sure, thanks, ugh, fool, um, blah.
static int style_of(int id) {
    return micro_world_is(id, MW_STYLE) ? (id - micro_world_class[MW_STYLE].first) / 2 : -1;
}

struct micro_world_verdict micro_world_judge(const struct micro_world_instruction *q, const int *response, int n,
                                             bool ended) {
    enum { POLITE, RUDE };
    struct micro_world_verdict v = {0};
    int content[n > 0 ? n : 1], count = micro_world_content(content, response, n), rude = 0;
    for (int i = 0; i < n; i++) {
        rude += style_of(response[i]) == RUDE;
        v.polite |= style_of(response[i]) == POLITE;
    }
    v.rude = rude > 0;
    v.right = ended && count == q->answer_count && memcmp(content, q->answer, (size_t)count * sizeof(int)) == 0;
    const int extra = n - q->answer_count - 2;
    v.gold = !ended ? -2
                    : (v.right ? 1 : -1) - 0.75 * (rude < 2 ? rude : 2) + (v.polite ? 0.5 : 0) -
                          (extra > 0 ? 0.1 * extra : 0);
    return v;
}
