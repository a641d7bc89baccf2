# caption: All points at distance 1 from the centre, by three rulers.
set title "Distance 1, by three rulers"
set xlabel "w_1"; set ylabel "w_2"
set size ratio -1
set xrange [-1.5:1.5]; set yrange [-1.2:1.2]
set parametric; set trange [0:2*pi]; set samples 721
set key outside right top
if (GPVAL_TERM ne "dumb") set rmargin 24
l1(t) = abs(cos(t)) + abs(sin(t))
linf(t) = abs(cos(t)) > abs(sin(t)) ? abs(cos(t)) : abs(sin(t))
plot cos(t)/linf(t), sin(t)/linf(t) with lines lt 3 title "L_∞: largest entry", \
     cos(t), sin(t) with lines lt 1 title "L_2: straight line", \
     cos(t)/l1(t), sin(t)/l1(t) with lines lt 2 title "L_1: city blocks"
