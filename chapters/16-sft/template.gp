# caption: One lesson, word by word: how much each surprises the model, before and after. Left of the line stands what is asked; the loss does not see it. Right of it only the first word stays open: some people begin with "sure", some do not.
set title "What the loss sees of a lesson"
set ylabel "nats"
set yrange [0:18]
set style data histogram
set style histogram clustered gap 1
set boxwidth 0.9
set grid noxtics
set xtics rotate by -40
set arrow 1 from 7.5,0 to 7.5,16 nohead lt 7 dt 2 lw 2 front
set label 1 "does not count" at 7.3,16.9 right textcolor rgb "#444444"
set label 2 "counts" at 7.7,16.9 left textcolor rgb "#444444"
set key at graph 0.99,0.86
f = dir."/template.csv"
plot f using "pretrained":xtic(strcol(2) eq "comma" ? "," : strcol(2)) lt 8 title "pretrained", \
     "" using "tuned" lt 1 title "fine-tuned"
