# caption: How far pairs that were never seen are pushed apart. DPO always gains by going farther; IPO aims at one distance, 1/(2 beta), and is pulled back beyond it.
set title "How far pairs are pushed apart"
set xlabel "h, nats: how much farther the chosen answer moved up than the rejected one"
set ylabel "% of pairs, in each half nat"
set xrange [-6:24]
set yrange [0:*]
set key top right
set arrow from 2.5, graph 0 to 2.5, graph 1 nohead dt 2 lc rgb "#444444"
set label "IPO's aim" at 2.7, graph 0.96 font ",13" textcolor rgb "#444444"
plot dir."/shifts.csv" using 1:(100*column("dpo")) with steps lt 1 title "DPO", "" using 1:(100*column("ipo")) with steps lt 2 title "IPO"
