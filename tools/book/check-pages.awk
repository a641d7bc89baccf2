# Checks the finished book: every link and picture of every page leads to a file of the book, every #anchor to an id.
#   find . -type f | awk -f tools/book/path.awk -f tools/book/check-pages.awk - *.html src/*/*.html
# Run in the book's folder. Links to the outside are allowed for reading on, never for loading: a page needs no network.

function fail(message) {
    printf "%s: %s\n", FILENAME, message > "/dev/stderr"
    failed = 1
}

NR == FNR {
    sub(/^\.\//, "")
    exists[$0] = 1
    next
}
FNR == 1 {
    folder = folder_of(FILENAME)
}
{
    rest = $0
    while (match(rest, /(href|src|id)="[^"]*"/)) {
        mark = substr(rest, RSTART, RLENGTH)
        before = substr(rest, 1, RSTART - 1)
        rest = substr(rest, RSTART + RLENGTH)
        kind = substr(mark, 1, index(mark, "=") - 1)
        target = substr(mark, index(mark, "=") + 2, length(mark) - index(mark, "=") - 2)
        if (kind == "id") {
            ids[FILENAME, target] = 1
        } else if (target ~ /^[a-z]+:/) {
            if (kind == "src" || before ~ /<link [^>]*$/) fail("needs the network: " target)
        } else {
            anchor = ""
            if (index(target, "#") > 0) {
                anchor = substr(target, index(target, "#") + 1)
                target = substr(target, 1, index(target, "#") - 1)
            }
            path = target == "" ? FILENAME : resolve(folder, target)
            if (!(path in exists)) fail("leads to " path ", which is not in the book")
            else if (anchor != "") wanted[FILENAME "\t" path "\t" anchor] = 1
        }
    }
}
END {
    for (link in wanted) {
        split(link, part, "\t")
        if (!((part[2], part[3]) in ids)) {
            FILENAME = part[1]
            fail("leads to " part[2] "#" part[3] ", which is not there")
        }
    }
    exit failed
}
