#!/bin/sh
# tools/capstone_page.sh OUT PROGRAMS: from what the four stages left in OUT (tools/capstone.sh) OUT/stages.csv, OUT/stages.png and
# OUT/index.html: their examinations, ten questions as each of them answers, every curve. PROGRAMS/capstone.modules tells whose
# modules they were made with ("yours 03-backprop/linear"). Run from the top folder.
set -eu
out=$1 programs=$2
page=$out/index.html.part.$$
trap 'rm -f "$page"' EXIT
stages='1-pretrain 2-sft 3-reward 4-ppo'
chapter() { case $1 in 1*) echo 14-pretraining ;; 2*) echo 16-sft ;; 3*) echo 18-reward ;; *) echo 19-ppo ;; esac; }
html_escape() { sed 's/&/\&amp;/g; s/</\&lt;/g; s/>/\&gt;/g; s/"/\&quot;/g'; }

# A column of a CSV file's last line; nothing where it is no number.
column() { awk -F, -v name="$2" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) c = i } END { if (c && $c != "nan") print $c }' "$1"; }

{
    printf 'stage,%s\n' "$(head -n 1 "$out/1-pretrain/exam.csv")"
    for stage in $stages; do printf '%s,%s\n' "${stage#*-}" "$(tail -n 1 "$out/$stage/exam.csv")"; done
} >"$out/stages.csv"
drawn=yes
sh tools/plot.sh "$out" tools/plot/stages.gp || drawn=

# ---- the table ------------------------------------------------------------------------------------------------------
percent() { awk -v x="$1" 'BEGIN { if (x == "") print "-"; else printf "%.1f\n", 100 * x }'; }
number() { awk -v x="$1" 'BEGIN { if (x == "") print "-"; else printf "%.2f\n", (x > -0.005 && x < 0) ? 0 : x }'; }
row() { # row STAGE: what is measured of it, one to a line
    exam=$out/$1/exam.csv
    for name in right honest rude polite; do percent "$(column "$exam" $name)"; done
    number "$(column "$exam" gold)"
    number "$(column "$exam" kl)"
    percent "$(column "$exam" greedy_right)"
    case $1 in 3*) percent "$(column "$out/$1/reward_exam.csv" all)" ;; *) echo - ;; esac
}
heads='right,_% honest,_% rude,_% polite,_% gold KL,_nats greedily_right,_% pairs_in_order,_%'
modules=$(sort -u "$programs/capstone.modules" | awk '{ all[$2] = 1; if ($1 != "yours") other[$2] = 1 }
    END { for (m in all) { n++; yours += !(m in other) } printf "%d of %d modules are yours\n", yours, n }')

echo
printf '%-10s %8s %8s %8s %8s %8s %8s %10s %10s\n' 'after' 'right' 'honest' 'rude' 'polite' 'gold' 'KL' 'greedily' 'pairs in'
printf '%-10s %8s %8s %8s %8s %8s %8s %10s %10s\n' '' '%' '%' '%' '%' '' 'nats' 'right, %' 'order, %'
for stage in $stages; do
    # shellcheck disable=SC2046,SC2183  # numbers, eight
    printf '%-10s %8s %8s %8s %8s %8s %8s %10s %10s\n' "${stage#*-}" $(row "$stage")
done
printf 'At temperature 1, questions never asked in training; reward: what the judge picks of 16 answers of stage 2.\n\n'

# ---- the page -------------------------------------------------------------------------------------------------------
exam_table() {
    printf '<table>\n<tr><th>after'
    for head in $heads; do printf '<th>%s' "$(echo "$head" | tr _ ' ')"; done
    printf '\n'
    for stage in $stages; do
        printf '<tr><th>%s' "$(echo "$stage" | tr - ' ')"
        row "$stage" | sed 's/^-$/\&ndash;/; s/^-/\&minus;/; s/^/<td>/'
    done
    printf '</table>\n'
}
# Fields of questions.tsv: the question, then answer, right or wrong, manner, gold; drawn, and (but for stage 3) greedily.
questions_table() { # questions_table FIELD: of the first answer 2, of the second 6
    printf '<table class="talk">\n<tr><th>question'
    for stage in $stages; do
        case $1$stage in 63*) continue ;; esac
        printf '<th>%s' "$(echo "$stage" | tr - ' ')"
    done
    printf '\n'
    for line in 1 2 3 4 5 6 7 8 9 10; do
        for stage in $stages; do
            case $1$stage in 63*) continue ;; esac
            sed -n "${line}p" "$out/$stage/questions.tsv" | html_escape | awk -F'\t' -v f="$1" -v first="$stage" '
                first ~ /^1/ { printf "<tr><td>%s", $1 }
                { printf "<td class=\"%s\">%s <small>%s%s, gold %s</small>", $(f + 1), $f, $(f + 1), $(f + 2) == "plain" ? "" : ", " $(f + 2), $(f + 3) }'
        done
        printf '\n'
    done
    printf '</table>\n'
}
stage_part() {
    printf '<section id="%s">\n<h2>%s</h2>\n<div class="figures">\n' "$1" "$(echo "$1" | tr - ' ')"
    for script in "chapters/$(chapter "$1")"/*.gp; do
        figure=$(basename "$script" .gp).png
        [ -f "$out/$1/$figure" ] || continue
        caption=$(sed -n '1s/^# caption: *//p' "$script" | html_escape)
        printf '<figure><a href="%s"><img src="%s" alt="" loading="lazy"></a><figcaption>%s</figcaption></figure>\n' \
            "$1/$figure" "$1/$figure" "$caption"
    done
    printf '</div>\n<pre>'
    html_escape <"$out/$1/output.txt"
    printf '</pre>\n</section>\n'
}

{
    cat <<'HEAD'
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Daybreak: from nothing to a model that answers politely</title>
<style>
HEAD
    cat tools/book/index.css
    cat <<'STYLE'
table { border-collapse: collapse; margin: 1rem 0; }
th, td { padding: 0.3rem 0.8rem; border-bottom: 1px solid var(--line); text-align: right; }
th { font-weight: 600; }
tr > :first-child, .talk th, .talk td { text-align: left; vertical-align: top; }
.talk td.wrong { color: var(--accent); }
.talk small { display: block; color: var(--soft); }
.wide { overflow-x: auto; }
</style>
</head>
<body>
STYLE
    printf '<header>\n<h1>From nothing to a model that answers politely</h1>\n'
    printf '<p>Pretraining, supervised fine-tuning, a reward model, PPO: four stages, each a folder that <code>transformers</code> reads. %s</p>\n' \
        '<code>make capstone</code> made this page.'
    printf '<p>%s.</p>\n<nav>\n' "$modules"
    for stage in $stages; do printf '<a href="#%s">%s</a>\n' "$stage" "$(echo "$stage" | tr - ' ')"; done
    [ ! -f build/demo/index.html ] || [ "$out" != build/capstone ] || printf '<a href="../demo/index.html">All chapters</a>\n'
    printf '</nav>\n</header>\n<main>\n<h2>What each stage is worth</h2>\n<div class="wide">\n'
    exam_table
    cat <<'NOTE'
</div>
<p>Questions never asked in training, answered at temperature 1 and measured by the hidden rule: <b>right</b>, of those that can be
answered; <b>honest</b>, &ldquo;i do not know&rdquo; where nobody can know; <b>gold</b>, what people would give, at most 1.5; <b>KL</b>, how far an answer
is from stage 2's model. A judge does not answer: after stage 3 it picks the best of 16 answers of stage 2's model.</p>
NOTE
    [ -z "$drawn" ] || printf '<div class="figures"><figure><a href="stages.png"><img src="stages.png" alt=""></a></figure></div>\n'
    printf '<h2>The same ten questions after each stage</h2>\n<p>Drawn at temperature 1; after stage 3, the one of 16 that the judge likes best.</p>\n<div class="wide">\n'
    questions_table 2
    printf '</div>\n<p>And always the likeliest word:</p>\n<div class="wide">\n'
    questions_table 6
    printf '</div>\n'
    for stage in $stages; do stage_part "$stage"; done
    printf '</main>\n</body>\n</html>\n'
} >"$page"
mv "$page" "$out/index.html"
echo "$modules"
echo "ask it yourself: make demo-15 PROG=chat ARGS=\"--model $out/4-ppo/model\""
echo "every curve and answer: $out/index.html"
