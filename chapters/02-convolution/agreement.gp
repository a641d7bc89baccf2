# caption: The same sums, as a matrix product: billions of multiply-accumulates per second, direct and by im2col.
set title "The same convolution, direct and by im2col"
set ylabel "billion MACs per second, one core"
set xlabel "layer: input channels -> output channels, kernel / stride"
set style data histograms
set style histogram clustered gap 1
set boxwidth 0.9 relative
set logscale y
set yrange [0.01:100]
set xtics rotate by 0
set key top left
plot dir."/agreement_times.csv" using "direct":xtic(1) title "direct, by the definition" lt 2, \
     "" using "im2col" title "im2col and a plain matrix product" lt 1
