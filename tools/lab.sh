#!/bin/sh
# tools/lab.sh NN-name [FLAG...]: runs the learner's program and draws its figures; where it stops at a gap, those whose
# data it has written.
set -u
chapter=$1
shift
out=build/lab/$chapter
status=0
"$out/main" --out "$out" "$@" || status=$?
# Figures of data that this run did not write (TEXT=, --only ...) are left out.
drawable() {
    for script in chapters/"$chapter"/*.gp; do
        for csv in $(grep -o 'dir *\. *"/[^"]*\.csv"' "$script" | sed 's|.*"/\(.*\)"|\1|'); do
            [ -e "$out/$csv" ] || continue 2
        done
        echo "$script"
    done
}
if [ "$status" = 0 ]; then
    figures=$(drawable)
    # shellcheck disable=SC2086  # names of scripts have no spaces
    [ -z "$figures" ] || sh tools/plot.sh "$out" $figures || exit 1
else
    sh tools/plot.sh "$out" chapters/"$chapter"/*.gp 2>/dev/null
fi
if ls "$out"/*.png >/dev/null 2>&1; then
    figure=$(ls "$out"/*.png | head -n 1)
    echo "figures: $out/*.png   (in the terminal: make plot-${chapter%%-*} FIG=$(basename "$figure" .png))"
fi
# build/lab/NN-name/modules has a line "yours 03-backprop/linear" or "reference 03-backprop/linear" for each
[ ! -s "$out/modules" ] || awk '{ n[$1]++ } END {
    printf "modules of earlier chapters: %d of %d are yours%s\n", n["yours"], NR, n["yours"] < NR ? "   (OWN=1 links yours)" : ""
}' "$out/modules"
exit "$status"
