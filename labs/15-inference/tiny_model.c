// A model in a moment.
#include "15-inference/tiny_model.h"

#include "datasets/micro_world.h"

void tiny_model(struct gpt *m, struct codec *codec, const struct corpus *corpus, uint64_t seed) {
    struct rng r;
    struct gpt_config c = llama_config(corpus->V, 64, 32, 2, 4, 2);
    c.rope_base = 100;
    rng_seed(&r, seed, 1);
    gpt_init(m, &c, 0.08f, &r);
    const struct hyperparameters h = {.lr_max = 1e-2f,
                                      .lr_min = 1e-3f,
                                      .warmup = 5,
                                      .total = 40,
                                      .beta1 = 0.9f,
                                      .beta2 = 0.95f,
                                      .eps = 1e-8f,
                                      .weight_decay = 0.1f,
                                      .clip = 1,
                                      .accumulate = 1};
    struct trainer t;
    struct loader data;
    trainer_init(&t, m, &h, 8, corpus->train.T);
    loader_init(&data, &corpus->train, 8, seed);
    while (t.step < h.total) trainer_step(&t, &data);
    trainer_free(&t);
    loader_free(&data);
    if (!codec) return;
    codec->kind = CODEC_WORDS;
    codec->words = corpus->words;
    codec->special = (struct hf_tokens){.begin = corpus->begin, .end = corpus->end, .padding = MW_PAD};
}
