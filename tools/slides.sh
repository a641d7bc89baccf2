#!/bin/sh
# tools/slides.sh [NN]: sets slides/NN-name.md as build/slides/NN-name.pdf, all or one; 16:9, with the chapter's figures.
# NOTES=1 shows the speaker's notes on pages of their own. Needs pandoc and xelatex (make setup-docs) and the figures
# (make demo). Run from the top folder.
set -u

tools=$(dirname "$0")/slides
out=build/slides
fail() {
    printf 'slides: error: %s\n' "$1" >&2
    exit "${2-1}"
}
for program in pandoc xelatex; do
    command -v "$program" >/dev/null 2>&1 || fail "$program is not installed. Run: make setup-docs"
done

wanted=${1-}
sources=
for file in slides/[0-9][0-9]-*.md; do
    [ -f "$file" ] || continue
    name=$(basename "$file" .md)
    [ -z "$wanted" ] || [ "${name%%-*}" = "$wanted" ] || [ "$name" = "$wanted" ] || continue
    sources="$sources $file"
done
[ -n "$sources" ] || fail "there are no slides${wanted:+ for $wanted}: slides/${wanted:-NN}-*.md"

# Pictures are named from the top folder, outside code.
check_figures() {
    awk '
        /^ *(```|~~~)/ { fenced = !fenced }
        fenced { next }
        {
            rest = $0
            while (match(rest, /!\[[^]]*\]\([^() ]+\)/)) {
                path = substr(rest, RSTART, RLENGTH)
                rest = substr(rest, RSTART + RLENGTH)
                sub(/^!\[[^]]*\]\(/, "", path)
                sub(/\)$/, "", path)
                if ((getline line < path) >= 0) { close(path); continue }
                number = path
                gsub(/^build\/demo\/|-.*/, "", number)
                printf "%s:%d: the figure %s is not there. Run: make demo%s\n", FILENAME, FNR, path,
                    (path ~ /^build\/demo\/[0-9][0-9]-/) ? "-" number : "" > "/dev/stderr"
                missing = 1
            }
        }
        END { exit missing }
    ' "$1"
}

# The title of the YAML header; the chapter's number comes from the file's name.
title_of() { sed -n 's/^title: *//p' "$1" | head -n 1 | sed "s/^[\"']//; s/[\"'] *\$//; s/^[0-9][0-9]*[.:]* *//"; }

# What went wrong, out of xelatex's log: the error with its line, or the last lines.
explain() {
    if grep -q '^!' "$1"; then
        sed -n '/^!/,/^l\./p' "$1" | head -n 12 | sed 's/^/    /' >&2
    else
        tail -n 8 "$1" | sed 's/^/    /' >&2
    fi
}

run_xelatex() { xelatex -interaction=nonstopmode -halt-on-error -output-directory "$out/tex" "$1" >/dev/null 2>&1; }

mkdir -p "$out/tex"
failed=0
for file in $sources; do
    name=$(basename "$file" .md)
    job=$name${NOTES:+-notes}
    check_figures "$file" || { failed=1; continue; }
    if ! pandoc --from markdown-implicit_figures --to beamer --slide-level 2 --template "$tools/template.tex" \
        --highlight-style "$tools/code.theme" --fail-if-warnings --variable chapter="${name%%-*}" \
        --metadata title="$(title_of "$file")" ${NOTES:+--variable notes=1} \
        --output "$out/tex/$job.tex" "$file"; then
        printf 'slides: error: %s: pandoc could not read it; see above\n' "$file" >&2
        failed=1
        continue
    fi
    run_xelatex "$out/tex/$job.tex"
    status=$?
    if [ "$status" -eq 0 ] && grep -q 'begin{longtable}' "$out/tex/$job.tex"; then # columns settle in the second run
        run_xelatex "$out/tex/$job.tex"
        status=$?
    fi
    if [ "$status" -ne 0 ]; then
        printf 'slides: error: %s: xelatex stopped. It says (lines are those of %s):\n' "$file" "$out/tex/$job.tex" >&2
        explain "$out/tex/$job.log"
        failed=1
        continue
    fi
    # A slide that is too full, or a sign that no font has, is for the author to mend; the slides are made all the same.
    awk -v file="$file" '
        /^Missing character/ && !seen[$0]++ { printf "slides: warning: %s: %s\n", file, $0 > "/dev/stderr" }
        /^Overfull \\vbox \([0-9.]+pt too high\)/ {
            high = $3
            gsub(/[^0-9.]/, "", high)
            if (high > 2) printf "slides: warning: %s: page %d is too full by %d pt\n", file, page + 1, high > "/dev/stderr"
        }
        {
            rest = $0
            while (match(rest, /\[[0-9]+\]?/)) {
                number = substr(rest, RSTART + 1, RLENGTH - 1) + 0
                if (number == page + 1) page = number
                rest = substr(rest, RSTART + RLENGTH)
            }
        }
    ' "$out/tex/$job.log"
    mv "$out/tex/$job.pdf" "$out/$job.pdf"
    echo "$out/$job.pdf"
done
exit "$failed"
