#!/bin/sh
# Chapter 15's GGUF files: those made by llama.cpp's own package (tests/golden/15-gguf.py) load, with the numbers and the ids
# that it and llama.cpp say; models go from Hugging Face's folders to GGUF and back unchanged; what is written twice is the
# same; broken files and files of other models are refused with the byte named; a full disk leaves the old file alone. Part
# of make test.
# shellcheck disable=SC2016,SC2094  # $ is sed's last line; the file's size is read before more is written
set -u
LC_ALL=C
export LC_ALL
make="${MAKE:-make} -s --no-print-directory"
gguf=build/ref/15-inference/gguf
golden=tests/golden/gguf
tmp=build/gguf-test
rm -rf "$tmp"
mkdir -p "$tmp"
ok() { echo "ok gguf: $1"; }
not_ok() { echo "not ok gguf: $1: $2"; }

$make "$gguf" WERROR=-Werror || { not_ok "the program builds" "it does not"; exit 1; }

# says NAME ARGS...: exit status 0; the last line is shown
says() {
    what=$1
    shift
    if "$gguf" "$@" >"$tmp/out" 2>&1; then ok "$what: $(tail -n 1 "$tmp/out")"
    else not_ok "$what" "$(tail -n 1 "$tmp/out")"; fi
}

# ---- files by others ------------------------------------------------------------------------------------------------
says "a Llama with tensors of five types, by the package gguf" --from $golden/mixed.gguf --same $golden/mixed
for kind in bpe scored words; do
    says "the tokenizer $kind, as llama.cpp has it" --from $golden/$kind.gguf --ids $golden/$kind.jsonl
done
{ printf 'GGUF\002'; tail -c +6 $golden/mixed.gguf; } >"$tmp/two.gguf"
says "version 2" --from "$tmp/two.gguf" --same $golden/mixed

# ---- out and in -----------------------------------------------------------------------------------------------------
# same NAME A B: two files are the same bytes
same() {
    if cmp -s "$2" "$3"; then ok "$1"; else not_ok "$1" "$(cmp "$2" "$3" 2>&1)"; fi
}

for folder in tiny-gpt2 tiny-llama tiny-llama-tied gguf/mixed; do
    from=tests/golden/$folder
    "$gguf" --from "$from" --write "$tmp/once.gguf" >"$tmp/out" 2>&1
    says "$folder, written as GGUF and read" --from "$tmp/once.gguf" --same "$from"
    "$gguf" --from "$from" --save "$tmp/straight" >"$tmp/out" 2>&1
    "$gguf" --from "$tmp/once.gguf" --save "$tmp/around" >"$tmp/out" 2>&1
    for file in model.safetensors config.json; do
        same "$folder, to GGUF and back: $file" "$tmp/straight/$file" "$tmp/around/$file"
    done
done
for kind in bpe scored words; do
    "$gguf" --from $golden/$kind.gguf --write "$tmp/once.gguf" >"$tmp/out" 2>&1
    says "the tokenizer $kind, written and read" --from "$tmp/once.gguf" --ids $golden/$kind.jsonl
    "$gguf" --from "$tmp/once.gguf" --write "$tmp/twice.gguf" >"$tmp/out" 2>&1
    same "the tokenizer $kind, written twice" "$tmp/once.gguf" "$tmp/twice.gguf"
done
# What was rounded once is not rounded again: floats of a Q4_0 file give the same Q4_0 file.
for type in F32 F16 BF16 Q8_0 Q4_0; do
    "$gguf" --from $golden/mixed --write "$tmp/once.gguf" --type $type >"$tmp/out" 2>&1
    "$gguf" --from "$tmp/once.gguf" --write "$tmp/floats.gguf" --type F32 >"$tmp/out" 2>&1
    "$gguf" --from "$tmp/floats.gguf" --write "$tmp/twice.gguf" --type $type >"$tmp/out" 2>&1
    same "$type to floats and back" "$tmp/once.gguf" "$tmp/twice.gguf"
done

name="a full disk: a clear error, and the old file as it was"
"$gguf" --from $golden/mixed --write "$tmp/full.gguf" >"$tmp/out" 2>&1
cp "$tmp/full.gguf" "$tmp/old"
(trap '' XFSZ; ulimit -f 8; "$gguf" --from $golden/mixed.gguf --type F32 --write "$tmp/full.gguf") >"$tmp/out" 2>&1
status=$?
if [ $status = 1 ] && grep -q "cannot write .*full.gguf.* previous file" "$tmp/out" && cmp -s "$tmp/old" "$tmp/full.gguf" &&
    [ ! -e "$tmp/full.gguf.part" ]; then ok "$name"
else not_ok "$name" "exit status $status: $(tail -n 1 "$tmp/out")"; fi

# ---- broken files ---------------------------------------------------------------------------------------------------
# A file is made from lines that say what is in it:
#     text KEY VALUE | u32 KEY N | i32 KEY N | f32 KEY BITS | bool KEY N | texts KEY A B .. | i32s KEY N N .. | f32s KEY BITS ..
#     odd KEY KIND [ITEMS COUNT [LENGTH]]     numbers as they are: u32 KIND, u32 ITEMS, u64 COUNT, u64 LENGTH
#     empty | long LENGTH                     a key without bytes, a key that the file cannot hold
#     tensor NAME TYPE[@PLACE] SIZE..         the outermost size first; zeros as numbers
byte() { printf "\\$(($1 / 64))$(($1 / 8 % 8))$(($1 % 8))"; }
u32() { byte $(($1 & 255)); byte $(($1 >> 8 & 255)); byte $(($1 >> 16 & 255)); byte $(($1 >> 24 & 255)); }
u64() { u32 $(($1 & 4294967295)); u32 $(($1 >> 32 & 4294967295)); }
text() { u64 ${#1}; printf %s "$1"; }
list() { # list KIND COUNT
    u32 9
    u32 "$1"
    u64 "$2"
}
pad() { head -c $(((32 - $1 % 32) % 32)) /dev/zero; }

put_line() {
    what=$1
    case $what in
        tensor) ;;
        long) u64 "$2" ;;
        empty) text "" ;;
        *) text "$2" ;;
    esac
    case $what in
        text) u32 8; shift 2; text "$*" ;;
        u32) u32 4; u32 "$3" ;;
        i32) u32 5; u32 "$3" ;;
        f32) u32 6; u32 "$3" ;;
        bool) u32 7; byte "$3" ;;
        texts) shift 2; list 8 $#; for item; do text "$item"; done ;;
        i32s) shift 2; list 5 $#; for item; do u32 "$item"; done ;;
        f32s) shift 2; list 6 $#; for item; do u32 "$item"; done ;;
        odd)
            u32 "$3"
            [ -z "${4:-}" ] || { u32 "$4"; u64 "$5"; }
            [ -z "${6:-}" ] || u64 "$6"
            ;;
        tensor)
            text "$2"
            type=${3%@*}
            place=${3#*@}
            [ "$place" != "$3" ] || place=$data
            shift 3
            u32 $#
            reversed='' count=1
            for size; do
                reversed="$size $reversed"
                count=$((count * size))
            done
            for size in $reversed; do u64 "$size"; done
            u32 "$type"
            u64 "$place"
            data=$((data + (count * 4 + 31) / 32 * 32))
            ;;
    esac
}

# made FILE: $tmp/x.gguf from its lines. magic, version, tensors and pairs may say what is not so.
made() {
    data=0
    {
        printf %s "${magic:-GGUF}"
        u32 "${version:-3}"
        u64 "${tensors:-$(grep -c '^tensor ' "$1")}"
        u64 "${pairs:-$(grep -vc '^tensor ' "$1")}"
        # shellcheck disable=SC2086  # words
        while read -r line; do put_line $line; done <"$1"
        echo $data >"$tmp/data"
    } >"$tmp/x.gguf"
    pad "$(wc -c <"$tmp/x.gguf")" >>"$tmp/x.gguf"
    head -c "$(cat "$tmp/data")" /dev/zero >>"$tmp/x.gguf"
}

cat >"$tmp/good" <<'END'
text general.architecture llama
u32 llama.context_length 8
u32 llama.embedding_length 2
u32 llama.block_count 1
u32 llama.feed_forward_length 3
u32 llama.attention.head_count 1
f32 llama.attention.layer_norm_rms_epsilon 925353388
f32 llama.rope.freq_base 1176256512
text tokenizer.ggml.model t5
texts tokenizer.ggml.tokens <bos> ▁tom ▁ann
i32s tokenizer.ggml.token_type 3 1 1
u32 tokenizer.ggml.bos_token_id 0
tensor token_embd.weight 0 3 2
tensor blk.0.attn_norm.weight 0 2
tensor blk.0.attn_q.weight 0 2 2
tensor blk.0.attn_k.weight 0 2 2
tensor blk.0.attn_v.weight 0 2 2
tensor blk.0.attn_output.weight 0 2 2
tensor blk.0.ffn_norm.weight 0 2
tensor blk.0.ffn_gate.weight 0 3 2
tensor blk.0.ffn_up.weight 0 3 2
tensor blk.0.ffn_down.weight 0 2 3
tensor output_norm.weight 0 2
END
made "$tmp/good"
cp "$tmp/x.gguf" "$tmp/good.gguf"
says "a file made byte by byte" --from "$tmp/good.gguf"

# refused NAME SAYS: $tmp/x.gguf gives exit status 1, and the message, with the file's name
refused() {
    "$gguf" "$tmp/x.gguf" --from "$tmp/x.gguf" >"$tmp/out" 2>&1
    status=$?
    if [ "$status" = 1 ] && grep -qF -e "$2" "$tmp/out" && grep -q "$tmp/x.gguf" "$tmp/out"; then ok "refused: $1"
    else not_ok "refused: $1" "exit status $status: $(tail -n 1 "$tmp/out")"; fi
}

# broken NAME SAYS SED: the good file with its lines edited
broken() {
    sed "$3" "$tmp/good" >"$tmp/lines"
    made "$tmp/lines"
    refused "$1" "$2"
}

# cut short everywhere
size=$(wc -c <"$tmp/good.gguf")
at=0 wrong=''
while [ $at -lt "$size" ]; do
    head -c $at "$tmp/good.gguf" >"$tmp/x.gguf"
    "$gguf" "$tmp/x.gguf" >"$tmp/out" 2>&1
    [ $? = 1 ] && grep -q "$tmp/x.gguf: .*cut short" "$tmp/out" || wrong="$wrong $at"
    [ $at -ge $((size - 30)) ] && break  # then only the padding of the last tensor
    at=$((at + 5))
done
if [ -z "$wrong" ]; then ok "refused: cut short at every fifth byte of $size"
else not_ok "refused: cut short" "accepted, or told otherwise, at bytes$wrong"; fi
head -c $((size - 24)) "$tmp/good.gguf" >"$tmp/x.gguf"
says "without the padding behind the last tensor" --from "$tmp/x.gguf"

magic=GGML; broken "other letters" "byte 0: expected the letters GGUF" ''
magic=''
version=1; broken "version 1" "byte 4: expected version 2 or 3, found 1" ''
version=4; broken "version 4" "byte 4: expected version 2 or 3, found 4" ''
version=50331648; broken "bytes in the other order" "the highest byte first" ''
version=''
tensors=99999999999; broken "too many tensors" "byte 8: expected at most 65536 tensors, found" ''
tensors=-1; broken "tensors without end" "byte 8: expected at most 65536 tensors, found" ''
tensors=60; broken "more tensors than the file can hold" "byte 8: expected 60 tensors, of 32 bytes or more each, found only" ''
tensors=12; broken "one tensor more than there are" 'tensor "": expected 1 to 4 dimensions, found 0' ''
tensors=''
pairs=99999999999; broken "too many pairs" "byte 16: expected at most 65536 pairs of metadata, found" ''
pairs=13; broken "one pair more than there are" 'tensor 1 of 11 of the table: expected a name' ''
pairs=''

broken "a key twice" 'metadata "llama.block_count": expected a name of its own' '4p'
broken "an empty key" 'pair 1 of 13 of the metadata: expected a key, found ""' '1i\
empty'
broken "a kind that nobody knows" 'metadata "x": expected the kind of its value, 0 to 12, found 13' '1i\
odd x 13'
broken "items of a kind that nobody knows" 'metadata "x": expected the kind of its items, 0 to 12, found 77' '1i\
odd x 9 77 0'
broken "lists in lists" 'metadata "x": expected items that are no arrays' '1i\
odd x 9 9 1'
broken "a list longer than the file" 'metadata "x": expected 9999999 items of kind f32, found only' '1i\
odd x 9 6 9999999'
broken "a list whose bytes overflow" 'metadata "x": expected 4611686018427387905 items of kind f32' '1i\
odd x 9 6 4611686018427387905'
broken "a list of strings longer than the file" 'metadata "x": expected 999 items of kind string' '1i\
odd x 9 8 999'
broken "a string beyond the end" 'metadata "x": expected a string, 99999 bytes, found only' '1i\
odd x 9 8 1 99999'
broken "a string without end" 'metadata "x": expected a string' '1i\
odd x 9 8 1 -1'
broken "a key without end" 'pair 1 of 13 of the metadata: expected a key, 99999 bytes, found only' '1i\
long 99999'
broken "neither true nor false" 'metadata "x": expected a bool, 0 or 1, found 2' '1i\
bool x 2'
broken "an alignment of 24" 'metadata "general.alignment": expected a power of two, found 24' '1i\
u32 general.alignment 24'
broken "an alignment of 0" 'metadata "general.alignment": expected a whole number from 8 to' '1i\
u32 general.alignment 0'
broken "an alignment that is a string" 'expected a whole number from 8 to 1073741824, found "32"' '1i\
text general.alignment 32'

broken "a tensor twice" 'tensor "output_norm.weight": expected a name of its own' '$p'
broken "no dimensions" 'tensor "output_norm.weight": expected 1 to 4 dimensions, found 0' '$s/ 2$//'
broken "five dimensions" 'expected 1 to 4 dimensions, found 5' '$s/$/ 1 1 1 1/'
broken "a size of 0" 'tensor "x": expected sizes from 1 on' '$a\
tensor x 0 2 0'
broken "sizes whose product overflows" 'tensor "x": expected sizes from 1 on whose product a file can hold' '$a\
tensor x 0 4294967296 4294967296 0'
broken "a type that nobody knows" 'tensor "x": expected a type of numbers such as 0 (F32) or 8 (Q8_0), found 99' '$a\
tensor x 99 4'
broken "half a block" 'tensor "x": expected rows of whole blocks of 32 numbers, as type Q8_0 has, found rows of 33' '$a\
tensor x 8 33'
broken "numbers at an odd place" 'tensor "output_norm.weight": expected its numbers at a multiple of 32, the alignment' '$s/ 0 / 0@344 /'
broken "tensors that overlap" 'tensor "blk.0.attn_q.weight": expected bytes of its own, found them inside of tensor "token_embd.weight"' \
    's/attn_q.weight 0 /attn_q.weight 0@0 /; s/token_embd.weight 0 3 2/token_embd.weight 0 9 9/'
broken "two tensors in one place" 'expected bytes of its own' 's/attn_q.weight 0 /attn_q.weight 0@0 /'
broken "numbers beyond the end" 'tensor "output_norm.weight": expected 8 bytes of numbers' '$s/ 0 / 0@3200 /'
broken "numbers far beyond the end" 'found only 0 in the file: cut short?' '$s/ 0 / 0@-32 /'

# ---- files of other models ------------------------------------------------------------------------------------------
broken "no architecture" 'expected "general.architecture" among the metadata, found no such key' 1d
broken "another architecture" 'metadata "general.architecture": expected "gpt2" or "llama", found "bert"' '1s/llama/bert/'
broken "an architecture that is a number" 'metadata "general.architecture": expected a string, found 7' '1s/.*/u32 general.architecture 7/'
broken "a size left out" 'expected "llama.block_count" among the metadata, found no such key' /block_count/d
broken "a size of 0" 'metadata "llama.block_count": expected a whole number from 1 to 16777216, found 0' '/block_count/s/1/0/'
broken "a negative size" 'expected a whole number from 1 to 16777216, found -1' '/block_count/s/.*/i32 llama.block_count -1/'
broken "a size that is a string" 'expected a whole number from 1 to 16777216, found "1"' '/block_count/s/u32/text/'
broken "a size that is a float" 'expected a whole number from 1 to 16777216, found 1' '/block_count/s/.*/f32 llama.block_count 1065353216/'
broken "a list of sizes" 'expected a whole number from 1 to 16777216, found 2 items of kind i32' '/head_count/s/.*/i32s llama.attention.head_count 1 1/'
broken "an eps that is no number" 'metadata "llama.attention.layer_norm_rms_epsilon": expected a number above 0, of kind f32, found nan' 's/925353388/2143289344/'
broken "an eps of 0" 'expected a number above 0, of kind f32, found 0' 's/925353388/0/'
broken "no eps" 'expected "llama.attention.layer_norm_rms_epsilon" among the metadata' /rms_epsilon/d
broken "more layers than there is room for" 'more layers than a struct gpt has room for' '/block_count/s/1$/97/'
broken "more layers than weights" 'expected a tensor "blk.1.attn_norm.weight", found none' '/block_count/s/1$/2/'
broken "heads that do not divide the channels" 'channels must be a multiple of heads' '/head_count/s/1$/3/'
broken "wider heads" 'metadata "llama.attention.key_length": expected 2, for this model has nothing else, found 4' '1i\
u32 llama.attention.key_length 4'
broken "half-turned heads" 'metadata "llama.rope.dimension_count": expected 2' '1i\
u32 llama.rope.dimension_count 1'
broken "stretched positions" 'metadata "llama.rope.scaling.type": expected "none", for this model has nothing else, found "linear"' '1i\
text llama.rope.scaling.type linear'
broken "stretched positions, as Llama 3.1 has them" 'positions are not stretched here' '$a\
tensor rope_freqs.weight 0 1'
broken "experts" 'metadata "llama.expert_count": expected 0' '1i\
u32 llama.expert_count 8'
broken "one file of several" 'metadata "split.count": expected 1, the whole model in one file' '1i\
u32 split.count 3'
broken "no token table" 'expected a tensor "token_embd.weight", found none' /token_embd/d
broken "another vocabulary" 'metadata "llama.vocab_size": expected 3, for this model has nothing else, found 4' '1i\
u32 llama.vocab_size 4'
broken "weights of another shape" 'tensor "blk.0.ffn_down.weight": expected shape [2, 3], as the metadata say, found [3, 2]' '/ffn_down/s/2 3/3 2/'
broken "a matrix that is a vector" 'expected shape [2, 3], as the metadata say, found [6]' '/ffn_down/s/2 3/6/'
broken "a tensor left out" 'expected a tensor "blk.0.attn_k.weight", found none' /attn_k/d
broken "weights of another model" 'tensor "blk.0.attn_q.bias": this model has no such weights' '$a\
tensor blk.0.attn_q.bias 0 2'
broken "blocks that only llama.cpp reads" 'expected numbers of type F32, F16, BF16, Q8_0 or Q4_0, found Q6_K' \
    '/embedding_length/s/ 2$/ 256/; s/token_embd.weight 0 3 2/token_embd.weight 14 3 256/; s/norm.weight 0 2/norm.weight 0 256/'

# ---- tokenizers that are none -----------------------------------------------------------------------------------------
broken "a tokenizer that nobody knows" 'metadata "tokenizer.ggml.model": expected "gpt2", "llama", "t5" or "no_vocab", found "bert"' 's/model t5/model bert/'
broken "no tokens" 'expected "tokenizer.ggml.tokens" among the metadata' /ggml.tokens/d
broken "fewer tokens than rows" 'metadata "tokenizer.ggml.tokens": expected 3 items' '/ggml.tokens/s/ ▁ann//'
broken "tokens that are numbers" 'metadata "tokenizer.ggml.tokens": expected an array of kind string, found 3 items of kind i32' '/ggml.tokens/s/.*/i32s tokenizer.ggml.tokens 1 2 3/'
broken "types of fewer tokens" 'metadata "tokenizer.ggml.token_type": expected 3 items' '/token_type/s/ 1$//'
broken "a type of token that nobody knows" 'token 2: expected a type from 1 to 6, found "▁ann" of type 9' '/token_type/s/1$/9/'
broken "a special token outside of the vocabulary" 'metadata "tokenizer.ggml.bos_token_id": expected a whole number from 0 to 2, found 3' '/bos_token/s/0/3/'
broken "a word twice" 'token 2: expected a word that was not there before, found "▁tom"' 's/▁ann/▁tom/'
broken "a piece that is no word" 'token 2: expected U+2581 and a word, for tokens are whole words here, found "ann"' 's/▁ann/ann/'
broken "a piece of two words" 'token 2: expected a word without white space in it, found "▁an▁n"' 's/▁ann/▁an▁n/'
broken "a text that is changed before it is cut" 'metadata "tokenizer.ggml.precompiled_charsmap": expected no such key' '1i\
texts tokenizer.ggml.precompiled_charsmap x'
broken "special tokens at other places" 'token 0: expected the type of unknown, begin and end' 's/model t5/model llama/
s/token_embd.weight 0 3/token_embd.weight 0 259/
/ggml.tokens/s/$/'"$(awk 'BEGIN { for (i = 3; i < 259; i++) printf " x" }')"'/
/token_type/s/$/'"$(awk 'BEGIN { for (i = 3; i < 259; i++) printf " 1" }')"'/'
broken "a vocabulary without bytes" 'expected 259 tokens or more (3 special ones, 256 bytes), found 3 items' 's/model t5/model llama/'
broken "byte-level BPE, cut in an unknown way" 'expected "tokenizer.ggml.pre" among the metadata' 's/model t5/model gpt2/'
broken "byte-level BPE, cut in another way" 'metadata "tokenizer.ggml.pre": expected "gpt-2", the way in which text is cut here, found "llama-bpe"' 's/model t5/model gpt2/
1i\
text tokenizer.ggml.pre llama-bpe'
broken "byte-level BPE without merges" 'expected "tokenizer.ggml.merges" among the metadata' 's/model t5/model gpt2/
1i\
text tokenizer.ggml.pre gpt-2'
broken "byte-level BPE without bytes" 'expected an object with 256 to' 's/model t5/model gpt2/
1i\
text tokenizer.ggml.pre gpt-2\
texts tokenizer.ggml.merges'
printf 'x' >"$tmp/x.gguf"
refused "one byte" "$tmp/x.gguf"
rm "$tmp/x.gguf"
refused "no such file" "$tmp/x.gguf"
