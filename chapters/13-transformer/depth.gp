# caption: A new model of 24 layers. Left, the gradient of each layer's weights; right, what is left of the differences between the tokens' rows.
set multiplot layout 1,2
names = "'norms before' 'norms after' 'no norms' 'no residuals' 'neither'"
colour(i) = i == 5 ? 7 : i
set xlabel "layer"
set logscale y
if (GPVAL_TERM ne "dumb") set format y "10^{%T}"
set title "Gradient of the weights"
set ylabel "length"
set xrange [0.5:24.5]
set yrange [1e-36:1e6]
set key bottom right samplen 1.5
plot for [i=1:5] dir."/slopes.csv" using "layer":word(names, i) with lines lt colour(i) title word(names, i)
set title "How much the tokens' rows differ"
set ylabel "share of the rows"
set xrange [0:24]
set yrange [1e-7:3]
unset key
plot for [i=1:5] dir."/spreads.csv" using "layer":word(names, i) with lines lt colour(i)
unset multiplot
