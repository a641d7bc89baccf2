// From one folder to the next, and back to where a stage was stopped.
#include "16-sft/village.h"

void stage_open(struct gpt *m, struct codec *codec, const char *dir, const char *command) {
    (void)m, (void)codec, (void)dir, (void)command;
    die("stage_open is being written");
}
void stage_save(const char *dir, const struct gpt *m, const struct codec *codec) {
    (void)m, (void)codec, (void)dir;
    die("stage_save is being written");
}
void stage_log_push(struct stage_log *l, const float *row) {
    (void)l, (void)row;
}
void stage_checkpoint(const char *dir, const char *name, const struct tuner *t, const struct rng *r,
                      const struct stage_log *l, const char *settings) {
    (void)dir, (void)name, (void)t, (void)r, (void)l, (void)settings;
}
bool stage_resume(struct tuner *t, struct rng *r, struct stage_log *l, const char *settings, const char *dir,
                  const char *name) {
    (void)dir, (void)name, (void)t, (void)r, (void)l, (void)settings;
    return false;
}
