# caption: What a walk through the slippery world comes to while four methods learn from the same number of walks: means of 60 runs. PPO makes eight passes over every four walks; the same without clipping does not hold.
set title "Four ways to learn in a small world"
set xlabel "walks"; set ylabel "sum of rewards of a walk"
set yrange [-1.5:0.9]
set xrange [0:1200]
set key bottom right
f = dir."/grid.csv"
plot f using "walks":"reinforce" smooth sbezier with lines lt 8 title "REINFORCE", \
     "" using "walks":"actor_critic" smooth sbezier with lines lt 3 title "actor and critic", \
     "" using "walks":"many_passes" smooth sbezier with lines lt 2 title "eight passes, nothing clipped", \
     "" using "walks":"ppo" smooth sbezier with lines lt 1 lw 4 title "PPO: eight passes, clipped", \
     "" using "walks":"best" with lines lt 7 dt 3 title "the best policy"
