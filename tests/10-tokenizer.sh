#!/bin/sh
# Chapter 10 on files: published vocabularies give the ids that everyone else's programs give (skipped where they are not
# at hand), what is saved loads again, and broken files are refused with their place named. Part of make test.
set -u
make="${MAKE:-make} -s --no-print-directory"
encode=build/ref/10-tokenizer/encode
tmp=build/tokenizer-test
rm -rf "$tmp"
mkdir -p "$tmp"
ok() { echo "ok tokenizer: $1"; }
not_ok() { echo "not ok tokenizer: $1: $2"; }

$make "$encode" WERROR=-Werror || { not_ok "the program builds" "it does not"; exit 1; }

# ---- published vocabularies -------------------------------------------------------------------------------------------
data=shared/data
[ -d "$data" ] || data=../shared/data
name="GPT-2's vocabulary gives the published ids"
if [ ! -e "$data/gpt2/expected.jsonl" ]; then echo "ok tokenizer: $name # skipped: no shared data"
elif "$encode" --vocab "$data/gpt2/vocab.json" --merges-file "$data/gpt2/merges.txt" --check "$data/gpt2/expected.jsonl" \
    --save "$tmp" >"$tmp/out" 2>&1 && "$encode" --load "$tmp/tokenizer.json" --check "$data/gpt2/expected.jsonl" >"$tmp/out" 2>&1
then ok "$name, also after saving and loading: $(tail -n 1 "$tmp/out")"
else not_ok "$name" "$(tail -n 1 "$tmp/out")"; fi

# The ids of these prompts were checked by the model: with them, it goes on as llama2.c prints.
name="llama2.c's vocabulary gives its ids, and texts come back"
if [ ! -e "$data/llama2c/tok512.bin" ]; then echo "ok tokenizer: $name # skipped: no shared data"
else
    for text in "The sea" "A gentle" "vectors" "破 é" "two  spaces"; do
        "$encode" --llama "$data/llama2c/tok512.bin" "$text" >"$tmp/out" 2>&1
        [ "$(tail -n 1 "$tmp/out")" = "$text" ] || not_ok "$name" "\"$text\" comes back as \"$(tail -n 1 "$tmp/out")\""
        head -n 1 "$tmp/out"
    done >"$tmp/ids"
    if grep '^not ok' "$tmp/ids"; then :
    elif [ "$(head -n 3 "$tmp/ids" | tr '\n' ';')" = "368 430 266 430 435;429 471 421;429 339 315 374;" ]; then ok "$name"
    else not_ok "$name" "$(tr '\n' ';' <"$tmp/ids")"; fi
fi

# ---- saved and loaded -------------------------------------------------------------------------------------------------
printf 'low low low low low lower lower newest newest newest newest newest newest widest widest widest\n' >"$tmp/text"
"$encode" --text "$tmp/text" --merges 20 --save "$tmp" " lowest 破" >"$tmp/first"
"$encode" --load "$tmp/tokenizer.json" " lowest 破" >"$tmp/second"
if [ -s "$tmp/first" ] && cmp -s "$tmp/first" "$tmp/second"; then ok "what is saved gives the same ids when loaded"
else not_ok "what is saved gives the same ids when loaded" "$(cat "$tmp/second")"; fi

# ---- broken files -----------------------------------------------------------------------------------------------------
# refused NAME SAYS ARGS...: exit status 1, and the message
refused() {
    what=$1
    says=$2
    shift 2
    "$encode" "$@" x >"$tmp/out" 2>&1
    status=$?
    if [ "$status" = 1 ] && grep -qF -e "$says" "$tmp/out"; then ok "refused: $what"
    else not_ok "refused: $what" "exit status $status: $(head -n 1 "$tmp/out")"; fi
}
json=$tmp/tokenizer.json
broken() { sed "$1" "$json" >"$tmp/broken.json"; } # broken SED

refused "no such file" "cannot be opened" --load "$tmp/absent.json"
head -c 2000 "$json" >"$tmp/broken.json"
refused "JSON cut short" "expected JSON" --load "$tmp/broken.json"
: >"$tmp/broken.json"
refused "an empty file" "expected JSON" --load "$tmp/broken.json"
broken 's/"a": 64/"b": 64/'
refused "a token twice" "duplicate object key" --load "$tmp/broken.json"
broken 's/"a": 64/"a": 65/'
refused "an id twice" "expected an id of its own, found 65" --load "$tmp/broken.json"
broken 's/"a": 64/"a": 100000/'
refused "an id beyond the end" "expected an id in 0.." --load "$tmp/broken.json"
broken 's/"a": 64/"破": 64/'
refused "a character that is no byte" "expected characters that stand for bytes" --load "$tmp/broken.json"
broken 's/"e s"/"e q"/'
refused "a merge that makes no token" "merge 1: expected two parts that are together a token" --load "$tmp/broken.json"
broken 's/"e s"/"e破 s"/'
refused "a merge of an unknown token" "merge 1: expected a token of the vocabulary" --load "$tmp/broken.json"
broken 's/"e s"/"est t"/'
refused "a merge of what is made later" "merge 1: expected parts that are bytes or that an earlier merge made" --load "$tmp/broken.json"
broken 's/"es t"/"e s"/'
refused "a merge twice" "merge 2: expected a pair that was not there before" --load "$tmp/broken.json"
broken 's/"es t"/"est"/'
refused "a merge of one part" "merge 2: expected two tokens with a space between" --load "$tmp/broken.json"
broken 's/"type": "BPE"/"type": "WordPiece"/'
refused "another model" "expected type BPE, found WordPiece" --load "$tmp/broken.json"
broken 's/"type": "ByteLevel"/"type": "Metaspace"/'
refused "another pre-tokenizer" "pre_tokenizer: expected ByteLevel" --load "$tmp/broken.json"

printf '{"a": 0}' >"$tmp/vocab.json"
refused "a vocabulary without bytes" "expected an object with 256" --vocab "$tmp/vocab.json" --merges-file "$tmp/text"
printf '\100\000\000\000\000\000\000\000\377\377\377\177' >"$tmp/llama.bin"
refused "a length of 2 GiB" "byte 8: expected a length in 1..64" --llama "$tmp/llama.bin"
printf '\100\000\000\000\000\000\200\177\001\000\000\000a' >"$tmp/llama.bin"
refused "an infinite score" "byte 4: expected a finite score" --llama "$tmp/llama.bin"
printf '\100\000\000\000\000\000\000\000\005\000\000\000ab' >"$tmp/llama.bin"
refused "a token cut short" "expected the 5 bytes of token 0, found the end" --llama "$tmp/llama.bin"
printf '\100\000\000\000\000\000\000\000\001\000\000\000a\000\000\000\000\001\000\000\000a' >"$tmp/llama.bin"
refused "a token twice in llama2.c's file" "repeats an earlier one" --llama "$tmp/llama.bin"
