# caption: Descent on the diabetes data nears the answer of the normal equation, but the held-out score is ready long before.
set title "442 patients: descent against the normal equation"
set xlabel "steps of batch descent"; set ylabel "distance of w from the closed form (L2)"; set y2label "R^2 on held-out patients"
set logscale x; if (GPVAL_TERM ne "dumb") set format x "10^{%T}"
set logscale y; if (GPVAL_TERM ne "dumb") set format y "10^{%T}"
set ytics nomirror; set y2tics; set border 11; set y2range [-0.5:0.6]
if (GPVAL_TERM ne "dumb") set rmargin 10
set xrange [1:10<*]
set key bottom left
plot dir."/diabetes.csv" using "step":"distance" with lines lt 1 title "distance (left)", \
     "" using "step":"held_r2" axes x1y2 with lines lt 2 title "held-out R^2 (right)"
