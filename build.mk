# How the program, its tests and its benchmarks are built. Everything that is
# made lies below $(B).

B        ?= build
VERSION  := $(shell cat VERSION)
CC       ?= cc
LIBRARIES = openblas gsl pangocairo cairo libpng jansson libcrypto libutf8proc libzip oniguruma

# pkg-config is asked when a recipe needs it, never while this file is read.
PKG_CFLAGS = $(shell pkg-config --cflags $(LIBRARIES))
PKG_LIBS   = $(shell pkg-config --libs $(LIBRARIES))

ifdef SANITIZE
B        := $(B)/sanitize
SANITIZER = -fsanitize=address,undefined -fno-sanitize-recover=undefined
endif
ifdef COVERAGE
B        := $(B)/coverage
SANITIZER = --coverage
endif

OPTIMIZE ?= -O2
WARNINGS  = -Wall -Wextra -Wshadow -Wconversion -Wno-format-zero-length
CFLAGS   ?= $(OPTIMIZE) -g
ALL_CFLAGS = -std=c17 -D_GNU_SOURCE -ffp-contract=off $(WARNINGS) $(TARGET) $(CFLAGS) $(SANITIZER) -pthread -Isrc -I$(B)/gen

# Clang reads no pragma that names a target, has no -fpreprocessed, and warns
# where a constant of an enumeration, which is how whole numbers are named here,
# meets a double.
STRIP = $(CC)
ifneq ($(findstring clang,$(CC)),)
WARNINGS += -Wno-enum-float-conversion -Wno-unknown-pragmas -Wno-missing-field-initializers
STRIP = cpp
$(B)/obj/%_avx2.o: TARGET = -mavx2 -mfma
$(B)/obj/%_avx512.o: TARGET = -mavx512f -mavx512dq -mavx512bw -mavx512vl -mavx2 -mfma
endif

# One program a file in src/stage; the files of STAGE_SHARED are theirs in common.
STAGE_SHARED = $(addprefix src/stage/,options.c terminal.c job.c cell.c main.c parameters.c model.c command.c publish.c again.c \
  place.c ready.c task.c import.c download.c data_files.c letters.c)
PROGRAMS     = $(filter-out tunescope,$(patsubst src/stage/%.c,%,$(filter-out $(STAGE_SHARED),$(wildcard src/stage/*.c))))
LIB_SOURCES  = $(sort $(wildcard $(addsuffix /*.c,$(addprefix src/,base num corpus text weights encoder training probe geometry workflow figure findings report)))) $(wildcard $(STAGE_SHARED))
LIB_OBJECTS  = $(LIB_SOURCES:src/%.c=$(B)/obj/%.o) $(B)/obj/gen/program.o
LIBRARY      = $(B)/libtunescope.a
TUNESCOPE    = $(B)/bin/tunescope
LIBEXEC      = $(B)/libexec/tunescope
TESTS        = $(patsubst tests/%.c,$(B)/tests/%,$(sort $(wildcard tests/*/test_*.c)))
BENCHES      = $(patsubst bench/%.c,$(B)/bench/%,$(sort $(wildcard bench/*.c)))

.DELETE_ON_ERROR:
.SECONDARY:

programs: $(TUNESCOPE) $(PROGRAMS:%=$(LIBEXEC)/%)

$(B)/obj/%.o: src/%.c | $(DEPS_FIRST)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) $(PKG_CFLAGS) -MMD -MP -c -o $@ $<

$(LIBRARY): $(LIB_OBJECTS)
	$(Q)rm -f $@ && ar rcs $@ $^

# The launcher is small and not linked with BLAS: it chooses the kernels that
# BLAS reads from the environment when a stage's program is loaded.
$(TUNESCOPE): $(B)/obj/stage/tunescope.o $(LIBRARY)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) -o $@ $< $(LIBRARY) $(shell pkg-config --libs jansson libcrypto) -lm

$(LIBEXEC)/%: $(B)/obj/stage/%.o $(LIBRARY)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) -o $@ $< $(LIBRARY) -Wl,--as-needed $(PKG_LIBS) -lm

$(B)/tests/%: tests/%.c $(LIBRARY) tests/support.h
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) -DFIXTURES='"$(CURDIR)/tests/fixtures"' -DREFERENCE='"$(CURDIR)/tests/reference"' -DASSETS='"$(CURDIR)/report"' -DPROGRAMS='"$(CURDIR)/$(B)"' -DSOURCE='"$(CURDIR)"' -Itests $(PKG_CFLAGS) $(shell pkg-config --cflags cmocka) \
	  -MMD -MP -o $@ $< $(LIBRARY) -Wl,--as-needed $(PKG_LIBS) $(shell pkg-config --libs cmocka zlib) -lm

$(B)/bench/%: bench/%.c $(LIBRARY)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) $(PKG_CFLAGS) -MMD -MP -o $@ $< $(LIBRARY) -Wl,--as-needed $(PKG_LIBS) -lm

# What decides a stage's numbers: these folders of src/ and the stage's own
# file. The digest is taken over the code without comments, blanks and line
# breaks, so that only a change of code counts as a change of program.
DECIDES_prepare     = base corpus text
DECIDES_pretrain    = base num text weights encoder training
DECIDES_finetune    = base num corpus text weights encoder training
DECIDES_extract     = base num corpus text weights encoder
DECIDES_probe       = base num corpus probe
DECIDES_directprobe = base num corpus geometry
DECIDES_trajectory  = base num corpus text weights encoder geometry
DECIDES_divergence  = base num corpus geometry
DECIDES_similarity  = base num corpus geometry
DECIDES_collect     = base num findings
DECIDES_figures     = base num figure
DECIDES_report      = base num figure findings report
STAGES := $(shell sed -n 's/.*\.name = "\(.*\)",/\1/p' src/workflow/stages.c)
$(foreach s,$(STAGES),$(if $(DECIDES_$(s)),,$(error build.mk: no DECIDES_$(s) says which folders decide the numbers of $(s))))

# Beside them, of those that find a model, choose layers for it, know of measures,
# or read a configuration.
CHOOSES       = $(if $(filter pretrain finetune extract trajectory,$(1)),src/stage/model.c) $(if $(filter extract probe directprobe,$(1)),src/workflow/layers.c) $(if $(filter collect,$(1)),src/figure/measure.c src/encoder/config.c $(wildcard src/encoder/famil*.c))
stage-sources = $(sort $(wildcard $(addsuffix /*.[ch],$(addprefix src/,$(DECIDES_$(1)))))) $(wildcard src/stage/$(1).c) $(CHOOSES)
CODE_FILES    = $(sort $(foreach s,$(STAGES),$(call stage-sources,$(s))))

$(B)/code/%: src/% | $(DEPS_FIRST)
	@mkdir -p $(@D)
	@$(STRIP) -w -fpreprocessed -dD -E -P -x c -o $@.i $< && tr -s ' \t\n' '   ' < $@.i > $@ && rm $@.i

$(B)/gen/program.c: $(CODE_FILES:src/%=$(B)/code/%) VERSION build.mk
	@mkdir -p $(@D)
	@{ printf '#include "workflow/program.h"\n\n#include <stddef.h>\n\nconst char program_version[] = "%s";\n\nconst struct program_digest program_digests[] = {\n' '$(VERSION)'; \
	$(foreach s,$(STAGES),printf '\t{ "$(s)", "%s" },\n' "$$(cd $(B)/code && sha256sum $(patsubst src/%,%,$(call stage-sources,$(s))) | sha256sum | cut -c1-64)";) \
	printf '\t{ NULL, NULL },\n};\n'; } > $@

$(B)/obj/gen/program.o: $(B)/gen/program.c | $(DEPS_FIRST)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) -c -o $@ $<

-include $(shell test -d $(B) && find $(B) -name '*.d')
