# caption: A steep start. Without a limit on its length the first gradients throw the weights away; clipped to length 1 the same net learns.
set multiplot layout 1,2
set xlabel "step"
set xrange [0:240]
set logscale y
set title "Length of the gradient"
set ylabel "length before clipping"
set key top right
plot dir."/clipping.csv" using "step":"unclipped_length" with lines lt 2 title "not clipped", "" using "step":"clipped_length" with lines lt 1 title "clipped to 1"
set title "The loss"
set ylabel "training loss"
plot dir."/clipping.csv" using "step":"unclipped_loss" with lines lt 2 title "not clipped", "" using "step":"clipped_loss" with lines lt 1 title "clipped to 1"
unset multiplot
