# caption: GRPO, round by round: 8 answers to each of 16 questions. Score and distance as in PPO, without a critic. Right: when all answers to a question are worth about the same, there is less and less to choose from.
set multiplot layout 1,3 margins 0.055,0.985,0.15,0.85 spacing 0.07 title "GRPO, round by round" font ",20"
set tics font ",12"
set xlabel "rounds" font ",13" offset 0,0.4
set title font ",15" offset 0,-0.5
set key font ",12" bottom right
set xrange [0:*]
f = dir."/grpo.csv"
set title "score"
plot f using 1:"proxy" with lines lt 1 title "its judge", "" using 1:"gold" with lines lt 5 title "the hidden rule"
set title "KL to the reference, nats an answer"
set yrange [0:*]
plot f using 1:"kl" with lines lt 2
set title "deviation within a group"
plot f using 1:"spread" with lines lt 3
unset multiplot
