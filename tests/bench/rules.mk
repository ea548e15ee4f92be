# SPDX-License-Identifier: GPL-2.0-or-later
#
# Figures: ratios, measured interleaved in one run. Included by the top-level Makefile.

BENCH_BIN := $(B)/bench-network $(B)/bench-virtual $(B)/bench-stacks $(B)/bench-server \
	$(B)/bench-plan

.PHONY: bench bench-plan bench-stacks bench-server
bench: all $(B)/bench-network $(B)/bench-virtual $(B)/bench-stacks	## measure against bare QEMU and libnet; writes build/bench.jsonl
	$(B)/bench-network $(IPLAB)
	$(B)/bench-virtual $(IPLAB)
	$(B)/bench-stacks $(IPLAB)

bench-stacks: all $(B)/bench-stacks	## the part of it that compares our netboot image with libnet
	$(B)/bench-stacks $(IPLAB)

bench-plan: all $(B)/bench-plan	## run PLAN=full on the virtual clock: cells, memory, CPU time
	$(B)/bench-plan $(IPLAB) $(or $(PLAN),full)

$(B)/bench-plan: $(B)/tests/bench/plan.o $(B)/tests/bench/figure.o $(REPORTS_O)
$(B)/bench-network: $(B)/tests/bench/network.o $(B)/tests/bench/figure.o $(REPORTS_O)
$(B)/bench-virtual: $(B)/tests/bench/virtual.o $(B)/tests/bench/figure.o $(REPORTS_O)
$(B)/bench-stacks: $(B)/tests/bench/stacks.o $(B)/tests/bench/figure.o $(REPORTS_O)
$(B)/bench-server: $(addprefix $(B)/tests/bench/,server.o far_end.o tftp_get.o figure.o) $(SERVER_O)
$(BENCH_BIN):
	$(call Q,LD)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(PKG_LIBS)

# Where one of them cannot be had, the others are measured all the same.
DAEMON_PACKAGES := atftpd tftpd-hpa libwrap0 libnsl2 libtirpc3
DAEMON_DEBS := $(call peer_debs,$(DAEMON_PACKAGES))
DAEMONS := $(abspath $(PEERS))/daemons
BENCH_ROUNDS ?= 5
# tftpd-hpa wants to change its groups, which only the true root may.
BENCH_WORLD = unshare --net $(if $(filter-out 0,$(shell id -u)),--user --map-root-user)

bench-server: all $(B)/bench-server $(DAEMONS)/unpacked	## measure our TFTP beside others' daemons
	PATH=$(DAEMONS)/usr/sbin:$$PATH \
	LD_LIBRARY_PATH=$(DAEMONS)/usr/lib/$$($(CC) -print-multiarch) \
	$(BENCH_WORLD) $(B)/bench-server $(abspath $(IPLAB)) $(BENCH_ROUNDS)

$(DAEMON_DEBS) &:
	@ci/aptroot fetch --suite $(SUITE) --arch $(PEER_ARCH) --out $(INPUTS) $(DAEMON_PACKAGES)

$(DAEMONS)/unpacked: $(if $(PEER_ARCH),$(DAEMON_DEBS))
	@mkdir -p $(@D)
	$(call Q,DEB)for deb in $^; do dpkg-deb -x $$deb $(@D) || exit; done
	@touch $@
