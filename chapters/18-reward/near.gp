# caption: How often the right answer gets more than a wrong one of eight sorts, from two models that differ only in the wrong answers they learned from. "The best liked": of all facts of the village the one that the model itself gives most, so no accident but a search. Dotted: a coin.
set title "It sees what it was shown"
set ylabel "the right answer is above, %"
set yrange [0:119]
set ytics 0,20,100
set style data histogram
set style histogram clustered gap 1
set boxwidth 0.9
set grid noxtics
set bmargin 6
set xtics ("a near\nmiss" 0, "the person's\nother facts" 1, "the best\nliked fact" 2, "what was\nfound" 3, "any\nfact" 4, "the best\nliked fact" 5, "another\nanswer" 6, "one word\ntoo many" 7) font ",14"
set label 1 "where a fact is asked" at 1.5,-20 center font ",14" textcolor rgb "#444444"
set label 2 "where nothing is known" at 4,-20 center font ",14" textcolor rgb "#444444"
set key top right horizontal
f = dir."/near.csv"
plot f using (100*column("all")) lt 1 title "wrong answers of all sorts", \
     "" using (100*column("near")) lt 2 title "near misses only", \
     50 with lines lt 7 dt 3 notitle
