#!/bin/sh
# Chapter 17's adapters: folders made by PEFT (tests/golden/17-lora.py) load, and the model with them says and learns what
# PyTorch says; what is saved is the same when loaded; merged says the same as apart; adapters that this course's LoRA
# cannot compute, and broken ones, are refused with their place named. Part of make test.
set -u
make="${MAKE:-make} -s --no-print-directory"
peft=build/ref/17-lora/peft
golden=tests/golden
tmp=build/peft-test
rm -rf "$tmp"
mkdir -p "$tmp"
ok() { echo "ok peft: $1"; }
not_ok() { echo "not ok peft: $1: $2"; }

$make "$peft" build/ref/14-pretraining/files WERROR=-Werror || { not_ok "the programs build" "they do not"; exit 1; }

# says NAME COMMAND...: exit status 0; the last line is shown
says() {
    what=$1
    shift
    if "$@" >"$tmp/out" 2>&1; then ok "$what: $(tail -n 1 "$tmp/out")"
    else not_ok "$what" "$(tail -n 1 "$tmp/out")"; fi
}

# refused NAME SAYS COMMAND...: exit status 1, the message, and which file
refused() {
    what=$1
    says=$2
    shift 2
    "$@" >"$tmp/out" 2>&1
    status=$?
    if [ "$status" = 1 ] && grep -qF -e "$says" "$tmp/out" && grep -q "$tmp" "$tmp/out"; then ok "refused: $what"
    else not_ok "refused: $what" "exit status $status: $(tail -n 1 "$tmp/out")"; fi
}

# ---- adapters by PEFT -------------------------------------------------------------------------------------------------
all=tiny-llama-lora
few=tiny-llama-lora-bf16
says "an adapter by PEFT, in all seven matrices" \
    "$peft" --base $golden/tiny-llama --adapter $golden/$all --check $golden/$all
says "an adapter by PEFT, in three, BF16" \
    "$peft" --base $golden/tiny-llama-tied --adapter $golden/$few --check $golden/$few

# changed FOLDER SED: $tmp/adapter is golden FOLDER with its adapter_config.json edited
changed() {
    rm -rf "$tmp/adapter"
    mkdir -p "$tmp/adapter"
    cp $golden/"$1"/adapter_model.safetensors "$tmp/adapter"
    sed "$2" $golden/"$1"/adapter_config.json >"$tmp/adapter/adapter_config.json"
}
changed $all ''
cat >"$tmp/adapter/adapter_config.json" <<'END'
{"peft_type": "LORA", "r": 3, "lora_alpha": 5.0,
 "target_modules": ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]}
END
says "a config that says only what it must" \
    "$peft" --base $golden/tiny-llama --adapter "$tmp/adapter" --check $golden/$all

# ---- out and in -------------------------------------------------------------------------------------------------------
says "saved" "$peft" --base $golden/tiny-llama --adapter $golden/$all --save "$tmp/once"
says "saved and loaded" "$peft" --base $golden/tiny-llama --adapter "$tmp/once" --check $golden/$all --save "$tmp/twice"
for file in adapter_model.safetensors adapter_config.json; do
    if cmp -s "$tmp/once/$file" "$tmp/twice/$file"; then ok "saved twice, the same $file"
    else not_ok "saved twice" "$file is another"; fi
done
"$peft" --base $golden/tiny-llama --make q_proj,down_proj --rank 3 --alpha 0.7 --dropout 0.05 --save "$tmp/odd" >"$tmp/first"
"$peft" --base $golden/tiny-llama --adapter "$tmp/odd" >"$tmp/second"
if cmp -s "$tmp/first" "$tmp/second" && grep -q '"lora_alpha": 0.7,$' "$tmp/odd/adapter_config.json" &&
    grep -q '"lora_dropout": 0.05,$' "$tmp/odd/adapter_config.json"; then ok "settings come back as they were written"
else not_ok "settings come back as they were written" "$(cat "$tmp/second")"; fi

"$peft" --base $golden/tiny-llama --adapter $golden/$all --merge "$tmp/merged" >"$tmp/out" 2>&1
says "merged, a model like any other" build/ref/14-pretraining/files --load "$tmp/merged"

mkdir -p "$tmp/base"
cp $golden/tiny-llama/* "$tmp/base"
refused "merged over its own base" "--merge would write over the base" \
    "$peft" --base "$tmp/base" --adapter $golden/$all --merge "$tmp/base/."

# ---- adapters that compute otherwise ----------------------------------------------------------------------------------
# config NAME SAYS SED: the adapter with its config edited is refused
config() {
    changed $all "$3"
    refused "$1" "$2" "$peft" --base $golden/tiny-llama --adapter "$tmp/adapter"
}
config "another method" 'peft_type: expected "LORA", found "IA3"' 's/"LORA"/"IA3"/'
config "no method" 'peft_type: expected "LORA", found none' '/peft_type/d'
config "rank 0" 'r: expected a whole number from 1 to 65536, found 0' 's/"r": 3/"r": 0/'
config "a rank that is a string" 'r: expected a whole number from 1 to 65536, found "3"' 's/"r": 3/"r": "3"/'
config "no rank" 'found none' '/"r": 3/d'
config "no alpha" 'lora_alpha: expected a number above 0' '/lora_alpha/d'
config "a negative alpha" 'lora_alpha: expected a number above 0' 's/"lora_alpha": 5/"lora_alpha": -5/'
config "everything dropped" 'lora_dropout: expected a number from 0 and below 1, found 1' 's/"lora_dropout": 0.25/"lora_dropout": 1/'
config "no targets" 'target_modules: expected a list of names' '/"target_modules"/,/\],/d'
config "a pattern for targets" 'target_modules: expected a list of names, such as ["q_proj", "v_proj"], found ".*_proj"' \
    '/"target_modules"/,/\],/c "target_modules": ".*_proj",'
config "an empty list of targets" 'found []' '/"target_modules"/,/\],/c "target_modules": [],'
config "a target of another architecture" 'found "c_attn"' 's/"q_proj"/"c_attn"/'
config "a target that is a number" 'found 7' 's/"q_proj"/7/'
config "one layer's target" 'found "layers.0.q_proj"' 's/"q_proj"/"layers.0.q_proj"/'
config "biases that learn" 'bias: expected "none", found "lora_only"' 's/"bias": "none"/"bias": "lora_only"/'
config "another task" 'task_type: expected "CAUSAL_LM", found "SEQ_CLS"' 's/"CAUSAL_LM"/"SEQ_CLS"/'
config "DoRA" "use_dora: this course's LoRA does not do that: expected false, null or nothing, found true" \
    's/"use_dora": false/"use_dora": true/'
config "rank-stabilised LoRA" 'use_rslora: ' 's/"use_rslora": false/"use_rslora": true/'
config "matrices the other way round" 'fan_in_fan_out: ' 's/"fan_in_fan_out": false/"fan_in_fan_out": true/'
config "ranks that differ" 'rank_pattern: ' 's/"rank_pattern": {}/"rank_pattern": {"q_proj": 4}/'
config "alphas that differ" 'alpha_pattern: ' 's/"alpha_pattern": {}/"alpha_pattern": {"q_proj": 4}/'
config "whole modules beside" 'modules_to_save: ' 's/"modules_to_save": null/"modules_to_save": ["lm_head"]/'
config "some layers only" 'layers_to_transform: ' 's/"layers_to_transform": null/"layers_to_transform": [1]/'
config "weights that were changed at the start (PiSSA)" 'init_lora_weights: ' 's/"init_lora_weights": true/"init_lora_weights": "pissa"/'
config "a setting that nobody knows yet" 'use_tomorrow: ' 's/"use_dora"/"use_tomorrow": 3, &/'
config "a setting twice" 'duplicate object key' 's/"r": 3/&, "r": 4/'
config "JSON cut short" 'expected JSON' '5,99d'
config "another rank than the numbers have" 'expected shape [4, 16], found [3, 16]: an adapter of another model?' 's/"r": 3/"r": 4/'
config "fewer targets than matrices" 'expected 24 tensors, as adapter_config.json says, found 28' '0,/"up_proj",*/s/"up_proj",*//'

# ---- broken folders ---------------------------------------------------------------------------------------------------
load() { "$peft" --base $golden/tiny-llama --adapter "$tmp/adapter"; }
refused "no such folder" "adapter_config.json: cannot be opened" "$peft" --base $golden/tiny-llama --adapter "$tmp/absent"
changed $all ''
head -c 5000 $golden/$all/adapter_model.safetensors >"$tmp/adapter/adapter_model.safetensors"
refused "numbers cut short" "but the file has only" load
rm "$tmp/adapter/adapter_model.safetensors"
refused "no numbers" "adapter_model.safetensors: cannot be opened" load
: >"$tmp/adapter/adapter_model.bin"
refused "numbers that only Python can read" "there is only adapter_model.bin, a pickle" load
changed $all ''
build/ref/14-pretraining/files --make llama --save "$tmp/other" >"$tmp/out"
refused "an adapter of another base" "expected shape [3, 24], found [3, 16]: an adapter of another model?" \
    "$peft" --base "$tmp/other" --adapter "$tmp/adapter"
changed $few 's/"v_proj"/&, "up_proj"/'
refused "more targets than matrices" \
    'expected a tensor "base_model.model.model.layers.0.mlp.up_proj.lora_A.weight", found none' load
cp -r $golden/tiny-gpt2 "$tmp/gpt2"
refused "a base that is no Llama" "expected a Llama" "$peft" --base "$tmp/gpt2" --adapter "$tmp/adapter"
