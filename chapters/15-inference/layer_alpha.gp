# caption: One layer rounded to Q4_0: the error of what it gives, by AWQ's exponent, for the layer as it is and for the same layer with a few large inputs. The dashed lines are GPTQ's. Exponent 0 is rounding to the nearest level.
set title "Large inputs deserve fine weights"
set xlabel "AWQ's exponent (alpha)"; set ylabel "error of the outputs, % of their mean square"
set logscale y
set yrange [0.25:15]
set ytics (0.3, 0.5, 1, 2, 3, 5, 10)
set key top right
f = dir."/layer_alpha.csv"
plot f using "alpha":(100*column("awq_outliers")) with linespoints lt 2 title "AWQ, every 16th input 20 times as large", \
     "" using "alpha":(100*column("gptq_outliers")) with lines lt 2 dt 2 title "GPTQ, the same", \
     "" using "alpha":(100*column("awq")) with linespoints lt 1 title "AWQ, the layer as it is", \
     "" using "alpha":(100*column("gptq")) with lines lt 1 dt 2 title "GPTQ, the same"
