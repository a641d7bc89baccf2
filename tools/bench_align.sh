#!/bin/sh
# tools/bench_align.sh [OUT]: chapters 14 and 16 to 20 on fresh seeds, SEEDS (default "21 22 23 24 25", which nothing was tuned on), about
# eight minutes each: the four stages (tools/capstone.sh), PPO without a price, DPO, a second task, LoRA. Then OUT/table.md: what was
# promised, the median and the worst. OUT: build/align. What is complete is not run again. Run by make bench-align, which builds.
set -u
out=${1:-build/align}
seeds=${SEEDS:-21 22 23 24 25}
export OMP_WAIT_POLICY="${OMP_WAIT_POLICY:-passive}" GOMP_SPINCOUNT="${GOMP_SPINCOUNT:-2000}"

# run FILE COMMAND...: what it prints goes to FILE, which is whole or absent
run() {
    file=$1
    shift
    [ -s "$file" ] && return
    mkdir -p "$(dirname "$file")"
    "$@" >"$file.part" || { cat "$file.part"; echo "bench-align: error: $*" >&2; exit 1; }
    mv "$file.part" "$file"
}

for seed in $seeds; do
    s=$out/$seed
    echo "== seed $seed"
    run "$s/stages.txt" sh tools/capstone.sh ref --out "$s" --seed "$seed"
    two="--model $s/2-sft/model --seed $seed"
    judge="--reward $s/3-reward/model"
    # shellcheck disable=SC2086  # flags
    {
        run "$s/free.txt" build/ref/19-ppo/ppo $two $judge --out "$s/free" --beta 0 --lr 0.001 --epochs 2
        run "$s/dpo.txt" build/ref/20-dpo/dpo $two $judge --out "$s/dpo"
        run "$s/forgetting.txt" build/ref/16-sft/main --only forgetting --out "$s/2-sft" --model "$s/1-pretrain/model" --seed "$seed"
        run "$s/lora.txt" build/ref/17-lora/main --only methods --out "$s/lora" --model "$s/1-pretrain/model" --seed "$seed"
    }
done

# ---- one number of each run -------------------------------------------------------------------------------------------
# number FILE PATTERN K: of the first line that matches, its K-th number (percent signs and such left out)
number() {
    awk -v pattern="$2" -v k="$3" '
        $0 ~ pattern {
            sub(pattern, " ")
            gsub(/[^-0-9. ]/, " ")
            n = split($0, x, " ")
            print (k <= n ? x[k] : "nan")
            exit
        }' "$1"
}
less() { awk -v a="$1" -v b="$2" 'BEGIN { print a - b }'; }
most() { printf '%s\n' "$@" | sort -g | tail -n 1; }
smaller() { printf '%s\n' "$@" | sort -g | head -n 1; }

# of_seed WHAT: that number of the run in $s
of_seed() {
    pre=$s/1-pretrain/output.txt sft=$s/2-sft/output.txt judge=$s/3-reward/output.txt ppo=$s/4-ppo/output.txt
    case $1 in
    fact) number "$pre" '^probes ' 1 ;;
    sum) number "$pre" '^probes ' 2 ;;
    sft) number "$sft" '^likeliest words' 1 ;;
    old) less "$(number "$sft" '^old text' 1)" "$(number "$sft" '^old text' 2)" ;;
    fresh) number "$judge" '^  fresh pairs' 1 ;;
    style) number "$judge" '^  fresh pairs' 3 ;;
    ppo_gold) less "$(number "$ppo" '^  after' 2)" "$(number "$ppo" '^  before' 2)" ;;
    ppo_kl) number "$ppo" '^  after' 3 ;;
    ppo_honest) number "$ppo" '^  after' 6 ;;
    ppo_rude) number "$ppo" '^  after' 7 ;;
    ppo_polite) number "$ppo" '^  after' 8 ;;
    ppo_fall) less "$(number "$ppo" '^  before' 11)" "$(number "$ppo" '^  after' 11)" ;;
    free_gold) less "$(number "$ppo" '^  after' 2)" "$(number "$s/free.txt" '^  after' 2)" ;;
    free_judge) less "$(number "$s/free.txt" '^  after' 1)" "$(number "$s/free.txt" '^  before' 1)" ;;
    dpo_gold) less "$(number "$s/dpo.txt" '^  dpo' 2)" "$(number "$s/dpo.txt" '^  before' 2)" ;;
    dpo_kl) number "$s/dpo.txt" '^  dpo' 3 ;;
    dpo_rude) number "$s/dpo.txt" '^  dpo' 7 ;;
    naive) number "$s/forgetting.txt" '^zog alone' 1 ;;
    naive_zog) number "$s/forgetting.txt" '^zog alone' 2 ;;
    replay) number "$s/forgetting.txt" '^replay, a tenth' 1 ;;
    replay_zog) number "$s/forgetting.txt" '^replay, a tenth' 2 ;;
    springs) # of the best lambda: the smaller one of both tasks
        set --
        for lambda in 1 10 100 1000 10000; do
            set -- "$@" "$(smaller "$(number "$s/forgetting.txt" "^$lambda  " 1)" "$(number "$s/forgetting.txt" "^$lambda  " 2)")"
        done
        most "$@" ;;
    lora) awk -v a="$(number "$s/lora.txt" '^  LoRA of rank 2' 2)" -v b="$(number "$s/lora.txt" '^  all weights' 2)" 'BEGIN { print 100 * a / b }' ;;
    qlora) less "$(number "$s/lora.txt" '^  LoRA of rank 2' 2)" "$(number "$s/lora.txt" '^  QLoRA of rank 2 on NF4' 2)" ;;
    esac
}

# row TITLE BAR WHAT worst: "low" where a small number is the worst, "high" where a large one is
row() {
    values=$(for seed in $seeds; do s=$out/$seed; of_seed "$3"; done | sort -g)
    median=$(echo "$values" | awk '{ x[NR] = $1 } END { print NR % 2 ? x[(NR + 1) / 2] : (x[NR / 2] + x[NR / 2 + 1]) / 2 }')
    if [ "$4" = low ]; then worst=$(echo "$values" | head -n 1); else worst=$(echo "$values" | tail -n 1); fi
    printf '| %s | %s | %.3g | %.3g |\n' "$1" "$2" "$median" "$worst"
}

{
    echo "Seeds $seeds: everything anew for each, from random weights on. Questions that no stage asked in training."
    echo
    echo '| what | promised | median | worst |'
    echo '|---|---|---|---|'
    row 'pretraining: facts, % of probes right' '>= 95' fact low
    row 'pretraining: sums, %' '>= 95' sum low
    row 'SFT: right, likeliest words, %' '>= 95' sft low
    row 'SFT: loss on old text rises by' '<= .05' old high
    row 'reward: fresh pairs in the right order, %' '>= 95' fresh low
    row 'reward: pairs of style, %' '>= 97' style low
    row 'PPO: gold over SFT' '>= .5' ppo_gold low
    row 'PPO: KL, nats' '<= 4' ppo_kl high
    row 'PPO: rude, %' '<= 2' ppo_rude high
    row 'PPO: polite, %' '>= 95' ppo_polite low
    row 'PPO: honest, %' '>= 85' ppo_honest low
    row 'PPO: right, likeliest words, falls by points of %' '<= 10' ppo_fall high
    row 'PPO without a price: gold below PPO' '>= .8' free_gold low
    row 'PPO without a price: the judge is happier by' '>= .8' free_judge low
    row 'DPO: gold over SFT' '>= .3' dpo_gold low
    row 'DPO: KL, nats' '<= 3' dpo_kl high
    row 'DPO: rude, %' '<= 5' dpo_rude high
    row 'second task alone: first task, %' '<= 10' naive high
    row 'second task alone: second task, %' '>= 95' naive_zog low
    row 'replay of a tenth: first task, %' '>= 60' replay low
    row 'replay of a tenth: second task, %' '>= 95' replay_zog low
    row 'EWC, best lambda: the worse of both tasks, %' '>= 70' springs low
    row 'LoRA of rank 2: right, % of what all weights reach' '>= 90' lora low
    row 'QLoRA: below LoRA, points of %' '<= 3' qlora high
} >"$out/table.md.part" && mv "$out/table.md.part" "$out/table.md" && cat "$out/table.md"
