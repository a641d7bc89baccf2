// Rows of tokens, and documents that become them.
#include <stdlib.h>

#include "14-pretraining/pretraining.h"

void documents_free(struct documents *d) {
    ids_free(&d->tokens);
    cuts_free(&d->ends);
}

void rows_init(struct rows *r, size_t count, int T) {
    size_t tokens = count * (size_t)(T + 1);
    *r = (struct rows){.token = alloc_zeroed(tokens, sizeof(int)), .count = count, .T = T};
    for (size_t i = 0; i < tokens; i++) r->token[i] = -1;
}

void rows_free(struct rows *r) {
    free(r->token);
    *r = (struct rows){0};
}

double rows_padding(const struct rows *r) {
    size_t tokens = r->count * (size_t)(r->T + 1), padding = 0;
    for (size_t i = 0; i < tokens; i++) padding += r->token[i] < 0;
    return tokens > 0 ? (double)padding / (double)tokens : 0;
}

void shelf_init(struct shelf *s, size_t most, int T) {
    const size_t rooms = (size_t)T + 2;
    *s = (struct shelf){.with_room = alloc_zeroed(rooms, sizeof(long)), .next = alloc_zeroed(most, sizeof(long))};
    for (size_t room = 0; room < rooms; room++) s->with_room[room] = -1;
}

void shelf_free(struct shelf *s) {
    free(s->with_room);
    free(s->next);
    *s = (struct shelf){0};
}

void shelf_put(struct shelf *s, long row, size_t room) {
    s->next[row] = s->with_room[room];
    s->with_room[room] = row;
}

long shelf_take(struct shelf *s, size_t room) {
    long row = s->with_room[room];
    s->with_room[room] = s->next[row];
    return row;
}
