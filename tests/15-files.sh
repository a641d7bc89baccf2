#!/bin/sh
# Chapter 15's files: a model of llama2.c's says what llama2.c prints (skipped where it is not at hand), models come and go
# between all formats unchanged, broken files are refused with their place named, nothing else is overwritten; and the
# programs that talk. Part of make test.
set -u
make="${MAKE:-make} -s --no-print-directory"
build=build/ref/15-inference
golden=tests/golden
tmp=build/files-test-15
export OMP_WAIT_POLICY=passive
rm -rf "$tmp"
mkdir -p "$tmp"
ok() { echo "ok model files: $1"; }
not_ok() { echo "not ok model files: $1: $2"; }

for program in convert memory generate chat; do
    $make $build/$program WERROR=-Werror || { not_ok "the program $program builds" "it does not"; exit 1; }
done
$make build/ref/14-pretraining/files || { not_ok "chapter 14's program builds" "it does not"; exit 1; }
convert=$build/convert
generate=$build/generate
files=build/ref/14-pretraining/files

# says NAME PROGRAM ARGS...: exit status 0; the last line is shown
says() {
    what=$1
    shift
    if "$@" >"$tmp/out" 2>&1; then ok "$what: $(tail -n 1 "$tmp/out")"
    else not_ok "$what" "$(tail -n 1 "$tmp/out")"; fi
}
# refused NAME SAYS PROGRAM ARGS...: exit status 1, and the message
refused() {
    what=$1
    says=$2
    shift 2
    "$@" >"$tmp/out" 2>&1
    status=$?
    if [ "$status" = 1 ] && grep -qF -e "$says" "$tmp/out"; then ok "refused: $what"
    else not_ok "refused: $what" "exit status $status: $(tail -n 1 "$tmp/out")"; fi
}
# same NAME A B: equal files
same() {
    if [ -s "$2" ] && cmp -s "$2" "$3"; then ok "$1"
    else not_ok "$1" "$3 is another file"; fi
}

# ---- llama2.c's model -------------------------------------------------------------------------------------------------
data=shared/data
[ -d "$data" ] || data=../shared/data
llama2c=$data/llama2c
name="llama2.c's prompts are continued as llama2.c does"
if [ ! -e "$llama2c/expected.jsonl" ]; then echo "ok model files: $name # skipped: no shared data"
else
    for threads in 1 2; do
        OMP_NUM_THREADS=$threads says "$name, $threads thread(s)" "$generate" --model "$llama2c/tiny.bin" --check "$llama2c/expected.jsonl"
    done
    "$convert" "$llama2c/tiny.bin" "$tmp/tiny" >"$tmp/out" 2>&1
    says "$name, as a Hugging Face folder" "$generate" --model "$tmp/tiny" --check "$llama2c/expected.jsonl"
    "$convert" "$tmp/tiny" "$tmp/tiny.gguf" >"$tmp/out" 2>&1
    says "$name, as GGUF" "$generate" --model "$tmp/tiny.gguf" --check "$llama2c/expected.jsonl"
    "$convert" "$tmp/tiny.gguf" "$tmp/tiny.bin" >"$tmp/out" 2>&1
    says "$name, and back" "$generate" --model "$tmp/tiny.bin" --check "$llama2c/expected.jsonl"
    same "its vocabulary comes back from all of these" "$llama2c/tok512.bin" "$tmp/tiny.tokenizer.bin"
    "$generate" --model "$tmp/tiny.bin" --prompt "The sea" --tokens 6 --temperature 0 >"$tmp/prompt" 2>/dev/null
    if [ "$(cat "$tmp/prompt")" = "The sea step align" ]; then ok "a prompt is printed with what follows"
    else not_ok "a prompt is printed with what follows" "$(cat "$tmp/prompt")"; fi
    refused "two tokenizers to choose from" "there is no tokenizer with it. Name one: --tokenizer FILE" \
        sh -c "mkdir -p $tmp/two && cp $llama2c/tiny.bin $tmp/two && cp $llama2c/tok512.bin $tmp/two/tok1.bin && cp $llama2c/tok512.bin $tmp/two/tok2.bin &&
            $generate --model $tmp/two/tiny.bin"
    says "one of them named" "$generate" --model "$tmp/two/tiny.bin" --tokenizer "$tmp/two/tok2.bin" --check "$llama2c/expected.jsonl"
fi

# ---- from format to format --------------------------------------------------------------------------------------------
# folder FOLDER: a golden one with llama2.c's eps, and a tokenizer of words, none of which stands for unknown ones
folder() {
    mkdir -p "$tmp/$1"
    cp $golden/"$1"/model*.safetensors "$tmp/$1"
    [ ! -e "$golden/$1/model.safetensors.index.json" ] || cp $golden/"$1"/model.safetensors.index.json "$tmp/$1"
    sed 's/"rms_norm_eps": 0.001/"rms_norm_eps": 1e-05/; s/"bos_token_id": 3/"bos_token_id": 1/; s/"eos_token_id": 5/"eos_token_id": 2/' \
        $golden/"$1"/config.json >"$tmp/$1/config.json"
    sed 's/"unk_token": "<unk>"/"unk_token": "none"/' $golden/files/words.json >"$tmp/$1/tokenizer.json"
}
for source in tiny-llama tiny-llama-tied tiny-llama-shards; do
    folder $source
    from=$tmp/$source
    rm -rf "$tmp/there" "$tmp/back"
    "$convert" "$from" "$tmp/there.bin" >"$tmp/out" 2>&1
    "$convert" "$tmp/there.bin" "$tmp/back" >"$tmp/out" 2>&1
    says "$source, to llama2.c and back" "$files" --load "$tmp/back" --same "$from"
    "$files" --load "$from" | sed 's/; begin.*;/;/' >"$tmp/sizes"
    "$files" --load "$tmp/back" | sed 's/; begin.*;/;/' >"$tmp/sizes.back"
    same "$source, its sizes and RoPE's base too" "$tmp/sizes" "$tmp/sizes.back"
    "$convert" "$tmp/there.bin" "$tmp/again.bin" >"$tmp/out" 2>&1
    same "$source, from llama2.c to llama2.c" "$tmp/there.bin" "$tmp/again.bin"
    "$convert" "$from" "$tmp/there.gguf" --type F32 >"$tmp/out" 2>&1
    rm -rf "$tmp/back"
    "$convert" "$tmp/there.gguf" "$tmp/back" >"$tmp/out" 2>&1
    says "$source, to GGUF and back" "$files" --load "$tmp/back" --same "$from"
done
says "a GPT-2, to GGUF" "$convert" $golden/tiny-gpt2 "$tmp/gpt2.gguf"
"$convert" "$tmp/gpt2.gguf" "$tmp/gpt2" >"$tmp/out" 2>&1
says "a GPT-2, and back" "$files" --load "$tmp/gpt2" --same $golden/tiny-gpt2

# Rounded already, so that rounding changes nothing.
"$convert" $golden/tiny-llama-shards "$tmp/halves" >"$tmp/out" 2>&1
says "BF16 stays BF16" "$files" --load "$tmp/halves" --same $golden/tiny-llama-shards
if grep -q '"dtype": "bfloat16"' "$tmp/halves/config.json" && [ "$(wc -c <"$tmp/halves/model.safetensors")" -lt 12000 ]; then ok "in two bytes"
else not_ok "in two bytes" "$(wc -c <"$tmp/halves/model.safetensors") bytes"; fi
"$convert" $golden/tiny-llama-shards "$tmp/halves.gguf" >"$tmp/out" 2>&1
"$convert" "$tmp/halves.gguf" "$tmp/halves" >"$tmp/out" 2>&1
says "BF16 stays BF16 in GGUF, and over a model that was there" "$files" --load "$tmp/halves" --same $golden/tiny-llama-shards
"$convert" $golden/tiny-gpt2-shards "$tmp/halves" >"$tmp/out" 2>&1
says "F16 stays F16, over a model that was there" "$files" --load "$tmp/halves" --same $golden/tiny-gpt2-shards
"$convert" $golden/tiny-gpt2-shards "$tmp/halves" --shard-bytes 2000 >"$tmp/out" 2>&1
says "in several files" "$files" --load "$tmp/halves" --same $golden/tiny-gpt2-shards
if [ -e "$tmp/halves/model.safetensors" ]; then not_ok "the one file is gone" "it is there"
else ok "the one file is gone"; fi
"$convert" $golden/tiny-gpt2-shards "$tmp/halves" >"$tmp/out" 2>&1
says "in one file again" "$files" --load "$tmp/halves" --same $golden/tiny-gpt2-shards
ls "$tmp/halves" >"$tmp/out"
if [ "$(tr '\n' ' ' <"$tmp/out")" = "config.json model.safetensors " ]; then ok "the several files are gone"
else not_ok "the several files are gone" "$(tr '\n' ' ' <"$tmp/out")"; fi

# ---- what is not converted --------------------------------------------------------------------------------------------
refused "a GPT-2 for llama2.c" "llama2.c's format holds Llamas only" "$convert" $golden/tiny-gpt2 "$tmp/x.bin"
refused "another eps for llama2.c" "no place for the norms' eps, which is always 1e-5 there, and 0.001 here" "$convert" $golden/tiny-llama "$tmp/x.bin"
refused "Q4_0 for a folder" "expected the type F32, F16 or BF16" "$convert" $golden/tiny-llama "$tmp/x" --type Q4_0
refused "F16 for llama2.c" "expected the type F32" "$convert" $golden/tiny-llama "$tmp/x.bin" --type F16
refused "nothing" "nothing is there: expected a model" "$convert" "$tmp/absent" "$tmp/x.gguf"
refused "a folder without a model" "no model: expected a model" "$convert" $golden "$tmp/x.gguf"
if [ -e "$tmp/x" ] || [ -e "$tmp/x.bin" ] || [ -e "$tmp/x.gguf" ]; then not_ok "nothing was written" "$(ls -d "$tmp"/x*)"
else ok "nothing was written"; fi
mkdir -p "$tmp/letters"
echo "dear reader" | tee "$tmp/letter.gguf" "$tmp/letter.bin" "$tmp/letter" "$tmp/new.tokenizer.bin" >"$tmp/letters/letter"
for letter in letter.gguf letter.bin letter letters; do
    refused "to overwrite $letter, which is no model" "is there already, and is no model of this format" \
        "$convert" "$tmp/tiny-llama" "$tmp/$letter"
done
refused "to overwrite a tokenizer's name" "new.tokenizer.bin: is there already, and is no tokenizer" "$convert" "$tmp/tiny-llama" "$tmp/new.bin"
cp "$tmp/there.gguf" "$tmp/named.bin"
refused "to overwrite GGUF with llama2.c's format" "is no model of this format" "$convert" "$tmp/tiny-llama" "$tmp/named.bin"
if [ "$(cat "$tmp/letter.gguf" "$tmp/letter.bin" "$tmp/letter" "$tmp/letters/letter" "$tmp/new.tokenizer.bin" | sort -u)" = "dear reader" ] &&
    [ ! -e "$tmp/new.bin" ] && cmp -s "$tmp/there.gguf" "$tmp/named.bin"; then ok "all of them are as they were"
else not_ok "all of them are as they were" "they are not"; fi
name="a full disk: a clear error, and the old file as it was"
cp "$tmp/there.bin" "$tmp/full.bin"
(trap '' XFSZ; ulimit -f 8; "$convert" "$tmp/tiny-llama-tied" "$tmp/full.bin") >"$tmp/out" 2>&1
status=$?
if [ $status = 1 ] && grep -q "cannot write .*full.bin.* previous file" "$tmp/out" && cmp -s "$tmp/there.bin" "$tmp/full.bin" &&
    [ ! -e "$tmp/full.bin.part" ]; then ok "$name"
else not_ok "$name" "exit status $status: $(tail -n 1 "$tmp/out")"; fi

# ---- broken llama2.c files --------------------------------------------------------------------------------------------
# ints BYTES N...: a file of these ints, and so many bytes of zeros
ints() {
    zeros=$1
    shift
    for n in "$@"; do
        [ "$n" -ge 0 ] || n=$((4294967296 + n))
        # shellcheck disable=SC2059  # the format is the number
        printf "\\$(printf %o $((n % 256)))\\$(printf %o $((n / 256 % 256)))\\$(printf %o $((n / 65536 % 256)))\\$(printf %o $((n / 16777216)))"
    done >"$tmp/x.bin"
    head -c "$zeros" /dev/zero >>"$tmp/x.bin"
}
# broken NAME SAYS BYTES N...
broken() {
    name=$1
    message="x.bin: $2"
    shift 2
    ints "$@"
    refused "$name" "$message" "$build/memory" "$tmp/x.bin"
    refused "$name, to convert" "$message" "$convert" "$tmp/x.bin" "$tmp/y"
}
# dim 4, hidden 6, 1 layer, 2 heads, 1 of keys, 3 tokens, 2 positions: 12 + 4 + 16 + 8 + 8 + 16 + 4 + 72 + 4 + 2 + 2 = 148 numbers
ints 592 4 6 1 2 1 3 2
says "a tiny llama2.c file" "$build/memory" "$tmp/x.bin"
broken "numbers cut short" "expected 620 bytes, as its sizes say (dim 4, hidden_dim 6, n_layers 1, n_heads 2, n_kv_heads 1, vocab_size 3, seq_len 2), found 616: cut short?" 588 4 6 1 2 1 3 2
broken "half a number" "expected 620 bytes" 589 4 6 1 2 1 3 2
broken "numbers too many" "expected 620 bytes" 596 4 6 1 2 1 3 2
broken "a head that is not there" "expected 668 bytes" 592 4 6 1 2 1 -3 2
broken "no numbers" "expected 620 bytes" 0 4 6 1 2 1 3 2
broken "half of its sizes" "expected 28 bytes, the sizes of a model, found 12" 0 4 6 1
broken "a size of 0" "byte 0: dim: expected 1 to 16777216, found 0: is this a model of llama2.c?" 592 0 6 1 2 1 3 2
broken "a negative size" "byte 8: n_layers: expected 1 to 16777216, found -1" 592 4 6 -1 2 1 3 2
broken "the lowest number" "byte 20: vocab_size: expected 1 to 16777216, found -2147483648" 592 4 6 1 2 1 -2147483648 2
broken "sizes of 650 petabytes" "expected 650207209153626140 bytes" 592 16777216 16777216 96 2 1 16777216 16777216
broken "more layers than there is room for" "the first 28 bytes: more layers than a struct gpt has room for" 592 4 6 97 2 1 3 2
broken "heads that do not divide the channels" "the first 28 bytes: channels must be a multiple of heads" 592 4 6 1 3 1 3 2
broken "a later version" "expected version 0 of llama2.c's format, found version 1" 592 1634415666 1
: >"$tmp/x.bin"
refused "an empty file" "expected a model" "$build/memory" "$tmp/x.bin"

# ---- the programs -----------------------------------------------------------------------------------------------------
# shows NAME TEXT PROGRAM ARGS...
shows() {
    what=$1
    text=$2
    shift 2
    if "$@" >"$tmp/out" 2>&1 && grep -qE -e "$text" "$tmp/out"; then ok "$what: $(grep -E -m 1 -e "$text" "$tmp/out" | tr -s ' ')"
    else not_ok "$what" "$(tail -n 1 "$tmp/out")"; fi
}
shows "the memory of 7e9 parameters" "Q4_0 +3937500000 +3.938 +3.667" "$build/memory" --parameters 7e9
shows "the memory of a config.json alone" "parameters +4528" "$build/memory" $golden/tiny-llama/config.json
# 2 * L * G * D = 2 * 2 * 2 * 4 = 32 numbers of 2 bytes, 10 * 3 times
shows "its cache" "10 tokens +1920 " "$build/memory" $golden/tiny-llama/config.json --batch 3
shows "its cache in F32" "5 tokens +640 " "$build/memory" $golden/tiny-llama/config.json --cache F32
shows "the types of a file" "BF16 +9056 " "$build/memory" $golden/tiny-llama-shards

model=$tmp/tiny-llama
refused "a word that the vocabulary lacks" 'no word for what starts at "zebra' "$generate" --model "$model" --prompt "tom zebra"
refused "a model without a tokenizer" "Name one: --tokenizer FILE" "$generate" --model $golden/tiny-llama --prompt "tom lives"
refused "a tokenizer of too many tokens" "its vocabulary has 19 tokens, its tokenizer" \
    sh -c "sed 's/\"é\": 9/\"é\": 9, $(seq -s ', ' 12 30 | sed 's/[0-9][0-9]*/"w&": &/g' | sed 's/"/\\"/g')/' $golden/files/words.json >$tmp/many.json &&
        $generate --model $golden/tiny-llama --tokenizer $tmp/many.json --prompt tom"
for threads in 1 2; do
    for type in F32 Q8_0 Q4_0; do
        OMP_NUM_THREADS=$threads "$generate" --model "$model" --prompt "tom lives" --tokens 25 --type $type --seed 3
    done >"$tmp/threads-$threads" 2>/dev/null
    printf 'tom lives\n/top-k 3\n\nin\n/temperature 0\n/type Q8_0\n/reset\ntom\n/quit\nnever\n' |
        OMP_NUM_THREADS=$threads "$build/chat" --model "$model" --tokens 7 >"$tmp/chat-$threads" 2>"$tmp/said"
done
same "the same text with 1 and 2 threads" "$tmp/threads-1" "$tmp/threads-2"
same "the same talk with 1 and 2 threads" "$tmp/chat-1" "$tmp/chat-2"
if [ "$(wc -l <"$tmp/chat-1")" = 4 ]; then ok "a talk from a file: an answer to each line"
else not_ok "a talk from a file: an answer to each line" "$(wc -l <"$tmp/chat-1") answers"; fi
printf 'zebra\n/foo\n/top-k x\n/type F64\n/pattern (\n/help\n' | "$build/chat" --model "$model" >"$tmp/out" 2>"$tmp/said"
if grep -q 'no word for what starts at "zebra"' "$tmp/said" && grep -q 'there is no command /foo' "$tmp/said" && grep -q 'found "x"' "$tmp/said" &&
    grep -q 'found "F64"' "$tmp/said" && grep -q 'now: temperature' "$tmp/said" && [ ! -s "$tmp/out" ]; then ok "a talk goes on after a mistake"
else not_ok "a talk goes on after a mistake" "$(tail -n 1 "$tmp/said")"; fi
shows "only what a pattern allows" "^tom lives( in| barn)+ \\.$" "$generate" --model "$model" --prompt "tom lives" --pattern "( in| barn)+ \\."
refused "a pattern that no words match" "no text of this model's tokens matches the pattern ( in)* bar" \
    "$build/chat" --model "$model" --pattern "( in)* bar"
shows "beams" "^tom lives" "$generate" --model "$model" --prompt "tom lives" --beams 3 --tokens 6
printf 'tom in' >"$tmp/prompt"
shows "a prompt from stdin" "^tom in" sh -c "$generate --model $model --prompt - --tokens 3 <$tmp/prompt"

name="Ctrl-C ends an answer, not the program"
printf '/tokens 1000000\n/pattern ( lives)* barn\ntom\n/pattern\n/tokens 1\ntom\n' >"$tmp/prompt"
: >"$tmp/out"
"$build/chat" --model "$model" --temperature 0 <"$tmp/prompt" >"$tmp/out" 2>"$tmp/said" &
talk=$!
tries=0
while [ ! -s "$tmp/out" ] && [ $tries -lt 100 ]; do
    sleep 0.1
    tries=$((tries + 1))
done
kill -INT $talk
wait $talk
if [ "$(wc -l <"$tmp/out")" = 2 ] && grep -q "(stopped)" "$tmp/said"; then ok "$name"
else not_ok "$name" "$(wc -l <"$tmp/out") answers, $(tail -n 1 "$tmp/said")"; fi
