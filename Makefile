# Daybreak. `make` lists what can be made; tools/README.md says how the parts fit together.
# A chapter is a folder labs/NN-name: no list of chapters stands here.

ifeq ($(origin CC),default)
CC = gcc
endif
# a * b + c in one rounding, where the machine can: gcc leaves that out under -std=c11 unless told. Nobody here reads errno
# or the processor's flags after arithmetic, and without them loops with sqrtf or a condition become vectors.
CFLAGS ?= -O3 -march=native -ffp-contract=fast -fno-math-errno -fno-trapping-math -g
INCLUDE = -Ilabs -Itests -Ikernels -Ikernels/simt/include -I.
COMPILE = $(CC) -std=c11 -Wall -Wextra $(WERROR) $(CFLAGS) -fopenmp -MMD -MP $(INCLUDE)
LIBS = -ljansson -lpcre2-8 -lz -lm -fopenmp
GRADE_LIBS = -lcriterion $(LIBS)
SANITIZE = -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer

CHAPTERS := $(notdir $(wildcard labs/[0-9][0-9]-*))
NUMBERS := $(foreach c,$(CHAPTERS),$(firstword $(subst -, ,$(c))))
chapter = $(or $(filter $(1)-%,$(CHAPTERS)),$(error there is no chapter $(1). Built are: $(CHAPTERS)))

# A thread that waits looks out for work some 40 microseconds long, for the next loop of a small model comes sooner than it could
# be woken, and then sleeps: threads that keep looking slow each other down where other programs want the cores too.
export OMP_WAIT_POLICY ?= passive
export GOMP_SPINCOUNT ?= 2000

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.SECONDARY:
.SECONDEXPANSION:
.PHONY: help setup setup-docs doctor datasets demo capstone test bench bench-align bench-simt simtcc gpu gpu-check gpu-bench sanitized fuzz grade progress gradescope junit slides book stubs lint clean build compile print-grader print-nvcc FORCE

help:
	@sh tools/help.sh

# ---- objects --------------------------------------------------------------------------------------------------------
# build/B/... mirrors the tree for each build B: "ref" and "lab", or "asan/ref" and "asan/lab" under the sanitizers.
# A chapter's modules come from solutions/ (CUDA: from kernels/) in ref, from labs/ in lab; what it `uses` of earlier chapters
# is the reference's, or the learner's with OWN=1 or OWN="03 04".

modules = $(patsubst solutions/%.c,%,$(wildcard solutions/$(1)/*.c)) $(patsubst kernels/%.cu,%,$(wildcard kernels/$(1)/*.cu))
given = $(filter-out $(modules) %main,$(basename $(patsubst labs/%,%,$(wildcard labs/$(1)/*.c labs/$(1)/*.cu))))
used = $(strip $(if $(wildcard labs/$(1)/uses),$(file <labs/$(1)/uses)))
number_of = $(firstword $(subst -, ,$(firstword $(subst /, ,$(1)))))
owned = $(if $(filter 1 $(call number_of,$(1)),$(OWN)),labs,solutions)

COMMON := $(wildcard labs/common/*.c)
DATA := $(filter-out datasets/fuzz_% %_main.c,$(wildcard datasets/*.c))
SHARED := $(patsubst %.c,%.o,$(COMMON) $(DATA) tools/fma_peak.c)
GRADER := $(patsubst %.c,%.o,$(wildcard tests/grade/*.c) $(filter-out labs/common/todo.c,$(COMMON)) $(DATA))

# a chapter's graded tests: one file, or a folder of them
tests = $(patsubst %.c,%.o,$(wildcard tests/$(1).c tests/$(1)/*.c))

# $(call objects,lab,04-training): all but its main and what every program shares
obj_ref = build/obj
obj_lab = build/obj
obj_asan/ref = build/asan/obj
obj_asan/lab = build/asan/obj
reference = $(if $(wildcard kernels/$(1).cu),kernels,solutions)
learned = $(wildcard solutions/$(1).c)
borrowed = $(if $(filter %lab,$(1)),$(call owned,$(2)),solutions)
objects = $(patsubst %,$(obj_$(1))/%.o,$(foreach m,$(call modules,$(2)),$(if $(filter %lab,$(1)),labs,$(call reference,$(m)))/$(m)) \
          $(addprefix labs/,$(call given,$(2))) $(foreach m,$(call used,$(2)),$(if $(call learned,$(m)),$(call borrowed,$(1),$(m)),labs)/$(m)))
shared = $(addprefix $(obj_$(1))/,$(SHARED))
grader = $(addprefix $(obj_$(1))/,$(GRADER))

# a gap that is not filled yet uses none of its parameters
stub_flags = $(if $(filter labs/%,$<),-Wno-unused-parameter)
# tests are compiled more often than they compute
test_flags = $(if $(filter tests/%,$<),-O1)
# under the sanitizers it is matrix products that take the time
product_flags = $(if $(findstring /09-matmul-cpu/,$<),-O3)
build/obj/%.o: %.c build/flags
	@mkdir -p $(@D)
	@$(COMPILE) $(stub_flags) $(test_flags) -c $< -o $@
build/asan/obj/%.o: %.c build/flags
	@mkdir -p $(@D)
	@$(COMPILE) $(SANITIZE) $(product_flags) $(stub_flags) -c $< -o $@
# a .cu file is compiled for the simulator: kernels/simt/README.md (it watches over memory itself, so the sanitizers need not);
# two rules, for make takes one with two patterns to make both files at once
CUDA = build/bin/simtcc -Wall -Wextra $(WERROR) $(stub_flags) -MMD -MP -Ilabs -Ikernels
build/obj/%.o: %.cu build/bin/simtcc
	@mkdir -p $(@D)
	@$(CUDA) -c $< -o $@
build/asan/obj/%.o: %.cu build/bin/simtcc
	@mkdir -p $(@D)
	@$(CUDA) -c $< -o $@
# other flags, other objects
build/flags: FORCE
	@mkdir -p $(@D)
	@echo '$(CFLAGS)' | cmp -s - $@ || echo '$(CFLAGS)' >$@
# one rule for all of these, or make looks for ways to make each of a thousand
%.d: ;
-include $(shell find build -name '*.d' 2>/dev/null)

# ---- programs and graders, for every chapter ------------------------------------------------------------------------
# build/BUILD/NN-name/main, .../NAME for each NAME_main.c, .../grade

# what a chapter with kernels is linked with besides: the simulator (return addresses are to fit into 32 bits: no PIE)
SIMULATOR = build/bin/libsimt.a
simulated = $(if $(wildcard kernels/$(1)/*.cu labs/$(1)/*.cu),$(2))
simulator = $(call simulated,$(1),-no-pie $(SIMULATOR) -lstdc++)

define chapter_rules
build/$(1)/$(2)/main: $(objects_$(1)_$(2)) $(obj_$(1))/labs/$(2)/main.o $(call shared,$(1)) build/$(1)/$(2)/.linked $(call simulated,$(2),$(SIMULATOR))
	@$$(CC) $(if $(filter asan%,$(1)),$$(SANITIZE)) $$(filter %.o,$$^) -o $$@ $(call simulator,$(2)) $$(LIBS)
build/$(1)/$(2)/%: $(objects_$(1)_$(2)) $(obj_$(1))/labs/$(2)/%_main.o $(call shared,$(1)) build/$(1)/$(2)/.linked $(call simulated,$(2),$(SIMULATOR))
	@$$(CC) $(if $(filter asan%,$(1)),$$(SANITIZE)) $$(filter %.o,$$^) -o $$@ $(call simulator,$(2)) $$(LIBS)
build/$(1)/$(2)/grade: $(objects_$(1)_$(2)) $(addprefix $(obj_$(1))/,$(call tests,$(2))) $(call grader,$(1)) $(call simulated,$(2),$(obj_$(1))/tests/gpu/gpu.o $(SIMULATOR)) build/$(1)/$(2)/.linked
	@$$(CC) $(if $(filter asan%,$(1)),$$(SANITIZE)) $$(filter %.o,$$^) -o $$@ $(call simulator,$(2)) $$(GRADE_LIBS)
# relinked when the choice of modules (OWN=) changes
build/$(1)/$(2)/.linked: FORCE
	@mkdir -p $$(@D)
	@echo '$(objects_$(1)_$(2))' | cmp -s - $$@ || echo '$(objects_$(1)_$(2))' >$$@
endef
$(foreach c,$(CHAPTERS),$(foreach b,ref lab asan/ref asan/lab,$(eval objects_$(b)_$(c) := $(call objects,$(b),$(c)))$(eval $(call chapter_rules,$(b),$(c)))))
FORCE:

# ---- the simulator: CUDA on a processor -----------------------------------------------------------------------------
build/bin/libsimt.a: $(patsubst %.c,build/obj/%.o,$(wildcard kernels/simt/*.c))
	@mkdir -p $(@D)
	@rm -f $@
	@$(AR) rcs $@ $^
build/bin/simtcc: $(patsubst %.c,build/obj/%.o,$(wildcard kernels/simt/translate/*.c)) | build/bin/libsimt.a
	@$(CC) $(filter %.o,$^) -o $@
simtcc: build/bin/simtcc build/bin/libsimt.a
# for tests, which compile hundreds of .cu files
build/simt/pch/cuda_runtime.h.gch: $(wildcard kernels/simt/include/*.h kernels/simt/include/simt/*.h) build/bin/simtcc
	@sh tests/simt/precompile.sh $(@D)

# ---- a real GPU: kernels by nvcc, where there is one ----------------------------------------------------------------
NVCC ?= $(or $(shell command -v nvcc),$(wildcard /usr/local/cuda/bin/nvcc))
# GPU_ARCH=-arch=native is quicker where the GPU is; on Hopper -arch=sm_90a, for wgmma and setmaxnreg need the a
GPU_ARCH ?= -gencode arch=compute_75,code=sm_75 -gencode arch=compute_80,code=[sm_80,compute_80] -gencode arch=compute_90a,code=sm_90a
GPU_PROGRAMS := $(patsubst kernels/gpu/%_main.cu,build/gpu/%,$(wildcard kernels/gpu/*_main.cu))
KERNELS := $(wildcard kernels/[0-9]*/*.cu $(foreach c,$(CHAPTERS),$(filter-out $(patsubst kernels/%,labs/%,$(wildcard kernels/$(c)/*.cu)),$(wildcard labs/$(c)/*.cu))))
GPU_OBJECTS = $(KERNELS:%.cu=build/gpu/obj/%.o)
build/gpu/obj/%.o: %.cu
	@[ -n "$(NVCC)" ] || { echo "there is no nvcc here: the CUDA toolkit brings it (make doctor)" >&2; exit 1; }
	@mkdir -p $(@D)
	@$(NVCC) -std=c++17 -O3 -lineinfo $(GPU_ARCH) --Werror all-warnings -Ilabs -Ikernels -MMD -c $< -o $@
build/gpu/%: build/gpu/obj/kernels/gpu/%_main.o $(filter-out build/gpu/obj/kernels/gpu/%_main.o,$(patsubst %.cu,build/gpu/obj/%.o,$(wildcard kernels/gpu/*.cu))) $(GPU_OBJECTS)
	@$(NVCC) $(GPU_ARCH) $(filter-out %_main.o,$^) $< -lcublas -lcublasLt -o $@
gpu: $(GPU_OBJECTS) $(GPU_PROGRAMS)
gpu-check: build/gpu/basics build/gpu/check build/gpu/tensor_check
	@build/gpu/basics
	@build/gpu/check $(ARGS)
	@build/gpu/tensor_check $(ARGS)
gpu-bench: build/gpu/basics build/gpu/bench build/gpu/tensor_bench
	@build/gpu/basics bench
	@build/gpu/bench $(ARGS)
	@$(if $(ARGS),,build/gpu/tensor_bench)

# ---- for learners ---------------------------------------------------------------------------------------------------
PROG ?= main
PASSED = $(foreach f,LR EPOCHS BATCH STEPS SEED TEXT,$(if $($(f)),--$(shell echo $(f) | tr A-Z a-z) $($(f)))) $(ARGS)
figures = $(wildcard chapters/$(1)/*.gp)

lab-%: $$(addprefix build/lab/,$$(call chapter,$$*)/$$(PROG)) build/lab/$$(call chapter,$$*)/modules
	@$(if $(filter main,$(PROG)),sh tools/lab.sh $(call chapter,$*) $(PASSED),build/lab/$(call chapter,$*)/$(PROG) $(ARGS))

build/lab/%/modules: FORCE
	@mkdir -p $(@D)
	@printf '%s\n' $(foreach m,$(call used,$*),$(if $(call learned,$(m)),"$(if $(filter labs,$(call owned,$(m))),yours,reference) $(m)")) | sed '/^$$/d' >$@

grade_flags = --lab $(1) --graded $(2)/$(1) $(if $(SEED),--seed $(SEED)) $(if $(TEST),--test $(TEST),$(if $(3),--json $(3)))

grade-ref-%: build/ref/$$(call chapter,$$*)/grade
	@build/ref/$(call chapter,$*)/grade $(call grade_flags,$(call chapter,$*),solutions)
grade-%: outdated-% build/lab/$$(call chapter,$$*)/grade
	@build/lab/$(call chapter,$*)/grade $(call grade_flags,$(call chapter,$*),labs,build/grade/$(call chapter,$*).json)
# old points do not outlive a lab that no longer compiles
outdated-%:
	@$(if $(TEST),,rm -f build/grade/$(call chapter,$*).json)
grade:
	@status=0; for n in $(NUMBERS); do $(MAKE) -s --no-print-directory grade-$$n || status=1; done; exit $$status

memcheck-%: build/asan/lab/$$(call chapter,$$*)/$$(if $$(TEST),grade,$$(PROG))
	@$(if $(TEST),ASAN_OPTIONS=detect_leaks=0 $< $(call grade_flags,$(call chapter,$*),labs) --in-process,$< $(if $(filter main,$(PROG)),--out build/asan/out/$(call chapter,$*)) $(PASSED))

plot-%:
	@sh tools/plot.sh $(if $(FIG),-t) build/lab/$(call chapter,$*) $(or $(FIG:%=chapters/$(call chapter,$*)/%.gp),$(call figures,$(call chapter,$*)))

hint-%: ; @sh tools/hint.sh $* $(TEST)
watch-%: ; @sh tools/watch.sh $* $(TEST)
reset-%: ; @sh tools/reset.sh $* $(FILE)
solution-%: ; @sh tools/solution.sh $* $(or $(FILE),$(TEST))
progress gradescope junit: build/bin/results
	@build/bin/results $@ $(ARGS)

build/bin/results: $(patsubst %.c,build/obj/%.o,tools/results.c $(COMMON))
	@mkdir -p $(@D)
	@$(CC) $^ -o $@ $(LIBS)

# ---- the classroom --------------------------------------------------------------------------------------------------
demo: $(addprefix demo-,$(NUMBERS))
	@$(MAKE) -s --no-print-directory capstone BUILD=ref OWN= ARGS=
	@sh tools/index.sh build/demo

demo-%: $$(addprefix build/ref/,$$(call chapter,$$*)/$$(PROG))
	@$(if $(filter main,$(PROG)),sh tools/demo.sh $(call chapter,$*) $(PASSED),$< $(ARGS))

# From nothing to a model that answers politely: four chapters' programs in a row. BUILD=lab, with OWN= as ever: the learner's.
STAGES = 14-pretraining/main 16-sft/sft 18-reward/reward 19-ppo/ppo
staged = build/$(or $(BUILD),$(if $(OWN),lab,ref))
capstone: $$(addprefix $$(staged)/,$$(STAGES) 19-ppo/ten_questions) $$(staged)/capstone.modules
	@sh tools/capstone.sh $(notdir $(staged)) $(ARGS)
build/%/capstone.modules: FORCE
	@mkdir -p $(@D)
	@printf '%s\n' $(foreach c,$(dir $(STAGES)),$(foreach m,$(call modules,$(c:/=)),"$(if $(filter lab,$*),yours,reference) $(m)") \
	    $(foreach m,$(call used,$(c:/=)),$(if $(call learned,$(m)),"$(if $(filter labs,$(call borrowed,$*,$(m))),yours,reference) $(m)"))) >$@

slides: ; @sh tools/slides.sh
slides-%: ; @sh tools/slides.sh $*
book: ; @sh tools/book.sh

# ---- setting up -----------------------------------------------------------------------------------------------------
setup: ; @sh tools/setup.sh
setup-docs: ; @sh tools/setup-docs.sh
doctor: ; @sh tools/doctor.sh
datasets: ; @sh datasets/get.sh

# ---- proving it -----------------------------------------------------------------------------------------------------
stubs: ; @sh tools/stubs.sh --write

UNITS := $(patsubst tests/unit/%.c,%,$(wildcard tests/unit/*.c))
PROGRAMS := $(foreach c,$(CHAPTERS),$(c)/main $(patsubst labs/%_main.c,%,$(wildcard labs/$(c)/*_main.c)))

test:
	@CHAPTERS="$(CHAPTERS)" UNITS="$(UNITS)" MAINTAINER=$(MAINTAINER) sh tools/test.sh
prove-%: ; @sh tools/prove.sh $(call chapter,$*)
lint: ; @sh tools/lint.sh
fuzz: ; @sh tools/fuzz.sh

# all that tests run, so that two proofs at a time find it made
build: $(addprefix build/ref/,$(PROGRAMS) $(CHAPTERS:%=%/grade)) $(addprefix build/unit/,$(UNITS)) build/bin/results simtcc build/simt/pch/cuda_runtime.h.gch
# a unit test whose first line is "// of NN-name" is linked with that chapter; simt_*: with the simulator
unit_of = $(shell sed -n '1s,^// of ,,p' tests/unit/$(1).c)
build/unit/simt_%: build/obj/tests/unit/simt_%.o $(SIMULATOR) $(addprefix build/obj/,$(SHARED))
	@mkdir -p $(@D)
	@$(CC) -no-pie $(filter %.o,$^) $(SIMULATOR) -o $@ -lcriterion $(LIBS)
build/unit/%: build/obj/tests/unit/%.o $$(if $$(call unit_of,$$*),$$(call objects,ref,$$(call unit_of,$$*))) $(addprefix build/obj/,$(SHARED))
	@mkdir -p $(@D)
	@$(CC) $^ -o $@ -lcriterion $(LIBS)

# for tools/maintainer.sh: everything by another compiler, whose warnings come from reading, but for loops that it was to turn into
# vectors; and the references under the sanitizers
SOURCES := $(wildcard labs/*/*.c solutions/*/*.c kernels/simt/*.c kernels/simt/translate/*.c tests/*.c tests/*/*.c tools/*.c datasets/*.c)
compile: VECTORS = $(shell grep -l 'omp simd' $(SOURCES))
compile: READ = xargs -P 2 -n 20 $(CC) -std=c11 -Wall -Wextra $(WERROR) -march=native -fopenmp $(INCLUDE) -fsyntax-only
compile:
	@$(MAKE) $(patsubst %.c,build/$(CC)/obj/%.o,$(VECTORS))
	@echo $(filter labs/%,$(filter-out $(VECTORS),$(SOURCES))) | $(READ) -Wno-unused-parameter
	@echo $(filter-out labs/% $(VECTORS),$(SOURCES)) | $(READ)
build/$(CC)/obj/%.o: %.c
	@mkdir -p $(@D)
	@$(COMPILE) $(stub_flags) -c $< -o $@
sanitized: $(CHAPTERS:%=build/asan/ref/%/main) # by one make: two would make the same objects at once
sanitized-%: build/asan/ref/$$(call chapter,$$*)/main
	OMP_NUM_THREADS=1 $< --quick --out build/asan/out/$(call chapter,$*)
# minutes, and more without --quick: not part of the tests. libgomp keeps its threads' memory, hence one thread.
valgrind-%: build/ref/$$(call chapter,$$*)/main
	OMP_NUM_THREADS=1 valgrind -q --leak-check=full --error-exitcode=9 $< --out build/valgrind/$(call chapter,$*) $(ARGS)

# for scripts: a chapter's tests, what every grader is linked with, the compiler for GPUs
print-tests-%: $$(addprefix build/obj/,$$(call tests,$$*) $$(call simulated,$$*,tests/gpu/gpu.o))
	@echo $^
print-nvcc: ; @echo $(NVCC)
print-grader: $(addprefix build/obj/,$(GRADER))
	@echo $^

BENCHED := $(foreach c,$(CHAPTERS),$(if $(wildcard labs/$(c)/bench_main.c),bench-$(firstword $(subst -, ,$(c)))))
bench: $(BENCHED) bench-simt
bench-simt: simtcc
	@sh kernels/simt/bench.sh
bench-%: build/ref/$$(call chapter,$$*)/bench
	@$< $(ARGS)
# not a measure of speed: what chapters 14 and 16 to 20 promise, on SEEDS that nothing was tuned on; about eight minutes for each
bench-align: $(addprefix build/ref/,$(STAGES) 19-ppo/ten_questions 16-sft/main 17-lora/main 20-dpo/dpo) build/ref/capstone.modules
	@sh tools/bench_align.sh $(OUT)

clean: ; rm -rf build
