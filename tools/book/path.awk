# Paths, for the other awk programs of this folder: awk -f tools/book/path.awk -f tools/book/weave.awk ...

function folder_of(path) { return sub(/\/[^\/]*$/, "", path) ? path : "." }

# Where a link in a file of `folder` leads: ("chapters/01-x", "../../labs/a.h") -> "labs/a.h". The top folder is ".".
function resolve(folder, target,    parts, n, i, out, m) {
    n = split(folder "/" target, parts, "/")
    m = 0
    for (i = 1; i <= n; i++) {
        if (parts[i] == "" || parts[i] == ".") continue
        if (parts[i] == ".." && m > 0 && out[m] != "..") m--
        else out[++m] = parts[i]
    }
    if (m == 0) return "."
    target = out[1]
    for (i = 2; i <= m; i++) target = target "/" out[i]
    return target
}
