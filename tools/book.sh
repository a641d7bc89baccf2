#!/bin/sh
# Builds the book: chapters/ becomes HTML pages in build/book, with functions woven in from the real sources, figures from
# build/demo, formulas as MathML, and copies of the source files that it links, so that it works offline.
#   tools/book.sh           needs pandoc (make setup-docs) and the figures (make demo)
#   tools/book.sh --check   only checks: every link leads somewhere, every woven name exists; needs neither
# Run from the top folder. Any broken link or unknown name is reported with file and line, and build/book stays as it was.
set -u

tools=$(cd "$(dirname "$0")/book" && pwd) || exit 1
fail() {
    printf 'book: error: %s\n' "$1" >&2
    exit "${2-1}"
}
weave() { awk -f "$tools/path.awk" -f "$tools/weave.awk" "$1"; }

case ${1-} in
'' | --check) ;;
*) fail "usage: tools/book.sh [--check]" 2 ;;
esac
[ -d chapters ] || fail "there is no folder chapters here: run from the top folder"
check_only=${1-}
if [ -z "$check_only" ]; then
    command -v pandoc >/dev/null 2>&1 || fail "pandoc is not installed. Run: make setup-docs"
fi

mkdir -p build
work=build/.book.$$
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
rm -rf "$work"
mkdir -p "$work/book/figures" "$work/book/src" || exit 1

# ---- what is in the book --------------------------------------------------------------------------------------------
# $work/map: "FILE<tab>PAGE"; $work/order: the pages in reading order, "FILE<tab>PAGE<tab>TITLE"

# A page's title is its first heading; a chapter's starts with its number, however the text writes it.
title_of() {
    number=$(echo "$1" | sed -n 's:^chapters/\([0-9][0-9]\)-[^/]*/README[.]md$:\1 :p')
    sed -n 's/^# *//p' "$1" | head -n 1 | sed "s/\`//g; s/^\(Chapter \)*[0-9][0-9]*[.:]* *//; s/^/$number/"
}
html_escape() { sed 's/&/\&amp;/g; s/</\&lt;/g; s/>/\&gt;/g; s/"/\&quot;/g'; }

: >"$work/map"
: >"$work/order"
add_page() { # FILE PAGE [in-order]
    printf '%s\t%s\n' "$1" "$2" >>"$work/map"
    [ -z "${3-}" ] || printf '%s\t%s\t%s\n' "$1" "$2" "$(title_of "$1" | html_escape)" >>"$work/order"
}
[ -f chapters/README.md ] || fail "there is no chapters/README.md, which is the book's first page"
add_page chapters/README.md index.html in-order
for chapter in chapters/[0-9][0-9]-*/README.md; do
    [ -f "$chapter" ] || continue
    folder=$(dirname "$chapter")
    name=$(basename "$folder")
    add_page "$chapter" "$name.html" in-order
    printf '%s\t%s\n' "$folder" "$name.html" >>"$work/map"
    for extra in "$folder"/*.md; do
        [ "$extra" = "$chapter" ] || add_page "$extra" "$name-$(basename "$extra" .md).html"
    done
done
for extra in glossary further-reading; do
    [ ! -f "chapters/$extra.md" ] || add_page "chapters/$extra.md" "$extra.html" in-order
done

# ---- checks, with file and line -------------------------------------------------------------------------------------
pages=$(cut -f1 "$work/map" | grep '[.]md$')
find . -name .git -prune -o -path './build/*' ! -path './build/demo*' -prune -o -print >"$work/exists"
failed=0
if [ -n "$check_only" ]; then # figures come from runs; a check of the text alone takes them as drawn
    for script in chapters/[0-9][0-9]-*/*.gp; do
        [ ! -f "$script" ] || echo "$script" | sed 's:^chapters/:build/demo/:; s:[.]gp$:.png:'
    done >>"$work/exists"
fi
# shellcheck disable=SC2086  # the list of pages is split into words
awk -f "$tools/path.awk" -f "$tools/check-links.awk" "$work/exists" $pages >"$work/targets" 2>"$work/errors" || failed=1
for page in $pages; do
    weave "$page" >"$work/$(echo "$page" | tr / _)" 2>>"$work/errors" || failed=1
done
awk '!seen[$0]++' "$work/errors" >&2
[ "$failed" -eq 0 ] || fail "see above; nothing was built"
[ -z "$check_only" ] || exit 0

# ---- figures and source files that the pages link -------------------------------------------------------------------
has_page() { cut -f1 "$work/map" | grep -qxF -e "$1"; }
cut -f2 "$work/targets" | sort -u >"$work/linked"
while IFS= read -r path; do
    has_page "$path" && continue
    case $path in
    build/demo/*.png)
        figure=figures/${path#build/demo/}
        mkdir -p "$work/book/$(dirname "$figure")"
        cp "$path" "$work/book/$figure"
        printf '%s\t%s\n' "$path" "$figure" >>"$work/map"
        continue
        ;;
    esac
    if [ -d "$path" ]; then
        printf '%s\tsrc/%s/index.html\n' "$path" "$path" >>"$work/map"
        for file in "$path"/*; do
            [ ! -f "$file" ] || has_page "$file" || printf '%s\tsrc/%s.html\n' "$file" "$file" >>"$work/map"
        done
    else
        printf '%s\tsrc/%s.html\n' "$path" "$path" >>"$work/map"
    fi
done <"$work/linked"

# ---- pages ----------------------------------------------------------------------------------------------------------
to_html() { # FILE ROOT KIND TITLE [PANDOC OPTION...]: markdown on stdin, a page on stdout
    file=$1 root=$2 kind=$3 title=$4
    shift 4
    pandoc --from gfm+tex_math_dollars+smart-emoji-yaml_metadata_block --to html5 --mathml --wrap=none \
        --columns=9999 --fail-if-warnings --template "$tools/page.html" --metadata pagetitle="$title" --variable kind="$kind" "$@" \
        >"$work/page.html" 2>"$work/messages" || {
        cat "$work/messages" >&2
        fail "$file: pandoc could not turn it into HTML (a formula that pandoc does not know is quoted above)"
    }
    awk -v page="$file" -v root="$root" -f "$tools/path.awk" -f "$tools/relink.awk" "$work/map" "$work/page.html" |
        awk -f "$tools/mathml.awk"
}

# A chapter's page says its number above the title, however the text writes it.
number_title() { # FILE, the page on stdin
    awk -v number="$(echo "$1" | sed -n 's:^chapters/\([0-9][0-9]\)-[^/]*/README[.]md$:\1:p')" '
        number != "" && !done && /<h1 / {
            sub(/>(Chapter )?[0-9]+[.:]* */, ">")
            print "<p class=\"number\">Chapter " number "</p>"
            done = 1
        }
        { print }
    '
}

# The map of chapters/README.md gives the parts; chapters that have no folder yet are not listed.
contents() { # PAGE: the contents with PAGE marked
    awk -F '\t' -v current="$1" '
        function entry(page, title) {
            printf "<li><a href=\"book:%s\"%s>%s</a></li>\n", page, page == current ? " aria-current=\"page\"" : "", title
        }
        FILENAME == ARGV[1] {
            if (/^## /) part = substr($0, 4)
            else if (match($0, /^\| *(\*\*)?[0-9][0-9]/)) part_of[substr($0, RLENGTH - 1, 2)] = part
            next
        }
        {
            number = substr($2, 1, 2)
            part = number ~ /^[0-9][0-9]$/ ? part_of[number] : ""
            if (FNR == 1) printf "<nav id=\"contents\" aria-label=\"Contents\">\n<h2>Contents</h2>\n<ul>\n"
            else if (part != open) printf "</ul>\n%s<ul>\n", part == "" ? "" : "<h2>" part "</h2>\n"
            entry($2, $3)
            open = part
        }
        END { print "</ul>\n</nav>" }
    ' chapters/README.md "$work/order"
}

turn() { # PAGE: links to the page before and the page after
    awk -F '\t' -v current="$1" '
        { page[NR] = $2; title[NR] = $3; if ($2 == current) at = NR }
        END {
            if (!at) exit
            print "<nav class=\"turn\" aria-label=\"Pages\">"
            if (at > 1) printf "<a rel=\"prev\" href=\"book:%s\"><small>← before</small>%s</a>\n", page[at - 1], title[at - 1]
            if (at < NR) printf "<a rel=\"next\" href=\"book:%s\"><small>next →</small>%s</a>\n", page[at + 1], title[at + 1]
            print "</nav>"
        }
    ' "$work/order"
}

# Rows of the map, "| 01 | linear-regression | ...", become links where the chapter exists.
link_map() {
    awk -F '\t' '
        FILENAME == ARGV[1] {
            if ($1 ~ /^chapters\/[0-9][0-9]-[^\/]*\/README[.]md$/) page[substr($1, 10, 2)] = substr($1, 10)
            next
        }
        match($0, /^\| *(\*\*)?[0-9][0-9](\*\*)? *\|/) {
            head = substr($0, 1, RLENGTH)
            rest = substr($0, RLENGTH + 1)
            number = head
            gsub(/[^0-9]/, "", number)
            bar = index(rest, "|")
            name = substr(rest, 1, bar - 1)
            gsub(/^ +| +$/, "", name)
            name = (number in page) ? "[" name "](" page[number] ")" : "<span class=\"later\">" name "</span>"
            $0 = head " " name " " substr(rest, bar)
        }
        { print }
    ' "$work/map" -
}

# shellcheck disable=SC2016,SC2094  # backquotes of markdown; the map is only read
while IFS='	' read -r file page; do
    case $file in
    chapters/*.md)
        case $page in index.html) kind=index ;; *) kind=text ;; esac
        contents "$page" >"$work/contents"
        turn "$page" >"$work/turn"
        if [ ! -s "$work/turn" ]; then # answers and the like stand beside their chapter
            up=$(awk -F '\t' -v f="$(dirname "$file")/README.md" '$1 == f { print $2 }' "$work/map")
            printf '<nav class="turn"><a href="book:%s"><small>← back to the chapter</small>%s</a></nav>\n' "$up" \
                "$(title_of "$(dirname "$file")/README.md" | html_escape)" >"$work/turn"
        fi
        woven=$work/$(echo "$file" | tr / _)
        if [ "$kind" = index ]; then link_map <"$woven"; else cat "$woven"; fi |
            to_html "$file" "" "$kind" "$(title_of "$file") · Daybreak" --toc --toc-depth=3 \
                --include-before-body "$work/contents" --include-after-body "$work/turn" >"$work/numbered" || exit 1
        number_title "$file" <"$work/numbered" >"$work/book/$page"
        ;;
    *)
        case $page in src/*) ;; *) continue ;; esac
        mkdir -p "$work/book/$(dirname "$page")"
        root=$(printf '%s' "$page" | sed 's:[^/]::g; s:/:../:g')
        if [ -d "$file" ]; then
            {
                printf '# %s\n\n' "$file"
                for entry in "$file"/*; do
                    if [ -f "$entry" ]; then
                        printf -- '- [`%s`](%s)\n' "$(basename "$entry")" "$(basename "$entry")"
                    else
                        printf -- '- `%s/`\n' "$(basename "$entry")"
                    fi
                done
            } | to_html "$file/index" "$root" source "$file · Daybreak"
        elif [ "${file##*.}" = md ]; then
            to_html "$file" "$root" text "$file · Daybreak" <"$file"
        else
            case $file in
            *.c | *.h) language=c ;;
            *.cu | *.cuh) language=cpp ;;
            *.sh) language=bash ;;
            *.patch) language='diff' ;;
            */Makefile | Makefile) language=makefile ;;
            *) language=default ;;
            esac
            {
                printf '<h1>%s</h1>\n\n' "$file"
                printf '~~~~~~~~~~ {#L .%s .numberLines}\n' "$language"
                cat "$file"
                printf '\n~~~~~~~~~~\n'
            } | to_html "$file" "$root" source "$file · Daybreak" --from markdown
        fi >"$work/book/$page" || exit 1
        ;;
    esac
done <"$work/map"
cp "$tools/style.css" "$work/book/style.css"

# ---- the result -----------------------------------------------------------------------------------------------------
(
    cd "$work/book" || exit 1
    find . -type f | sed 's:^\./::' | sort >../files
    # shellcheck disable=SC2046  # page names hold no spaces
    awk -f "$tools/path.awk" -f "$tools/check-pages.awk" ../files $(grep '[.]html$' ../files)
) || fail "the pages above have broken links"
rm -rf build/book
mv "$work/book" build/book
echo "build/book/index.html: $(grep -c '^chapters/[0-9]' "$work/order") chapters"
