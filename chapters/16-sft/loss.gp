# caption: The loss on demonstrations and on old text, step by step. Old text is known already: in the mix it stays known. Dotted: what the style of an answer costs one who knows everything else.
set title "Loss of a step"
set xlabel "step"; set ylabel "nats per token that counts"
set xrange [0:1500]
set yrange [0:2.5]
f = dir."/tuning.csv"
plot f using "step":"loss" with lines lt 6 lw 1 notitle, \
     "" using "step":"old_loss" with lines lt 5 lw 1 notitle, \
     "" using "step":"loss" smooth sbezier with lines lt 1 title "demonstrations", \
     "" using "step":"old_loss" smooth sbezier with lines lt 2 title "old text", \
     "" using "step":"floor" with lines lt 7 dt 3 title "demonstrations, knowing all but the style"
