#!/bin/sh
# Chapter 14's files: folders made by PyTorch and transformers (tests/golden/14-pretraining.py) load, and the model in them
# says and learns what PyTorch says; what is saved is the same when loaded; broken files and folders of other models are
# refused with their place named; a full disk leaves the old file alone. Part of make test.
set -u
make="${MAKE:-make} -s --no-print-directory"
files=build/ref/14-pretraining/files
golden=tests/golden
tmp=build/files-test
rm -rf "$tmp"
mkdir -p "$tmp"
ok() { echo "ok files: $1"; }
not_ok() { echo "not ok files: $1: $2"; }

$make "$files" WERROR=-Werror || { not_ok "the program builds" "it does not"; exit 1; }

# says NAME ARGS...: exit status 0; the last line is shown
says() {
    what=$1
    shift
    if "$files" "$@" >"$tmp/out" 2>&1; then ok "$what: $(tail -n 1 "$tmp/out")"
    else not_ok "$what" "$(tail -n 1 "$tmp/out")"; fi
}

# ---- folders by others ------------------------------------------------------------------------------------------------
says "a GPT-2 by transformers" --load $golden/tiny-gpt2 --check $golden/tiny-gpt2
says "a Llama by transformers, grouped queries, its own head" --load $golden/tiny-llama --check $golden/tiny-llama
says "a Llama by transformers, tied" --load $golden/tiny-llama-tied --check $golden/tiny-llama-tied
says "a GPT-2 by transformers, F16 in several files" --load $golden/tiny-gpt2-shards --check $golden/tiny-gpt2-shards
says "a Llama by transformers, BF16 in several files" --load $golden/tiny-llama-shards --check $golden/tiny-llama-shards
says "floats of two bytes" --numbers $golden/files/two-bytes.safetensors --save "$tmp/numbers"
says "floats rounded to BF16 and F16 are those of PyTorch" --numbers "$tmp/numbers/numbers.safetensors"
says "a tokenizer of words" --words $golden/files/words.json --check $golden/files/words.jsonl

says "a GPT-2 as published: no prefix, masks beside, F16, sizes left out" --load $golden/tiny-gpt2-bare --check $golden/tiny-gpt2-bare
"$files" --load $golden/tiny-gpt2-bare >"$tmp/bare"
"$files" --load $golden/tiny-gpt2 >"$tmp/whole"
if [ -s "$tmp/bare" ] && cmp -s "$tmp/bare" "$tmp/whole"; then ok "sizes left out are as transformers has them"
else not_ok "sizes left out are as transformers has them" "$(cat "$tmp/bare")"; fi

# changed FOLDER SED: $tmp/folder is golden FOLDER with its config.json edited
changed() {
    mkdir -p "$tmp/folder"
    cp $golden/"$1"/model.safetensors "$tmp/folder"
    sed "$2" $golden/"$1"/config.json >"$tmp/folder/config.json"
}
changed tiny-llama 's/"rope_parameters": {/"rope_scaling": null, "unknown": {/; s/"vocab_size"/"rope_theta": 50, &/; /"head_dim"/d; /"hidden_act"/d'
says "a config.json of transformers 4" --load "$tmp/folder" --check $golden/tiny-llama

# ---- out and in -------------------------------------------------------------------------------------------------------
for folder in tiny-gpt2 tiny-llama tiny-llama-tied tiny-gpt2-bare; do
    "$files" --load $golden/$folder --save "$tmp/once" >"$tmp/out" 2>&1
    says "$folder, saved and loaded" --load "$tmp/once" --same $golden/$folder
    "$files" --load "$tmp/once" --save "$tmp/twice" >"$tmp/out" 2>&1
    for file in model.safetensors config.json; do
        cmp -s "$tmp/once/$file" "$tmp/twice/$file" || not_ok "$folder, saved twice" "$file is another"
    done
    "$files" --load $golden/$folder >"$tmp/first"
    "$files" --load "$tmp/twice" >"$tmp/second"
    cmp -s "$tmp/first" "$tmp/second" || not_ok "$folder, saved twice" "other sizes: $(cat "$tmp/second")"
done
"$files" --words $golden/files/words.json --save "$tmp/words" >"$tmp/out"
says "a tokenizer of words, saved and loaded" --words "$tmp/words/tokenizer.json" --check $golden/files/words.jsonl

name="a full disk: a clear error, and the old file as it was"
"$files" --make llama --save "$tmp/full" >"$tmp/out"
cp "$tmp/full/model.safetensors" "$tmp/old"
(trap '' XFSZ; ulimit -f 8; "$files" --make llama --seed 2 --save "$tmp/full") >"$tmp/out" 2>&1
status=$?
if [ $status = 1 ] && grep -q "cannot write .*model.safetensors.* previous file" "$tmp/out" &&
    cmp -s "$tmp/old" "$tmp/full/model.safetensors" && [ ! -e "$tmp/full/model.safetensors.part" ]; then ok "$name"
else not_ok "$name" "exit status $status: $(tail -n 1 "$tmp/out")"; fi

# ---- broken safetensors -----------------------------------------------------------------------------------------------
# refused NAME SAYS ARGS...: exit status 1, and the message, with the file's name
refused() {
    what=$1
    says=$2
    shift 2
    "$files" "$@" >"$tmp/out" 2>&1
    status=$?
    if [ "$status" = 1 ] && grep -qF -e "$says" "$tmp/out" && grep -q "$tmp" "$tmp/out"; then ok "refused: $what"
    else not_ok "refused: $what" "exit status $status: $(tail -n 1 "$tmp/out")"; fi
}

# tensors NAME SAYS BYTES HEADER: a file of this header and so many bytes of data is refused
tensors() {
    # shellcheck disable=SC2059  # the format is the number
    printf "\\$(printf %o $((${#4} % 256)))\\$(printf %o $((${#4} / 256 % 256)))\\$(printf %o $((${#4} / 65536)))\\0\\0\\0\\0\\0%s" \
        "$4" >"$tmp/x.safetensors"
    head -c "$3" /dev/zero >>"$tmp/x.safetensors"
    refused "$1" "$2" --list "$tmp/x.safetensors"
}
a='"a":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]}'

tensors "data cut short" 'tensor "a": ends at byte 24 of the data, but the file has only 23' 23 "{$a}"
tensors "data too long" "expected the file to end at byte 24 of the data, as its header says, found 1 more" 25 "{$a}"
tensors "a name twice" "duplicate object key" 24 "{$a,$a}"
tensors "a gap" 'tensor "b": starts at byte 28 of the data, expected 24' 32 "{$a,\"b\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[28,32]}}"
tensors "a gap at the start" 'tensor "a": starts at byte 4 of the data, expected 0' 8 '{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}'
tensors "tensors that overlap" 'tensor "b": starts at byte 20 of the data, inside "a"' 24 "{$a,\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[20,24]}}"
tensors "offsets that do not fit the shape" "expected 24 bytes, as its shape and dtype say, found 20" 20 '{"a":{"dtype":"F32","shape":[2,3],"data_offsets":[0,20]}}'
tensors "offsets the wrong way round" 'expected "data_offsets"' 24 '{"a":{"dtype":"F32","shape":[2,3],"data_offsets":[24,0]}}'
tensors "negative offsets" 'expected "data_offsets"' 24 '{"a":{"dtype":"F32","shape":[6],"data_offsets":[-24,0]}}'
tensors "an offset that is no whole number" 'expected "data_offsets"' 24 '{"a":{"dtype":"F32","shape":[6],"data_offsets":[0,24.0]}}'
tensors "an offset above all bounds" "too big integer" 24 '{"a":{"dtype":"F32","shape":[6],"data_offsets":[0,99999999999999999999]}}'
tensors "three offsets" 'expected "data_offsets"' 24 '{"a":{"dtype":"F32","shape":[6],"data_offsets":[0,12,24]}}'
tensors "a shape whose product overflows" "the product of its sizes is too large" 0 '{"a":{"dtype":"U8","shape":[4294967296,4294967296],"data_offsets":[0,0]}}'
tensors "a shape whose bytes overflow" "the product of its sizes is too large" 0 '{"a":{"dtype":"F32","shape":[4611686018427387904],"data_offsets":[0,0]}}'
tensors "a negative size" "shape: expected whole numbers from 0 on" 24 '{"a":{"dtype":"F32","shape":[-2,-3],"data_offsets":[0,24]}}'
tensors "a size that is no whole number" "shape: expected whole numbers from 0 on" 24 '{"a":{"dtype":"F32","shape":[6.0],"data_offsets":[0,24]}}'
tensors "nine dimensions" 'expected a "shape" of 0 to 8 numbers' 4 '{"a":{"dtype":"F32","shape":[1,1,1,1,1,1,1,1,1],"data_offsets":[0,4]}}'
tensors "a type that nobody knows" 'expected a dtype such as "F32" or "BF16", found "F33"' 24 '{"a":{"dtype":"F33","shape":[6],"data_offsets":[0,24]}}'
tensors "no type" 'found none' 24 '{"a":{"shape":[6],"data_offsets":[0,24]}}'
tensors "a tensor that is no object" 'tensor "a": expected an object' 24 '{"a":[0,24]}'
tensors "metadata that are no strings" '__metadata__: "step": expected a string' 0 '{"__metadata__":{"step":12}}'
tensors "no JSON" "header, byte 2: expected JSON" 0 '{]'
tensors "a list" "header: expected an object" 0 '[]'
tensors "too many tensors" "expected at most 16384 tensors, found 16385" 0 \
    "{$(awk 'BEGIN { for (i = 0; i <= 16384; i++) printf "%s\"%d\":0", i ? "," : "", i }')}"
printf '\377\377\377\377\377\377\377\377{}' >"$tmp/x.safetensors"
refused "a header without end" "byte 0: expected the length of the header" --list "$tmp/x.safetensors"
printf '\377\340\365\005\0\0\0\0{}' >"$tmp/x.safetensors"
refused "a header of 99,999,999 bytes that is not there" "found 2: cut short?" --list "$tmp/x.safetensors"
printf '\002\0\0' >"$tmp/x.safetensors"
refused "three bytes" "expected 8 bytes, the length of the header, found 3" --list "$tmp/x.safetensors"
refused "a folder" "expected a file" --list "$tmp"
refused "no such file" "cannot be opened" --list "$tmp/absent.safetensors"

# ---- folders of other models ------------------------------------------------------------------------------------------
# config NAME SAYS FOLDER SED: FOLDER with its config.json edited is refused
config() {
    changed "$3" "$4"
    refused "$1" "$2" --load "$tmp/folder"
}
config "another architecture" "model_type: expected gpt2 or llama, found bert" tiny-gpt2 's/"gpt2"/"bert"/'
config "no architecture" "model_type: expected gpt2 or llama, found none" tiny-gpt2 '/model_type/d'
config "a size left out" 'expected a field "n_embd"' tiny-gpt2 '/n_embd/d'
config "a size of 0" "n_layer: expected a whole number from 1" tiny-gpt2 's/"n_layer": 2/"n_layer": 0/'
config "a size that is a string" "n_layer: expected a whole number from 1" tiny-gpt2 's/"n_layer": 2/"n_layer": "2"/'
config "another activation" "activation_function: expected gelu_new, found relu" tiny-gpt2 's/gelu_new/relu/'
config "scores that are not scaled" "scale_attn_weights: expected true" tiny-gpt2 's/"scale_attn_weights": true/"scale_attn_weights": false/'
config "heads that do not divide the channels" "channels must be a multiple of heads" tiny-gpt2 's/"n_head": 3/"n_head": 5/'
config "another vocabulary" 'tensor "transformer.wte.weight": expected shape [16, 12], as config.json says, found [17, 12]' tiny-gpt2 's/"vocab_size": 17/"vocab_size": 16/'
config "fewer layers than weights" 'tensor "transformer.h.1.attn.c_attn.bias": this model has no such weights' tiny-gpt2 's/"n_layer": 2/"n_layer": 1/'
config "more layers than weights" 'expected a tensor "transformer.h.2.ln_1.weight", found none' tiny-gpt2 's/"n_layer": 2/"n_layer": 3/'
config "a token outside of the vocabulary" "eos_token_id: expected null or an id in 0..16" tiny-gpt2 's/"eos_token_id": 6/"eos_token_id": 17/'
config "JSON cut short" "expected JSON" tiny-gpt2 '5,$d'
config "a field twice" "duplicate object key" tiny-gpt2 's/"n_layer": 2/&, "n_layer": 2/'
config "stretched positions" "rope_parameters: expected rope_type default, found llama3" tiny-llama 's/"default"/"llama3"/'
config "stretched positions, as transformers 4 has them" "rope_scaling: expected rope_type default, found linear" tiny-llama 's/"vocab_size"/"rope_scaling": {"type": "linear", "factor": 2}, &/'
config "a sliding window" "sliding_window: expected none" tiny-llama 's/"vocab_size"/"sliding_window": 4, &/'
config "biases in the attention" "attention_bias: expected false" tiny-llama 's/"attention_bias": false/"attention_bias": true/'
config "another activation in a Llama" "hidden_act: expected silu, found gelu" tiny-llama 's/silu/gelu/'
config "heads of another size" "head_dim: expected hidden_size / num_attention_heads, 16 / 4, found 8" tiny-llama 's/"head_dim": 4/"head_dim": 8/'
config "other key/value heads" 'tensor "model.layers.0.self_attn.k_proj.weight": expected shape [16, 16]' tiny-llama '/num_key_value_heads/d'
config "a head that is not there" 'expected a tensor "lm_head.weight", found none' tiny-llama-tied 's/"tie_word_embeddings": true/"tie_word_embeddings": false/'
config "quantized weights" "quantization_config: expected none" tiny-llama 's/"vocab_size"/"quantization_config": {"bits": 4}, &/'
changed tiny-gpt2 ''
cp $golden/tiny-gpt2/config.json "$tmp/folder"
mv "$tmp/folder/model.safetensors" "$tmp/folder/pytorch_model.bin"
refused "weights that only Python can read" "found pytorch_model.bin" --load "$tmp/folder"
rm "$tmp/folder/pytorch_model.bin"
refused "no weights" "model.safetensors: cannot be opened" --load "$tmp/folder"

# ---- weights in several files -----------------------------------------------------------------------------------------
shards=$tmp/shards
index=$shards/model.safetensors.index.json
# index NAME SAYS SED: tiny-llama-shards with its index edited is refused
index() {
    sed "$3" $golden/tiny-llama-shards/model.safetensors.index.json >"$index"
    refused "$1" "$2" --load "$shards"
}
mkdir -p "$shards"
cp $golden/tiny-llama-shards/config.json $golden/tiny-llama-shards/model-*.safetensors "$shards"
one=model-00001-of-00004.safetensors
index "an index that is no JSON" "expected JSON" '1,3d'
index "an index without a map" 'expected an object "weight_map"' 's/weight_map/weights/'
index "a file in another folder" "expected the name of a .safetensors file beside the index, found \"../$one\"" "s|$one|../$one|"
index "a file under a full path" "expected the name of a .safetensors file beside the index, found \"/$one\"" "s|$one|/$one|"
index "a file that hides" "expected the name of a .safetensors file beside the index" "s|$one|.$one|"
index "a file that is no safetensors" "expected the name of a .safetensors file beside the index, found \"config.json\"" "s|$one|config.json|"
index "a file that is a number" "expected the name of a .safetensors file beside the index, found no string" "s|\"$one\"|1|"
index "a file that is not there" "cannot be opened" "s|$one|model-00005-of-00004.safetensors|"
index "a tensor in another file" "expected in model-00002-of-00004.safetensors, which has no such tensor" \
    "/embed_tokens/s/00001-of/00002-of/"
index "a tensor that the index leaves out" "expected in no file: the index does not name it" '/embed_tokens/d'
index "a tensor that no file has" "which has no such tensor" 's/"lm_head.weight"/"lm_head.bias"/'
index "a tensor twice in the index" "duplicate object key" 's/"model.norm.weight"/"lm_head.weight"/'
cp "$shards/$one" "$shards/copy.safetensors"
index "a tensor in two files" "expected only in" "/embed_tokens/s/$one/copy.safetensors/"
cp $golden/tiny-llama-shards/model.safetensors.index.json "$index"
head -c 3000 $golden/tiny-llama-shards/$one >"$shards/$one"
refused "one of several files cut short" "$one: tensor" --load "$shards"
cp $golden/tiny-llama-shards/$one "$shards"
says "several files again" --load "$shards" --same $golden/tiny-llama-shards

refused "an empty folder" "config.json: cannot be opened" --load "$tmp/words"

# ---- tokenizers of words that are none ----------------------------------------------------------------------------------
# words NAME SAYS SED
words() {
    sed "$3" $golden/files/words.json >"$tmp/words.json"
    refused "$1" "$2" --words "$tmp/words.json"
}
words "another model" "model: expected type WordLevel, found BPE" 's/WordLevel/BPE/'
words "another pre-tokenizer" "pre_tokenizer: expected type WhitespaceSplit, found Whitespace" 's/WhitespaceSplit/Whitespace/'
words "a normalizer" "normalizer: expected null" 's/"normalizer": null/"normalizer": {"type": "Lowercase"}/'
words "an id twice" 'expected an id of its own in 0..11' 's/"tom": 3/"tom": 4/'
words "an id beyond the end" 'word "tom": expected an id of its own in 0..11' 's/"tom": 3/"tom": 12/'
words "a word twice" "duplicate object key" 's/"tom": 3/"lives": 3/'
words "a word of two words" 'word "tom thumb": expected no white space' 's/"tom": 3/"tom thumb": 3/'
words "a special token of another id" 'added token "<eos>": expected the id 2' 's/"id": 2/"id": 1/'
