# caption: The probabilities of the word after "repeat cat dog", where = and any other pet would be right. Heat brings words that are wrong; top-k 3 loses right ones; top-p 0.9 keeps the right ones only.
set title "\"repeat cat dog ...\": one distribution, cut in several ways"
set xlabel "next word"; set ylabel "probability, %"
set yrange [0:50]
set style data histogram
set style histogram clustered gap 1.5
set boxwidth 0.95
set grid noxtics
set key top right
f = dir."/choice.csv"
plot f using (100*column("cold")):xtic(2) lt 6 title "temperature 0.5", \
     f using (100*column("plain")) lt 1 title "temperature 1", \
     f using (100*column("hot")) lt 2 title "temperature 2", \
     f using (100*column("top_k")) lt 8 title "top-k 3", \
     f using (100*column("top_p")) lt 3 title "top-p 0.9"
