#!/bin/sh
# tools/watch.sh NN [TEST]: grades the lab again whenever a source file of it is saved, until Ctrl-C.
# Run by `make watch-NN [TEST=...]`.
set -eu
. tools/chapter.sh

[ $# -ge 1 ] || { echo "usage: tools/watch.sh NN [TEST]" >&2; exit 2; }
find_chapter "$1"
filter=${2:+TEST=$2}
stamp=build/watch/$number
mkdir -p build/watch
trap 'echo; echo "watch: ended"; exit 0' INT TERM

changed() { # prints the files saved since the stamp; hidden files are editors' own
    find "labs/$chapter" -name backup -prune -o \( -name '*.c' -o -name '*.h' -o -name '*.cu' -o -name '*.cuh' \) ! -name '.*' -newer "$stamp" -print
}

while :; do
    touch "$stamp" # before grading: what is saved meanwhile counts for the next round
    if [ -t 1 ]; then printf '\033[H\033[2J'; fi
    "${MAKE:-make}" -s --no-print-directory "grade-$number" ${filter:+"$filter"} || :
    echo "watch: waiting for a save in labs/$chapter (Ctrl-C ends)"
    while [ -z "$(changed)" ]; do sleep 0.5; done
done
