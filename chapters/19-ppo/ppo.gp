# caption: A language model learns from its judge. Above, what it is worth to the judge and by the hidden rule, how far it went, and what is left of its freedom; below, how much was clipped, how long answers are, and what they are like.
set multiplot layout 2,3 margins 0.06,0.975,0.125,0.875 spacing 0.065,0.15 title "PPO on a language model, iteration by iteration" font ",20"
set tics font ",12"
set xlabel font ",13" offset 0,0.4
set title font ",15" offset 0,-0.5
set xrange [0:*]
set key font ",12" bottom right
f = dir."/ppo.csv"
unset xlabel
set title "score"
plot f using 1:"proxy" with lines lt 1 title "its judge", "" using 1:"gold" with lines lt 5 title "the hidden rule"
set title "KL to the reference, nats an answer"
set yrange [0:*]
plot f using 1:"kl" with lines lt 2
set title "entropy, nats a token"
plot f using 1:"entropy" with lines lt 3
set xlabel "iterations"
set title "clipped, % of tokens"
plot f using 1:(100*column("clip_share")) with lines lt 4
set title "length, tokens"
plot f using 1:"length" with lines lt 7
set title "answers, %"
set yrange [0:104]
set key top at graph 0.98,0.60
plot f using 1:(100*column("ended")) with lines lt 8 title "ended", "" using 1:(100*column("right")) with lines lt 1 title "right", \
     "" using 1:(100*column("polite")) with lines lt 3 title "polite", "" using 1:(100*column("rude")) with lines lt 2 title "rude"
unset multiplot
