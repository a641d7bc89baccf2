# caption: The roofline of one core, and products of M = 1, 2, 4, ... 256 rows with a 4096 x 4096 matrix under it.
set title "M rows times a 4096 x 4096 matrix, one thread"
set xlabel "operations per byte that must move"
set ylabel "GFLOP/s"
set logscale x 2
set logscale y 10
set xrange [0.35:300]
set yrange [0.4:200]
set xtics (0.5, 1, 2, 4, 8, 16, 32, 64, 128, 256)
set key bottom right
set style data linespoints
plot dir."/roof_time.csv" using 1:2 with lines lt 7 lw 4 title "roofline: attainable", \
     dir."/roofline_time.csv" using 2:"matmul" title "matmul (packed, vectors)" lt 1, \
     "" using 2:"blocked" title "blocked" lt 4, \
     "" using 2:"loop_order" title "loop order" lt 5
