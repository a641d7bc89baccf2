#!/bin/sh
# Chapter 24's given code, by its demonstration on fresh random numbers: every rung is right and free of findings, so are the other
# forms and the side rungs; the figures' data are those that the chapter's rules say. Part of make test.
set -u
make="${MAKE:-make} -s --no-print-directory"
program=build/ref/24-tensor-cores/main
out=build/tests/24-ladder
mkdir -p "$out"
ok() { echo "ok ladder: $1"; }
not_ok() { echo "not ok ladder: $1: $2"; }

$make "$program" WERROR=-Werror || { not_ok "the demonstration builds" "it does not"; exit 1; }
seed=${SEED:-$(date +%s)}
seed=$((seed % 1000000))
"$program" --quick --seed "$seed" --out "$out" >"$out/table" 2>"$out/messages" ||
    { not_ok "the demonstration runs (seed $seed)" "$(tail -n 1 "$out/messages")"; exit 1; }

# below WHAT LIMIT: the table's line that begins so ends with an error below the limit
below() {
    error=$(grep -F "  $1 " "$out/table" | awk '{ print $NF }')
    if echo "${error:-inf}" | awk -v most="$2" '{ exit !($1 != "inf" && $1 + 0 < most) }'; then ok "$1: error below $2"
    else not_ok "$1: error below $2" "it is ${error:-missing} (seed $seed)"; fi
}

for rung in 10 11 12 13 14 15 16 17 18 19 20 21 22 23; do
    line=$(grep "^  $rung " "$out/table")
    error=$(echo "$line" | awk '{ print $(NF - 1) }')
    if [ "${line##* }" = 0 ] && echo "$error" | awk '{ exit !($1 > 0 && $1 < 0.003) }'; then ok "rung $rung: right, and nothing found"
    else not_ok "rung $rung: right, and nothing found" "error ${error:-missing}, ${line##* } findings (seed $seed)"; fi
done
for form in "NT: A B^T" "NN: A B" "TN: A^T B"; do
    below "$form" 0.003
    turns=$(grep -F "  $form " "$out/table" | awk '{ print $(NF - 2) }')
    if echo "${turns:-inf}" | awk '{ exit !($1 > 0 && $1 < 0.003) }'; then ok "$form, by turns: error below 0.003"
    else not_ok "$form, by turns: error below 0.003" "it is ${turns:-missing} (seed $seed)"; fi
done
below "one product, tf32" 0.001
below "three products" 0.000001
below "of the pruned" 0.003
if grep -q 'signed bytes, .*: \([0-9]*\) of \1 sums' "$out/table"; then ok "sums of bytes are exact"
else not_ok "sums of bytes are exact" "$(grep 'signed bytes' "$out/table") (seed $seed)"; fi

# row, chunk, straight, swizzled
if awk -F, 'function xor(a, b,    bit, sum) {
        for (bit = 1; bit < 8; bit *= 2) sum += bit * ((int(a / bit) + int(b / bit)) % 2)
        return sum
    }
    NR > 1 { n++; if ($4 != xor($1, $2)) exit bad = 1 } END { exit bad || n != 64 }' "$out/swizzle.csv"
then ok "TMA keeps chunk c of row r at c ^ r"; else not_ok "TMA keeps chunk c of row r at c ^ r" "see $out/swizzle.csv"; fi
# every element of every matrix has one holder, and holders have as many as each other
if awk -F, 'NR > 1 { seen[$1, $2, $3]++; held[$1, $4]++; n[$1]++ }
    END { for (i in seen) if (seen[i] != 1) exit 1
          for (i in held) { split(i, part, SUBSEP); if (held[i] != n[part[1]] / (part[1] == "d" ? 128 : 32)) exit 1 }
          exit n["a"] != 256 || n["b"] != 128 || n["c"] != 128 || n["d"] != 1024 }' "$out/fragments.csv"
then ok "each element has one holder"; else not_ok "each element has one holder" "see $out/fragments.csv"; fi
# along the curve, neighbours in number are neighbours in the square
if awk -F, '$1 == 2 { d = ($3 - row) ^ 2 + ($4 - column) ^ 2; if ($2 > 0 && d != 1) exit bad = 1; row = $3; column = $4; n++ }
    END { exit bad || n != 256 }' "$out/orders.csv"
then ok "Hilbert's curve never jumps"; else not_ok "Hilbert's curve never jumps" "see $out/orders.csv"; fi
