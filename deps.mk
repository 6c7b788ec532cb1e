# What the project needs from the distribution: `make deps` installs what is
# missing and nothing else. A line a library (its pkg-config name) or a tool (a
# command), with the Debian package that brings it.

DEPS_LIBRARIES = openblas:libopenblas-pthread-dev gsl:libgsl-dev cairo:libcairo2-dev pangocairo:libpango1.0-dev \
  libpng:libpng-dev jansson:libjansson-dev libcrypto:libssl-dev libutf8proc:libutf8proc-dev \
  libzip:libzip-dev oniguruma:libonig-dev cmocka:libcmocka-dev
DEPS_TOOLS     = cc:gcc ar:binutils pkg-config:pkg-config sha256sum:coreutils curl:curl fc-match:fontconfig
DEPS_FONT      = fonts-dejavu-core
DEPS_DEV       = clang-format:clang-format
DEPS_SLURM     = munged:munge slurmctld:slurmctld slurmd:slurmd srun:slurm-client
DEPS_RELEASE   = debootstrap:debootstrap unshare:util-linux git:git

# Under -j, deps comes before everything else.
DEPS_FIRST = $(filter deps,$(MAKECMDGOALS))

missing-tools     = for d in $(1); do command -v "$${d%%:*}" > /dev/null || printf ' %s' "$${d\#*:}"; done
missing-libraries = for d in $(DEPS_LIBRARIES); do pkg-config --exists "$${d%%:*}" 2> /dev/null || printf ' %s' "$${d\#*:}"; done; \
  [ -e /usr/include/stdio.h ] || printf ' libc6-dev'; \
  fc-list 2> /dev/null | grep -q DejaVuSans.ttf || printf ' $(DEPS_FONT)'

install-missing = missing="$$($(1))"; if [ -n "$$missing" ]; then \
  sudo=; [ "$$(id -u)" = 0 ] || sudo=sudo; \
  if ! command -v apt-get > /dev/null || { [ -n "$$sudo" ] && ! command -v sudo > /dev/null; }; then \
    echo "Install these packages (Debian's names), then run make again:$$missing" >&2; exit 3; fi; \
  echo "Installing$$missing"; \
  $$sudo apt-get -q -o DPkg::Lock::Timeout=300 update < /dev/null > /dev/null && \
  $$sudo env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300 --no-install-recommends install $$missing < /dev/null > $(DEPS_LOG) 2>&1 || \
  { tail -n 20 $(DEPS_LOG) >&2; exit 3; }; rm -f $(DEPS_LOG); fi

DEPS_LOG = .deps.log

.PHONY: deps deps-dev deps-slurm deps-release
deps:
	@$(call install-missing,{ $(call missing-tools,$(DEPS_TOOLS)); $(missing-libraries); })

deps-dev: deps
	@$(call install-missing,$(call missing-tools,$(DEPS_DEV)))

deps-slurm: deps
	@export PATH="$$PATH:/usr/sbin:/sbin"; $(call install-missing,$(call missing-tools,$(DEPS_SLURM)))

deps-release: deps
	@export PATH="$$PATH:/usr/sbin:/sbin"; $(call install-missing,$(call missing-tools,$(DEPS_RELEASE)))
