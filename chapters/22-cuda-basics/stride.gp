# caption: Sectors of 32 bytes for each request of a warp, when thread t reads word t * stride of global memory.
set title "thread t reads word t * stride of global memory"
set xlabel "stride in words of 4 bytes"
set ylabel "sectors of 32 bytes for each request"
set xrange [0:41]
set yrange [0:36]
set xtics (1, 4, 8, 16, 24, 32, 40)
set key center right
plot dir."/stride.csv" using "stride":"sectors" with linespoints lt 1 title "moved", \
     4 with lines lt 3 dt 2 title "4 would do: 32 words of 4 bytes"
