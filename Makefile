# Tunescope: the workflow. `make help` lists what a person needs.

EXPERIMENT ?= embedded
DATA       ?= data
MODELS     ?= models
CACHE      ?= cache
V          ?= 0
Q          := $(if $(filter 0,$(V)),@)
LAUNCH     ?=
RERUN      ?=
PREFIX     ?= /usr/local
DESTDIR    ?=

# What users name goes to programs by the environment, as it is: never as a part
# of a line that a shell reads, and never expanded.
PLACES     = EXPERIMENT DATA MODELS CACHE LAUNCH RERUN PREFIX DESTDIR
define verbatim
override $(1) := $$(value $(1))
endef
$(foreach p,$(PLACES),$(eval $(call verbatim,$(p))))
export $(PLACES) V

.DEFAULT_GOAL := all

include deps.mk
include build.mk

CELL_STAGES = $(filter-out figures report,$(STAGES))
.PHONY: all programs reproduce figures report status plan audit verify fetch gc test lint check-layers check \
  check-kill check-slurm check-release bench \
  fuzz coverage clean help install dist $(CELL_STAGES)

all: $(DEPS_FIRST) programs
	@echo 'Built in $(B)/. make reproduce runs the embedded experiment; make help lists more.'

help:
	@sed -n 's/^#: //p' $(firstword $(MAKEFILE_LIST))

#: make deps          installs what is missing from the distribution (as root or through sudo)
#: make               builds everything
#: make reproduce     runs an experiment to its report
#:                    EXPERIMENT=embedded (default), paper-minilm, paper, or the path of a file;
#:                    DATA=data MODELS=models CACHE=cache; -jN; LAUNCH="srun -n1 -c2"
#: make CELL          one cell and what it needs, e.g. make probe/tiny/original/pos
#: make probe         all cells of a stage
#: make figures       draws the figures again, from the tables
#: make report        writes the report again, from tables and figures
#: make status        what is up to date, and what would run and why
#: make plan          cells, hours, disk and memory before anything runs
#: make fetch         downloads the data and the checkpoints that the experiment names
#: make audit         follows every figure back to the bytes of the data; DEEP=5 makes
#:                    five cells again and compares
#: make gc            lists what no manifest refers to; DELETE=1 deletes it
#: make verify        compares the results with manifests/reference
#: make test          all tests; SANITIZE=1 under the address and undefined-behaviour sanitizers
#: make check         test, lint and check-layers
#: make check-kill    kills a miniature run two hundred times
#: make check-slurm   runs it through a Slurm of this machine (make deps-slurm)
#: make check-release RELEASE=trixie   both of the README's commands in a bare root of that
#:                    release of Debian (make deps-release)
#: make bench         benchmarks; make fuzz, make coverage
#: make install       PREFIX=/usr/local DESTDIR=
#: make dist          a source archive
#: make clean         removes build/

# Each is one call of the program, which hands the plan to make again. Under -n it
# is called only where it has been built.
hand-over = +@if [ -x $(TUNESCOPE) ]; then $(TUNESCOPE) $(1); else echo '\# build first (make) to see the cells'; fi

reproduce figures report: $(DEPS_FIRST) programs
	$(call hand-over,$@ "$$EXPERIMENT")

# One cell, or all cells of a stage.
export ONLY = $@
only        = $(call hand-over,reproduce "$$EXPERIMENT" --only "$$ONLY")
$(CELL_STAGES): $(DEPS_FIRST) programs
	$(only)
$(addsuffix /%,$(CELL_STAGES) figures): $(DEPS_FIRST) programs
	$(only)

status: $(DEPS_FIRST) programs
	@$(TUNESCOPE) status "$$EXPERIMENT" || [ $$? = 1 ]

DEEP ?=
DELETE ?=
audit: $(DEPS_FIRST) programs
	@$(TUNESCOPE) audit "$$EXPERIMENT" $(if $(DEEP),--deep $(DEEP))

gc: $(DEPS_FIRST) programs
	@$(TUNESCOPE) gc "$$EXPERIMENT" $(if $(DELETE),--delete)

plan verify fetch: $(DEPS_FIRST) programs
	@$(TUNESCOPE) $@ "$$EXPERIMENT"

# Each test program prints its own closing lines; all run, and the first
# failure counts.
test: $(DEPS_FIRST) programs $(TESTS)
	@export LSAN_OPTIONS="suppressions=$$PWD/tests/sanitize.supp:print_suppressions=0"; \
	  failed=; for t in $(TESTS); do echo "== $$t"; $$t || failed="$$failed $$t"; done; \
	  if [ -n "$$failed" ]; then echo "Failed:$$failed" >&2; exit 1; fi

check-kill: $(DEPS_FIRST) programs $(B)/tests/workflow/test_recovery
	@KILLS=$(or $(KILLS),200) $(B)/tests/workflow/test_recovery

check-slurm: $(DEPS_FIRST) programs
	@tests/workflow/slurm.sh $(B)

check-release: export RELEASE ?= trixie
check-release:
	@tests/release.sh "$$RELEASE"

bench: $(DEPS_FIRST) programs $(BENCHES)
	@for b in $(BENCHES); do echo "== $$b"; OPENBLAS_NUM_THREADS=1 $$b || exit 1; done
	@echo '== $(B)/bench/encoder, a family each'
	@OPENBLAS_NUM_THREADS=1 $(B)/bench/encoder --sizes small --families bert,distilbert,electra,roberta,mpnet,albert,modernbert,deberta-v2

coverage:
	@$(MAKE) --no-print-directory COVERAGE=1 OPTIMIZE=-O0 test
	@cd build/coverage && find obj -name '*.gcda' | xargs gcov -n 2> /dev/null | grep -A1 "^File '.*src/.*\.c'" | sed -n "s/^File '\(.*\)'/\1/p;s/^Lines executed:/  /p" | paste - -

# libFuzzer targets; FUZZ_RUNS executions each, from the seed corpus.
FUZZ_RUNS   ?= 10000000
FUZZ_CC      = $(firstword $(notdir $(wildcard /usr/bin/clang /usr/bin/clang-1? /usr/bin/clang-2?)))
FUZZ_CFLAGS  = -O1 -g -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined
FUZZ_LIMITS  = -max_len=4096 -timeout=10 -rss_limit_mb=1024
FUZZERS      = $(basename $(notdir $(wildcard tests/fuzz/fuzz_*.c)))
fuzz: $(DEPS_FIRST)
	@[ -n "$(FUZZ_CC)" ] || { echo 'make fuzz needs clang and libclang-rt-dev' >&2; exit 3; }
	@$(MAKE) --no-print-directory CC=$(FUZZ_CC) B=build/fuzz CFLAGS='$(FUZZ_CFLAGS)' $(FUZZERS:%=build/fuzz/bin/%)
	@for f in $(FUZZERS); do mkdir -p build/fuzz/corpus/$$f; echo "== $$f"; \
	  build/fuzz/bin/$$f -runs=$(FUZZ_RUNS) $(FUZZ_LIMITS) -print_final_stats=1 build/fuzz/corpus/$$f tests/fuzz/corpus/$${f#fuzz_} || exit 1; done

$(B)/bin/fuzz_%: tests/fuzz/fuzz_%.c $(LIBRARY)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) -fsanitize=fuzzer $(PKG_CFLAGS) -MMD -MP -o $@ $< $(LIBRARY) -Wl,--as-needed $(PKG_LIBS) -lm

SOURCES = $(wildcard src/*/*.[ch] tests/*.h tests/*/*.[ch] bench/*.[ch])
lint: deps-dev
	@clang-format --dry-run --Werror $(SOURCES)
	@$(MAKE) --no-print-directory B=build/lint CFLAGS='-O2 -Werror' programs

# A folder includes only folders above it, a header compiles alone (one without a
# guard is a template that its users parametrise), and no two objects define one
# name, which a static library would hide.
LAYERS = base num corpus text weights encoder training probe geometry workflow figure findings report stage
check-layers: $(LIBRARY)
	@seen=; bad=; for l in $(LAYERS); do seen="$$seen $$l"; \
	  for i in $$(grep -ho '^\#include "[a-z]*/' src/$$l/*.[ch] | sed 's/.*"//;s,/,,' | sort -u); do \
	    case " $$seen " in *" $$i "*) ;; *) echo "src/$$l includes $$i/, which is below it"; bad=1;; esac; done; done; \
	  twice=$$(nm -A --defined-only --extern-only $(LIBRARY) | awk '{ print $$NF }' | sort | uniq -d); \
	  [ -z "$$twice" ] || { echo "defined twice: $$twice"; bad=1; }; \
	  for h in $$(grep -l '^\#ifndef [A-Z0-9_]*_H$$' src/*/*.h); do $(CC) -std=c17 -D_GNU_SOURCE -Isrc $(PKG_CFLAGS) -fsyntax-only -x c $$h || bad=1; done; \
	  [ -z "$$bad" ] && echo 'check-layers: every folder includes only folders above it, every name stands once'

check: test lint check-layers

SHARED = experiments report manifests/reference .
install: programs
	@to="$$DESTDIR$$PREFIX" && share="$$to/share/tunescope" && \
	  install -d "$$to/bin" "$$to/libexec/tunescope" "$$to/share/man/man1" $(SHARED:%="$$share/%") && \
	  install -m 755 $(TUNESCOPE) "$$to/bin/" && \
	  install -m 755 $(PROGRAMS:%=$(LIBEXEC)/%) "$$to/libexec/tunescope/" && \
	  install -m 644 man/tunescope.1 "$$to/share/man/man1/" && \
	  install -m 644 experiments/*.ini experiments/SHA256SUMS "$$share/experiments/" && \
	  install -m 644 $(wildcard report/*.html report/*.css report/*.js report/*.csv) "$$share/report/" && \
	  install -m 644 manifests/reference/*.json "$$share/manifests/reference/" && \
	  install -m 644 share/tunescope/vectors.py "$$share/"

# The same bytes for the same commit, whoever makes it.
dist:
	@git -c tar.umask=0022 archive --format=tar --prefix=tunescope-$(VERSION)/ -o tunescope-$(VERSION).tar HEAD
	@gzip -nf tunescope-$(VERSION).tar
	@echo tunescope-$(VERSION).tar.gz

clean:
	@rm -rf build
