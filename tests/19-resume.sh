#!/bin/sh
# Chapter 19's stage: a run that is killed, or stopped, goes on as if it had not been, bit for bit; a folder that is missing, half
# written or of something else says what to run. Part of make test.
# shellcheck disable=SC2034  # read by what is sourced
set -u
name=ppo
program=build/ref/19-ppo/ppo
main=build/ref/19-ppo/main
tmp=build/resume-test-19
# the price follows a target: it, too, must go on where it was
small="--quick --iterations 24 --target 0.4 --horizon 100 --checkpoint-every 2"
files="ppo.csv model/model.safetensors model/config.json"
. tests/stage/resume.sh
built "$program" "$main"

whole
lines "a run from start to end writes a line for each of 24 iterations" whole/ppo.csv 25
prices=$(cut -d, -f8 "$tmp/whole/ppo.csv" | sort -u | wc -l)
if [ "$prices" -gt 10 ]; then ok "its price of a nat changes"
else not_ok "its price of a nat changes" "$prices different ones"; fi

killed_and_resumed 0 0.02 0.05 0.1
stopped_and_resumed
run whole --resume --lr 0.002
says "a checkpoint of another run is refused, with what differs" whole 'is of another run: it has "lr .*", and this run "lr 0.002'
run whole --resume --beta 0.7
says "and one that paid another price" whole 'is of another run: it has "beta .*", and this run "beta 0.7'
run whole --resume --seed 2
says "and one that began with another model" whole 'is of another run: it has "model .*weights'
keeps_the_previous whole --iterations 2
half_is_refused stopped
wild "iteration [0-9]*: the gradient's length is " --iterations 6

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
works "what chapters 16 and 18 saved is what it begins with" $? again
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
(cd "$tmp/empty" && "$here/$program" --out out >../empty.txt 2>../empty.err)
says "where there are no models at all, it says what makes them" empty "there is no model that answers yet: .*make demo-16.*--model FOLDER"
(cd "$tmp/empty" && "$here/$program" --model "$here/$base" --out out >../empty.txt 2>../empty.err)
says "nor a judge" empty "there is no model that judges yet: .*make demo-18.*--reward FOLDER"

talk() { # talk OUT: a part of the program, with the model in OUT
    "$main" --model "$base" --reward "$judge" --only talk --out "$tmp/$1" >"$tmp/talk-$1.txt" 2>"$tmp/talk-$1.err"
}
talk again
works "a part of the program takes the model that is there" $? talk-again
talk nothing
says "a part without one says what to run" talk-nothing "$tmp/nothing/model.*make demo-19"
"$main" --only nonsense >"$tmp/nonsense.txt" 2>"$tmp/nonsense.err"
says "a part that is not there is an error" nonsense "there is no such part"
