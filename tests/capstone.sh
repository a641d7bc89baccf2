#!/bin/sh
# The capstone, small: four stages in a row; stopped or killed in the middle it goes on, bit for bit; what is complete and stands on
# nothing that changed is not made again; the page holds everything. Part of make test.
set -u
make="${MAKE:-make} -s --no-print-directory"
tmp=build/capstone-test
rm -rf "$tmp"
mkdir -p "$tmp"
export OMP_WAIT_POLICY=passive
ok() { echo "ok capstone: $1"; }
not_ok() { echo "not ok capstone: $1: $2"; }
check() { # check NAME WHY COMMAND...
    name=$1 why=$2
    shift 2
    if "$@" >/dev/null 2>&1; then ok "$name"; else not_ok "$name" "$why"; fi
}

# the programs are built here, the tests below run the script
$make WERROR=-Werror build/ref/14-pretraining/main build/ref/16-sft/sft build/ref/18-reward/reward build/ref/19-ppo/ppo \
    build/ref/19-ppo/ten_questions build/ref/capstone.modules || { not_ok "the programs build" "they do not"; exit 1; }
run() { # run OUT FLAG...
    out=$1
    shift
    sh tools/capstone.sh ref --out "$tmp/$out" --quick --sft "--steps 60 --checkpoint-every 2" --reward "--checkpoint-every 2" \
        --ppo "--iterations 6 --checkpoint-every 1" "$@" >"$tmp/$out.txt" 2>"$tmp/$out.err" </dev/null
}
trained() { grep -c '^== stage . of 4: [a-z]*: ' "$tmp/$1.txt"; }
same() { # same NAME OUT: all of OUT is what the run `whole` made
    for file in stages.csv 1-pretrain/model/model.safetensors 2-sft/model/model.safetensors 3-reward/model/model.safetensors \
        4-ppo/model/model.safetensors 2-sft/tuning.csv 4-ppo/questions.tsv; do
        cmp -s "$tmp/whole/$file" "$tmp/$2/$file" || { not_ok "$1" "$file differs from an uninterrupted run's"; return; }
    done
    ok "$1"
}

if run whole && [ "$(trained whole)" = 4 ]; then ok "four stages, one after the other"
else not_ok "four stages, one after the other" "$(tail -n 1 "$tmp/whole.err")"; exit 1; fi
check "progress is that of all stages" "$(grep -c overall "$tmp/whole.err") lines tell it" \
    grep -q '^stage 2 of 4: sft  .*| overall [0-9]*%, [0-9]*:[0-9][0-9] left' "$tmp/whole.err"
check "the last stage ends at 100%" "it does not" grep -q '^stage 4 of 4: ppo .*| overall 100%$' "$tmp/whole.err"
for stage in 1-pretrain 2-sft 3-reward 4-ppo; do
    check "$stage is a folder that transformers reads" "a file is missing" \
        test -s "$tmp/whole/$stage/model/config.json" -a -s "$tmp/whole/$stage/model/tokenizer.json"
done

# ---- the page -----------------------------------------------------------------------------------------------------------
page=$tmp/whole/index.html
missing=$(grep -o 'src="[^"]*"' "$page" | sed 's/src="\(.*\)"/\1/' | while read -r figure; do [ -s "$tmp/whole/$figure" ] || echo "$figure"; done)
check "every figure of the page is there" "no $missing" test -z "$missing"
check "it has the curves of all stages" "it has not" \
    sh -c "grep -q 1-pretrain/loss.png $page && grep -q 2-sft/loss.png $page && grep -q 4-ppo/ppo.png $page"
cells=$(awk '/<table>/, /<\/table>/' "$page" | grep -c '<td>')
check "eight numbers for each stage" "$cells cells, not 32" test "$cells" = 32
questions=$(grep -c '^<tr><td>' "$page")
check "ten questions, drawn and likeliest" "$questions lines of questions, not 20" test "$questions" = 20
lines=$(wc -l <"$tmp/whole/stages.csv")
check "an examination of each stage" "$lines lines in stages.csv, not 5" test "$lines" = 5
check "and whose modules they were" "no such line" grep -q '<p>0 of [0-9]* modules are yours' "$page"
printf 'yours 01-a/x\nreference 01-a/y\nyours 01-a/x\nyours 02-b/z\nreference 02-b/z\n' >"$tmp/capstone.modules"
sh tools/capstone_page.sh "$tmp/whole" "$tmp" >"$tmp/page.txt" 2>&1
check "a module is yours if every program has yours" "$(tail -n 3 "$tmp/page.txt" | head -n 1)" grep -qx '1 of 3 modules are yours' "$tmp/page.txt"

# ---- stopped, killed, resumed -------------------------------------------------------------------------------------------
# start OUT FILE: in the background, as a group of processes, until FILE is there
start() {
    setsid sh tools/capstone.sh ref --out "$tmp/$1" --quick --sft "--steps 60 --checkpoint-every 2" --reward "--checkpoint-every 2" \
        --ppo "--iterations 6 --checkpoint-every 1" >"$tmp/$1.txt" 2>"$tmp/$1.err" </dev/null &
    pid=$!
    while [ ! -e "$tmp/$1/$2" ] && kill -0 $pid 2>/dev/null; do sleep 0.01; done
}
start stopped 2-sft/checkpoint.safetensors
kill -TERM $pid
wait $pid
status=$?
check "a stopped run says where it is" "exit status $status, and $(tail -n 1 "$tmp/stopped.txt")" \
    sh -c "test $status = 130 && grep -q '^stopped in stage 2 of 4, sft; make capstone goes on' $tmp/stopped.txt"
run stopped
check "it goes on in that stage" "$(grep '^== stage' "$tmp/stopped.txt" | tr '\n' ' ')" \
    sh -c "grep -q '^== stage 1 of 4: pretrain is complete' $tmp/stopped.txt && grep -q '^resumed after step' $tmp/stopped.txt"
same "and makes the same" stopped

rm -r "$tmp/stopped/4-ppo"
start stopped 4-ppo/checkpoint.safetensors
kill -9 "-$pid"
wait $pid 2>/dev/null
if command -v flock >/dev/null 2>&1; then flock -w 10 "$tmp/stopped/.lock" true; fi # the program that is dying still holds it
run stopped
check "killed in the last stage, it makes that stage alone" "$(trained stopped) stages" test "$(trained stopped)" = 1
same "and the same" stopped

# ---- what need not be made again ------------------------------------------------------------------------------------------
before=$(cat "$tmp"/whole/*/begun "$tmp"/whole/*/examined | cksum)
run whole
check "what is complete is skipped" "$(trained whole) stages ran" test "$(trained whole)" = 0 -a "$before" = "$(cat "$tmp"/whole/*/begun "$tmp"/whole/*/examined | cksum)"
head -c 5000 "$tmp/whole/2-sft/model/model.safetensors" >"$tmp/cut" && mv "$tmp/cut" "$tmp/whole/2-sft/model/model.safetensors"
rm -r "$tmp/whole/1-pretrain"
run whole
check "what is missing or damaged is made again, and no more" "$(trained whole) stages ran" test "$(trained whole)" = 2
same "to the same bits" stopped
run whole --reward "--steps 10 --checkpoint-every 2"
check "other flags: that stage, and what stands on it" "$(grep '^== stage' "$tmp/whole.txt" | tr '\n' ' ')" \
    sh -c "grep -q '^== stage 2 of 4: sft is complete' $tmp/whole.txt && test $(trained whole) = 2"

# ---- what goes wrong ------------------------------------------------------------------------------------------------------
run whole --sft "--lr ten"
check "a stage that fails is named" "$(tail -n 1 "$tmp/whole.err")" grep -q '^capstone: error: stage 2 of 4, sft, ended with status 2' "$tmp/whole.err"
run whole --polish
check "an unknown flag says what there is" "$(tail -n 1 "$tmp/whole.err")" grep -q 'what is --polish? usage: make capstone' "$tmp/whole.err"
if command -v flock >/dev/null 2>&1; then
    flock "$tmp/stopped/.lock" sleep 5 9>/dev/null &
    holder=$!
    sleep 0.2
    run stopped
    check "two runs do not work in one folder" "$(tail -n 1 "$tmp/stopped.err")" grep -q 'another run works in' "$tmp/stopped.err"
    kill $holder 2>/dev/null
fi
