#!/bin/sh
# tools/hint.sh NN [TEST]: the next of the three hints for TEST (where to look, the idea, the formula); without TEST, which
# tests have hints. LEVEL=2 in the environment shows that one. Hints are in labs/NN-name/hints.md; how many were
# seen is kept in build/hints/. Run by `make hint-NN TEST=...`.
set -eu
. tools/chapter.sh

tests_with_hints() { sed -n 's/^## *\([A-Za-z0-9_]*\) *$/\1/p' "$hints"; }

seen() { # seen TEST: how many of its hints were shown, 0 to 3
    count=$(cat "build/hints/$chapter/$1" 2>/dev/null || :)
    case $count in [123]) echo "$count" ;; *) echo 0 ;; esac
}

list_tests() {
    echo "Hints of $chapter (three for each test):"
    tests_with_hints | while read -r name; do
        printf '  %-36s %d of 3 seen\n' "$name" "$(seen "$name")"
    done
    echo "The next one for a test: make hint-$number TEST=$(tests_with_hints | head -n 1)"
}

find_test() { # find_test WORD: sets test to the name that WORD is, or is part of
    test=$(tests_with_hints | grep -x -e "$1") || test=$(tests_with_hints | grep -F -e "$1") || test=
    [ -n "$test" ] || fail 2 "no hints for '$1' in $hints. There are: $(tests_with_hints | tr '\n' ' ')"
    [ "$(echo "$test" | wc -l)" -eq 1 ] || fail 2 "'$1' may be: $(echo "$test" | tr '\n' ' ')"
}

hint() { # hint TEST LEVEL: its text with formulas made readable, each paragraph on one line, then wrapped
    awk -v test="$1" -v level="$2" '
        function line(text) {
            if (gap && any) print ""
            print text
            gap = 0
            any = 1
        }
        function flush() {
            if (paragraph != "") line(paragraph)
            paragraph = ""
        }
        /^## / { inside = $2 == test; at = 0; next }
        inside && /^[1-3]\. / { at = substr($0, 1, 1); sub(/^[1-3]\. +/, "") }
        !inside || at != level { next }
        /^ *```/ { flush(); code = !code; next }
        code { line("    " $0); next }
        /^ *$/ { flush(); gap = 1; next }
        /^ *([-*] |[$][$])/ { flush() }
        { sub(/^ +/, ""); paragraph = paragraph (paragraph == "" ? "" : " ") $0 }
        END { flush() }' "$hints" |
        awk -f tools/plain-math.awk | fold -s -w "$width" | sed -e 's/ *$//' -e 's/^/   /'
}

show() { # show TEST LEVEL
    printf '%s, hint %d of 3\n' "$1" "$2"
    hint "$1" "$2"
}

[ $# -ge 1 ] || { echo "usage: tools/hint.sh NN [TEST]" >&2; exit 2; }
find_chapter "$1"
hints=labs/$chapter/hints.md
[ -r "$hints" ] || fail 1 "$hints is missing: take it from the repository again (git checkout -- $hints)"
width=$(($(stty size 2>/dev/null </dev/tty | awk '{ print $2 }' || :) + 0))
if [ "$width" -lt 40 ] || [ "$width" -gt 104 ]; then width=100; fi
width=$((width - 4))

if [ -z "${2:-}" ]; then
    list_tests
    exit 0
fi
find_test "$2"
level=${LEVEL:-$(($(seen "$test") + 1))}
case $level in
    [123]) show "$test" "$level" ;;
    4)
        for level in 1 2 3; do show "$test" "$level"; done
        level=3
        ;;
    *) fail 2 "LEVEL is 1, 2 or 3, not '$level'" ;;
esac
if [ "$level" -gt "$(seen "$test")" ]; then
    mkdir -p "build/hints/$chapter"
    echo "$level" >"build/hints/$chapter/$test"
fi
if [ "$level" -lt 3 ]; then
    echo "Not enough? make hint-$number TEST=$test shows the next."
else
    echo "That was the last. The section of chapters/$chapter/README.md that asks for it has the derivation."
fi
