# Turns links between files of the repository into links between pages of the book.
#   awk -v page=chapters/01-x/README.md -v root=../ -f tools/book/path.awk -f tools/book/relink.awk MAP PAGE.html
# MAP has a line "FILE<tab>PAGE" for every file that has a page; root leads from this page to the book's folder.
# Links to files without a page keep their text and lose their link; "book:PAGE" leads to a page of the book.

function relink(attribute, target,    anchor, path) {
    if (sub(/^book:/, "", target)) return attribute "=\"" root target "\""
    if (target ~ /^[a-z]+:/ || target ~ /^#/) return attribute "=\"" target "\""
    anchor = ""
    if (index(target, "#") > 0) {
        anchor = substr(target, index(target, "#"))
        target = substr(target, 1, index(target, "#") - 1)
    }
    gsub(/%20/, " ", target)
    path = resolve(folder, target)
    if (!(path in pages)) return attribute == "href" ? "class=\"no-page\"" : attribute "=\"" target "\""
    if (pages[path] ~ /^src\//) sub(/^#L/, "#L-", anchor)  # line numbers of a source page
    return attribute "=\"" root pages[path] anchor "\""
}

BEGIN {
    FS = "\t"
    folder = folder_of(page)
}
NR == FNR {
    pages[$1] = $2
    next
}
{
    line = ""
    rest = $0
    while (match(rest, /(href|src)="[^"]*"/)) {
        link = substr(rest, RSTART, RLENGTH)
        line = line substr(rest, 1, RSTART - 1)
        rest = substr(rest, RSTART + RLENGTH)
        at = index(link, "=")
        line = line relink(substr(link, 1, at - 1), substr(link, at + 2, length(link) - at - 2))
    }
    print line rest
}
