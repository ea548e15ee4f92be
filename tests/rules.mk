# SPDX-License-Identifier: GPL-2.0-or-later
#
# Tests: units with libcheck, codecs on a big-endian machine, fuzzers, boots
#
# Included by the top-level Makefile.

# A unit test is linked with everything but main(): a test names its module by what it includes.
UNITS := $(basename $(notdir $(wildcard tests/unit/test_*.c)))
UNIT_BIN := $(patsubst %,$(B)/tests/%,$(UNITS))
FIXTURES_O := $(B)/fixtures/deb.o $(B)/fixtures/initramfs.o
TEST_LIB := $(B)/tests/libiplab.a

$(TEST_LIB): $(HARNESS_O) $(REPORTS_O) $(SERVER_O) $(FIXTURES_O)
	@mkdir -p $(@D)
	@rm -f $@
	$(call Q,AR)$(AR) rcs $@ $^

$(UNIT_BIN): $(B)/tests/%: $(B)/tests/unit/%.o $(TEST_LIB)
	$(call Q,LD)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $< $(TEST_LIB) $(PKG_LIBS) $(CHECK_LIBS)

.PHONY: check
check: $(UNIT_BIN)		## run the unit tests of MODE
	@for t in $(UNIT_BIN); do $$t || exit; done
