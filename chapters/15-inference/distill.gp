# caption: Two students with the same weights at the start, the same 512 rows in the same order, and the same steps: the loss on documents that neither has read. One learns which tokens came, the other what the large model thought of all of them.
set title "What the teacher thinks is worth more than what came"
set xlabel "steps of 16 rows"; set ylabel "loss per token on new documents, nats"
set logscale y
set yrange [0.68:5.5]
set ytics (0.7, 0.8, 0.9, 1, 1.2, 1.5, 2, 3, 5)
set key top right
f = dir."/distill.csv"
plot f using "step":"hard" with linespoints lt 2 title "student, hard labels", \
     "" using "step":"soft" with linespoints lt 1 title "student, soft labels", \
     "" using "step":"teacher" with lines lt 7 dt 2 title "teacher"
