#!/bin/sh
# Chapter 16's stage: a run that is killed, or stopped, goes on as if it had not been, bit for bit; a folder that is missing, half
# written or of something else says what to run. Part of make test.
# shellcheck disable=SC2034  # read by what is sourced
set -u
name=sft
program=build/ref/16-sft/sft
main=build/ref/16-sft/main
tmp=build/resume-test-16
small="--quick --steps 60 --checkpoint-every 4"
files="tuning.csv tuning_exam.csv model/model.safetensors"
. tests/stage/resume.sh
built "$program" "$main"

whole
lines "a run from start to end writes a line for each of 60 steps" whole/tuning.csv 61
killed_and_resumed 0 0.05 0.1 0.2
stopped_and_resumed
run fresh --resume
same "where there is nothing to resume, a run begins" fresh
if grep -q "there is no $tmp/fresh/checkpoint.safetensors to go on from" "$tmp/fresh.err"; then ok "and says so"
else not_ok "and says so" "$(head -n 1 "$tmp/fresh.err")"; fi
run whole --resume --lr 0.002
says "a checkpoint of another run is refused, with what differs" whole 'is of another run: it has "steps 60, lr 0.001", and this run "steps 60, lr 0.002"'
run whole --resume --seed 2
says "and one that began with another model" whole 'is of another run: it has "model .*weights'
keeps_the_previous whole --steps 8
half_is_refused stopped
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
works "a saved model is one to begin with" $? again
"$main" --model "$tmp/fresh/model" --only template --out "$tmp/nothing" >"$tmp/main.txt" 2>"$tmp/main.err"
says "a part of the program without the stage's model says what to run" main "there is no model in $tmp/nothing/model yet. First run: make demo-16"
