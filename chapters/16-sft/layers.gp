# caption: Lessons alone, for the last layers only or for all of the model: what it answers afterwards, and what it has lost of the old text (right-hand scale; before: 0.73).
set title "How much must move?"
set ylabel "right, %"
set yrange [0:119]
set ytics 0,20,100
set y2label "loss on old text, nats" textcolor rgb "#222222"
set border 11 lw 1 lc rgb "#666666"
set y2range [0:2.975]
set y2tics 0,0.5,2.5 nomirror out scale 0.6
set rmargin 10
set style data histogram
set style histogram clustered gap 1
set boxwidth 0.9
set grid noxtics
set key top left
f = dir."/layers.csv"
plot f using (100*column("right")):xtic(1) lt 1 title "all that can be answered", \
     "" using (100*column("fact")) lt 3 title "facts", \
     "" using 0:"old_loss" axes x1y2 with linespoints lt 2 title "loss on old text (right)"
