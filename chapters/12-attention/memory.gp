# caption: What is kept from the forward to the backward pass: the matrix of probabilities grows with T², what flash attention keeps with T. Points: the growth of the program's memory, work space included.
set title "4 heads of 64 numbers, forward and backward"
set xlabel "T, tokens of the text"
set ylabel "MiB"
set logscale x 2
set logscale y 10
set xrange [100:5200]
set yrange [0.001:1000]
set key top left
M = 1048576.0
plot dir."/memory.csv" using 1:(column("naive")/M) with lines title "matrix, computed" lt 2, \
     dir."/memory_time.csv" using 1:(column("naive_peak") > 0 ? column("naive_peak")/M : NaN) with points title "matrix, measured" lt 2 ps 1.8, \
     dir."/memory_time.csv" using 1:(column("flash_peak") > 0 ? column("flash_peak")/M : NaN) with points title "flash, measured with its work space" lt 1 ps 1.8, \
     dir."/memory.csv" using 1:(column("flash")/M) with lines title "flash, computed" lt 1
