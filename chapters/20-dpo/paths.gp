# caption: What every nat of distance buys. Each point is an examination on 300 questions never asked, a tenth of the training after the one before.
set title "Distance and worth"
set xlabel "KL to the reference, nats an answer"
set ylabel "score by the hidden rule"
set xrange [0:*]
set key bottom right
plot dir."/far_exam.csv" using "kl":"gold" with linespoints lt 8 dt 2 title "DPO, too long and too fast", dir."/own_exam.csv" using "kl":"gold" with linespoints lt 4 dt 2 title "DPO, pairs of its own answers", for [m in "dpo ipo grpo"] dir."/".m."_exam.csv" using "kl":"gold" with linespoints lt (m eq "dpo" ? 1 : m eq "ipo" ? 2 : 3) title (m eq "dpo" ? "DPO" : m eq "ipo" ? "IPO" : "GRPO")
