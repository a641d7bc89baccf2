# caption: Six hidden layers from weights that are too small by 0.3 per layer. Without a norm nothing happens; every norm of the signal repairs it, weight norm does not.
set title "Six norms and none, from a bad start"
set xlabel "steps (64 images each)"
set ylabel "training loss (mean of 10 steps)"
set xrange [0:200]
set yrange [0:2.9]
set key top right horizontal maxcols 4
plot for [name in "none batch layer instance group rms weight"] dir."/norms.csv" using "step":name with lines lw (name eq "none" ? 7 : 2.5) title name
