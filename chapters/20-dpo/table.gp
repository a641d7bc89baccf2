# caption: The model that answers, and four ways to teach it what people prefer, on the same 2000 questions never asked. Left: score by the hidden rule, and distance. Right: what the answers are like.
set multiplot layout 1,2 margins 0.07,0.985,0.14,0.86 spacing 0.09 title "Who is better, and at what price" font ",20"
set tics font ",13"
f = dir."/table.csv"
set title "score and distance" font ",16" offset 0,-0.5
set xlabel "KL to the reference, nats an answer"
set ylabel "score by the hidden rule"
set xrange [-0.2:3.5]
set yrange [0:1.5]
plot f using "kl":"gold" with points lt 1 ps 1.8, "" using (column("kl")):(column("gold") + (strcol("name") eq "GRPO" ? 0.09 : strcol("name") eq "PPO" ? -0.09 : 0.07)):"name" with labels font ",14" textcolor rgb "#222222"
set title "answers, %"
unset xlabel
unset ylabel
set xrange [-0.5:*]
set yrange [0:119]
set ytics 0,20,100
set style data histogram
set style histogram clustered gap 1
set key top center horizontal font ",13"
plot f using (100*column("right")):xtic(1) lt 1 title "right", "" using (100*column("honest")) lt 5 title "honest", "" using (100*column("polite")) lt 3 title "polite", "" using (100*column("rude")) lt 2 title "rude"
unset multiplot
