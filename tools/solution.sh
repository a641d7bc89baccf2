#!/bin/sh
# tools/solution.sh NN [FILE|TEST]: the reference beside the learner's code: one module, what one test asks for, or the
# whole chapter. Only for what has passed, by build/grade/NN-name.json, or with ANYWAY=1 in the environment.
# Run by `make solution-NN [FILE=loss.c | TEST=mse_backward]`.
set -eu
. tools/chapter.sh

# A gap is a line "01.2 mse_backward": its exercise and its function.
gaps_of_files() { sed -n 's/.*BEGIN SOLUTION \([0-9.]*\) \([a-z0-9_]*\):.*/\1 \2/p' "$@" | sort -u; }

exercise_of_test() { # exercise_of_test NAME: its number, by the chapter's tests or by the gap's name
    # shellcheck disable=SC2086,SC2046  # names of tests have no spaces
    {
        sed -n "s/^EXERCISE($1, .*[.]number = \"\([0-9.]*\)\".*/\1/p" $tests
        sed -n "s/.*BEGIN SOLUTION \([0-9.]*\) $1:.*/\1/p" $(references)
    } | head -n 1
}

# require_passed WHAT GAPS: ends with a kind word unless for every gap the test of its name has passed or, where there is
# none of its name, every test of its exercise
require_passed() {
    if [ -n "${ANYWAY:-}" ]; then return; fi
    graded=$(results tests "$number") || exit 1
    open=$(printf '%s\n\n%s\n' "$graded" "$2" | awk '
        /^$/ { gaps = 1; next }
        !gaps { good = $1 == "passed"; byname[$2, $3] = good + 1; count[$2]++; passed[$2] += good; next }
        { good = ($1, $2) in byname ? byname[$1, $2] == 2 : count[$1] > 0 && passed[$1] == count[$1] }
        !good { print $2, "(exercise " $1 ")"; exit }')
    [ -n "$open" ] || return 0
    if [ "${open%% *}" = "$1" ]; then
        echo "$open has not passed yet, so its solution stays closed a little longer."
    else
        echo "$1 stays closed a little longer: $open has not passed yet."
    fi
    printf '  %-36s %s\n' "make grade-$number" "grades what you have; passing opens the solution" \
        "make hint-$number TEST=${open%% *}" "gives the next hint" \
        "make solution-$number ANYWAY=1" "opens it all the same: no shame in that"
    exit 1
}

width() {
    if [ -t 1 ]; then stty size </dev/tty 2>/dev/null | awk '{ print $2 }'; else echo "${COLUMNS:-100}"; fi
}

without_marks() { grep -v -e '// BEGIN SOLUTION' -e '// END SOLUTION' "$1"; }

# compare MINE REFERENCE: side by side where both fit, otherwise one above the other
compare() {
    longest=$(awk '{ if (length($0) > n) n = length($0) } END { print n + 0 }' "$1" "$2")
    if cmp -s "$1" "$2"; then
        cat "$2"
        echo "(yours is the same)"
    elif [ $((2 * longest + 3)) -le "$columns" ]; then
        printf '%-*s%s\n' $((longest + 3)) "yours" "the reference"
        diff -t -y -W $((2 * longest + 3)) "$1" "$2" || :
    else
        echo "- yours   + the reference"
        # shellcheck disable=SC2086  # $colour is a flag or nothing
        diff $colour -U 1000 "$1" "$2" | sed 1,3d
    fi
    echo
}

show_file() { # show_file NAME
    reference=$(reference_of "$1")
    echo "==== labs/$chapter/$1 and $reference"
    without_marks "$reference" >"$scratch/reference"
    cat "labs/$chapter/$1" >"$scratch/mine"
    compare "$scratch/mine" "$scratch/reference"
}

functions_of() { # functions_of GAP FILE: names of the functions with a gap that begins so ("01.2 ", "01.2 mse_backward:")
    awk -v mark="BEGIN SOLUTION $1" '
        { gsub(/__(launch_bounds|cluster_dims)__[(][^)]*[)] */, "") }
        /^[A-Za-z_].*[(]/ && !/; *$/ { name = $0; sub(/[(].*/, "", name); sub(/.*[ *]/, "", name) }
        /^}/ { name = "" }
        index($0, mark) && name != "" && !(name in done) { print name; done[name] = 1 }' "$2"
}

function_body() { # function_body NAME FILE
    awk -v name="$1" '
        /^[A-Za-z_]/ && !/; *$/ { head = $0; gsub(/__(launch_bounds|cluster_dims)__[(][^)]*[)] */, "", head); sub(/[(].*/, "", head); sub(/.*[ *]/, "", head); inside = head == name }
        inside { print }
        /^}/ { inside = 0 }' "$2"
}

helpers() { # helpers EXERCISE FILE: what stands outside functions and only the solution needs
    awk -v mark="// BEGIN SOLUTION $1 " '
        index($0, mark) == 1 { inside = 1; next }
        /^\/\/ END SOLUTION/ { inside = 0 }
        inside { print }' "$2"
}

show_exercise() { # show_exercise EXERCISE TEST: all its gaps, or those of TEST's name where it has several tests
    gap="$1 "
    # shellcheck disable=SC2086,SC2046
    if [ "$(cat $tests | grep -c "^EXERCISE(.*number = \"$1\"")" -gt 1 ] &&
        gaps_of_files $(references) | grep -qx -e "$1 $2"; then
        gap="$1 $2:"
    fi
    for solution in $(references); do
        name=$(basename "$solution")
        without_marks "$solution" >"$scratch/whole"
        helpers "$1" "$solution" >"$scratch/helpers"
        if [ -s "$scratch/helpers" ]; then
            echo "==== helpers of exercise $1, $solution"
            cat "$scratch/helpers"
            echo
        fi
        for function in $(functions_of "$gap" "$solution"); do
            echo "==== $function, labs/$chapter/$name and $solution"
            function_body "$function" "$scratch/whole" >"$scratch/reference"
            function_body "$function" "labs/$chapter/$name" >"$scratch/mine"
            compare "$scratch/mine" "$scratch/reference"
        done
    done
}

[ $# -ge 1 ] || { echo "usage: tools/solution.sh NN [FILE|TEST]" >&2; exit 2; }
find_chapter "$1"
tests=$(find tests -path "tests/$chapter.c" -o -path "tests/$chapter/*.c")
word=${2:-}
columns=$(width)
colour=
if [ -t 1 ] && diff --color=always /dev/null /dev/null 2>/dev/null; then colour=--color=always; fi
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
pager='cat'
if [ -t 1 ] && command -v less >/dev/null; then pager='less -FRX'; fi

if [ -z "$word" ]; then
    # shellcheck disable=SC2046  # names of modules have no spaces
    require_passed "Chapter $number" "$(gaps_of_files $(references))"
    for f in $(references); do show_file "$(basename "$f")"; done | $pager
elif reference=$(reference_of "$word") && [ -n "$reference" ]; then
    name=$(basename "$reference")
    require_passed "$name" "$(gaps_of_files "$reference")"
    show_file "$name" | $pager
else
    exercise=$(exercise_of_test "$word")
    [ -n "$exercise" ] || fail 2 "'$word' is neither a test nor a module of $chapter." \
        "Modules: $(references | sed 's,.*/,,' | tr '\n' ' '); make hint-$number lists the tests"
    require_passed "$word" "$exercise $word"
    show_exercise "$exercise" "$word" | $pager
fi
