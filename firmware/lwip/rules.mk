# SPDX-License-Identifier: GPL-2.0-or-later
#
# The netboot image on lwIP: docs/lwip.md
#
# Included by the top Makefile after firmware/rules.mk. lwIP is Debian's source package, unpacked
# below build/; LWIP_DIR is a tree of the user's instead. Only "inputs" and "lwip" lead to the
# network: without the source "all" makes no netboot images, and their clients are skipped.

LWIP_SUITE := trixie
LWIP_DSC := build/inputs/lwip/lwip.dsc
LWIP_UNPACKED := build/lwip/source/.unpacked
ifdef LWIP_DIR
LWIP_READY := $(LWIP_DIR)
else
LWIP_DIR := $(patsubst %/,%,$(dir $(LWIP_UNPACKED)))
LWIP_READY := $(wildcard $(LWIP_DSC) $(LWIP_UNPACKED))
LWIP_SOURCE := $(LWIP_UNPACKED)
endif

LWIP_CORE := $(addprefix core/,def dns inet_chksum init ip mem memp netif pbuf tcp tcp_in tcp_out \
	timeouts udp) $(addprefix core/ipv4/,etharp icmp igmp ip4 ip4_addr ip4_frag) \
	$(addprefix core/ipv6/,ethip6 icmp6 inet6 ip6 ip6_addr ip6_frag mld6 nd6) netif/ethernet
# What does no I/O: built for the host as well, by the tests
LWIP_PURE := bootfile dhcp6_client dhcp6_msg dhcp_client dhcp_msg http_client http_reader http_url ins \
	ip6_text line place pxe_config pxe_search text tftp_client
LWIP_OWN := address address6 boot boot_config boot_load boot_menu fetch handover head main net \
	port/port say $(LWIP_PURE)
LWIP_DRIVERS := css diag308 lowcore print restart sclp sclp_input start string stsi trng virtio_ccw virtio_net \
	virtq wait

# What fetches files: ours, or lwIP's own applications
LWIP_FETCH_OWN := $(addprefix firmware/lwip/,fetch_http fetch_tftp)
LWIP_FETCH_STOCK := $(addprefix firmware/lwip/,stock_http stock_libc stock_tftp) \
	$(addprefix lwip/apps/,http/http_client tftp/tftp)

# Where they lie, and what they ask servers for. For -bios QEMU chooses the place.
LWIP_IMAGES := lwip lwip-matched lwip-bios lwip-stock
LWIP_LAYOUT_lwip := fixed
LWIP_LAYOUT_lwip-matched := fixed
LWIP_LAYOUT_lwip-bios := bios
LWIP_LAYOUT_lwip-stock := fixed
LWIP_PROFILE_lwip := full
LWIP_PROFILE_lwip-matched := matched
LWIP_PROFILE_lwip-bios := full
LWIP_PROFILE_lwip-stock := stock
LWIP_FETCH_full := $(LWIP_FETCH_OWN)
LWIP_FETCH_matched := $(LWIP_FETCH_OWN)
LWIP_FETCH_stock := $(LWIP_FETCH_STOCK)
LWIP_BASE_fixed := 0x7800000
LWIP_BASE_bios := 0
LWIP_LINK_fixed := -static -no-pie
LWIP_LINK_bios := -static-pie -Wl,-z,text
LWIP_STACK_LEN := 0x10000

LWIP_O := $(FIRMWARE_O)/netboot
LWIP_FIXTURES := $(LWIP_IMAGES:%=build/fixtures/%.elf)
LWIP_OBJS := $(LWIP_CORE:%=$(LWIP_O)/lwip/%.o) $(LWIP_OWN:%=$(LWIP_O)/firmware/lwip/%.o) \
	$(LWIP_DRIVERS:%=$(LWIP_O)/firmware/lib/%.o)
LWIP_PROFILES := full matched stock
lwip_profile_objs = $(patsubst %,$(LWIP_O)/%.o,firmware/lwip/profile_$(1) $(LWIP_FETCH_$(1)))
LWIP_PROFILE_OBJS := $(sort $(foreach p,$(LWIP_PROFILES),$(call lwip_profile_objs,$(p))))

# Position-independent for the sake of one image; all are linked from the same objects.
LWIP_CFLAGS := $(filter-out -fno-pic,$(FIRMWARE_CFLAGS)) -fPIE -ffunction-sections -fdata-sections \
	-fno-tree-loop-distribute-patterns -include firmware/lwip/port/hidden.h
LWIP_INCLUDES = -Ifirmware/lwip/port -isystem $(LWIP_DIR)/src/include
LWIP_LDFLAGS := -nostdlib -Wl,--build-id=none -Wl,-z,noexecstack -Wl,--no-warn-rwx-segments \
	-Wl,--gc-sections -Wl,-s

.PHONY: lwip
ifneq ($(LWIP_READY),)
firmware: $(LWIP_FIXTURES)
endif
ifeq ($(OFFLINE)$(LWIP_READY),1)
lwip:
	@echo 'lwip: OFFLINE=1, and the source of lwIP is not there: no netboot images'
else
lwip: $(LWIP_FIXTURES)	## build the netboot images; fetches the source of lwIP
endif
inputs: | lwip

$(LWIP_DSC):
	@ci/aptroot fetch-source --suite $(LWIP_SUITE) --out $(@D) lwip

$(LWIP_UNPACKED): $(LWIP_DSC)
	@rm -rf $(@D)
	@mkdir -p $(dir $(@D))
	$(call Q,SRC)dpkg-source --no-check -x $< $(@D) >build/lwip/unpack.log 2>&1
	@touch $@

# Another tree makes other objects.
$(LWIP_O)/dir: FORCE
	@mkdir -p $(@D)
	@echo '$(LWIP_DIR)' | cmp -s - $@ || echo '$(LWIP_DIR)' > $@

# The compiler does not name what headers of lwIP include.
LWIP_OPTS := firmware/lwip/port/lwipopts.h

# lwIP's own code is not held to our warnings.
$(LWIP_O)/lwip/%.o: $(LWIP_O)/dir $(LWIP_SOURCE) $(LWIP_OPTS) firmware/lwip/rules.mk firmware/rules.mk
	@mkdir -p $(@D)
	$(call Q,CC)$(CROSS)gcc $(LWIP_CFLAGS) -w $(LWIP_INCLUDES) -c -o $@ $(LWIP_DIR)/src/$*.c

$(LWIP_O)/firmware/%.o: firmware/%.c $(LWIP_O)/dir $(LWIP_SOURCE) $(LWIP_OPTS) \
		firmware/lwip/rules.mk firmware/rules.mk
	@mkdir -p $(@D)
	$(call Q,CC)$(CROSS)gcc $(LWIP_CFLAGS) $(LWIP_INCLUDES) -c -o $@ $<

$(LWIP_O)/firmware/%.o: firmware/%.S firmware/lwip/rules.mk firmware/rules.mk
	@mkdir -p $(@D)
	$(call Q,AS)$(CROSS)gcc $(LWIP_CFLAGS) -c -o $@ $<

$(LWIP_O)/%.lds: firmware/lwip/lwip.lds.S firmware/lwip/rules.mk
	@mkdir -p $(@D)
	$(call Q,CPP)$(CROSS)gcc -E -P -x assembler-with-cpp -D__ASSEMBLER__ -I. \
		-DLWIP_BASE=$(LWIP_BASE_$*) -DLWIP_STACK_LEN=$(LWIP_STACK_LEN) -o $@ $<

# $(1): image
define lwip_image
build/fixtures/$(1).elf: $(LWIP_OBJS) $(call lwip_profile_objs,$(LWIP_PROFILE_$(1))) \
		$(LWIP_O)/$(LWIP_LAYOUT_$(1)).lds
	@mkdir -p $$(@D)
	$$(call Q,LD)$$(CROSS)gcc $$(LWIP_LINK_$(LWIP_LAYOUT_$(1))) $$(LWIP_LDFLAGS) \
		-Wl,-T,$$(filter %.lds,$$^) -o $$@ $$(filter %.o,$$^)
endef
$(foreach i,$(LWIP_IMAGES),$(eval $(call lwip_image,$(i))))

-include $(LWIP_OBJS:.o=.d) $(LWIP_PROFILE_OBJS:.o=.d)
