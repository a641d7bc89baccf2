#!/bin/sh
# tools/capstone.sh BUILD [FLAG...]: all stages from nothing to a model that answers politely, one after the other, each in its folder:
#     OUT/1-pretrain -> OUT/2-sft -> OUT/3-reward -> OUT/4-ppo        then OUT/index.html, a page with all of it
# BUILD: ref (the references; OUT is build/capstone) or lab (the learner's; build/lab/capstone). A stage that was stopped goes on where
# it was; one that is complete is skipped, unless its program, its flags or a model that it reads has changed.
# Flags: --out OUT, --quick (small models, seconds), --seed N, --again (everything anew), and --pretrain, --sft, --reward, --ppo,
# each with further flags for that stage's program, as one word: --sft "--steps 300 --lr 0.002".
# Run from the top folder, by make capstone, which builds the programs.
set -u
fail() { printf 'capstone: error: %s\n' "$1" >&2; exit "${2-1}"; }

usage='usage: make capstone [BUILD=lab] [OWN=1] ARGS="[--quick] [--seed N] [--again] [--out FOLDER] [--pretrain FLAGS] [--sft FLAGS] [--reward FLAGS] [--ppo FLAGS]"'
case ${1-} in
ref) out=build/capstone ;;
lab) out=build/lab/capstone ;;
*) fail "$usage" 2 ;;
esac
programs=build/$1
shift
quick='' seed=1 again='' pretrain='' sft='' reward='' ppo=''
while [ $# -gt 0 ]; do
    case $1 in
    --quick) quick=--quick ;;
    --again) again=yes ;;
    --help) printf '%s\n' "$usage"; exit 0 ;;
    --out | --seed | --pretrain | --sft | --reward | --ppo)
        [ $# -ge 2 ] || fail "$1 wants a value. $usage" 2
        case $1 in
        --out) out=${2%/} ;;
        --seed) seed=$2 ;;
        --pretrain) pretrain=$2 ;;
        --sft) sft=$2 ;;
        --reward) reward=$2 ;;
        --ppo) ppo=$2 ;;
        esac
        shift
        ;;
    *) fail "what is $1? $usage" 2 ;;
    esac
    shift
done
questions=${quick:+"--questions 56"}
examiner=$programs/19-ppo/ten_questions

export OMP_WAIT_POLICY="${OMP_WAIT_POLICY:-passive}" GOMP_SPINCOUNT="${GOMP_SPINCOUNT:-2000}" # as the Makefile has it

mkdir -p "$out" || exit 1
# One at a time in a folder. A program that outlives this script holds the lock, too.
if command -v flock >/dev/null 2>&1; then
    exec 9>"$out/.lock"
    flock -n 9 || fail "another run works in $out. Wait for it, or take another folder: --out FOLDER"
fi

# ---- the four stages ------------------------------------------------------------------------------------------------
stages='1 2 3 4'
name() { case $1 in 1) echo pretrain ;; 2) echo sft ;; 3) echo reward ;; *) echo ppo ;; esac; }
folder() { echo "$out/$1-$(name "$1")"; }
model() { echo "$(folder "$1")/model"; }
program() { # of a stage
    case $1 in
    1) echo "$programs/14-pretraining/main" ;;
    2) echo "$programs/16-sft/sft" ;;
    3) echo "$programs/18-reward/reward" ;;
    *) echo "$programs/19-ppo/ppo" ;;
    esac
}
about() {
    case $1 in
    1) echo "pretrain: from nothing, the language of the village (chapter 14)" ;;
    2) echo "sft: to answer, from demonstrations (chapter 16)" ;;
    3) echo "reward: to judge answers, from pairs (chapter 18)" ;;
    *) echo "ppo: to answer as the judge likes it (chapter 19)" ;;
    esac
}
inputs() { case $1 in 1) ;; 2) model 1 ;; 3) model 2 ;; *) model 2; model 3 ;; esac; } # models that a stage reads
flags() {
    case $1 in
    1) echo "$quick --pages 0 --seed $seed $pretrain" ;;
    2) echo "$quick --model $(model 1) --seed $seed $sft" ;;
    3) echo "$quick --model $(model 2) --seed $seed $reward" ;;
    *) echo "$quick --model $(model 2) --reward $(model 3) --seed $seed $ppo" ;;
    esac
}
examination() { # the examiner's flags. A judge does not answer: it picks among answers of stage 2's model.
    case $1 in
    3) echo "--model $(model 2) --reward $(model 3) --best-of 16" ;;
    4) echo "--model $(model 4) --reference $(model 2) --reward $(model 3)" ;;
    *) echo "--model $(model "$1")" ;;
    esac
}
# Seconds that a stage is expected to take: what it took last with these flags. Without that what counts is the relation alone.
expected() {
    if grep -qxF -e "flags $(flags "$1")" "$(folder "$1")/seconds" 2>/dev/null; then head -n 1 "$(folder "$1")/seconds"
    elif [ -n "$quick" ]; then echo 1
    else case $1 in 1) echo 80 ;; 2) echo 30 ;; 3) echo 40 ;; *) echo 30 ;; esac; fi
}

sums() { for file; do [ -f "$file" ] && sha256sum <"$file" || echo "missing $file"; done; }
model_sums() { for dir; do sums "$dir/config.json" "$dir/model.safetensors" "$dir/tokenizer.json"; done; }
# All that a stage's result depends on. A result that was written from these and is whole needs no second run.
stands_on() {
    echo "program $(sums "$(program "$1")")"
    echo "flags $(flags "$1")"
    # shellcheck disable=SC2046  # folders here have no spaces
    model_sums $(inputs "$1")
}
examined_from() {
    sums "$examiner" "$(folder "$1")/exam.csv" "$(folder "$1")/questions.tsv"
    echo "flags $questions $(examination "$1")"
    # shellcheck disable=SC2046
    model_sums $(inputs "$1") "$(model "$1")"
}
is_same() { [ -f "$2" ] && "$1" "$3" | cmp -s - "$2"; } # is_same FUNCTION FILE STAGE: the file holds what the function says
whole() { model_sums "$(model "$1")"; }
is_complete() { is_same stands_on "$(folder "$1")/begun" "$1" && is_same whole "$(folder "$1")/whole" "$1"; }

# ---- running --------------------------------------------------------------------------------------------------------
child='' stopped=''
stop() {
    stopped=yes
    [ -z "$child" ] || kill -TERM "$child" 2>/dev/null
}
trap stop INT TERM
# Runs a program so that Ctrl-C, and a signal to this script, reach it and it can save.
patiently() {
    "$@" &
    child=$!
    wait "$child"
    status=$?
    while [ -n "$stopped" ] && kill -0 "$child" 2>/dev/null; do
        wait "$child"
        status=$?
    done
    child=''
    return "$status"
}

go_on='make capstone goes on from there'
began=$(date +%s) done_seconds=0
# The programs' progress lines tell how far all stages are, by STAGES (labs/common/progress.c).
announce() {
    after=0
    for later in $stages; do
        [ "$later" -le "$1" ] || is_complete "$later" || after=$((after + $(expected "$later")))
    done
    STAGES="$1 4 $done_seconds $(expected "$1") $after $(($(date +%s) - began))"
    export STAGES
}

train() { # train STAGE
    into=$(folder "$1") resume=''
    mkdir -p "$into"
    if [ -f "$into/checkpoint.safetensors" ]; then
        if is_same stands_on "$into/begun" "$1"; then resume=--resume
        else mv "$into/checkpoint.safetensors" "$into/previous.checkpoint.safetensors"; fi
    fi
    printf '== stage %s of 4: %s%s\n' "$1" "$(about "$1")" "${resume:+, resumed}"
    rm -f "$into/whole" "$into/examined"
    stands_on "$1" >"$into/begun"
    announce "$1"
    start=$(date +%s) share=$(expected "$1")
    # shellcheck disable=SC2046,SC2086
    patiently "$(program "$1")" --out "$into" $(flags "$1") $resume >"$into/output.part"
    status=$?
    if [ "$status" != 0 ]; then
        cat "$into/output.part"
        if [ -n "$stopped" ] || [ "$status" = 130 ]; then
            echo "stopped in stage $1 of 4, $(name "$1"); $go_on"
            exit 130
        fi
        fail "stage $1 of 4, $(name "$1"), ended with status $status: see above. $go_on" "$status"
    fi
    cat "$into/output.part"
    mv "$into/output.part" "$into/output.txt"
    took=$(($(date +%s) - start))
    [ -n "$resume" ] || [ "$took" = 0 ] || printf '%s\nflags %s\n' "$took" "$(flags "$1")" >"$into/seconds"
    done_seconds=$((done_seconds + share))
    whole "$1" >"$into/whole"
}

examine() { # examine STAGE
    # shellcheck disable=SC2046,SC2086
    patiently "$examiner" --out "$(folder "$1")" --seed $seed $questions $(examination "$1") ||
        { [ -z "$stopped" ] || { echo "stopped after stage $1 of 4; $go_on"; exit 130; }
          fail "the examination after stage $1 of 4 failed: see above. $go_on"; }
    examined_from "$1" >"$(folder "$1")/examined"
    set -- "$1" "$(figures "$1")"
    # shellcheck disable=SC2086
    [ -z "$2" ] || sh tools/plot.sh "$(folder "$1")" $2 || true
}
figures() { # the curves of a stage; the other figures of its chapter are about further runs
    case $1 in
    1) set -- 14-pretraining loss probes gradient ;;
    2) set -- 16-sft loss exam ;;
    3) set -- 18-reward loss training ;;
    *) set -- 19-ppo ppo ;;
    esac
    chapter=$1
    shift
    for figure; do [ ! -f "chapters/$chapter/$figure.gp" ] || echo "chapters/$chapter/$figure.gp"; done
}

for stage in $stages; do
    [ -x "$(program "$stage")" ] || fail "there is no $(program "$stage"): make capstone builds it"
done
[ -z "$again" ] || for stage in $stages; do rm -rf "$(folder "$stage")"; done
for stage in $stages; do
    if is_complete "$stage"; then echo "== stage $stage of 4: $(name "$stage") is complete: $(model "$stage")"
    else train "$stage"; fi
    is_same examined_from "$(folder "$stage")/examined" "$stage" || examine "$stage"
    [ -z "$stopped" ] || { echo "stopped after stage $stage of 4; $go_on"; exit 130; }
done
sh tools/capstone_page.sh "$out" "$programs"
