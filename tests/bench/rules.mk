# SPDX-License-Identifier: GPL-2.0-or-later
#
# Figures: ratios, measured interleaved in one run. Included by the top-level Makefile.

BENCH_BIN := $(B)/bench-network $(B)/bench-virtual

.PHONY: bench
bench: all $(BENCH_BIN)		## measure against bare QEMU; writes build/bench.jsonl
	$(B)/bench-network $(IPLAB)
	$(B)/bench-virtual $(IPLAB)

$(B)/bench-network: $(B)/tests/bench/network.o $(B)/tests/bench/figure.o $(REPORTS_O)
$(B)/bench-virtual: $(B)/tests/bench/virtual.o $(B)/tests/bench/figure.o $(REPORTS_O)
$(BENCH_BIN):
	$(call Q,LD)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(PKG_LIBS)
