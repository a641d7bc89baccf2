# caption: Seconds of one forward and backward pass. Both need some T² operations; one of them waits for memory, too.
set title "4 heads of 64 numbers, forward and backward"
set xlabel "T, tokens of the text"
set ylabel "milliseconds"
set logscale x 2
set logscale y 10
set xrange [100:5200]
set key top left
set style data linespoints
plot dir."/memory_time.csv" using 1:(1e3*column("naive")) title "matrix" lt 2, "" using 1:(1e3*column("flash")) title "flash" lt 1
