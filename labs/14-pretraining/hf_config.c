// config.json. What it does not say is as in transformers' GPT2Config and LlamaConfig; what chapter 13's model cannot
// do is refused, for a model that loads but computes otherwise is the worst kind of error.
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "14-pretraining/hf_folder.h"
#include "14-pretraining/hf_json.h"

enum { SIZE_MAX_READ = 1 << 24, REQUIRED = INT_MIN };

struct reader {
    const json_t *root;
    struct source fault;
    bool ok;  // no fault yet: only the first is told
};

__attribute__((format(printf, 2, 3))) static void refuse(struct reader *r, const char *format, ...) {
    char message[400];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    if (r->ok) source_fault(&r->fault, "%s", message);
    r->ok = false;
}

// A field that is there and not null, or NULL.
static const json_t *field(const struct reader *r, const char *key) {
    const json_t *value = json_object_get(r->root, key);
    return json_is_null(value) ? NULL : value;
}

// A size: `missing` where the file has none.
static int size_field(struct reader *r, const char *key, int missing) {
    const json_t *value = field(r, key);
    if (!value && missing != REQUIRED) return missing;
    json_int_t n = json_integer_value(value);
    if (!value) refuse(r, "expected a field \"%s\"", key);
    else if (!json_is_integer(value) || n < 1 || n > SIZE_MAX_READ)
        refuse(r, "%s: expected a whole number from 1 to %d", key, SIZE_MAX_READ);
    return r->ok ? (int)n : 1;
}

static float float_field(struct reader *r, const json_t *value, const char *key, float missing) {
    if (!value || json_is_null(value)) return missing;
    float x = (float)json_number_value(value);
    if (!json_is_number(value) || !isfinite(x) || x <= 0) refuse(r, "%s: expected a number above 0", key);
    return x;
}

// An id of a special token, or the first of a list of them; -1 for none.
static int token_field(struct reader *r, const char *key, int missing, int V) {
    const json_t *value = json_object_get(r->root, key);
    if (json_is_array(value)) value = json_array_get(value, 0);
    if (!value) return missing < V ? missing : -1;
    if (json_is_null(value)) return -1;
    json_int_t id = json_integer_value(value);
    if (!json_is_integer(value) || id < 0 || id >= V) {
        refuse(r, "%s: expected null or an id in 0..%d, one for each token of the vocabulary", key, V - 1);
        return -1;
    }
    return (int)id;
}

static bool bool_field(struct reader *r, const char *key, bool missing) {
    const json_t *value = field(r, key);
    if (value && !json_is_boolean(value)) refuse(r, "%s: expected true or false", key);
    return value ? json_is_true(value) : missing;
}

// What chapter 13's model does in one way only: the field is absent, or says just that.
static void only_bool(struct reader *r, const char *key, bool way) {
    if (bool_field(r, key, way) != way)
        refuse(r, "%s: expected %s: this model has nothing else", key, way ? "true" : "false");
}

static void only_string(struct reader *r, const char *key, const char *way, const char *other_name) {
    const json_t *value = field(r, key);
    const char *found = json_string_value(value);
    if (value && (!found || (strcmp(found, way) != 0 && strcmp(found, other_name) != 0)))
        refuse(r, "%s: expected %s, found %.60s: this model has nothing else", key, way, found ? found : "no string");
}

static void only_absent(struct reader *r, const char *key) {
    const json_t *value = field(r, key);
    if (value && !json_is_false(value)) refuse(r, "%s: expected none: this model has nothing like it", key);
}

// transformers 5 has {"rope_theta": .., "rope_type": "default"} in rope_parameters; before, rope_theta stood alone, and
// rope_scaling said whether angles are stretched. Stretched ones are refused.
static float rope_base(struct reader *r) {
    const json_t *theta = json_object_get(r->root, "rope_theta");
    const char *keys[] = {"rope_parameters", "rope_scaling"};
    for (int i = 0; i < COUNT(keys); i++) {
        const json_t *how = field(r, keys[i]), *part = json_object_get(how, "partial_rotary_factor");
        const json_t *type = json_object_get(how, "rope_type");
        if (!type) type = json_object_get(how, "type");
        const char *name = json_string_value(type);
        if (how && !json_is_object(how)) refuse(r, "%s: expected an object", keys[i]);
        if (type && (!name || strcmp(name, "default") != 0))
            refuse(r, "%s: expected rope_type default, found %.60s: positions are not stretched here", keys[i],
                   name ? name : "no string");
        if (part && json_number_value(part) != 1) refuse(r, "%s: expected partial_rotary_factor 1", keys[i]);
        if (json_object_get(how, "rope_theta")) theta = json_object_get(how, "rope_theta");
    }
    return float_field(r, theta, "rope_theta", 10000);
}

static struct gpt_config read_gpt2(struct reader *r) {
    struct gpt_config c = gpt2_config(size_field(r, "vocab_size", REQUIRED), size_field(r, "n_positions", REQUIRED),
                                      size_field(r, "n_embd", REQUIRED), size_field(r, "n_layer", REQUIRED),
                                      size_field(r, "n_head", REQUIRED));
    c.F = size_field(r, "n_inner", c.F);
    c.eps = float_field(r, field(r, "layer_norm_epsilon"), "layer_norm_epsilon", 1e-5f);
    c.tied = bool_field(r, "tie_word_embeddings", true);
    only_string(r, "activation_function", "gelu_new", "gelu_pytorch_tanh");
    only_bool(r, "scale_attn_weights", true);
    only_bool(r, "scale_attn_by_inverse_layer_idx", false);
    only_bool(r, "add_cross_attention", false);
    return c;
}

static struct gpt_config read_llama(struct reader *r) {
    struct gpt_config c = {.shape = LLAMA};
    c.V = size_field(r, "vocab_size", REQUIRED);
    c.T = size_field(r, "max_position_embeddings", REQUIRED);
    c.C = size_field(r, "hidden_size", REQUIRED);
    c.L = size_field(r, "num_hidden_layers", REQUIRED);
    c.H = size_field(r, "num_attention_heads", REQUIRED);
    c.G = size_field(r, "num_key_value_heads", c.H);
    c.F = size_field(r, "intermediate_size", REQUIRED);
    c.eps = float_field(r, field(r, "rms_norm_eps"), "rms_norm_eps", 1e-6f);
    c.rope_base = rope_base(r);
    c.tied = bool_field(r, "tie_word_embeddings", false);
    int head = size_field(r, "head_dim", c.C / c.H);
    if (r->ok && (long)head * c.H != c.C)
        refuse(r, "head_dim: expected hidden_size / num_attention_heads, %d / %d, found %d", c.C, c.H, head);
    only_string(r, "hidden_act", "silu", "swish");
    only_bool(r, "attention_bias", false);
    only_bool(r, "mlp_bias", false);
    return c;
}

// What either architecture may carry and this course's does not.
static void check_extras(struct reader *r) {
    only_absent(r, "sliding_window");
    only_absent(r, "use_sliding_window");
    only_absent(r, "quantization_config");
}

bool hf_read_config(struct gpt_config *c, struct hf_tokens *tokens, const char *path, char *error, size_t error_size) {
    struct reader r = {.fault = {.path = path, .error = error, .error_size = error_size}, .ok = true};
    *c = (struct gpt_config){0};
    json_t *root = hf_json_read(&r.fault);
    if (!root) return false;
    r.root = root;
    const char *type = json_string_value(field(&r, "model_type"));
    bool gpt2 = type && strcmp(type, "gpt2") == 0, llama = type && strcmp(type, "llama") == 0;
    if (!gpt2 && !llama) refuse(&r, "model_type: expected gpt2 or llama, found %.60s", type ? type : "none");
    else *c = gpt2 ? read_gpt2(&r) : read_llama(&r);
    check_extras(&r);
    const char *wrong = r.ok ? gpt_config_fault(c) : NULL;
    if (wrong) refuse(&r, "%s", wrong);
    struct hf_tokens found = {token_field(&r, "bos_token_id", gpt2 ? 50256 : 1, c->V),
                              token_field(&r, "eos_token_id", gpt2 ? 50256 : 2, c->V),
                              token_field(&r, "pad_token_id", -1, c->V)};
    if (tokens) *tokens = found;
    json_decref(root);
    return r.ok;
}

// ---- Writing --------------------------------------------------------------------------------------------------------

// 1e-5f is the number 0.00000999999974737875; what is written is the shortest decimal that gives the same float.
static json_t *short_real(float x) {
    char text[32];
    for (int digits = 1; digits <= 9; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, x);
        if (strtof(text, NULL) == x) break;
    }
    return json_real(strtod(text, NULL));
}

static json_t *token_json(int id) {
    return id < 0 ? json_null() : json_integer(id);
}

static json_t *gpt2_json(const struct gpt_config *c) {
    return json_pack("{s:[s], s:s, s:i, s:i, s:i, s:i, s:i, s:i, s:s, s:o, s:f, s:f, s:f}", "architectures",
                     "GPT2LMHeadModel", "model_type", "gpt2", "vocab_size", c->V, "n_positions", c->T, "n_embd", c->C,
                     "n_layer", c->L, "n_head", c->H, "n_inner", c->F, "activation_function", "gelu_new",
                     "layer_norm_epsilon", short_real(c->eps), "embd_pdrop", 0.0, "attn_pdrop", 0.0, "resid_pdrop",
                     0.0);
}

// rope_theta twice: inside rope_parameters for transformers 5, alone for those before.
static json_t *llama_json(const struct gpt_config *c) {
    return json_pack("{s:[s], s:s, s:i, s:i, s:i, s:i, s:i, s:i, s:i, s:s, s:o, s:o, s:{s:s, s:o}, s:b, s:b}",
                     "architectures", "LlamaForCausalLM", "model_type", "llama", "vocab_size", c->V,
                     "max_position_embeddings", c->T, "hidden_size", c->C, "num_hidden_layers", c->L,
                     "num_attention_heads", c->H, "num_key_value_heads", c->G, "intermediate_size", c->F, "hidden_act",
                     "silu", "rms_norm_eps", short_real(c->eps), "rope_theta", short_real(c->rope_base),
                     "rope_parameters", "rope_type", "default", "rope_theta", short_real(c->rope_base),
                     "attention_bias", 0, "mlp_bias", 0);
}

void hf_write_config(const char *dir, const struct gpt_config *c, struct hf_tokens tokens) {
    hf_write_config_as(dir, c, tokens, ST_F32);
}

void hf_write_config_as(const char *dir, const struct gpt_config *c, struct hf_tokens tokens,
                        enum safetensors_type type) {
    const char *dtype = type == ST_F16 ? "float16" : type == ST_BF16 ? "bfloat16" : "float32";
    json_t *root = c->shape == GPT2 ? gpt2_json(c) : llama_json(c);
    json_t *rest = json_pack("{s:b, s:o, s:o, s:o, s:s, s:s}", "tie_word_embeddings", c->tied, "bos_token_id",
                             token_json(tokens.begin), "eos_token_id", token_json(tokens.end), "pad_token_id",
                             token_json(tokens.padding), "dtype", dtype, "torch_dtype", dtype);
    if (!root || !rest || json_object_update(root, rest) != 0) die("no memory for the JSON of %s/config.json", dir);
    json_decref(rest);
    hf_json_write(root, dir, "config.json");
}

void hf_write_tokenizer_config(const char *dir, struct hf_token_names names, int T) {
    json_t *root = json_pack("{s:s, s:i, s:b, s:s*, s:s*, s:s*, s:s*}", "tokenizer_class", "PreTrainedTokenizerFast",
                             "model_max_length", T, "clean_up_tokenization_spaces", 0, "bos_token", names.begin,
                             "eos_token", names.end, "pad_token", names.padding, "unk_token", names.unknown);
    hf_json_write(root, dir, "tokenizer_config.json");
}
