#!/bin/sh
# Chapter 18's stage: a run that is killed, or stopped, goes on as if it had not been, bit for bit; a folder that is missing, half
# written or of something else says what to run. Part of make test.
# shellcheck disable=SC2034  # read by what is sourced
set -u
name=reward
program=build/ref/18-reward/reward
main=build/ref/18-reward/main
tmp=build/resume-test-18
small="--quick --steps 60 --checkpoint-every 4"
files="reward.csv reward_exam.csv model/model.safetensors model/config.json"
. tests/stage/resume.sh
built "$program" "$main"

whole
lines "a run from start to end writes a line for each of 60 steps" whole/reward.csv 61
killed_and_resumed 0 0.02 0.05 0.1
stopped_and_resumed
run fresh --resume
same "where there is nothing to resume, a run begins" fresh
run whole --resume --lr 0.002
says "a checkpoint of another run is refused, with what differs" whole 'is of another run: it has "steps 60, lr .*", and this run "steps 60, lr 0.002'
run whole --resume --only-near
says "and one that learns from other pairs" whole 'is of another run: it has "64 pairs, .*", and this run "64 pairs of near misses'
run whole --resume --seed 2
says "and one that began with another model" whole 'is of another run: it has "model .*weights'
keeps_the_previous whole --steps 8
half_is_refused stopped
wild "step [0-9]*: the loss is " --steps 40

# ---- folders ------------------------------------------------------------------------------------------------------------
# folders are of chapter 16's kind: its program makes one
tuned=build/ref/16-sft/sft
$make "$tuned" WERROR=-Werror && "$tuned" --quick --out "$tmp/sft" >"$tmp/sft.txt" 2>&1 || not_ok "chapter 16 makes a model" "$(tail -n 1 "$tmp/sft.txt")"
base=$tmp/sft/model
run missing --model "$tmp/nowhere"
says "a missing model says what to run" missing "there is no model in $tmp/nowhere yet. First run: make demo-16"
mkdir "$tmp/half"
cp "$base"/*.json "$tmp/half"
run half-model --model "$tmp/half"
says "half a model says what is missing" half-model "it has no model.safetensors. Make it anew: make demo-16"
cp -r "$base" "$tmp/torn"
head -c 5000 "$base/model.safetensors" >"$tmp/torn/model.safetensors"
run torn-model --model "$tmp/torn"
says "a torn file is named" torn-model "$tmp/torn/model.safetensors.*make demo-16"
cp -r "$base" "$tmp/foreign"
sed 's/"barn"/"castle"/' "$base/tokenizer.json" >"$tmp/foreign/tokenizer.json"
run foreign-model --model "$tmp/foreign"
says "a model of something else is refused" foreign-model 'is not one of the micro-world: its token [0-9]* is "castle", not "barn"'
run judge-model --model "$tmp/fresh/model" --steps 2
says "a reward model is none to begin with" judge-model "make demo-16"
run again --model "$base" --steps 2
works "what chapter 16 saved is a model to begin with" $? again

part() { # part OUT: a part of the program, with the reward model in OUT
    "$main" --model "$base" --only pairs --quick --out "$tmp/$1" >"$tmp/part-$1.txt" 2>"$tmp/part-$1.err"
}
part again
works "a part of the program takes the reward model that is there" $? part-again
part nothing
says "a part without one says what to run" part-nothing "$tmp/nothing/model.*make demo-18"
mkdir -p "$tmp/answers"
cp -r "$base" "$tmp/answers/model"
part answers
says "a model that answers is no judge" part-answers "$tmp/answers/model.*make demo-18"
mkdir -p "$tmp/cut/model"
cp -r "$tmp/again/model" "$tmp/cut"
head -c 5000 "$tmp/again/model/model.safetensors" >"$tmp/cut/model/model.safetensors"
part cut
says "a torn reward model is named" part-cut "$tmp/cut/model/model.safetensors.*make demo-18"
