# caption: Whom does "it" look at? One row per head and sentence, learned from generated sentences: the second layer's heads turn from one noun to the other when the last word changes.
set title "What \"it\" looks at: ... because it was too tired / wide"
set xrange [-0.5:11.5]
set yrange [7.5:-0.5]
set cbrange [0:1]
set cblabel "attention"
unset grid; unset key; unset xlabel; unset ylabel
set xtics rotate by 30 right
set palette defined (0 "#F7FBFF", 0.15 "#DEEBF7", 0.4 "#9ECAE1", 0.7 "#4292C6", 1 "#08306B")
file = dir."/it.csv"
plot file using "word":"line":(column("p")):xtic(stringcolumn("text")):ytic(stringcolumn("label")) with image, \
     file using "word":"line":(column("p") >= 0.05 && column("p") < 0.5 ? sprintf("%.2f", column("p")) : "") with labels font ",12" textcolor rgb "#222222", \
     file using "word":"line":(column("p") >= 0.5 ? sprintf("%.2f", column("p")) : "") with labels font ",12" textcolor rgb "#FFFFFF"
