# SPDX-License-Identifier: GPL-2.0-or-later
#
# iplab: build, run, test. `make help` lists the targets.
#
# Not recursive: each folder that needs rules of its own has a rules.mk, included here. MODE is
# debug, release, asan or cov; each has a build folder of its own, so objects never mix.

MODE ?= release
B := build/$(MODE)
PREFIX ?= /usr/local
CC ?= gcc
PYTHON ?= python3
.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules

ifneq ($(filter-out debug release asan cov,$(MODE)),)
$(error MODE is "$(MODE)"; allowed are debug, release, asan, cov)
endif
ifneq ($(V),1)
Q = @printf '  %-4s %s\n' '$(1)' '$@';
endif

# --- compiler --------------------------------------------------------------------------------------

WARN := -Wall -Wextra -Wshadow -Wmissing-prototypes -Wstrict-prototypes -Wswitch-enum -Wformat=2 \
	-Wpointer-arith -Wwrite-strings -Wundef $(if $(CI),-Werror)
FIRMWARE_EXTRA_CFLAGS ?= $(if $(CI),-Werror)

MODE_CFLAGS_debug := -O0 -g
MODE_CFLAGS_release := -O2 -g
MODE_CFLAGS_asan := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=undefined \
	-fno-omit-frame-pointer
MODE_CFLAGS_cov := -O0 -g --coverage

PKGS := gio-unix-2.0 json-glib-1.0 slirp libxml-2.0 libarchive libxxhash zlib sqlite3
PKG_CFLAGS := $(shell pkg-config --cflags $(PKGS) check 2>/dev/null)
PKG_LIBS := $(shell pkg-config --libs $(PKGS) 2>/dev/null) -lm
CHECK_LIBS := $(shell pkg-config --libs check 2>/dev/null)

CFLAGS ?=
ALL_CFLAGS = -std=gnu11 -D_FILE_OFFSET_BITS=64 -I. $(WARN) -MMD -MP $(PKG_CFLAGS) \
	-DGLIB_VERSION_MIN_REQUIRED=GLIB_VERSION_2_70 -DGLIB_VERSION_MAX_ALLOWED=GLIB_VERSION_2_70 \
	-DIPLAB_DATADIR='"$(PREFIX)/share/iplab"' \
	-DIPLAB_LIBDIR='"$(PREFIX)/lib/iplab"' $(MODE_CFLAGS_$(MODE)) $(CFLAGS)

# --- what there is ---------------------------------------------------------------------------------

WIRE := ethernet ip ip_addr ip6 ndp dhcp dhcp6 tftp frame tcp http
SERVER := builtin capture dhcp dhcp6 dhcp6_pool dhcp_leases dhcp_reply dnsmasq \
	dnsmasq_config dnsmasq_find frame_journal hop host host6 host6_out host_drop http http_fault impair \
	impair_change impair_config impair_decision impair_frame impair_held impair_model impair_note \
	impair_craft impair_passage impair_pieces impair_rewrite impair_rule journal \
	link log_lines neighbours netns packet_id packet_id_tally packet_id_tcp packet_id_tftp \
	ra reassembly server slirp store tcp tcp_conn tcp_sender tftp tftp_transfer veth
REPORTS := change_point chart check_result chrome_trace compare compare_runs compare_text \
	console_tail ctrf event fold history history_add history_db history_json journal_line json_out \
	junit kcidb lines markdown metric openmetrics page page_boot page_checks page_compare picture rate \
	report result run_info run_page stats sweep sweep_charts sweep_csv table tap text timeline \
	times_charts trend
FIXTURE_MODULES := deb elf file_set image_check initramfs kernel_config kernel_modules \
	linux_netboot netboot_image unpack
HARNESS := attempt bisect bisect_boot bisect_git bisect_judge bisect_log bisect_search \
	bisect_series bisect_setup bisect_tries boot bundle bundle_read bundle_save catalogue cell \
	cell_checks check_catalogue child client client_layers cmd_bisect cmd_bisect_step cmd_compare \
	cmd_conformance cmd_history cmd_hunt cmd_image cmd_list cmd_merge cmd_replay cmd_report cmd_run \
	cmd_serve cmd_show cmd_worker command compare_cells conformance conformance_news conformance_page \
	conformance_plan conformance_text console cost decisions drive_virtual drive_wall durations ending \
	expect feature filter hunt hunt_dice hunt_draw hunt_rules ini interrupt journal_diff known lowcore \
	marker merge milestones night observer origin pack pairwise past_run paths plan plan_file pool \
	present progress qemu qemu_info qmp replay replay_shrink replay_text retry rules run_cells \
	run_json run_options run_plan run_report rundir same_inputs scenario scenario_http scenario_ipv6 \
	scenario_keys scenario_sweep scenario_text serve serve_log shard shared_trees shrink shrink_case \
	signature stored_run trace tree verify version wall worker_job \
	$(addprefix judge/,block dhcp4 dhcp6 entry ip6 judge judge_address judge_arp judge_boot4 judge_dhcp4 \
	judge_dhcp4_answer judge_dhcp4_lease judge_dhcp4_option judge_dhcp4_reply \
	judge_dhcp4_retry judge_dhcp6 judge_dhcp6_reply judge_dhcp6_url judge_dns judge_eth \
	judge_http judge_icmp judge_ip4 judge_ip4_fragment judge_ip6 judge_ndp \
	judge_ndp_neighbour judge_pxe judge_pxe_config judge_pxe_search judge_random \
	judge_s390 judge_security judge_tcp judge_tcp_data judge_tftp_data judge_tftp_end \
	judge_tftp_option judge_tftp_request judge_tftp_tid judge_udp tcp tftp)

objs = $(patsubst %,$(B)/$(1)/%.o,$(2))
WIRE_O := $(call objs,server/wire,$(WIRE))
SERVER_O := $(call objs,server,$(SERVER)) $(WIRE_O)
REPORTS_O := $(call objs,reports,$(REPORTS))
HARNESS_O := $(call objs,harness,$(HARNESS))
FIXTURES_O := $(call objs,fixtures,$(FIXTURE_MODULES))
IPLAB := $(B)/iplab

ifneq ($(MAKECMDGOALS),help)
include firmware/rules.mk
include firmware/lwip/rules.mk
include harness/plugin/rules.mk
include fixtures/rules.mk
include tests/rules.mk
include tests/bench/rules.mk
endif

# --- build -----------------------------------------------------------------------------------------

.PHONY: all run test bench lint deps install clean help toolchain
all: toolchain $(IPLAB) firmware plugin build/iplab	## build the program and the guest's images

# Never installs anything: says what is missing, and what gets it.
toolchain:
	@ci/deps check run

$(IPLAB): $(B)/harness/main.o $(HARNESS_O) $(REPORTS_O) $(SERVER_O) $(FIXTURES_O)
	$(call Q,LD)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(PKG_LIBS)

# The program that was built last, whatever its mode.
build/iplab: $(IPLAB)
	@ln -sfn $(MODE)/iplab $@

# Where an installed program looks is compiled in.
$(B)/harness/paths.o: $(B)/prefix
$(B)/prefix: FORCE
	@mkdir -p $(@D)
	@echo '$(PREFIX)' | cmp -s - $@ || echo '$(PREFIX)' > $@
FORCE:

# What a boot depends on of us: the same in every mode, and in another checkout.
SOURCES := $(sort $(wildcard $(foreach d,harness harness/judge server server/wire,$(d)/*.[ch])))
$(B)/harness/version.o: $(B)/source-sum
$(B)/harness/version.o: ALL_CFLAGS += -DIPLAB_SOURCE='"$(shell cat $(B)/source-sum)"'
$(B)/source-sum: FORCE
	@mkdir -p $(@D)
	@cat $(SOURCES) | sha256sum | cut -c 1-16 > $@.new
	@if cmp -s $@.new $@; then rm $@.new; else mv $@.new $@; fi

# Pages carry their style, their scripts and Chart.js: the program has them in it.
CHART_JS := /usr/share/javascript/chart.js/chart.min.js
$(B)/reports/page.o: $(wildcard reports/page/* $(CHART_JS))
$(B)/reports/page.o: ALL_CFLAGS += -DIPLAB_CHART_JS='"$(CHART_JS)"'

$(B)/%.o: %.c
	@mkdir -p $(@D)
	$(call Q,CC)$(CC) $(ALL_CFLAGS) -c -o $@ $<

# --- use -------------------------------------------------------------------------------------------

# What a newcomer calls: installs what is missing, builds, and does its job.
run: deps	## install what is missing, build, and run the boot scenarios
	@$(MAKE) --no-print-directory all inputs
	build/iplab run 'scenario=boot/*' client=libnet-7.2,lwip,linux,direct $(RUN_ARGS)

deps:		## install the packages that build and boots need
	@ci/deps install run

lint:		## check formatting, layering and sizes
	@ci/deps check lint
	@ci/check

install: all	## install below PREFIX (and DESTDIR)
	install -D -m 755 $(IPLAB) $(DESTDIR)$(PREFIX)/bin/iplab
	install -D -t $(DESTDIR)$(PREFIX)/lib/iplab -m 644 $(PLUGINS)
	install -d $(DESTDIR)$(PREFIX)/share/iplab/clients $(DESTDIR)$(PREFIX)/share/iplab/fixtures
	install -D -t $(DESTDIR)$(PREFIX)/share/iplab/checks -m 644 fixtures/checks/*.ini
	install -D -t $(DESTDIR)$(PREFIX)/share/iplab/mutants -m 644 fixtures/mutants/*.ini
	install -D -t $(DESTDIR)$(PREFIX)/share/iplab/plans -m 644 ci/plans/*
	install -m 644 fixtures/clients/*.ini $(DESTDIR)$(PREFIX)/share/iplab/clients
	install -D -t $(DESTDIR)$(PREFIX)/share/iplab/linux -m 755 fixtures/linux/*
	install -m 644 $(filter-out %.d,$(wildcard build/fixtures/*)) \
		$(DESTDIR)$(PREFIX)/share/iplab/fixtures
	if [ -d build/clients ]; then cp -R build/clients $(DESTDIR)$(PREFIX)/lib/iplab; fi
	for f in scenarios/*.ini scenarios/*/*.ini; do \
		install -D -m 644 $$f $(DESTDIR)$(PREFIX)/share/iplab/$$f || exit; done

clean:		## remove what was built (not what was fetched)
	rm -rf build/debug build/release build/asan build/cov build/firmware build/plugin build/fixtures \
		build/iplab

help:		## print this list
	@awk -F':.*## *' '/^[a-z-]+:.*## /{printf "  %-10s %s\n", $$1, $$2}' Makefile */rules.mk */*/rules.mk
	@echo
	@echo '  MODE=debug|release|asan|cov  OFFLINE=1  V=1  RUN_ARGS="..."  PREFIX=  DESTDIR='

-include $(shell find build -path build/peers -prune -o -type f -name '*.d' -print 2>/dev/null)
