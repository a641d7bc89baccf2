# Read with `.` by the scripts beside it, which run from the top folder: from "03" to "03-backprop", and what was graded.
# shellcheck shell=sh

fail() { # fail STATUS MESSAGE...: what is wrong, where, and what to do next
    status=$1
    shift
    printf '%s: error: %s\n' "$(basename "$0" .sh)" "$*" >&2
    exit "$status"
}

chapters() { # every chapter that is built, one per line
    for main in labs/[0-9][0-9]-*/main.c; do
        [ -e "$main" ] || continue
        main=${main%/main.c}
        echo "${main#labs/}"
    done
}

find_chapter() { # find_chapter NN: sets chapter to NN-name and number to NN, or ends with the list of those that exist
    [ -d labs ] || fail 2 "no folder labs here: run this from the course's top folder"
    [ -n "${1:-}" ] || fail 2 "which chapter? Built are: $(chapters | tr '\n' ' ')"
    chapter=$(chapters | grep -e "^$1-" -e "^$1\$" | head -n 1)
    [ -n "$chapter" ] || fail 2 "no chapter $1; built are: $(chapters | tr '\n' ' ')"
    # shellcheck disable=SC2034  # for the scripts
    number=${chapter%%-*}
}

results() { # the reader of build/grade/*.json, built if need be
    [ -x build/bin/results ] || "${MAKE:-make}" -s build/bin/results >&2 || return 1
    build/bin/results "$@"
}

# references: the chapter's files with solutions, of which the stubs in labs/ are cut, one per line
references() {
    for reference in solutions/"$chapter"/*.c kernels/"$chapter"/*.cu kernels/"$chapter"/*.cuh; do
        if [ -e "$reference" ]; then echo "$reference"; fi
    done
}

# reference_of WORD: the one of that name, with or without its ending; nothing where there is none
reference_of() {
    references | awk -F / -v word="$(basename "$1")" '$NF == word || $NF == word ".c" || $NF == word ".cu" || $NF == word ".cuh" { print; exit }'
}
