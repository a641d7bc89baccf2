#!/bin/sh
# tools/prove.sh NN-name: grades the grader of one chapter. Prints a line per fact, "ok ..." or "not ok ...: why":
# - the reference gets 100 points, on a fixed seed and on a fresh one;
# - the untouched stub compiles without a warning, gets 0, crashes nothing, and every test says "not written yet";
# - every wrong answer in tests/wrong/NN-name loses the points of the test it names, with the message it names;
# - every test has its three hints, and every exercise of the stub a test.
set -u
lab=$1
build=build/prove/$lab
rm -rf "$build"
mkdir -p "$build"
make="${MAKE:-make} -s --no-print-directory WERROR=-Werror"
status=0
ok() { echo "ok $lab: $1"; }
not_ok() {
    echo "not ok $lab: $1"
    status=1
}

# grade BINARY JSON SEED [TEST]: the JSON is left behind, the output too
grade() { "$1" --lab "$lab" --graded "$1" --seed "$3" --json "$2" ${4:+--test "$4"} >"$2.txt" 2>&1; }

# field JSON KEY: the value of a top-level number
field() { sed -n "s/^ \"$2\": \([0-9.]*\),*$/\1/p" "$1"; }

# of_test JSON NAME KEY: a value of one test, as the JSON writes it
of_test() {
    awk -v name="\"$2\"" -v key="\"$3\":" '
        /^  \{/ { found = 0; value = "" }
        index($0, "\"name\": " name) { found = 1 }
        $1 == key { value = $0; sub(/^ *"[a-z]*": /, "", value); sub(/,$/, "", value) }
        /^  \}/ && found { print value }' "$1"
}

if $make "build/ref/$lab/grade" 2>"$build/errors"; then
    ok "the reference compiles without warnings"
else
    cat "$build/errors"
    not_ok "the reference does not compile without warnings"
    exit 1
fi
number=${lab%%-*}

for seed in 1 "${PROVE_SEED:-$(date +%s)}"; do
    if grade "build/ref/$lab/grade" "$build/ref-$seed.json" "$seed" && [ "$(field "$build/ref-$seed.json" points)" = 100.0 ]; then
        ok "the reference gets 100 points (seed $seed)"
    else
        cat "$build/ref-$seed.json.txt"
        not_ok "the reference gets $(field "$build/ref-$seed.json" points) points of 100 (seed $seed)"
    fi
done

# The stubs are cut afresh: labs/ may hold a learner's work.
mkdir -p "$build/stub"
objects=
for solution in solutions/"$lab"/*.c kernels/"$lab"/*.cu kernels/"$lab"/*.cuh; do
    [ -e "$solution" ] || continue
    sh tools/stubs.sh "$solution" >"$build/stub/$(basename "$solution")" || exit 1
done
link_list=$(tr ' ' '\n' <"build/ref/$lab/.linked" | sed '/^$/d')
includes="-Ilabs -Itests -Ikernels -Ikernels/simt/include -I."
cc_flags="-std=c11 -Wall -Wextra -Werror -O1 -march=native -fopenmp $includes"
simulator=
if ls kernels/"$lab"/*.cu >/dev/null 2>&1; then
    simulator="-no-pie build/bin/libsimt.a -lstdc++"
    $make build/simt/pch/cuda_runtime.h.gch || exit 1
fi
tests=$(${MAKE:-make} -s --no-print-directory "print-tests-$lab" print-grader)
own="^build/obj/(solutions|kernels)/$lab/" # what a learner writes
own_objects=$(echo "$link_list" | grep -E "$own")
# what every variant has in common, as one object without debugging information: there are many variants to link
rest=$build/rest.o
# shellcheck disable=SC2046,SC2086
${CC:-gcc} -r -nostdlib $(echo "$link_list" | grep -E -v "$own") $tests -o "$rest" && strip -g "$rest" || exit 1
linker=
if command -v ld.gold >/dev/null; then linker=-fuse-ld=gold; fi # a third of the time
# link_variant FOLDER OUT: a grader with the chapter's modules from FOLDER, the rest as the reference has it. FOLDER's objects
# come first: of a header's inline function the linker takes the first.
link_variant() {
    objects=
    theirs=
    for object in $own_objects; do
        name=${object##*/} name=${name%.o}
        if [ -e "$1/$name.c" ] || [ -e "$1/$name.cu" ]; then theirs="$theirs $1/$name.o"; else objects="$objects $object"; fi
    done
    for source in "$1"/*.c "$1"/*.cu; do
        # shellcheck disable=SC2086
        case $source in
        */\*.c*) ;; # there is none
        *.c) ${CC:-gcc} $cc_flags $3 -c "$source" -o "${source%.c}.o" || return 1 ;;
        *.cu) CXX="${CXX:-g++ -Ibuild/simt/pch}" build/bin/simtcc -Wall -Wextra -Werror $3 $includes -c "$source" -o "${source%.cu}.o" || return 1 ;;
        esac
    done
    # shellcheck disable=SC2086
    ${CC:-gcc} $linker $theirs $objects "$rest" -o "$2" $simulator -lcriterion -ljansson -lpcre2-8 -lz -lm -fopenmp
}

if link_variant "$build/stub" "$build/stub/grade" -Wno-unused-parameter 2>"$build/errors"; then
    grade "$build/stub/grade" "$build/stub.json" 1
    points=$(field "$build/stub.json" points)
    unwritten=$(grep -c '"status": "todo"' "$build/stub.json")
    count=$(grep -c '"name":' "$build/stub.json")
    if [ "$points" = 0.0 ] && [ "$unwritten" = "$count" ] && [ "$count" -gt 0 ]; then
        ok "the stub gets 0, and all $count tests say so"
    else
        not_ok "the stub gets $points points; $unwritten of $count tests say 'not written yet'"
        grep -h -B4 -A1 '"status": "[^t]' "$build/stub.json" | head -n 20
    fi
else
    cat "$build/errors"
    not_ok "the stub does not compile without warnings"
fi

# add_headers FOLDER NAMES: beside the files of a wrong answer the headers that they include, and where a header is changed the
# files that include it: all of them, or those that the patch names in a line "compile: ring.cu", where its test needs no others
add_headers() {
    for header in "$1"/*.cuh; do
        [ -e "$header" ] || continue
        for includer in $(cd "kernels/$lab" && grep -l "^#include \"$(basename "$header")\"" ./*.cu); do
            case " ${2:-$(basename "$includer")} " in
            *" $(basename "$includer") "*) [ -e "$1/$includer" ] || cp "kernels/$lab/$includer" "$1/" ;;
            esac
        done
    done
    for header in kernels/"$lab"/*.cuh; do
        if [ -e "$header" ] && [ ! -e "$1/$(basename "$header")" ]; then cp "$header" "$1/"; fi
    done
}

killed=0
total=0
for patch in tests/wrong/"$lab"/*.patch; do
    [ -e "$patch" ] || continue
    total=$((total + 1))
    wrong=${patch##*/} wrong=${wrong%.patch} test='' message='' compile=''
    while IFS= read -r line; do
        case $line in
        'test: '*) test=${line#test: } ;;
        'message: '*) message=${line#message: } ;;
        'compile: '*) compile=${line#compile: } ;;
        '--- '*) break ;;
        esac
    done <"$patch"
    folder=$build/wrong/$wrong
    for file in $(sed -n 's,^+++ b/\([^[:space:]]*\).*,\1,p' "$patch"); do # what the patch changes
        mkdir -p "$folder/tree/$(dirname "$file")"
        cp "$file" "$folder/tree/$file"
    done
    if ! patch -s -p1 --fuzz=0 -d "$folder/tree" <"$patch" >"$folder/errors" 2>&1; then
        cat "$folder/errors"
        not_ok "wrong answer $wrong: the patch does not apply"
        continue
    fi
    find "$folder/tree" -type f ! -name '*.orig' -exec cp -t "$folder" {} +
    add_headers "$folder" "$compile"
    if ! link_variant "$folder" "$folder/grade" "-Wno-unused -Wno-unused-parameter" 2>"$folder/errors"; then
        cat "$folder/errors"
        not_ok "wrong answer $wrong: does not compile"
        continue
    fi
    grade "$folder/grade" "$folder/result.json" "${PROVE_SEED:-1}" "$test"
    got=$(of_test "$folder/result.json" "$test" status)
    if [ -z "$got" ]; then
        not_ok "wrong answer $wrong: there is no test $test"
    elif [ "$got" = '"passed"' ]; then
        not_ok "wrong answer $wrong: $test gives it full points"
    elif ! of_test "$folder/result.json" "$test" message | grep -qF -e "$message"; then
        not_ok "wrong answer $wrong: $test does not say '$message' but $(of_test "$folder/result.json" "$test" message)"
    else
        ok "wrong answer $wrong is caught by $test and named"
        killed=$((killed + 1))
    fi
done
if [ "$total" -ge 6 ] && [ "$killed" = "$total" ]; then
    ok "$killed of $total wrong answers are caught (kill rate 100%)"
else
    not_ok "$killed of $total wrong answers are caught (at least 6, and all of them, are asked for)"
fi

for test in $(sed -n 's/^   "name": "\(.*\)",$/\1/p' "$build/ref-1.json"); do
    levels=$(awk -v want="## $test" '/^## / { here = $0 == want } here && /^[123]\. / { n++ } END { print n + 0 }' "labs/$lab/hints.md")
    [ "$levels" = 3 ] || not_ok "labs/$lab/hints.md has $levels hints of 3 for $test"
done
gaps=$(cat solutions/"$lab"/*.c kernels/"$lab"/*.cu kernels/"$lab"/*.cuh 2>/dev/null | grep -o "BEGIN SOLUTION $number\.[0-9]* [a-z]" | cut -d' ' -f3 | sort -u)
for gap in $gaps; do
    grep -q "\"exercise\": \"$gap\"" "$build/ref-1.json" || not_ok "exercise $gap has no test"
done
exit $status
