# Tunescope: the workflow. `make help` lists what a person needs.

EXPERIMENT ?= embedded
DATA       ?= data
MODELS     ?= models
CACHE      ?= cache
V          ?= 0
Q          := $(if $(filter 0,$(V)),@)
LAUNCH     ?=
RERUN      ?=
export DATA MODELS CACHE NO_COLOR RERUN

.DEFAULT_GOAL := all

include build.mk
include deps.mk

FILE     = $(if $(wildcard $(EXPERIMENT)),$(EXPERIMENT),experiments/$(EXPERIMENT).ini)
NAME     = $(patsubst %.ini,%,$(notdir $(FILE)))
PLAN     = $(CACHE)/$(NAME)/plan.mk
SELF     = $(TUNESCOPE) $(1) --experiment $(FILE)
JOBS     = $(or $(patsubst -j%,%,$(filter -j%,$(MAKEFLAGS))),1)

.PHONY: all programs reproduce figures report status plan audit verify fetch test lint check-layers check bench fuzz coverage clean help install dist

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
#: make audit         follows every figure back to the bytes of the data
#: make verify        compares the results with manifests/reference
#: make test          all tests; SANITIZE=1 under the address and undefined-behaviour sanitizers
#: make check         test, lint and check-layers
#: make bench         benchmarks; make fuzz, make coverage
#: make install       PREFIX=/usr/local DESTDIR=
#: make dist          a source archive
#: make clean         removes build/

# A plan is made by the program, so that under -n it is only made where the
# program has been built.
plan-made = +@if [ -x $(TUNESCOPE) ]; then mkdir -p $(dir $(PLAN)) && $(call SELF,plan) --rules > $(PLAN).$$$$ && mv $(PLAN).$$$$ $(PLAN); else echo '# build first to see the cells'; fi
cells     = if [ -f $(PLAN) ]; then $(MAKE) --no-print-directory -f $(PLAN) TUNESCOPE='$(TUNESCOPE)' FILE='$(FILE)' LAUNCH='$(LAUNCH)' JOBS='$(JOBS)'

reproduce: $(DEPS_FIRST) programs
	@$(call SELF,plan) --ready
	$(plan-made)
	+@if $(call SELF,status) --quiet 2>/dev/null; then echo '$(NAME): everything is up to date'; first=0; else \
	  $(cells) cells; first=$$?; $(MAKE) --no-print-directory -f $(PLAN) TUNESCOPE='$(TUNESCOPE)' FILE='$(FILE)' JOBS='$(JOBS)' publish || first=$${first#0}; fi; \
	  $(call SELF,report) --summary; exit $${first:-1}; fi

figures report: $(DEPS_FIRST) programs
	$(plan-made)
	+@$(cells) $(if $(filter report,$@),publish,collect figures); fi

status: $(DEPS_FIRST) programs
	@$(call SELF,status)

plan: $(DEPS_FIRST) programs
	@$(call SELF,plan) --estimate

audit: $(DEPS_FIRST) programs
	@$(call SELF,audit)

verify: $(DEPS_FIRST) programs
	@$(call SELF,verify)

fetch: $(DEPS_FIRST) programs
	@$(call SELF,fetch)
