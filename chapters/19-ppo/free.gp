# caption: The same training twice. Where every nat of distance has its price, the judge and the hidden rule agree. Where it has none, the judge is content all the same, but the answers get worse: the policy has found what the judge likes and people do not.
set multiplot layout 1,2 margins 0.07,0.98,0.13,0.86 spacing 0.09 title "What a price on the distance buys" font ",20"
set xlabel "iterations"
set xrange [0:*]
set key bottom right
paid = dir."/paid.csv"; free = dir."/free.csv"
set title "score" font ",16"
set yrange [-0.7:2.1]
plot paid using 1:"proxy" smooth sbezier with lines lt 1 dt 2 title "judge, with a price", paid using 1:"gold" smooth sbezier with lines lt 1 lw 4 title "hidden rule, with a price", \
     free using 1:"proxy" smooth sbezier with lines lt 2 dt 2 title "judge, without", free using 1:"gold" smooth sbezier with lines lt 2 lw 4 title "hidden rule, without"
set title "KL to the reference, nats an answer" font ",16"
set yrange [0:*]
set key top left
plot paid using 1:"kl" with lines lt 1 title "with a price", free using 1:"kl" with lines lt 2 title "without"
unset multiplot
