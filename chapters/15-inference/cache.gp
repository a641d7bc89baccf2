# caption: Tokens per second for the next token of a text, by its length. Without a cache the whole text is read again for each token.
set title "What a cache saves"
set xlabel "tokens of the text"; set ylabel "tokens/s"
set logscale xy
set xrange [14:1200]
set xtics (16, 32, 64, 128, 256, 512, 1024)
set yrange [1:*]
set key bottom left
plot dir."/cache_time.csv" using "tokens":"cached_per_second" with linespoints lt 1 title "with a cache", \
     "" using "tokens":"whole_per_second" with linespoints lt 2 title "without: everything again"
