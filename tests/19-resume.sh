#!/bin/sh
# Chapter 19's stage: a run that is killed, or stopped, goes on as if it had not been, bit for bit; a folder that is missing, half
# written or of something else says what to run. Part of make test.
set -u
make="${MAKE:-make} -s --no-print-directory"
ppo=build/ref/19-ppo/ppo
main=build/ref/19-ppo/main
tmp=build/resume-test-19
rm -rf "$tmp"
mkdir -p "$tmp"
export OMP_WAIT_POLICY=passive
ok() { echo "ok ppo: $1"; }
not_ok() { echo "not ok ppo: $1: $2"; }

$make "$ppo" "$main" WERROR=-Werror || { not_ok "the programs build" "they do not"; exit 1; }

# The price follows a target: it, too, must go on where it was.
small="--quick --iterations 24 --target 0.4 --horizon 100 --checkpoint-every 2"
run() { # run OUT FLAG...
    out=$1
    shift
    # shellcheck disable=SC2086 # $small is several words
    "$ppo" $small --out "$tmp/$out" "$@" >"$tmp/$out.txt" 2>"$tmp/$out.err"
}
same() { # same NAME OUT: the curve and the model of OUT are those of the uninterrupted run
    for file in ppo.csv model/model.safetensors model/config.json; do
        cmp -s "$tmp/whole/$file" "$tmp/$2/$file" || { not_ok "$1" "$file differs from an uninterrupted run's"; return; }
    done
    ok "$1"
}
says() { # says NAME OUT WORDS: the run of OUT ended with an error that has these words
    if grep -q "^error: .*$3" "$tmp/$2.err"; then ok "$1"
    else not_ok "$1" "$(tail -n 1 "$tmp/$2.err")"; fi
}

run whole || { not_ok "a run from start to end" "$(tail -n 1 "$tmp/whole.err")"; exit 1; }
lines=$(wc -l <"$tmp/whole/ppo.csv")
if [ "$lines" = 25 ]; then ok "a run from start to end writes a line for each of 24 iterations"
else not_ok "a run from start to end" "$lines lines in ppo.csv, not 25"; fi
prices=$(cut -d, -f8 "$tmp/whole/ppo.csv" | sort -u | wc -l)
if [ "$prices" -gt 10 ]; then ok "its price of a nat changes"
else not_ok "its price of a nat changes" "$prices different ones"; fi
OMP_NUM_THREADS=1 run threads
same "one thread gives the same bits" threads

# ---- killed, stopped, resumed -------------------------------------------------------------------------------------------
# A run waits until its checkpoint is there, then dies wherever it is.
start() { # start OUT: in the background, $pid, with a first checkpoint
    # shellcheck disable=SC2086
    "$ppo" $small --out "$tmp/$1" >"$tmp/$1.txt" 2>&1 &
    pid=$!
    while [ ! -e "$tmp/$1/checkpoint.safetensors" ] && kill -0 $pid 2>/dev/null; do sleep 0.01; done
}
killed=0
for pause in 0 0.1 0.3; do
    start killed
    sleep $pause
    kill -9 $pid 2>/dev/null && killed=$((killed + 1))
    wait $pid 2>/dev/null
    run killed --resume
    same "killed $pause s after a checkpoint, then resumed" killed
    rm -rf "$tmp/killed"
done
if [ $killed -gt 0 ]; then ok "$killed of 3 runs were still running when they were killed"
else not_ok "a run can be killed" "all were done before the signal came"; fi

start stopped
kill -TERM $pid
wait $pid
status=$?
if [ $status = 130 ] && grep -q "go on with --resume" "$tmp/stopped.txt"; then ok "a stopped run saves, and says how to go on"
else not_ok "a stopped run saves, and says how to go on" "exit status $status"; fi
run stopped --resume
same "stopped, then resumed" stopped
if grep -q "^resumed after iteration" "$tmp/stopped.txt"; then ok "a run that goes on says where"
else not_ok "a run that goes on says where" "$(head -n 1 "$tmp/stopped.txt")"; fi
run whole --resume --lr 0.002
says "a checkpoint of another run is refused, with what differs" whole 'is of another run: it has "lr .*", and this run "lr 0.002'
run whole --resume --beta 0.7
says "and one that paid another price" whole 'is of another run: it has "beta .*", and this run "beta 0.7'
run whole --resume --seed 2
says "and one that began with another model" whole 'is of another run: it has "model .*weights'
cp "$tmp/whole/checkpoint.safetensors" "$tmp/first"
run whole --iterations 2
if cmp -s "$tmp/first" "$tmp/whole/previous.checkpoint.safetensors"; then ok "a new run keeps the checkpoint of the one before"
else not_ok "a new run keeps the checkpoint of the one before" "it is gone"; fi
head -c 20000 "$tmp/first" >"$tmp/stopped/checkpoint.safetensors"
run stopped --resume
says "half a checkpoint is refused, with what to do" stopped "checkpoint.safetensors.*Delete the file or move it away"
run wild --lr 100 --iterations 6
status=$?
case $status in
0) ok "a wild learning rate does not break the program" ;;
1) says "a gradient that is no number stops the run" wild "iteration [0-9]*: the gradient's length is .*Try a learning rate below 100" ;;
*) not_ok "a wild learning rate does not break the program" "exit status $status" ;;
esac

# ---- folders ------------------------------------------------------------------------------------------------------------
# chapters 16 and 18 make them
tuned=build/ref/16-sft/sft
reward=build/ref/18-reward/reward
base=$tmp/sft/model
judge=$tmp/reward/model
{ $make "$tuned" "$reward" WERROR=-Werror && "$tuned" --quick --out "$tmp/sft" &&
    "$reward" --quick --model "$base" --out "$tmp/reward"; } >"$tmp/sft.txt" 2>&1 ||
    not_ok "chapters 16 and 18 make their models" "$(tail -n 1 "$tmp/sft.txt")"
run again --iterations 2 --model "$base" --reward "$judge"
if [ $? = 0 ]; then ok "what chapters 16 and 18 saved is what it begins with"
else not_ok "what chapters 16 and 18 saved is what it begins with" "$(tail -n 1 "$tmp/again.err")"; fi
run missing --model "$tmp/nowhere" --reward "$judge"
says "a missing model says what to run" missing "there is no model in $tmp/nowhere yet. First run: make demo-16"
run no-judge --model "$base" --reward "$tmp/nowhere"
says "a missing judge says what to run" no-judge "there is no model in $tmp/nowhere yet. First run: make demo-18"
run no-reward --model "$base" --reward "$base"
says "a model that answers is no judge" no-reward "$base.*make demo-18"
run judge --model "$judge" --reward "$judge"
says "a judge is no model to begin with" judge "$judge.*make demo-16"
mkdir "$tmp/half"
cp "$judge"/*.json "$tmp/half"
run half-judge --model "$base" --reward "$tmp/half"
says "half a judge says what is missing" half-judge "it has no model.safetensors. Make it anew: make demo-18"
cp -r "$base" "$tmp/torn"
head -c 5000 "$base/model.safetensors" >"$tmp/torn/model.safetensors"
run torn-model --model "$tmp/torn" --reward "$judge"
says "a torn file is named" torn-model "$tmp/torn/model.safetensors.*make demo-16"
mkdir "$tmp/empty"
here=$(pwd)
(cd "$tmp/empty" && "$here/$ppo" --out out >../empty.txt 2>../empty.err)
says "where there are no models at all, it says what makes them" empty "there is no model that answers yet: .*make demo-16.*--model FOLDER"
(cd "$tmp/empty" && "$here/$ppo" --model "$here/$base" --out out >../empty.txt 2>../empty.err)
says "nor a judge" empty "there is no model that judges yet: .*make demo-18.*--reward FOLDER"

talk() { # talk OUT: a part of the program, with the model in OUT
    "$main" --model "$base" --reward "$judge" --only talk --out "$tmp/$1" >"$tmp/talk-$1.txt" 2>"$tmp/talk-$1.err"
}
talk again
if [ $? = 0 ]; then ok "a part of the program takes the model that is there"
else not_ok "a part of the program takes the model that is there" "$(tail -n 1 "$tmp/talk-again.err")"; fi
talk nothing
says "a part without one says what to run" talk-nothing "$tmp/nothing/model.*make demo-19"
"$main" --only nonsense >"$tmp/nonsense.txt" 2>"$tmp/nonsense.err"
says "a part that is not there is an error" nonsense "there is no such part"
