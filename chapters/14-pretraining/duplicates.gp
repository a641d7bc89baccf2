# caption: Seconds to find the duplicates among signatures, by comparing all pairs and by comparing candidates only.
set title "Twice the pages, four times the pairs"
set xlabel "pages"; set ylabel "seconds"
set logscale xy
set xrange [400:10000]
set xtics (500, 1000, 2000, 4000, 8000)
set key top left
plot dir."/lsh_time.csv" using "pages":"all_pairs_seconds" with linespoints lt 2 title "all pairs", \
     "" using "pages":"lsh_seconds" with linespoints lt 1 title "candidates of 32 bands"
