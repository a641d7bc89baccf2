# caption: The loss of every line y = wx + b, and the path of batch descent down to the best one.
set title "The loss is a bowl"
set xlabel "w"; set ylabel "b"; set zlabel "MSE" rotate offset -1,0
set xrange [-1:5]; set yrange [-2:4]; set zrange [0:20]
set border 31; set xyplane 0; set view 42, 35
set key at screen 0.95, 0.92
set pm3d scansautomatic border lc rgb "#FFFFFF" lw 0.3
unset colorbox
splot dir."/surface.csv" using "w":"b":"loss" every 2:2 with pm3d, \
      dir."/batch.csv" using "w":"b":"loss" with linespoints lt 2 ps 0.8 title "batch descent from (0, 0)"
