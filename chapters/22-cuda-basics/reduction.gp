# caption: Five ways to add up the same numbers: what each asks of shared memory, per 1000 elements.
set title "the ladder of reductions: shared memory, per 1000 elements"
set ylabel "count"
set logscale y
set yrange [0.1:1000]
set style data histograms
set style histogram clustered gap 1
set key top right
set xtics nomirror
set xrange [-0.6:4.6]
plot dir."/reduction.csv" using (column("requests")):xticlabels(2) title "requests of warps" lt 1, \
     "" using (column("passes")) title "passes over the banks" lt 2, \
     "" using (column("barriers")) title "barriers of blocks" lt 3
