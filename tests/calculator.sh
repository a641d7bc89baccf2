#!/bin/sh
# Chapter 02's calculator: the classical answers, published totals, and every refusal with its reason.
set -u
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
"${MAKE:-make}" -s --no-print-directory build/ref/02-convolution/calc build/asan/ref/02-convolution/calc || exit 1
stacks=labs/02-convolution/stacks
status=0
ok() { echo "ok calculator: $1"; }
not_ok() {
    echo "not ok calculator: $1"
    sed 's/^/#   /' "$dir/out" "$dir/err"
    status=1
}

# gives WHAT PATTERN ARGUMENT...: ends well, and a line of the table matches
gives() {
    what=$1 pattern=$2
    shift 2
    if build/ref/02-convolution/calc "$@" >"$dir/out" 2>"$dir/err" && grep -Eq "$pattern" "$dir/out"; then ok "$what"
    else not_ok "$what: no line matches '$pattern', or the exit status is not 0"; fi
}
gives "200x200 through conv 5/1/2, pool 3/0/1, conv 3/1/1 is 97" "^ +3 +conv:k3,s1,p1 +97x97x1 +10 +84,681 +13 " \
    --input 200x200x1 conv:k5,s2,p1 pool:k3,s1 conv:k3,s1,p1
gives "the same from a file" "^ +3 +conv:k3,s1,p1 +97x97x1 " --file $stacks/example-97.txt
gives "28x28x3 with 8 filters 3x3x3 is 28x28x8, 224 parameters" " 28x28x8 +224 +169,344 +3 " --input 28x28x3 conv:k3,p1,o8
gives "LeNet-5 has 61,706 parameters" "^ +total +61,706 +416,520\$" --file $stacks/lenet-5.txt
gives "VGG-16 has 14,714,688 convolution parameters and 15.3 G MACs" "^ +total +14,714,688 +15,346,630,656\$" \
    --file $stacks/vgg-16.txt
gives "VGG-16's last value sees 212 pixels" "^ +18 +maxpool:k2 +7x7x512 +0 +0 +212 +32\$" --file $stacks/vgg-16.txt
gives "the small U-Net comes back to 28x28" "^ +6 +conv:k3,p1,o1 +28x28x1 +145 +112,896 +20 +1\$" --file $stacks/unet.txt
gives "--input overrides the file's" "^input 224x224x1 " --file $stacks/lenet-5.txt --input 224x224x1
gives "--help explains the layers" "tconv:k4,s2,p1,o8" --help

# refuses WHAT STATUS PATTERN ARGUMENT...: under the sanitizers, with this status and reason
refuses() {
    what=$1 want=$2 pattern=$3
    shift 3
    build/asan/ref/02-convolution/calc "$@" >"$dir/out" 2>"$dir/err"
    got=$?
    if [ $got = "$want" ] && grep -Eq "$pattern" "$dir/err"; then ok "refuses $what"
    else not_ok "refuses $what: exit status $got (expected $want), or no reason that matches '$pattern'"; fi
}
refuses "a kernel larger than the padded input" 1 "layer 1 \(conv:k7\) .* spans 7 pixels.* only 5" --input 5x5x1 conv:k7
refuses "a width that is too small" 1 "layer 1 .* width is only 4" --input 9x4x1 conv:k5
refuses "a dilated kernel that is too large, in layer 2" 1 "layer 2 .* spans 41" --input 28x28x1 conv:k3 conv:k3,d20
refuses "stride 0" 1 "layer 1 \(conv:k3,s0\) .* stride 0" --input 9x9x1 conv:k3,s0
refuses "kernel 0" 1 "kernel 0" --input 9x9x1 conv:k0
refuses "dilation 0" 1 "dilation 0" --input 9x9x1 conv:k3,d0
refuses "0 filters" 1 "0 output channels" --input 9x9x1 conv:k3,o0
refuses "upsampling by 0" 1 "stride 0" --input 9x9x1 up:s0
refuses "pool padding beyond half the kernel" 1 "half its kernel" --input 9x9x1 pool:k2,p2
refuses "output padding beyond the stride" 1 "output padding 2" --input 9x9x1 tconv:k3,s2,a2
refuses "a transposed convolution whose padding cuts everything" 1 "leaves nothing" --input 9x9x1 tconv:k1,p9
refuses "parameters beyond 63 bits" 1 "parameters need more" --input 9x9x3 conv:k3,o9223372036854775807
refuses "MACs beyond 63 bits" 1 "multiply-accumulates need more" --input 100000x100000x1000000 conv:k3,o1000000
refuses "MACs beyond 63 bits in the sum" 1 "layer 2 .* with the layers before" \
    --input 3000000000x1000000000x1 conv:k1,o3 conv:k1,o1
refuses "a padded input beyond 63 bits" 1 "height needs more" --input 9x9x1 conv:k3,p9223372036854775807
refuses "a kernel span beyond 63 bits" 1 "height needs more" --input 9x9x1 conv:k9223372036854775807,d9223372036854775807
refuses "an upsampled size beyond 63 bits" 1 "size needs more" --input 9x9x1 up:s9223372036854775807
refuses "an input beyond 63 bits" 2 "input: .* 63 bits" --input 4000000000x4000000000x1 conv:k3
refuses "a number beyond 63 bits" 2 "whole number from 0" --input 9x9x1 conv:k3,o9223372036854775808
refuses "a negative number" 2 "whole number from 0" --input 9x9x1 conv:k-3
refuses "an unknown layer" 2 "'convv:k3' is no layer" --input 9x9x1 convv:k3
refuses "an unknown letter" 2 "takes the letters kspdo, not 'q1'" --input 9x9x1 conv:k3,q1
refuses "a letter twice" 2 "k is there twice" --input 9x9x1 conv:k3,k4
refuses "a missing kernel" 2 "the number k is missing" --input 9x9x1 conv:s2
refuses "a comma at the end" 2 "ends with a comma" --input 9x9x1 conv:k3,
refuses "an input of two sizes" 2 "is no input size" --input 9x9 conv:k3
refuses "an input of size 0" 2 "at least 1" --input 9x9x0 conv:k3
refuses "no layers" 2 "no layers" --input 9x9x1
refuses "no input" 2 "no input size" conv:k3
refuses "a missing file" 1 "cannot read $dir/none" --file "$dir/none"
refuses "a folder" 1 "cannot read labs" --file labs
printf 'input 9x9x1\n# a comment\n\nconv:k3 # and another\nconv:k8\n' >"$dir/impossible"
refuses "an impossible layer of a file, by its line" 1 "impossible:5: layer 2 .* spans 8" --file "$dir/impossible"
printf 'input 9x9x1\nconv:k3\ncon:k8\n' >"$dir/unknown"
refuses "an unknown layer of a file, by its line" 1 "unknown:3: 'con:k8' is no layer" --file "$dir/unknown"
printf 'conv:k3\ninput 9x9x1\n' >"$dir/late"
refuses "an input after the layers" 1 "late:2: the input comes before" --file "$dir/late"
printf 'input 8x8x1\r\nconv:k3\r\n' >"$dir/dos"
gives "a file with CR LF" " 6x6x1 +10 +324 +3 " --file "$dir/dos"
head -c 600 /dev/zero | tr '\0' x >"$dir/long"
refuses "a line of 600 characters" 1 "long:1: .* longer" --file "$dir/long"
exit $status
