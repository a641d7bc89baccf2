# caption: The tile of one warp on rung 7, 64 x 32: every number is a lane, and stands where its piece of 4 x 4 results lies. Lane 0 has four pieces.
set title "Who owns what: the warp's tile of rung 7"
set xlabel "column"
set ylabel "row"
set xrange [-0.5:31.5]
set yrange [63.5:-0.5]
set xtics 4
set ytics 8
unset key
plot dir."/owners.csv" using ($2 + 1.5):($1 + 1.5):(sprintf("%d", column("lane"))) with labels
