# How every figure looks. tools/plot.sh loads this before a figure's own script; a script may override any of it.
#
# A script says titles, axes and curves, and nothing else:
#     # caption: Three ways downhill: loss after each update.
#     set title "Three descents"
#     set xlabel "updates"; set ylabel "mean squared error"; set logscale y
#     plot dir."/loss.csv" using "step":"batch" with lines title "batch", "" using "step":"sgd" with lines title "SGD"
#
# CSV files start with a line of column names, so a column can be called by number or by name. Data written inside a
# script ($data << EOD) starts with such a line too, or follows `unset datafile columnheaders`.
set encoding utf8
set datafile separator ","
set datafile columnheaders

# Okabe and Ito (2008), "Color Universal Design": eight colours that colour-blind readers tell apart.
set linetype 1 lc rgb "#0072B2" lw 2.5 pt 7 ps 1
set linetype 2 lc rgb "#D55E00" lw 2.5 pt 5 ps 1
set linetype 3 lc rgb "#009E73" lw 2.5 pt 9 ps 1.2
set linetype 4 lc rgb "#CC79A7" lw 2.5 pt 13 ps 1.2
set linetype 5 lc rgb "#E69F00" lw 2.5 pt 11 ps 1.2
set linetype 6 lc rgb "#56B4E9" lw 2.5 pt 6 ps 1
set linetype 7 lc rgb "#444444" lw 2.5 pt 4 ps 1
set linetype 8 lc rgb "#999999" lw 2.5 pt 8 ps 1.2
set linetype cycle 8

# Surfaces and pictures: viridis (van der Walt and Smith, 2015), dark to bright, readable in grey.
set palette defined (0 "#440154", 1 "#482475", 2 "#414487", 3 "#355F8D", 4 "#2A788E", 5 "#21918C", \
                     6 "#22A884", 7 "#44BF70", 8 "#7AD151", 9 "#BDDF26", 10 "#FDE725")

set border 3 lw 1 lc rgb "#666666"
set tics nomirror out scale 0.6 font ",15" textcolor rgb "#444444"
set title font ",20" textcolor rgb "#222222" offset 0,0.3
set xlabel textcolor rgb "#222222"
set ylabel textcolor rgb "#222222"
set zlabel textcolor rgb "#222222"
set cblabel textcolor rgb "#222222"
set key font ",14" top right opaque noautotitle samplen 2 spacing 1.3 textcolor rgb "#222222"
set style fill solid 1.0 noborder
set boxwidth 0.8 relative

# A grid helps on paper; in characters it would hide the curves.
if (GPVAL_TERM ne "dumb") set grid back lt 1 dt 1 lw 1 lc rgb "#DCDCDC"
if (GPVAL_TERM ne "dumb") set rmargin 4
