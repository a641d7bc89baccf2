#!/bin/sh
# Chapter 15's server: every text is the same, token by token, in company as alone, for both shapes of model; who runs in which step
# depends on nothing but the requests. Part of make test.
set -u
make="${MAKE:-make} -s --no-print-directory"
main=build/ref/15-inference/main
pretrain=build/ref/14-pretraining/main
tmp=build/serving-test
rm -rf "$tmp"
mkdir -p "$tmp"
export OMP_WAIT_POLICY=passive
ok() { echo "ok serve: $1"; }
not_ok() { echo "not ok serve: $1: $2"; }

$make "$main" "$pretrain" WERROR=-Werror || { not_ok "the programs build" "they do not"; exit 1; }

# What is measured (times, tokens/s) may differ from run to run, and is left out.
serve() { # serve NAME THREADS FLAG...
    name=$1
    threads=$2
    shift 2
    OMP_NUM_THREADS=$threads "$main" --quick --only pages --out "$tmp/$name" "$@" >"$tmp/$name.txt" 2>"$tmp/$name.err" ||
        not_ok "a stream of requests ($name)" "$(tail -n 1 "$tmp/$name.err")"
}
same_texts() { # same_texts WHAT NAME
    if grep -q 'as alone: 24 of 24$' "$tmp/$2.txt"; then ok "$1: 24 texts in company are the same as alone"
    else not_ok "$1: 24 texts in company are the same as alone" "$(grep 'as alone' "$tmp/$2.txt")"; fi
}

serve one 1
serve two 2
same_texts "a Llama, 1 thread" one
same_texts "a Llama, 2 threads" two
for file in timeline batches page_sizes; do
    if cmp -s "$tmp/one/$file.csv" "$tmp/two/$file.csv"; then ok "$file.csv is the same with 1 and 2 threads"
    else not_ok "$file.csv is the same with 1 and 2 threads" "it differs"; fi
done
if awk -F, 'NR > 1 && $6 == 1 { found = 1 } END { exit !found }' "$tmp/one/timeline.csv"; then
    ok "the stream is crowded enough that a request is sent back"
else not_ok "the stream is crowded enough that a request is sent back" "none is, so that way was not tried"; fi
serve other 2 --seed 2
same_texts "another stream" other

"$pretrain" --quick --pages 0 --steps 40 --shape gpt2 --out "$tmp/gpt2" >"$tmp/pretrain.txt" 2>&1 ||
    not_ok "a GPT-2 to serve" "$(tail -n 1 "$tmp/pretrain.txt")"
serve gpt2-served 2 --model "$tmp/gpt2/model"
same_texts "a GPT-2" gpt2-served
