#!/bin/sh
# tools/setup-docs.sh: installs what `make book` and `make slides` need beyond `make setup`: pandoc, XeLaTeX with beamer, and
# the slides' fonts (Lato for text, WenQuanYi for Chinese). Nothing happens when nothing is missing.
set -eu
exec sh "$(dirname "$0")/setup.sh" install pandoc texlive-xetex texlive-latex-recommended texlive-pictures \
    texlive-fonts-recommended fonts-lmodern fonts-lato fonts-wqy-microhei fonts-dejavu-core
