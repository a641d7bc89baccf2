# Checks every relative link of markdown files: that the file is there, and the heading where the link has a #anchor.
#   find . -print | awk -f tools/book/path.awk -f tools/book/check-links.awk - chapters/*/*.md
# Run from the top folder; the first input lists what exists. Prints the local targets, "PAGE<tab>TARGET" with both from
# the top folder. A broken link is reported with file and line, and ends the program with status 1. A link whose text is
# a name in backquotes and whose target is a source file must name something in that file.

function fail(file, line, message) {
    printf "%s:%d: %s\n", file, line, message > "/dev/stderr"
    failed = 1
}

# A heading's anchor as GitHub and pandoc's gfm reader make it: lower case, no punctuation but - and _, spaces to hyphens.
function anchor_of(heading,    text, mark, i) {
    text = heading
    sub(/^#+[ \t]+/, "", text)
    sub(/[ \t]+#*[ \t]*$/, "", text)
    while (match(text, /!?\[[^]]*\]\([^)]*\)/)) {
        mark = substr(text, RSTART, RLENGTH)
        i = RSTART
        sub(/^!?\[/, "", mark)
        sub(/\]\([^)]*\)$/, "", mark)
        text = substr(text, 1, i - 1) mark substr(text, i + RLENGTH)
    }
    text = tolower(text)
    gsub(/–|—|‘|’|“|”|…|×|→|·|≤|≥|−/, "", text)
    gsub(/[]!"#$%&'()*+,.\/:;<=>?@\\^`{|}~[]/, "", text)
    gsub(/[ \t]/, "-", text)
    return text
}

# Remembers the anchors of a markdown file in anchors[path, anchor].
function load_anchors(path,    line, fenced, anchor, seen) {
    if (path in anchors_loaded) return
    anchors_loaded[path] = 1
    while ((getline line < path) > 0) {
        if (line ~ /^ *(```|~~~)/) fenced = !fenced
        if (fenced) continue
        if (line ~ /^#+[ \t]/) {
            anchor = anchor_of(line)
            anchors[path, anchor (seen[anchor] ? "-" seen[anchor] : "")] = 1
            seen[anchor]++
        }
        while (match(line, /(id|name)="[^"]*"/)) {
            anchor = substr(line, RSTART, RLENGTH)
            line = substr(line, RSTART + RLENGTH)
            gsub(/^(id|name)="|"$/, "", anchor)
            anchors[path, anchor] = 1
        }
    }
    close(path)
}

# Does the word stand in the file?
function has_word(path, word,    line) {
    if ((path, word) in words) return words[path, word]
    words[path, word] = 0
    while ((getline line < path) > 0)
        if (line ~ "(^|[^A-Za-z0-9_])" word "([^A-Za-z0-9_]|$)") words[path, word] = 1
    close(path)
    return words[path, word]
}

function check(file, line, text, target,    path, anchor, number) {
    if (target ~ /^[a-z]+:/) return
    anchor = ""
    if (index(target, "#") > 0) {
        anchor = substr(target, index(target, "#") + 1)
        target = substr(target, 1, index(target, "#") - 1)
    }
    gsub(/%20/, " ", target)
    path = target == "" ? file : resolve(folder_of(file), target)
    if (path ~ /^\.\./ || target ~ /^\//) return fail(file, line, "the link " target " leaves the repository")
    if (!(path in exists)) {
        if (path ~ /^build\/(demo|lab)\/[0-9][0-9]-[^\/]*\/[^\/]*$/) {
            number = path
            sub(/^build\/(demo|lab)\//, "", number)
            sub(/-.*/, "", number)
            return fail(file, line, "the figure " path " is not drawn yet. Run: make demo-" number)
        }
        return fail(file, line, "broken link: there is no " path)
    }
    if (anchor != "" && path ~ /[.]md$/) {
        load_anchors(path)
        if (!((path, anchor) in anchors)) return fail(file, line, "broken link: " path " has no heading #" anchor)
    }
    if (path ~ /[.](c|h|cu|cuh)$/ && text ~ /^`(struct |enum |union )?[A-Za-z_][A-Za-z0-9_]*(\(\))?`$/) {
        gsub(/`|\(\)|^`?(struct|enum|union) /, "", text)
        if (!has_word(path, text)) return fail(file, line, "`" text "` is not in " path)
    }
    if (path != file) printf "%s\t%s\n", file, path
}

# The first input: what exists.
NR == FNR {
    sub(/^\.\//, "")
    exists[$0] = 1
    next
}
FNR == 1 { fenced = 0 }
/^ *(```|~~~)/ { fenced = !fenced }
fenced { next }
{
    rest = $0
    if (match(rest, /^ *\[[^]^][^]]*\]:[ \t]+[^ \t]+/)) {  # [label]: target
        target = substr(rest, RSTART, RLENGTH)
        sub(/^ *\[[^]]*\]:[ \t]+/, "", target)
        check(FILENAME, FNR, "", target)
        next
    }
    # Code and formulas are passed over, except a name in backquotes that is a link's whole text.
    name = ""
    while (match(rest, /\]\([^() \t]+( "[^"]*")?\)|`[^`]+`|[$][^$ ][^$]*[$]/)) {
        mark = substr(rest, RSTART, RLENGTH)
        before = substr(rest, 1, RSTART - 1)
        rest = substr(rest, RSTART + RLENGTH)
        if (mark ~ /^\]/) {
            gsub(/^\]\(|( "[^"]*")?\)$/, "", mark)
            check(FILENAME, FNR, before == "" ? name : "", mark)
        }
        name = mark ~ /^`/ && before ~ /\[$/ ? mark : ""
    }
}
END { exit failed }
