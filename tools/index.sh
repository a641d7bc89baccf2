#!/bin/sh
# tools/index.sh DIR: writes DIR/index.html (build/demo), one page with every chapter's figures and printed results.
# DIR/NN-name/*.png are the figures, DIR/NN-name/output.txt is what the program printed. Titles come from the chapters'
# texts, captions from the first line of the figures' scripts. Run from the top folder.
set -eu

usage="usage: tools/index.sh DIR"
[ $# -eq 1 ] || { echo "index: error: $usage" >&2; exit 2; }
dir=${1%/}
[ -d "$dir" ] || { echo "index: error: there is no $dir yet. Run: make demo" >&2; exit 1; }
style=$(dirname "$0")/book/index.css
page=$dir/index.html.part.$$
trap 'rm -f "$page"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

html_escape() { sed 's/&/\&amp;/g; s/</\&lt;/g; s/>/\&gt;/g; s/"/\&quot;/g'; }

title_of() { # NN-name: "01 Linear regression", from the text's first heading, or from the folder's name
    title=$(sed -n 's/^# *//p' "chapters/$1/README.md" 2>/dev/null | head -n 1 |
        sed 's/`//g; s/^\(Chapter \)*[0-9][0-9]*[.:]* *//')
    printf '%s %s\n' "${1%%-*}" "${title:-${1#*-}}" | html_escape
}

# The figures of a chapter in the order of its text, then the others.
figures_of() {
    {
        sed -n 's:.*](.*/\([^/()]*[.]png\)).*:\1:p' "chapters/$1/README.md" 2>/dev/null || true
        for figure in "$dir/$1"/*.png; do basename "$figure"; done
    } | awk '!seen[$0]++' | while IFS= read -r figure; do
        [ ! -f "$dir/$1/$figure" ] || printf '%s\n' "$figure"
    done
}

chapter_part() { # NN-name
    printf '<section id="%s">\n<h2>%s</h2>\n' "$1" "$(title_of "$1")"
    if [ -f "build/book/$1.html" ] && [ "$dir" = build/demo ]; then
        printf '<p><a href="../book/%s.html">Read the chapter</a></p>\n' "$1"
    fi
    printf '<div class="figures">\n'
    figures_of "$1" | while IFS= read -r figure; do
        caption=$(sed -n '1s/^# caption: *//p' "chapters/$1/${figure%.png}.gp" 2>/dev/null | html_escape)
        printf '<figure><a href="%s/%s"><img src="%s/%s" alt="" loading="lazy"></a><figcaption>%s</figcaption></figure>\n' \
            "$1" "$figure" "$1" "$figure" "${caption:-${figure%.png}}"
    done
    printf '</div>\n'
    if [ -f "$dir/$1/output.txt" ]; then
        printf '<pre>'
        html_escape <"$dir/$1/output.txt"
        printf '</pre>\n'
    fi
    printf '</section>\n'
}

found=
for folder in "$dir"/[0-9][0-9]-*/; do
    [ -d "$folder" ] || continue
    found="$found $(basename "$folder")"
done
[ -n "$found" ] || { echo "index: error: $dir holds no chapter's results yet. Run: make demo" >&2; exit 1; }

{
    cat <<'HEAD'
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Daybreak: the demo's results</title>
<style>
HEAD
    cat "$style"
    printf '</style>\n</head>\n<body>\n<header>\n<h1>Daybreak <span lang="zh">破晓</span></h1>\n'
    printf '<p>What the programs of the chapters showed when they last ran on this machine. %s</p>\n<nav>\n' \
        '<code>make demo</code> makes this page again.'
    for chapter in $found; do printf '<a href="#%s">%s</a>\n' "$chapter" "$(title_of "$chapter")"; done
    [ ! -f build/capstone/index.html ] || [ "$dir" != build/demo ] || printf '<a href="../capstone/index.html">All stages in a row</a>\n'
    [ ! -f build/book/index.html ] || [ "$dir" != build/demo ] || printf '<a href="../book/index.html">The book</a>\n'
    printf '</nav>\n</header>\n<main>\n'
    for chapter in $found; do chapter_part "$chapter"; done
    printf '</main>\n</body>\n</html>\n'
} >"$page"
mv "$page" "$dir/index.html"
echo "All figures and results: $dir/index.html"
