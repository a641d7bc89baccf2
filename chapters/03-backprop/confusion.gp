# caption: What is taken for what, on 10,000 test images: rows are the truth, columns the network's answers.
set title "Confusion matrix"
set xlabel "predicted"; set ylabel "label"
set xrange [-0.5:9.5]; set yrange [9.5:-0.5]
set xtics rotate by 35 right
set cblabel "images"; set logscale cb; set cbrange [1:1000]
set palette defined (0 "#F7FBFF", 1 "#C6DBEF", 2 "#6BAED6", 3 "#2171B5", 4 "#08306B")
unset grid; unset key
file = dir."/confusion.csv"
plot file using "predicted":"label":(column("count") > 0 ? column("count") : 1):xtic(stringcolumn("predicted_name")):ytic(stringcolumn("label_name")) with image, \
     file using "predicted":"label":(column("count") < 200 ? sprintf("%d", column("count")) : "") with labels font ",11" textcolor rgb "#222222", \
     file using "predicted":"label":(column("count") < 200 ? "" : sprintf("%d", column("count"))) with labels font ",11" textcolor rgb "#FFFFFF"
