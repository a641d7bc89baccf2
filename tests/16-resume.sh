#!/bin/sh
# Chapter 16's stage: a run that is killed, or stopped, goes on as if it had not been, bit for bit; a folder that is missing, half
# written or of something else says what to run. Part of make test.
set -u
make="${MAKE:-make} -s --no-print-directory"
sft=build/ref/16-sft/sft
main=build/ref/16-sft/main
tmp=build/resume-test-16
rm -rf "$tmp"
mkdir -p "$tmp"
export OMP_WAIT_POLICY=passive
ok() { echo "ok sft: $1"; }
not_ok() { echo "not ok sft: $1: $2"; }

$make "$sft" "$main" WERROR=-Werror || { not_ok "the programs build" "they do not"; exit 1; }

small="--quick --steps 60 --checkpoint-every 4"
run() { # run OUT FLAG...
    out=$1
    shift
    # shellcheck disable=SC2086 # $small is several words
    "$sft" $small --out "$tmp/$out" "$@" >"$tmp/$out.txt" 2>"$tmp/$out.err"
}
same() { # same NAME OUT: the curves and the model of OUT are those of the uninterrupted run
    for file in tuning.csv tuning_exam.csv model/model.safetensors; do
        cmp -s "$tmp/whole/$file" "$tmp/$2/$file" || { not_ok "$1" "$file differs from an uninterrupted run's"; return; }
    done
    ok "$1"
}
says() { # says NAME OUT WORDS: the run of OUT ended with an error that has these words
    if grep -q "^error: .*$3" "$tmp/$2.err"; then ok "$1"
    else not_ok "$1" "$(tail -n 1 "$tmp/$2.err")"; fi
}

run whole || { not_ok "a run from start to end" "$(tail -n 1 "$tmp/whole.err")"; exit 1; }
lines=$(wc -l <"$tmp/whole/tuning.csv")
if [ "$lines" = 61 ]; then ok "a run from start to end writes a line for each of 60 steps"
else not_ok "a run from start to end" "$lines lines in tuning.csv, not 61"; fi
OMP_NUM_THREADS=1 run threads
same "one thread gives the same bits" threads

# ---- killed, stopped, resumed -------------------------------------------------------------------------------------------
# A run waits until its checkpoint is there, then dies wherever it is.
start() { # start OUT: in the background, $pid, with a first checkpoint
    # shellcheck disable=SC2086
    "$sft" $small --out "$tmp/$1" >"$tmp/$1.txt" 2>&1 &
    pid=$!
    while [ ! -e "$tmp/$1/checkpoint.safetensors" ] && kill -0 $pid 2>/dev/null; do sleep 0.01; done
}
killed=0
for pause in 0 0.05 0.1 0.2; do
    start killed
    sleep $pause
    kill -9 $pid 2>/dev/null && killed=$((killed + 1))
    wait $pid 2>/dev/null
    run killed --resume
    same "killed $pause s after a checkpoint, then resumed" killed
    rm -rf "$tmp/killed"
done
if [ $killed -gt 0 ]; then ok "$killed of 4 runs were still running when they were killed"
else not_ok "a run can be killed" "all were done before the signal came"; fi

start stopped
kill -TERM $pid
wait $pid
status=$?
if [ $status = 130 ] && grep -q "go on with --resume" "$tmp/stopped.txt"; then ok "a stopped run saves, and says how to go on"
else not_ok "a stopped run saves, and says how to go on" "exit status $status"; fi
run stopped --resume
same "stopped, then resumed" stopped
if grep -q "^resumed after step" "$tmp/stopped.txt"; then ok "a run that goes on says where"
else not_ok "a run that goes on says where" "$(head -n 1 "$tmp/stopped.txt")"; fi
run fresh --resume
same "where there is nothing to resume, a run begins" fresh
run whole --resume --lr 0.002
says "a checkpoint of another run is refused, with what differs" whole 'is of another run: it has "steps 60, lr 0.001", and this run "steps 60, lr 0.002"'
run whole --resume --seed 2
says "and one that began with another model" whole 'is of another run: it has "model .*weights'
cp "$tmp/whole/checkpoint.safetensors" "$tmp/first"
run whole --steps 8
if cmp -s "$tmp/first" "$tmp/whole/previous.checkpoint.safetensors"; then ok "a new run keeps the checkpoint of the one before"
else not_ok "a new run keeps the checkpoint of the one before" "it is gone"; fi
head -c 20000 "$tmp/first" >"$tmp/stopped/checkpoint.safetensors"
run stopped --resume
says "half a checkpoint is refused, with what to do" stopped "checkpoint.safetensors.*Delete the file or move it away"
run wild --lr 100 --mix 0 --steps 40
says "a gradient that is no number stops the run" wild "step [0-9]*: the loss is .*Try a learning rate below 100"

# ---- folders ------------------------------------------------------------------------------------------------------------
run missing --model "$tmp/nowhere"
says "a missing model says what to run" missing "there is no model in $tmp/nowhere yet. First run: make demo-14"
cp -r "$tmp/fresh/model" "$tmp/half"
rm "$tmp/half/model.safetensors"
run half-model --model "$tmp/half"
says "half a model says what is missing" half-model "it has no model.safetensors. Make it anew: make demo-14"
cp -r "$tmp/fresh/model" "$tmp/torn"
head -c 5000 "$tmp/fresh/model/model.safetensors" >"$tmp/torn/model.safetensors"
run torn-model --model "$tmp/torn"
says "a torn file is named" torn-model "$tmp/torn/model.safetensors.*make demo-14"
cp -r "$tmp/fresh/model" "$tmp/foreign"
sed 's/"barn"/"castle"/' "$tmp/fresh/model/tokenizer.json" >"$tmp/foreign/tokenizer.json"
run foreign-model --model "$tmp/foreign"
says "a model of something else is refused" foreign-model 'is not one of the micro-world: its token [0-9]* is "castle", not "barn"'
run again --model "$tmp/fresh/model" --steps 2
if [ $? = 0 ]; then ok "a saved model is one to begin with"
else not_ok "a saved model is one to begin with" "$(tail -n 1 "$tmp/again.err")"; fi
"$main" --model "$tmp/fresh/model" --only template --out "$tmp/nothing" >"$tmp/main.txt" 2>"$tmp/main.err"
says "a part of the program without the stage's model says what to run" main "there is no model in $tmp/nothing/model yet. First run: make demo-16"
