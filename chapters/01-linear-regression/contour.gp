# caption: The same bowl from above: batch descent for sixty epochs, the other two for three.
set title "Three ways down the same bowl"
set xlabel "w"; set ylabel "b"
# The contour lines, and with them the paths, go through tables, which gnuplot separates by blanks.
early(epoch, value) = epoch <= 3 ? value : NaN
set table $batch
plot dir."/batch.csv" using "w":"b" with table
set table $minibatch
plot dir."/mini-batch.csv" using (early(column("epoch"), column("w"))):"b" with table
set table $stochastic
plot dir."/stochastic.csv" using (early(column("epoch"), column("w"))):"b" with table
set contour base; unset surface; set cntrparam levels discrete 0.25, 0.3, 0.4, 0.6, 0.9, 1.3, 1.8, 2.4, 3.1
set table $contours
splot dir."/surface.csv" using "w":"b":"loss" notitle
unset table
set datafile separator whitespace
unset datafile columnheaders
set xrange [-0.2:2.8]; set yrange [-0.3:1.6]
set key bottom right
plot $contours using 1:2 with lines lw 1 lc rgb "#AAAAAA" title "equal loss", \
     $stochastic with lines lt 5 lw 1.2 title "stochastic", \
     $minibatch with linespoints lt 3 ps 0.7 title "mini-batch", \
     $batch with linespoints lt 1 ps 0.7 title "batch"
