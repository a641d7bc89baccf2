#!/bin/sh
# tools/fuzz.sh         feeds the data readers with broken files: libFuzzer with the sanitizers of clang, FUZZ_SECONDS
#                       (30) for each reader. What it learns stays in build/fuzz/, so the next run starts from there.
# tools/fuzz.sh seeds   tries only the committed seeds, with gcc's sanitizers; takes seconds. Prints a line "ok ..." or
#                       "not ok ...: why" for each reader.
# Run by `make fuzz`.
set -u
seconds=${FUZZ_SECONDS:-30}
readers="${FUZZ_READERS:-idx csv tokenizer safetensors index scored llama2c gguf}"
modules="datasets/source.c datasets/idx.c datasets/csv.c datasets/fuzz_file.c labs/common/alloc.c labs/common/die.c"
tokenizer="solutions/10-tokenizer/*.c labs/10-tokenizer/lists.c labs/10-tokenizer/vocab.c labs/10-tokenizer/pair_map.c
    labs/10-tokenizer/pair_counts.c labs/10-tokenizer/regex.c labs/10-tokenizer/words.c labs/10-tokenizer/tokenizer.c
    labs/10-tokenizer/read_tokenizer.c labs/10-tokenizer/read_scored.c labs/10-tokenizer/unigram_train.c"
safetensors="labs/14-pretraining/safetensors.c labs/14-pretraining/safetensors_write.c labs/14-pretraining/half_floats.c
    labs/14-pretraining/hf_json.c labs/14-pretraining/hf_config.c labs/14-pretraining/hf_weights.c
    labs/14-pretraining/hf_pieces.c labs/14-pretraining/hf_shards.c
    labs/14-pretraining/word_tokenizer.c labs/14-pretraining/word_tokenizer_json.c solutions/14-pretraining/bf16.c
    labs/13-transformer/config.c labs/13-transformer/weights.c solutions/13-transformer/counts.c
    labs/10-tokenizer/lists.c labs/10-tokenizer/vocab.c labs/common/out_file.c"
index="labs/14-pretraining/hf_shards.c labs/14-pretraining/hf_json.c labs/14-pretraining/safetensors.c
    labs/14-pretraining/safetensors_write.c labs/14-pretraining/half_floats.c solutions/14-pretraining/bf16.c
    labs/common/out_file.c"
scored="$tokenizer labs/14-pretraining/hf_json.c labs/15-inference/scored_json.c
    labs/15-inference/scored_names.c labs/common/out_file.c"
llama2c="labs/15-inference/llama2c.c labs/15-inference/llama2c_layout.c labs/15-inference/model_listing.c
    labs/13-transformer/config.c labs/13-transformer/weights.c solutions/13-transformer/counts.c"
gguf="$scored labs/15-inference/gguf_*.c labs/15-inference/codec.c labs/15-inference/model_listing.c
    labs/14-pretraining/word_tokenizer.c labs/14-pretraining/half_floats.c solutions/14-pretraining/bf16.c
    labs/13-transformer/config.c labs/13-transformer/weights.c solutions/13-transformer/counts.c
    solutions/15-inference/quantize.c"
flags="-std=c11 -g -O1 -Wall -Wextra -Wno-unknown-pragmas -Ilabs -I. -fno-omit-frame-pointer -fno-sanitize-recover=all"

give_up() {
    printf 'fuzz: error: %s\n' "$*" >&2
    exit 1
}

sources() { # sources READER: all that it is made of
    case $1 in
        tokenizer) chapter=$tokenizer ;;
        safetensors) chapter=$safetensors ;;
        index) chapter=$index ;;
        scored) chapter=$scored ;;
        llama2c) chapter=$llama2c ;;
        gguf) chapter=$gguf ;;
        *) chapter= ;;
    esac
    # shellcheck disable=SC2086  # lists
    printf '%s\n' "datasets/fuzz_$1.c" $modules $chapter | grep -v '_main\.c$'
}

link_replay() { # link_replay READER: of the objects that the sanitized programs have, too
    objects=$({ sources "$1"; echo datasets/fuzz_replay.c; } | sed 's,\(.*\)\.c$,build/asan/obj/\1.o,')
    # shellcheck disable=SC2086  # lists
    {
        ${MAKE:-make} -s --no-print-directory -j2 $objects &&
            gcc -fsanitize=address,undefined $objects -ljansson -lpcre2-8 -lz -lm -fopenmp -o "build/fuzz/replay-$1"
    } || give_up "the $1 reader does not build with gcc's sanitizers"
}

replay_seeds() {
    status=0
    for reader in $readers; do
        log=build/fuzz/$reader.log
        link_replay "$reader"
        if "build/fuzz/replay-$reader" "datasets/fuzz_seeds/$reader"/* >"$log" 2>&1; then
            echo "ok fuzz seeds: $reader, $(tail -n 1 "$log")"
        else
            cat "$log" >&2
            echo "not ok fuzz seeds: $reader: see the last seed named in $log"
            status=1
        fi
    done
    return $status
}

fuzz() { # fuzz READER
    log=build/fuzz/$1.log
    mkdir -p "build/fuzz/corpus-$1"
    # shellcheck disable=SC2046,SC2086  # lists
    clang $flags -fsanitize=fuzzer,address,undefined $(sources "$1") -ljansson -lpcre2-8 -lz -lm -o "build/fuzz/fuzz-$1" ||
        give_up "the $1 reader does not build with clang's sanitizers"
    echo "fuzz: $1: $seconds seconds ..."
    case $1 in gguf | scored) longest=9216 ;; *) longest=4096 ;; esac  # all 256 bytes take more
    # An input of that size that takes 64 MiB or 10 seconds is a finding too.
    if "build/fuzz/fuzz-$1" -max_total_time="$seconds" -max_len="$longest" -malloc_limit_mb=64 -timeout=10 -print_final_stats=1 \
        -artifact_prefix="build/fuzz/$1-" "build/fuzz/corpus-$1" "datasets/fuzz_seeds/$1" >"$log" 2>&1; then
        echo "fuzz: $1: $(awk '/number_of_executed_units/ { print $2 }' "$log") inputs tried, no finding"
        return
    fi
    tail -n 30 "$log" >&2
    echo "fuzz: $1: a finding; its log is $log. To see it again:" >&2
    awk -v program="build/fuzz/fuzz-$1" '/Test unit written to/ { print "  " program " " $NF }' "$log" >&2
    return 1
}

[ -e datasets/fuzz_idx.c ] || give_up "run this from the course's top folder"
mkdir -p build/fuzz || give_up "cannot make the folder build/fuzz"
case ${1:-} in
    seeds) replay_seeds ;;
    '')
        case $seconds in '' | *[!0-9]* | 0*) give_up "FUZZ_SECONDS must be a number of seconds, not '$seconds'" ;; esac
        echo 'int LLVMFuzzerTestOneInput(const char *d, unsigned long n) { return d && n > 9; }' >build/fuzz/probe.c
        clang -fsanitize=fuzzer,address,undefined build/fuzz/probe.c -o build/fuzz/probe 2>/dev/null ||
            give_up "clang with libFuzzer is missing. On Debian: apt-get install clang libclang-rt-14-dev"
        findings=0
        for reader in $readers; do fuzz "$reader" || findings=$((findings + 1)); done
        [ "$findings" = 0 ] || exit 1
        ;;
    *)
        echo "usage: tools/fuzz.sh [seeds]" >&2
        exit 2
        ;;
esac
