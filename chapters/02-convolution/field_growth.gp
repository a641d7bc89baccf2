# caption: How far one value sees after n convolutions 3x3: the field grows by a constant, or by a factor.
set title "Receptive field of a stack of 3x3 convolutions"
set xlabel "convolutions"
set ylabel "side of the receptive field (pixels)"
set logscale y 2
set yrange [2:1024]
set xrange [0.8:8.2]
set xtics 1
set key top left
set style data linespoints
plot dir."/field_growth.csv" using 1:"strided" title "stride 2 each" lt 2, \
     "" using 1:"dilated" title "dilation 1, 2, 4, ..." with points lt 5 ps 2.2, \
     "" using 1:"pooled" title "pool 2 after every second" lt 3, \
     "" using 1:"plain" title "plain" lt 1
