# SPDX-License-Identifier: GPL-2.0-or-later
#
# Figures: ratios, measured interleaved in one run. Included by the top-level Makefile.

.PHONY: bench
bench: all $(B)/bench		## measure against QEMU's own network; writes build/bench.jsonl
	$(B)/bench $(IPLAB)

$(B)/bench: $(B)/tests/bench/bench.o $(REPORTS_O)
	$(call Q,LD)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(PKG_LIBS)
