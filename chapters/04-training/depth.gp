# caption: Forward and backward through 20 hidden layers before any training. A bad start fades or explodes by a factor per layer; a good one, or a norm, keeps the signal level.
names = "small large xavier tanh kaiming orthogonal small_norm"
array words[7] = ["ReLU, std 0.02", "ReLU, std 0.5", "ReLU, Xavier", "tanh, Xavier", "ReLU, Kaiming", "ReLU, orthogonal", "std 0.02 + batch norm"]
set multiplot layout 1,2
set xlabel "hidden layer"
set xrange [0.5:20.5]
set logscale y
if (GPVAL_TERM ne "dumb") set format y "10^{%T}"
set title "Activations, forward"
set ylabel "root mean square"
set yrange [1e-19:1e26]
set key at graph 0.98,0.99 right top samplen 1.5
plot for [i=1:7] dir."/activations.csv" using "layer":word(names, i) with lines lt i title words[i]
set title "Gradients, backward"
set yrange [1e-23:1e10]
unset key
plot for [i=1:7] dir."/gradients.csv" using "layer":word(names, i) with lines lt i
unset multiplot
