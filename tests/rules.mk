# SPDX-License-Identifier: GPL-2.0-or-later
#
# Tests: units with libcheck, codecs on a big-endian machine, fuzzers, boots
#
# Included by the top-level Makefile. "test" runs all of it in its turn; each part is a target of
# its own as well. tests/run counts.

# Everything but main(): a test names its modules by what it includes.
TEST_LIB := $(B)/tests/libiplab.a
test_link = $(call Q,LD)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $(filter %.o %.a,$^) $(PKG_LIBS) \
	$(CHECK_LIBS)
names = $(basename $(notdir $(wildcard $(1))))

$(TEST_LIB): $(HARNESS_O) $(REPORTS_O) $(SERVER_O) $(FIXTURES_O)
	@mkdir -p $(@D)
	@rm -f $@
	$(call Q,AR)$(AR) rcs $@ $^

# --- all of it -------------------------------------------------------------------------------------

# Units in both modes, unless one was asked for; what takes minutes in the last of them only, which is
# the one with the sanitizers.
TEST_MODES := $(if $(filter file,$(origin MODE)),debug asan,$(MODE))
TEST_TALLY := build/test-tally

# Make itself, with all CPUs unless the caller said how many.
test_make = $(MAKE) --no-print-directory $(if $(findstring jobserver,$(MAKEFLAGS)),,-j$(shell nproc))

test_last = $(test_make) MODE=$(lastword $(TEST_MODES))

.PHONY: test unit-programs test-programs check test-be fuzz fuzz-long boot-test

# What is not there offline is left out by the parts themselves.
test:		## install what is missing, and run all tests
ifeq ($(OFFLINE),1)
	@ci/deps install run
	@ci/deps check test || echo 'test: going on without them'
else
	@ci/deps install test
endif
	@+for mode in $(TEST_MODES); do \
		$(test_make) MODE=$$mode unit-programs || exit; \
	done
	@+$(test_last) test-programs
	@rm -f $(TEST_TALLY)
	@+export TALLY=$(abspath $(TEST_TALLY)); failed=; \
	if command -v clang-format >/dev/null; then \
		tests/run lint ci/check || failed=1; \
	else \
		echo 'skip lint: no clang-format here; ci/deps install lint gets it'; \
	fi; \
	for mode in $(TEST_MODES); do $(test_make) MODE=$$mode check || failed=1; done; \
	$(test_last) test-be || failed=1; \
	$(test_make) MODE=asan fuzz || failed=1; \
	$(test_last) boot-test || failed=1; \
	$(test_last) test-checks || failed=1; \
	tests/run --total $$TALLY || failed=1; \
	test -z "$$failed"

# --- units -----------------------------------------------------------------------------------------

UNIT_BIN := $(addprefix $(B)/tests/,$(call names,tests/unit/test_*.c))
LWIP_UNIT_BIN := $(addprefix $(B)/tests/,$(call names,tests/unit/test_lwip_*.c))

$(filter-out $(LWIP_UNIT_BIN),$(UNIT_BIN)): $(B)/tests/%: $(B)/tests/unit/%.o $(TEST_LIB)
	$(test_link)

# What of the netboot image does no I/O runs here as well. It is kept apart: guest and server have
# modules of the same names.
LWIP_LIB := $(B)/tests/liblwip.a

$(LWIP_LIB): $(patsubst %,$(B)/firmware/lwip/%.o,$(LWIP_PURE))
	@mkdir -p $(@D)
	@rm -f $@
	$(call Q,AR)$(AR) rcs $@ $^

$(LWIP_UNIT_BIN): $(B)/tests/%: $(B)/tests/unit/%.o $(LWIP_LIB)
	$(test_link)

check: $(UNIT_BIN)		## run the unit tests of MODE
	@tests/run 'unit tests, $(MODE)' $^

# --- codecs on a big-endian machine ----------------------------------------------------------------

# The guest's CPU is big-endian, so a forgotten conversion is right by luck there and wrong here, or
# the other way round. Static programs, with Debian's own Check for s390x, under QEMU's user mode.
BE := $(B)/be
BE_UNITS := $(call names,$(patsubst %,tests/unit/test_%.c,bytes ethernet frame ip wire_*))
BE_BIN := $(addprefix $(BE)/,$(BE_UNITS))
BE_WIRE_O := $(patsubst %,$(BE)/server/wire/%.o,$(WIRE))
BE_DEBS := $(INPUTS)/check_s390x.deb $(INPUTS)/libsubunit-dev_s390x.deb
BE_CHECK := $(BE)/debs/unpacked
BE_RUN ?= qemu-s390x-static
BE_CFLAGS := -std=gnu11 -O1 -g -I. -isystem $(BE)/debs/usr/include -MMD -MP $(WARN)
BE_LIBS := -L$(BE)/debs/usr/lib/s390x-linux-gnu -lcheck -lsubunit -lm -lrt -lpthread

ifeq ($(OFFLINE),1)
ifneq ($(words $(wildcard $(BE_DEBS))),$(words $(BE_DEBS)))
BE_SKIP := OFFLINE=1, and $(INPUTS) lacks Check for s390x
else ifeq ($(shell command -v $(BE_RUN)),)
BE_SKIP := OFFLINE=1, and there is no $(BE_RUN)
endif
endif

ifdef BE_SKIP
test-be:
	@echo 'skip test-be: $(BE_SKIP)'
else
test-be: $(BE_BIN)		## run the codecs' unit tests on a big-endian machine
	@tests/run 'codecs, s390x' $(patsubst %,'$(BE_RUN) %',$^)
endif

$(BE_DEBS) &:
	@ci/aptroot fetch --suite $(SUITE) --arch s390x --out $(INPUTS) check libsubunit-dev

$(BE_CHECK): $(BE_DEBS)
	@rm -rf $(@D)
	@mkdir -p $(@D)
	$(call Q,DEB)for deb in $^; do dpkg-deb -x $$deb $(@D) || exit; done
	@touch $@

$(BE)/%.o: %.c $(BE_CHECK)
	@mkdir -p $(@D)
	$(call Q,CC)$(CROSS)gcc $(BE_CFLAGS) -c -o $@ $<

$(BE_BIN): $(BE)/%: $(BE)/tests/unit/%.o $(BE_WIRE_O)
	$(call Q,LD)$(CROSS)gcc -static -o $@ $^ $(BE_LIBS)

# --- fuzzers ---------------------------------------------------------------------------------------

FUZZERS := $(call names,tests/fuzz/fuzz_*.c)
FUZZ_BIN := $(addprefix $(B)/tests/,$(FUZZERS))
FUZZ_SECONDS ?= 60

LWIP_FUZZERS := $(filter fuzz_lwip_%,$(FUZZERS))
LWIP_FUZZ_BIN := $(addprefix $(B)/tests/,$(LWIP_FUZZERS))

$(filter-out $(LWIP_FUZZ_BIN),$(FUZZ_BIN)): $(B)/tests/%: $(B)/tests/fuzz/%.o $(TEST_LIB)
	$(test_link)

$(LWIP_FUZZ_BIN): $(B)/tests/%: $(B)/tests/fuzz/%.o $(LWIP_LIB)
	$(test_link)

ifeq ($(MODE),asan)
fuzz: $(FUZZ_BIN)
	@tests/run 'fuzz corpus, asan' $^
else
fuzz:		## run each fuzzer over its corpus, the same inputs each time
	@+$(test_make) MODE=asan fuzz
endif

# What it finds is kept in build/fuzz/NAME: the next time begins with it, and so does "crash-...".
LF := $(B)/libfuzzer
LF_BIN := $(addprefix $(LF)/,$(FUZZERS))
LF_O := $(patsubst $(B)/%,$(LF)/%,$(HARNESS_O) $(REPORTS_O) $(SERVER_O) $(FIXTURES_O))
LF_CFLAGS = $(filter-out -fno-sanitize-recover=undefined,$(ALL_CFLAGS)) -O1 -g -DFUZZ_LIBFUZZER \
	-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined

ifeq ($(MODE),asan)
fuzz-long: $(LF_BIN) $(FUZZ_BIN)
	@for f in $(FUZZERS); do \
		mkdir -p build/fuzz/$$f/seeds build/fuzz/$$f/found && \
		$(B)/tests/$$f build/fuzz/$$f/seeds && \
		$(LF)/$$f -max_total_time=$(FUZZ_SECONDS) -max_len=16384 -timeout=20 -verbosity=0 \
			-print_final_stats=1 -artifact_prefix=build/fuzz/$$f/ \
			build/fuzz/$$f/found build/fuzz/$$f/seeds || exit; \
	done
else
fuzz-long:	## search with libFuzzer (clang), FUZZ_SECONDS=60 for each fuzzer
	@command -v clang >/dev/null || { echo 'fuzz-long: no clang here' >&2; exit 1; }
	@+$(test_make) MODE=asan fuzz-long
endif

$(LF)/%.o: %.c
	@mkdir -p $(@D)
	$(call Q,CC)clang $(LF_CFLAGS) -c -o $@ $<

LWIP_LF_BIN := $(addprefix $(LF)/,$(LWIP_FUZZERS))

$(LWIP_LF_BIN): $(LF)/%: $(LF)/tests/fuzz/%.o $(patsubst %,$(LF)/firmware/lwip/%.o,$(LWIP_PURE))
	$(call Q,LD)clang -fsanitize=fuzzer,address,undefined -o $@ $^

$(filter-out $(LWIP_LF_BIN),$(LF_BIN)): $(LF)/%: $(LF)/tests/fuzz/%.o $(LF_O)
	$(call Q,LD)clang -fsanitize=fuzzer,address,undefined -o $@ $^ $(PKG_LIBS)

# --- clients and daemons of others ------------------------------------------------------------------

# They are unpacked here and never installed: daemons would start services on the user's machine.
PEERS := build/peers
PEER_ARCH := $(shell dpkg --print-architecture 2>/dev/null)
peer_debs = $(patsubst %,$(INPUTS)/%_$(PEER_ARCH).deb,$(1))
CLIENT_DEBS := $(call peer_debs,busybox-static atftp tftp-hpa isc-dhcp-client)
peers := $(PEERS)/clients

ifndef PEER_ARCH
peers :=
else ifeq ($(OFFLINE),1)
ifneq ($(words $(wildcard $(CLIENT_DEBS))),$(words $(CLIENT_DEBS)))
peers :=
endif
endif

$(CLIENT_DEBS) &:
	@ci/aptroot fetch --suite $(SUITE) --arch $(PEER_ARCH) --out $(INPUTS) \
		busybox-static atftp tftp-hpa isc-dhcp-client

$(PEERS)/clients: $(CLIENT_DEBS)
	@mkdir -p $(@D)
	$(call Q,DEB)for deb in $^; do dpkg-deb -x $$deb $(@D) || exit; done
	@touch $@

# Slurm, with the libraries that are seldom there without it: 3.4 MB.
SLURM := $(PEERS)/slurm
SLURM_PKGS := slurmctld slurmd slurm-client slurm-wlm-basic-plugins \
	libhwloc15 libjson-c5 libmunge2 libnuma1 libyaml-0-2
SLURM_DEBS := $(call peer_debs,$(SLURM_PKGS))
slurm := $(if $(PEER_ARCH),$(SLURM)/unpacked)

ifeq ($(OFFLINE),1)
ifneq ($(words $(wildcard $(SLURM_DEBS))),$(words $(SLURM_DEBS)))
slurm :=
endif
endif

$(SLURM_DEBS) &:
	@ci/aptroot fetch --suite $(SUITE) --arch $(PEER_ARCH) --out $(INPUTS) $(SLURM_PKGS)

$(SLURM)/unpacked: $(SLURM_DEBS)
	@rm -rf $(@D)
	@mkdir -p $(@D)
	$(call Q,DEB)for deb in $^; do dpkg-deb -x $$deb $(@D) || exit; done
	@touch $@

# --- boots -----------------------------------------------------------------------------------------

BOOT_BIN := $(addprefix $(B)/tests/boot_,$(patsubst test_%,%,$(call names,tests/boot/test_*.c)))
BOOT_LAB_O := $(patsubst %.c,$(B)/%.o,$(filter-out tests/boot/test_%,$(wildcard tests/boot/*.c)))

# What takes longest runs first: two go on at once.
BOOT_LONG := $(addprefix $(B)/tests/boot_,virtual lwip dnsmasq plan impair serve)

$(BOOT_BIN): $(B)/tests/boot_%: $(B)/tests/boot/test_%.o $(BOOT_LAB_O) $(TEST_LIB)
	$(test_link)

boot-test: $(BOOT_BIN) $(IPLAB) firmware plugin inputs clients $(peers) $(slurm)	## boot with QEMU, kill things, and look at what is left
	@IPLAB=$(abspath $(IPLAB)) PEERS=$(abspath $(PEERS)) tests/run 'boots, $(MODE)' \
		$(BOOT_LONG) $(filter-out $(BOOT_LONG),$(BOOT_BIN))

# A fault that shows in 30 % of boots, planted in a commit of 40, is found in each of so many searches.
BISECT_TRIALS := 20

.PHONY: test-bisect
test-bisect: $(B)/tests/boot_bisect $(IPLAB) firmware plugin	## search BISECT_TRIALS=20 repositories for a fault that comes and goes
	@IPLAB=$(abspath $(IPLAB)) BISECT_TRIALS=$(BISECT_TRIALS) CK_RUN_CASE=now_and_then $<

# After a change that is meant to change journals.
.PHONY: golden-update
golden-update: $(B)/tests/boot_golden $(IPLAB) firmware plugin	## write tests/golden.jsonl anew
	@IPLAB=$(abspath $(IPLAB)) GOLDEN_UPDATE=1 $<

# --- conformance -----------------------------------------------------------------------------------

.PHONY: test-checks docs
test-checks: $(IPLAB) firmware plugin	## hold each check of conformance to its proofs
	@rm -rf build/test-checks
	@$(IPLAB) conformance --prove --out build/test-checks

# The catalogue, and what these clients make of it.
DOCS_CLIENTS := libnet-5.2 libnet-7.2 libnet-10.0 libnet-10.0-trixie libnet-sid \
	lwip lwip-matched lwip-stock linux
docs: $(IPLAB) firmware plugin clients	## write the catalogue of checks into docs/conformance.md
	@rm -rf build/docs-run
	@$(IPLAB) conformance $(DOCS_CLIENTS) --document docs/conformance.md --out build/docs-run \
		> build/docs-run.log || test $$? = 1

unit-programs: $(UNIT_BIN)
test-programs: firmware plugin inputs clients $(IPLAB) unit-programs $(FUZZ_BIN) $(BOOT_BIN) $(if $(BE_SKIP),,$(BE_BIN))
	@:

# Of each scenario of a hostile network so many, each with a seed of its own.
HOSTILE_CLIENT := lwip
HOSTILE_BOOTS := 20000
HOSTILE_SEED := 1
HOSTILE_SCENARIOS := $(words $(wildcard scenarios/hostile/*.ini))
HOSTILE_REPEAT = $(shell expr \( $(HOSTILE_BOOTS) + $(HOSTILE_SCENARIOS) - 1 \) / $(HOSTILE_SCENARIOS))

.PHONY: hostile
hostile: $(IPLAB) firmware plugin inputs	## boot through a network that changes what is sent, HOSTILE_BOOTS times
	$(IPLAB) run --seed $(HOSTILE_SEED) --repeat $(HOSTILE_REPEAT) \
		client=$(HOSTILE_CLIENT) server=builtin 'scenario=hostile/*'

# Random scenarios. That something is found is no mistake of ours: libnet is what it is.
HUNT_CLIENT := libnet-7.2
HUNT_COUNT := 5000
HUNT_SEED := 1

.PHONY: hunt
hunt: $(IPLAB) firmware plugin inputs	## look for crashes, hangs and corruption in HUNT_CLIENT, HUNT_COUNT times
	$(IPLAB) hunt --client $(HUNT_CLIENT) --count $(HUNT_COUNT) --seed $(HUNT_SEED) || test $$? = 1
