# caption: Junk found by the filter, by how many pages somebody had labelled. Of all that it threw out, this much was junk; of all junk, this much it found.
set title "How many labelled pages does a filter need?"
set xlabel "labelled pages"; set ylabel "share, %"
set logscale x
set xrange [8:1300]
set yrange [0:105]
set xtics (10, 30, 90, 270, 810)
set key bottom right
plot dir."/filter_labels.csv" using "labelled":(100*column("precision")) with linespoints lt 2 title "of what it throws out is junk (precision)", \
     "" using "labelled":(100*column("recall")) with linespoints lt 1 title "of the junk is found (recall)"
