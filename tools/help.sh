#!/bin/sh
# tools/help.sh: what `make` prints.
set -eu
. tools/chapter.sh

# The first chapter without full marks. Before anything is graded, or built, that is the first.
next_chapter() {
    for graded in build/grade/*.json; do
        if [ -e "$graded" ]; then results next 2>/dev/null && return; fi
        break
    done
    chapters | head -n 1
}

cat <<'END'
Daybreak (破晓): learning machines from y = wx + b upwards, in C and CUDA.    NN is a chapter: 01, 02, ...

  learn
    make lab-NN              build and run your labs/NN-.../: a table, CSV and figures
    make grade-NN            points for each test (TEST=name: one test)
    make hint-NN TEST=name   the next of its three hints
    make watch-NN            grade again at every save
    make memcheck-NN         your program under the memory checkers (TEST=name: that test)
    make reset-NN            the stubs back, your files kept (FILE=name.c: one file)
    make solution-NN         the reference beside yours, once you passed (FILE=, TEST=)
    make grade               all chapters
    make progress            points per chapter, and which modules are yours
  look
    make demo                every chapter's finished program, with its figures (demo-NN: one)
    make capstone            one model from nothing to polite answers, in four stages (BUILD=lab OWN=1: by your modules)
    make plot-NN             draw your last run's figures again (FIG=loss: in the terminal)
    make bench               how fast the references are (bench-NN: one)
    make bench-align         what chapters 14 and 16 to 20 promise, on five fresh seeds (SEEDS="11 12"; minutes for each)
  CUDA
    make simtcc              build/bin/simtcc file.cu -o program: runs CUDA without a GPU and explains what goes wrong
    make gpu                 every kernel by nvcc, for a real GPU
    make gpu-check           on a GPU: every kernel against a reference in double precision
    make gpu-bench           on a GPU: each rung of the ladder beside cuBLAS
  teach
    make slides              build/slides/*.pdf
    make book                build/book/index.html
    make gradescope          the last grades as Gradescope's results.json
    make junit               the same as JUnit XML
  prepare and check
    make setup               install what is missing, get the data (setup-docs: for slides and book)
    make doctor              what is here, what is not, and what that means
    make datasets            the data alone
    make test                prove the course: references, stubs, wrong answers, tools
    make fuzz                the data readers against broken files
    make lint                static checks
    make stubs               cut labs/ from solutions/ (for authors: overwrites labs/)
    make clean               delete build/ with everything made

  variables: LR= EPOCHS= BATCH= STEPS= SEED= TEXT= for programs, ARGS="--help" for the rest; PLOT=live draws while it trains;
             PROG=name another program of the chapter (lab-, demo-); OWN=1 or OWN="03 04" links your own earlier modules
END
echo
next=$(next_chapter)
if [ -n "$next" ]; then
    echo "Next: chapter ${next%%-*}. Read chapters/$next/README.md, then make grade-${next%%-*}"
else
    echo "Every chapter that is built has full marks."
fi
