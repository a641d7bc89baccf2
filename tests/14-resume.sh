#!/bin/sh
# Chapter 14's runs: one that is killed, or stopped, goes on as if it had not been, bit for bit; what cannot go on says why, and
# costs nobody a checkpoint. Part of make test.
# shellcheck disable=SC2034  # read by what is sourced
set -u
name=pretrain
program=build/ref/14-pretraining/main
tmp=build/resume-test
small="--quick --pages 0 --steps 60 --test-every 7 --sample-every 25 --checkpoint-every 4"
files="loss.csv test_loss.csv model/model.safetensors"
. tests/stage/resume.sh
built "$program"

whole
lines "a run from start to end writes a line for each of 60 steps" whole/loss.csv 61
killed_and_resumed 0 0.05 0.1 0.2
stopped_and_resumed

run again --resume
if grep -q "checkpoint.safetensors" "$tmp/again.err" && grep -q "without --resume" "$tmp/again.err"; then ok "nothing to resume is said"
else not_ok "nothing to resume is said" "$(tail -n 1 "$tmp/again.err")"; fi
run whole --resume --lr 0.001
says "a checkpoint of another run is refused, with what differs" whole 'is of another run: it has "steps'
keeps_the_previous whole --steps 8

# ---- what goes wrong --------------------------------------------------------------------------------------------------
run wild --lr 100 --clip 0 --std 5 --steps 40 --warmup 1
status=$?
if [ $status = 1 ] && grep -q "^error: step [0-9]*: the loss is .*nan.* first number that is none: [a-z]* of [a-z0-9._]*" "$tmp/wild.err" &&
    grep -q "smaller --lr" "$tmp/wild.err"; then ok "a loss that is no number stops the run: $(grep -o 'first number.*' "$tmp/wild.err" | head -n 1)"
else not_ok "a loss that is no number stops the run" "exit status $status, $(grep error "$tmp/wild.err")"; fi

run full --steps 8
cp "$tmp/full/checkpoint.safetensors" "$tmp/before"
cp "$tmp/before" "$tmp/full/keep"
(
    trap '' XFSZ # the limit answers as a full disk does: the write fails
    ulimit -f 100
    # shellcheck disable=SC2086
    "$program" $small --steps 16 --batch 9 --out "$tmp/full" >"$tmp/full.txt" 2>"$tmp/full.err"
)
status=$?
if [ $status = 1 ] && grep -q "^error: cannot write .*checkpoint.safetensors" "$tmp/full.err" &&
    cmp -s "$tmp/before" "$tmp/full/previous.checkpoint.safetensors"; then ok "a full disk is said, and the checkpoint before is whole"
else not_ok "a full disk is said" "exit status $status, $(tail -n 1 "$tmp/full.err")"; fi
head -c 20000 "$tmp/before" >"$tmp/full/checkpoint.safetensors"
run full --steps 8 --resume
if grep -q "^error: .*checkpoint.safetensors" "$tmp/full.err"; then ok "half a checkpoint is refused: $(tail -n 1 "$tmp/full.err" | cut -c1-120)"
else not_ok "half a checkpoint is refused" "$(tail -n 1 "$tmp/full.err")"; fi

# ---- other data, other shapes -------------------------------------------------------------------------------------------
i=0
while [ $i -lt 400 ]; do echo "The rain in line $i fell on the plain, and $((i * 7 % 13)) sheep ran away."; i=$((i + 1)); done >"$tmp/rain.txt"
run text --text "$tmp/rain.txt" --vocab 300 --shape llama --kv-heads 1 --accumulate 2 --bf16
status=$?
if [ $status = 0 ] && grep -q "bits per byte" "$tmp/text.txt" && [ -e "$tmp/text/model/tokenizer.json" ]; then ok "a text, as a Llama, accumulated, in bf16"
else not_ok "a text, as a Llama" "exit status $status, $(tail -n 1 "$tmp/text.err")"; fi
run further --text "$tmp/rain.txt" --init "$tmp/text/model" --vocabulary "$tmp/text/model" --steps 8
was=$(sed -n 's/^test *loss \([0-9.]*\),.*/\1/p' "$tmp/text.txt")
begins=$(sed -n 's/.*before: loss \([0-9.]*\)).*/\1/p' "$tmp/further.txt")
if [ -n "$was" ] && [ "$was" = "$begins" ]; then ok "a saved model is where the next run begins: loss $begins"
else not_ok "a saved model is where the next run begins" "it ended at $was, the next begins at $begins"; fi
run odd --heads 3
if [ $? = 2 ] && grep -q "multiple of heads" "$tmp/odd.err"; then ok "sizes that do not go together are refused"
else not_ok "sizes that do not go together are refused" "$(tail -n 1 "$tmp/odd.err")"; fi
