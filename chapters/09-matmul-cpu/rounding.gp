# caption: The relative error of a sum of K products: one running sum drifts, sums of blocks do not.
set title "How wrong a sum of K products is"
set xlabel "K"
set ylabel "largest relative error"
set logscale x 2
set logscale y 10
set format y "10^{%L}"
set yrange [1e-7:1e-5]
set xrange [50:90000]
set xtics (64, 256, 1024, 4096, 16384, 65536)
set key top left
set style data linespoints
plot dir."/rounding.csv" using 1:"naive" title "naive: one running sum" lt 6, \
     "" using 1:"packed" title "packed, plain C: a sum per block of 512" lt 3, \
     "" using 1:"vectors" title "packed, vectors: a sum per block of 256" lt 2
