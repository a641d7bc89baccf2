#!/bin/sh
# The book, the figures and the demo's page on a small course made up here, in build/book-test/: what is woven in, what must
# never be, what a broken link or a missing figure says. Then the links and names of the real chapters. Prints
# "ok book: NAME" or "not ok book: NAME: why"; what needs pandoc or gnuplot says so where they are missing. Part of make test.
# shellcheck disable=SC2016  # backquotes and dollars of markdown
set -u
tools=$(pwd)/tools
course=$(pwd)/build/book-test
page=chapters/01-lines/README.md

# ---- the harness ----------------------------------------------------------------------------------------------------
# A test is a function of steps joined by &&, run in a fresh course; the step that fails prints why.

check() { # check NAME FUNCTION [PROGRAM that it needs]
    if [ -n "${3-}" ] && ! command -v "$3" >/dev/null 2>&1; then
        echo "ok book: $1 # skipped: $3 not installed"
        return
    fi
    make_course
    if why=$(cd "$course" && "$2" 2>&1); then
        echo "ok book: $1"
    else
        printf '%s\n' "$why" | sed 's/^/# /'
        echo "not ok book: $1: $(printf '%s\n' "$why" | head -n 1)"
    fi
}
run() { # run STATUS COMMAND...: stdout and stderr go to out
    want=$1
    shift
    "$@" >out 2>&1 </dev/null
    got=$?
    [ "$got" = "$want" ] && return
    echo "exit status $got, not $want, of: $*"
    cat out
    return 1
}
has() { # has FILE TEXT
    grep -qF -e "$2" "$1" && return
    echo "$1 does not say: $2"
    head -n 40 "$1"
    return 1
}
lacks() { # lacks FILE TEXT
    if grep -qF -e "$2" "$1"; then
        echo "$1 must not say: $2"
        return 1
    fi
}
weave() { awk -f "$tools/book/path.awk" -f "$tools/book/weave.awk" "$page" >woven 2>messages; }
check_links() {
    find . -print | awk -f "$tools/book/path.awk" -f "$tools/book/check-links.awk" - "$page" >targets 2>messages
}
text() { printf '%s\n' "$@" >>"$page"; }
figure() { printf 'figure\n' >"build/demo/01-lines/$1.png"; }

make_course() {
    rm -rf "$course"
    mkdir -p "$course/chapters/01-lines" "$course/labs/01-lines" "$course/solutions/01-lines" "$course/build/demo/01-lines"
    cd "$course" || exit 1
    cat >chapters/README.md <<'TEXT'
# A course

## Part I: data
| # | chapter |
|---|---|
| 01 | Lines |
| 02 | Later |
TEXT
    cat >$page <<'TEXT'
# 01 Lines & "curves"

## 1.1 One step
TEXT
    cat >labs/01-lines/line.h <<'TEXT'
// ---- line.c: a line ----
// Doubles x.
int line_twice(int x);

struct line {
    float w, b;
};
TEXT
    cat >solutions/01-lines/line.c <<'TEXT'
#include "01-lines/line.h"

// Doubles x, for the solution's reader.
int line_twice(int x) {
    // BEGIN SOLUTION 01.1 line_twice: twice as much
    return secret_of_the_solution(x);
    // END SOLUTION
}
TEXT
    cat >labs/01-lines/main.c <<'TEXT'
static int given(int a);

// Calls what is defined below.
static void caller(void) {
    given(1);
}

// Given to the learner:
// shown whole.
static int given(int a) {
    if (a) {
        return 1;
    }
    return body_of_given;
}
TEXT
    cd - >/dev/null || exit 1
}

# ---- weaving --------------------------------------------------------------------------------------------------------
header_signature() {
    text '' '[`line_twice`](../../labs/01-lines/line.h)' && weave && has woven '// Doubles x.' &&
        has woven 'int line_twice(int x);' && lacks woven 'line.c: a line' && lacks woven struct
}
solution_hidden() {
    text '' '[`line_twice`](../../solutions/01-lines/line.c)' && weave && has woven "for the solution's reader" &&
        has woven 'int line_twice(int x);' && lacks woven secret_of_the_solution && lacks woven SOLUTION && lacks woven '{ '
}
gaps_hidden() {
    mv solutions/01-lines/line.c labs/01-lines/kernel.cu
    text '' '[`line_twice`](../../labs/01-lines/kernel.cu)' && weave && lacks woven secret_of_the_solution
}
gaps_of_headers_hidden() { # and what a kernel's head says besides is no part of its name
    printf '// Which buffer.\n__host__ __device__ inline int ring_stage(int n) {\n    // TODO 01.2 ring_stage: which\n    int secret;\n}\n' >labs/01-lines/ring.cuh
    printf '// All at once.\n__global__ void __cluster_dims__(2, 1, 1) __launch_bounds__(32) turn(int *x) {\n    *x = 1;\n}\n' >labs/01-lines/turn.cu
    text '' '[`ring_stage`](../../labs/01-lines/ring.cuh)' '[`turn`](../../labs/01-lines/turn.cu)' && weave &&
        has woven '// Which buffer.' && has woven '__host__ __device__ inline int ring_stage(int n);' && lacks woven secret &&
        has woven 'turn(int *x) {' && has woven '*x = 1;'
}
learner_hidden() { # the learner has solved the exercise: nothing marks the body any more
    grep -v SOLUTION solutions/01-lines/line.c >labs/01-lines/line.c
    text '' '[`line_twice`](../../labs/01-lines/line.c)' && weave && lacks woven secret_of_the_solution
}
given_whole() {
    text '' '[`given`](../../labs/01-lines/main.c)' && weave && has woven '// Given to the learner:' &&
        has woven 'static int given(int a) {' && has woven body_of_given && [ "$(grep -c '^}' woven)" = 1 ] &&
        lacks woven 'static int given(int a);' && lacks woven caller
}
struct_whole() { text '' '[`struct line`](../../labs/01-lines/line.h)' && weave && has woven '    float w, b;'; }
two_in_one() {
    text '' '[`line_twice`](../../labs/01-lines/line.h)' '[`struct line`](../../labs/01-lines/line.h)' && weave &&
        [ "$(grep -c 'class="woven"' woven)" = 1 ] && has woven line_twice && has woven 'struct line'
}
unknown_name() {
    text '' '[`line_thrice`](../../labs/01-lines/line.h)'
    if weave; then echo "it wove a name that does not exist"; return 1; fi
    has messages "$page:5: \`line_thrice\` is not in labs/01-lines/line.h"
}
name_only_called() { # a call is no definition
    text '' '[`secret_of_the_solution`](../../solutions/01-lines/line.c)'
    if weave; then echo "it wove a call"; return 1; fi
    has messages "$page:5:"
}
missing_source() {
    text '' '[`given`](../../labs/01-lines/gone.c)'
    if weave; then echo "it wove from a file that does not exist"; return 1; fi
    has messages "$page:5: there is no source file labs/01-lines/gone.c"
}
inside_text() { # in a sentence, in code: no listing
    text '' 'See [`given`](../../labs/01-lines/main.c).' '' '```' '' '[`nothing`](nowhere.c)' '' '```' && weave &&
        lacks woven body_of_given && has woven '[`nothing`](nowhere.c)'
}
captions() {
    text '' '![Loss falls](../../build/demo/01-lines/a.png)' && weave && has woven '<figcaption>' && has woven 'Loss falls'
}
check "from a header: comment and signature" header_signature
check "from a solution: never the body" solution_hidden
check "from a file with gaps: never the body" gaps_hidden
check "from a header with gaps: never the body" gaps_of_headers_hidden
check "from the learner's own file: never the body" learner_hidden
check "from given code: the whole function" given_whole
check "a struct is shown whole" struct_whole
check "two names make one listing" two_in_one
check "an unknown name fails, with file and line" unknown_name
check "a call is not a definition" name_only_called
check "a missing source file fails, with file and line" missing_source
check "names in sentences and in code are left alone" inside_text
check "a picture gets its caption" captions

# ---- links ----------------------------------------------------------------------------------------------------------
good_links() {
    figure a
    text '[up](../README.md) [here](#11-one-step) [part](../README.md#part-i-data) [net](https://a.b/c#d) ![a](../../build/demo/01-lines/a.png)' \
        '`[no](link)` and $E[x](t)$' '[`given`](../../labs/01-lines/main.c) [`struct line`](../../labs/01-lines/line.h)' \
        '' '```' '[no](link)' '```' && { check_links || { cat messages; return 1; }; } && has targets 'chapters/README.md'
}
broken() { # broken MARKDOWN MESSAGE
    text '' "$1"
    if check_links; then echo "it accepted $1"; return 1; fi
    has messages "$page:5: $2"
}
broken_file() { broken '[x](../02-gone/README.md)' 'broken link: there is no chapters/02-gone/README.md'; }
broken_anchor() { broken '[x](../README.md#part-ii)' 'broken link: chapters/README.md has no heading #part-ii'; }
broken_own_anchor() { broken '[x](#gone)' "broken link: $page has no heading #gone"; }
broken_reference() { broken '[x]: gone.md' 'broken link: there is no chapters/01-lines/gone.md'; }
broken_figure() {
    broken '![x](../../build/demo/01-lines/a.png)' 'the figure build/demo/01-lines/a.png is not drawn yet. Run: make demo-01'
}
broken_name() { broken 'See [`nobody`](../../labs/01-lines/main.c).' '`nobody` is not in labs/01-lines/main.c'; }
outside() { broken '[x](../../../secret)' 'the link ../../../secret leaves the repository'; }
check "good links pass; code, formulas and the web are no links" good_links
check "a link to a file that is not there" broken_file
check "a link to a heading that is not there" broken_anchor
check "a link to a heading of its own page that is not there" broken_own_anchor
check "a reference to a file that is not there" broken_reference
check "a figure that is not drawn says what to run" broken_figure
check "a name in a sentence that is not in its file" broken_name
check "a link out of the repository" outside

# ---- the book -------------------------------------------------------------------------------------------------------
whole_book() {
    figure a
    mkdir -p build/book && echo old >build/book/index.html
    text '' '![Loss, $\eta = 1$](../../build/demo/01-lines/a.png)' '' '[`given`](../../labs/01-lines/main.c)' '' \
        'The sum $\hat y_i = \mathrm{softmax}(x)$, and [one step](#11-one-step).'
    run 0 sh "$tools/book.sh" && book=build/book/01-lines.html && has $book '<math' && has $book '>softmax<' &&
        has $book 'href="src/labs/01-lines/main.c.html#L-10"' && has $book 'src="figures/01-lines/a.png"' && has $book body_of_given && has $book '01 Lines &amp; &quot;curves&quot;' &&
        has build/book/index.html 'href="01-lines.html"' && has build/book/index.html '<span class="later">Later</span>' &&
        has build/book/src/labs/01-lines/main.c.html '../../../style.css' && [ -f build/book/style.css ] &&
        if grep -rlE '(src|<link[^>]*href)="https?:' build/book; then echo "it needs the network"; return 1; fi
}
nothing_half_built() {
    mkdir -p build/book && echo old >build/book/index.html
    text '' '[x](gone.md)'
    run 1 sh "$tools/book.sh" && has out "$page:5: broken link" && has build/book/index.html old
}
bad_formula() { text '' 'A formula $\nosuchmacro{x}$.' && run 1 sh "$tools/book.sh" && has out "$page" && has out nosuchmacro; }
without_pandoc() {
    mkdir bin && for program in sh awk dirname; do ln -s "$(command -v $program)" bin/; done
    run 1 env PATH="$course/bin" sh "$tools/book.sh" && has out 'Run: make setup-docs'
}
check "the whole book, with figure, formula and source page" whole_book pandoc
check "a broken link leaves the old book as it was" nothing_half_built pandoc
check "a formula that cannot be rendered is named" bad_formula pandoc
check "without pandoc it says what to run" without_pandoc

# ---- figures and the demo's page ------------------------------------------------------------------------------------
csv() { printf 'step,loss\n0,4\n1,2\n2,1\n' >build/demo/01-lines/loss.csv; }
script() { printf '# caption: It falls & <rises>.\nplot dir."/%s" using "step":"loss" with lines title "loss"\n' "$1" >chapters/01-lines/loss.gp; }
plot_png() {
    csv && script loss.csv && run 0 sh "$tools/plot.sh" build/demo/01-lines chapters/01-lines/loss.gp &&
        [ -s build/demo/01-lines/loss.png ] && [ ! -e build/demo/01-lines/loss.png.part ]
}
plot_text() { csv && script loss.csv && run 0 sh "$tools/plot.sh" -t build/demo/01-lines chapters/01-lines/loss.gp && has out '*****'; }
plot_no_csv() {
    figure loss && script gone.csv && run 1 sh "$tools/plot.sh" build/demo/01-lines chapters/01-lines/loss.gp &&
        has out chapters/01-lines/loss.gp && has out build/demo/01-lines/gone.csv && has out 'Run: make demo-01' &&
        has build/demo/01-lines/loss.png figure
}
plot_bad_script() {
    echo 'plott x' >chapters/01-lines/loss.gp
    run 1 sh "$tools/plot.sh" build/demo/01-lines chapters/01-lines/loss.gp && has out 'chapters/01-lines/loss.gp was not drawn' &&
        has out 'invalid command'
}
plot_no_figure() {
    script loss.csv && run 1 sh "$tools/plot.sh" -t build/demo/01-lines chapters/01-lines/los.gp &&
        has out 'there is no figure chapters/01-lines/los.gp. Figures here: loss'
}
plot_without_gnuplot() {
    mkdir bin && for program in sh dirname; do ln -s "$(command -v $program)" bin/; done
    run 1 env PATH="$course/bin" sh "$tools/plot.sh" build/demo/01-lines x.gp && has out 'Run: make setup'
}
demo_page() {
    figure loss && figure other && script loss.csv && printf 'a < b & "c"\n' >build/demo/01-lines/output.txt
    text '' '![x](../../build/demo/01-lines/other.png)' && run 0 sh "$tools/index.sh" build/demo &&
        index=build/demo/index.html && has $index 'It falls &amp; &lt;rises&gt;.' && has $index 'a &lt; b &amp; &quot;c&quot;' &&
        has $index '01 Lines &amp; &quot;curves&quot;' && lacks $index ../book/ &&
        grep -o 'src="[^"]*"' $index | tr '\n' ' ' >out && echo 'src="01-lines/other.png" src="01-lines/loss.png" ' | tr -d '\n' | cmp - out
}
demo_page_empty() { rm -r build/demo/01-lines && run 1 sh "$tools/index.sh" build/demo && has out 'Run: make demo'; }
check "plot.sh draws a PNG" plot_png gnuplot
check "plot.sh -t draws in characters" plot_text gnuplot
check "plot.sh names a missing CSV and what to run, and keeps the old figure" plot_no_csv gnuplot
check "plot.sh names a script that fails" plot_bad_script gnuplot
check "plot.sh lists the figures there are" plot_no_figure gnuplot
check "plot.sh without gnuplot says what to run" plot_without_gnuplot
check "the demo's page shows figures in the text's order, escaped" demo_page
check "the demo's page without results says what to run" demo_page_empty

# ---- the real chapters ----------------------------------------------------------------------------------------------
if why=$(sh tools/book.sh --check 2>&1); then
    echo "ok book: every link and every woven name of the chapters resolves"
else
    printf '%s\n' "$why" | sed 's/^/# /'
    echo "not ok book: the chapters: $(printf '%s\n' "$why" | head -n 1)"
fi
