# caption: Which share of the tokens' questions each of eight experts gets, in the first layer, without and with the balance loss.
set multiplot layout 1,2
set xlabel "steps"
set ylabel "share of the questions (%)"
set yrange [0:100]
set autoscale xfix
unset key
shares(k) = sum [i=2:k] column(i)
set title "No balance loss"
plot for [k=9:2:-1] dir."/experts_free.csv" using 1:(shares(k)) with filledcurves x1 lt k-1
unset ylabel
set title "Balance loss, weight 0.1"
plot for [k=9:2:-1] dir."/experts_balanced.csv" using 1:(shares(k)) with filledcurves x1 lt k-1
unset multiplot
