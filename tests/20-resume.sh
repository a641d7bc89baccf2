#!/bin/sh
# Chapter 20's stage: a run that is killed, or stopped, goes on as if it had not been, bit for bit, from pairs and from groups; a
# folder that is missing or of something else says what to run. Part of make test.
# shellcheck disable=SC2034  # read by what is sourced
set -u
name=dpo
program=build/ref/20-dpo/dpo
main=build/ref/20-dpo/main
tmp=build/resume-test-20
. tests/stage/resume.sh
built "$program" "$main"

method() { # method NAME: which one the runs that follow are of
    small="--method $1 --quick --steps 40 --checkpoint-every 2"
    files="$1.csv $1_exam.csv model/model.safetensors model/config.json"
}
for method in dpo ipo grpo; do
    method $method
    name="dpo, $method"
    whole
    lines "$method writes a line for each of 40 steps" "whole/$method.csv" 41
    lines "$method writes 11 examinations" "whole/${method}_exam.csv" 12
    killed_and_resumed 0
    mv "$tmp/whole" "$tmp/$method"
    rm -rf "$tmp/threads"
done
name=dpo
stopped_and_resumed grpo
method dpo
run dpo --resume --beta 0.7
says "a checkpoint of another run is refused, with what differs" dpo 'is of another run: it has "beta .*", and this run "beta 0.7'
run dpo --method ipo --resume
says "and one of another method" dpo 'is of another run: it has "method dpo", and this run "method ipo'
keeps_the_previous dpo --steps 2
half_is_refused dpo

# ---- what is asked for, and folders -------------------------------------------------------------------------------------
run magic --method magic
says "a method that is not there is an error" magic "--method magic: there is no such method; there are dpo, ipo and grpo"
run missing --model "$tmp/nowhere"
says "a missing model says what to run" missing "there is no model in $tmp/nowhere yet. First run: make demo-16"
"$main" --only nonsense >"$tmp/nonsense.txt" 2>"$tmp/nonsense.err"
says "a part that is not there is an error" nonsense "there is no such part"
"$main" --quick --only kl --out "$tmp/nothing" >"$tmp/nothing.txt" 2>"$tmp/nothing.err"
says "a part without its model says what to run" nothing "$tmp/nothing/ipo.*make demo-20"
