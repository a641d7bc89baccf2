# caption: Classical filters on a drawn picture. Grey is zero for emboss and for the first three of the lower row: brighter is positive, darker negative.
file = dir."/filters.csv"
set multiplot layout 2,4 margins 0.01,0.99,0.02,0.90 spacing 0.02,0.09 title "One picture, six filters, and the strength of its edges" font ",17"
# In a terminal a pixel is a character, the denser the brighter.
level(v, low, high) = 1 + int(9.99 * (v < low ? 0 : v > high ? 1 : (v - low) / (high - low)))
ramp(v, low, high) = substr(" .:-=+*#%@", level(v, low, high), level(v, low, high))
style = GPVAL_TERM eq "dumb" ? "using 1:2:(ramp(column(name), low, high)) with labels" : "using 1:2:(column(name)) with image"
set palette defined (0 "black", 1 "white")
unset colorbox; unset tics; unset border; unset grid; unset xlabel; unset ylabel; unset key
set size ratio -1
set yrange [*:*] reverse
set title font ",14" offset 0,-0.6
picture = 'set cbrange [low:high]; plot file @style'

low = 0; high = 1
name = "original"; set title "original"; @picture
name = "blur"; set title "blur, four times"; @picture
name = "sharpen"; set title "sharpen"; @picture
low = -2; high = 2
name = "emboss"; set title "emboss"; @picture
name = "sobel_x"; set title "Sobel x: left to right"; @picture
name = "sobel_y"; set title "Sobel y: top to bottom"; @picture
low = -1; high = 1
name = "laplacian"; set title "Laplacian"; @picture
low = 0; high = 2
name = "strength"; set title "edge strength"; @picture
unset multiplot
