#!/bin/sh
# Chapter 14's runs: one that is killed, or stopped, goes on as if it had not been, bit for bit; what cannot go on says why, and
# costs nobody a checkpoint. Part of make test.
set -u
make="${MAKE:-make} -s --no-print-directory"
pretrain=build/ref/14-pretraining/main
tmp=build/resume-test
rm -rf "$tmp"
mkdir -p "$tmp"
export OMP_WAIT_POLICY=passive
ok() { echo "ok pretrain: $1"; }
not_ok() { echo "not ok pretrain: $1: $2"; }

$make "$pretrain" WERROR=-Werror || { not_ok "the program builds" "it does not"; exit 1; }

small="--quick --pages 0 --steps 60 --test-every 7 --sample-every 25 --checkpoint-every 4"
run() { # run OUT FLAG...
    out=$1
    shift
    # shellcheck disable=SC2086 # $small is several words
    "$pretrain" $small --out "$tmp/$out" "$@" >"$tmp/$out.txt" 2>"$tmp/$out.err"
}
same() { # same NAME OUT: the curves and the model of OUT are those of the uninterrupted run
    for file in loss.csv test_loss.csv model/model.safetensors; do
        cmp -s "$tmp/whole/$file" "$tmp/$2/$file" || { not_ok "$1" "$file differs from an uninterrupted run's"; return; }
    done
    ok "$1"
}

run whole || { not_ok "a run from start to end" "$(tail -n 1 "$tmp/whole.err")"; exit 1; }
lines=$(wc -l <"$tmp/whole/loss.csv")
if [ "$lines" = 61 ]; then ok "a run from start to end writes a line for each of 60 steps"
else not_ok "a run from start to end" "$lines lines in loss.csv, not 61"; fi

# ---- killed, stopped, resumed -------------------------------------------------------------------------------------------
# A run waits in `train` until its checkpoint is there, then dies wherever it is.
killed=0
for pause in 0 0.05 0.1 0.2; do
    # shellcheck disable=SC2086
    "$pretrain" $small --out "$tmp/killed" >/dev/null 2>&1 &
    pid=$!
    while [ ! -e "$tmp/killed/checkpoint.safetensors" ] && kill -0 $pid 2>/dev/null; do sleep 0.01; done
    sleep $pause
    kill -9 $pid 2>/dev/null && killed=$((killed + 1))
    wait $pid 2>/dev/null
    run killed --resume
    same "killed $pause s after a checkpoint, then resumed" killed
    rm -rf "$tmp/killed"
done
if [ $killed -gt 0 ]; then ok "$killed of 4 runs were still running when they were killed"
else not_ok "a run can be killed" "all were done before the signal came"; fi

# shellcheck disable=SC2086
"$pretrain" $small --out "$tmp/stopped" >"$tmp/stopped.txt" 2>&1 &
pid=$!
while [ ! -e "$tmp/stopped/checkpoint.safetensors" ] && kill -0 $pid 2>/dev/null; do sleep 0.01; done
kill -TERM $pid
wait $pid
status=$?
if [ $status = 130 ] && grep -q "go on with --resume" "$tmp/stopped.txt"; then ok "a stopped run saves, and says how to go on"
else not_ok "a stopped run saves, and says how to go on" "exit status $status"; fi
run stopped --resume
same "stopped, then resumed" stopped

run again --resume
if grep -q "checkpoint.safetensors" "$tmp/again.err" && grep -q "without --resume" "$tmp/again.err"; then ok "nothing to resume is said"
else not_ok "nothing to resume is said" "$(tail -n 1 "$tmp/again.err")"; fi
run whole --resume --lr 0.001
if grep -q 'is of another run: it has "steps' "$tmp/whole.err"; then ok "a checkpoint of another run is refused, with what differs"
else not_ok "a checkpoint of another run is refused" "$(tail -n 1 "$tmp/whole.err")"; fi
cp "$tmp/whole/checkpoint.safetensors" "$tmp/first"
run whole --steps 8
if cmp -s "$tmp/first" "$tmp/whole/previous.checkpoint.safetensors"; then ok "a new run keeps the checkpoint of the one before"
else not_ok "a new run keeps the checkpoint of the one before" "it is gone"; fi

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
    "$pretrain" $small --steps 16 --batch 9 --out "$tmp/full" >"$tmp/full.txt" 2>"$tmp/full.err"
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
