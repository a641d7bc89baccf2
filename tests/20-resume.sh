#!/bin/sh
# Chapter 20's stage: a run that is killed, or stopped, goes on as if it had not been, bit for bit, from pairs and from groups; a
# folder that is missing or of something else says what to run. Part of make test.
set -u
make="${MAKE:-make} -s --no-print-directory"
dpo=build/ref/20-dpo/dpo
main=build/ref/20-dpo/main
tmp=build/resume-test-20
rm -rf "$tmp"
mkdir -p "$tmp"
export OMP_WAIT_POLICY=passive
ok() { echo "ok dpo: $1"; }
not_ok() { echo "not ok dpo: $1: $2"; }

$make "$dpo" "$main" WERROR=-Werror || { not_ok "the programs build" "they do not"; exit 1; }

run() { # run METHOD OUT FLAG...
    method=$1
    out=$2
    shift 2
    "$dpo" --method "$method" --quick --steps 40 --checkpoint-every 2 --out "$tmp/$out" "$@" >"$tmp/$out.txt" 2>"$tmp/$out.err"
}
same() { # same NAME METHOD OUT: the curves and the model of OUT are those of the uninterrupted run
    for file in "$2.csv" "$2_exam.csv" model/model.safetensors model/config.json; do
        cmp -s "$tmp/$2/$file" "$tmp/$3/$file" || { not_ok "$1" "$file differs from an uninterrupted run's"; return; }
    done
    ok "$1"
}
says() { # says NAME OUT WORDS: the run of OUT ended with an error that has these words
    if grep -q "^error: .*$3" "$tmp/$2.err"; then ok "$1"
    else not_ok "$1" "$(tail -n 1 "$tmp/$2.err")"; fi
}
# A run waits until its checkpoint is there, then dies wherever it is.
start() { # start METHOD OUT: in the background, $pid, with a first checkpoint
    "$dpo" --method "$1" --quick --steps 40 --checkpoint-every 2 --out "$tmp/$2" >"$tmp/$2.txt" 2>&1 &
    pid=$!
    while [ ! -e "$tmp/$2/checkpoint.safetensors" ] && kill -0 $pid 2>/dev/null; do sleep 0.01; done
}

# ---- killed, stopped, resumed -------------------------------------------------------------------------------------------
killed=0
for method in dpo ipo grpo; do
    run $method $method || { not_ok "$method from start to end" "$(tail -n 1 "$tmp/$method.err")"; exit 1; }
    lines=$(wc -l <"$tmp/$method/$method.csv") exams=$(wc -l <"$tmp/$method/${method}_exam.csv")
    if [ "$lines" = 41 ] && [ "$exams" = 12 ]; then ok "$method writes a line for each of 40 steps, and 11 examinations"
    else not_ok "$method writes a line for each of 40 steps, and 11 examinations" "$lines and $exams lines"; fi
    OMP_NUM_THREADS=1 run $method threads
    same "$method: one thread gives the same bits" $method threads
    rm -rf "$tmp/threads"
    start $method killed
    kill -9 $pid 2>/dev/null && killed=$((killed + 1))
    wait $pid 2>/dev/null
    run $method killed --resume
    same "$method, killed, then resumed" $method killed
    rm -rf "$tmp/killed"
done
if [ $killed -gt 0 ]; then ok "$killed of 3 runs were still running when they were killed"
else not_ok "a run can be killed" "all were done before the signal came"; fi

start grpo stopped
kill -TERM $pid
wait $pid
status=$?
if [ $status = 130 ] && grep -q "go on with --resume" "$tmp/stopped.txt"; then ok "a stopped run saves, and says how to go on"
else not_ok "a stopped run saves, and says how to go on" "exit status $status"; fi
run grpo stopped --resume
same "stopped, then resumed" grpo stopped
if grep -q "^resumed after step" "$tmp/stopped.txt"; then ok "a run that goes on says where"
else not_ok "a run that goes on says where" "$(head -n 1 "$tmp/stopped.txt")"; fi
run dpo dpo --resume --beta 0.7
says "a checkpoint of another run is refused, with what differs" dpo 'is of another run: it has "beta .*", and this run "beta 0.7'
run ipo dpo --resume
says "and one of another method" dpo 'is of another run: it has "method dpo", and this run "method ipo'
cp "$tmp/dpo/checkpoint.safetensors" "$tmp/first"
run dpo dpo --steps 2
if cmp -s "$tmp/first" "$tmp/dpo/previous.checkpoint.safetensors"; then ok "a new run keeps the checkpoint of the one before"
else not_ok "a new run keeps the checkpoint of the one before" "it is gone"; fi
head -c 20000 "$tmp/first" >"$tmp/dpo/checkpoint.safetensors"
run dpo dpo --resume
says "half a checkpoint is refused, with what to do" dpo "checkpoint.safetensors.*Delete the file or move it away"

# ---- what is asked for, and folders -------------------------------------------------------------------------------------
run magic magic
says "a method that is not there is an error" magic "--method magic: there is no such method; there are dpo, ipo and grpo"
run grpo missing --model "$tmp/nowhere"
says "a missing model says what to run" missing "there is no model in $tmp/nowhere yet. First run: make demo-16"
"$main" --only nonsense >"$tmp/nonsense.txt" 2>"$tmp/nonsense.err"
says "a part that is not there is an error" nonsense "there is no such part"
"$main" --quick --only kl --out "$tmp/nothing" >"$tmp/nothing.txt" 2>"$tmp/nothing.err"
says "a part without its model says what to run" nothing "$tmp/nothing/ipo.*make demo-20"
