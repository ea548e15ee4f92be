# SPDX-License-Identifier: GPL-2.0-or-later
#
# Guest programs: built by a cross compiler for bare metal
#
# Included by the top Makefile, which may define Q (a quiet-line macro), FIRMWARE_EXTRA_CFLAGS (for
# instance -Werror) and CROSS. Needs nothing else from it. The same sources give the same bytes
# wherever the tree lies.

CROSS ?= s390x-linux-gnu-

FIRMWARE_O := build/firmware
FIRMWARE_IMAGES := probe probe-min crash-loop crash-wait crash-chance
FIRMWARE_FIXTURES := $(addprefix build/fixtures/,$(FIRMWARE_IMAGES))

# z10 and no floating point, so that no control register has to be set first. Lowcore lies at
# address 0, which the compiler must not take for a null pointer.
FIRMWARE_CFLAGS := -std=gnu11 -O2 -g -I. -MMD -MP -ffreestanding -fno-pic -march=z10 -msoft-float \
	-mbackchain -fno-stack-protector -fno-asynchronous-unwind-tables \
	-fno-delete-null-pointer-checks --param=min-pagesize=0 -ffile-prefix-map=$(CURDIR)=. \
	-Wall -Wextra -Wshadow -Wmissing-prototypes -Wstrict-prototypes -Wswitch-enum -Wundef \
	-Wpointer-arith -Wwrite-strings $(FIRMWARE_EXTRA_CFLAGS)
FIRMWARE_LDFLAGS := -nostdlib -static -no-pie -Wl,--build-id=none -Wl,-z,noexecstack \
	-Wl,--no-warn-rwx-segments

firmware_objs = $(patsubst %,$(FIRMWARE_O)/%.o,$(1))

FIRMWARE_LIB_OBJS := $(call firmware_objs,$(addprefix lib/,crc32 diag308 ebcdic lowcore print sclp \
	start string stsi wait))

FIRMWARE_OBJS_probe := $(call firmware_objs,probe/head probe/pattern probe/probe) \
	$(FIRMWARE_LIB_OBJS)
FIRMWARE_OBJS_probe-min := $(call firmware_objs,probe/head-min probe/probe) $(FIRMWARE_LIB_OBJS)
FIRMWARE_OBJS_crash-loop := $(call firmware_objs,crash/crash-loop)
FIRMWARE_OBJS_crash-wait := $(call firmware_objs,crash/crash-wait)
FIRMWARE_OBJS_crash-chance := $(call firmware_objs,crash/crash-chance)

FIRMWARE_LDS_probe := $(FIRMWARE_O)/probe/probe.lds
FIRMWARE_LDS_probe-min := $(FIRMWARE_O)/probe/probe-min.lds
FIRMWARE_LDS_crash-loop := $(FIRMWARE_O)/crash/crash.lds
FIRMWARE_LDS_crash-wait := $(FIRMWARE_O)/crash/crash.lds
FIRMWARE_LDS_crash-chance := $(FIRMWARE_O)/crash/crash.lds

.PHONY: firmware
firmware: $(FIRMWARE_FIXTURES)	## build the guest programs (probe and crash images)

$(FIRMWARE_FIXTURES): build/fixtures/%: $(FIRMWARE_O)/%.elf
	@mkdir -p $(@D)
	$(call Q,COPY)$(CROSS)objcopy -O binary $< $@

# $(1): image
define firmware_image
$(FIRMWARE_O)/$(1).elf: $(FIRMWARE_OBJS_$(1)) $(FIRMWARE_LDS_$(1))
	$$(call Q,LD)$$(CROSS)gcc $$(FIRMWARE_LDFLAGS) -Wl,-T,$(FIRMWARE_LDS_$(1)) -o $$@ \
		$(FIRMWARE_OBJS_$(1))
endef
$(foreach f,$(FIRMWARE_IMAGES),$(eval $(call firmware_image,$(f))))

# The loops of string.c are memcpy() and memset(): the compiler must not put calls in their place.
$(FIRMWARE_O)/lib/string.o: FIRMWARE_CFLAGS += -fno-tree-loop-distribute-patterns

$(FIRMWARE_O)/%.o: firmware/%.c firmware/rules.mk
	@mkdir -p $(@D)
	$(call Q,CC)$(CROSS)gcc $(FIRMWARE_CFLAGS) -c -o $@ $<

$(FIRMWARE_O)/%.o: firmware/%.S firmware/rules.mk
	@mkdir -p $(@D)
	$(call Q,AS)$(CROSS)gcc $(FIRMWARE_CFLAGS) -c -o $@ $<

$(FIRMWARE_O)/%.lds: firmware/%.lds.S firmware/rules.mk
	@mkdir -p $(@D)
	$(call Q,CPP)$(CROSS)gcc -E -P -x assembler-with-cpp -D__ASSEMBLER__ -I. -MMD -MP -MT $@ \
		-MF $@.d -o $@ $<

-include $(sort $(foreach f,$(FIRMWARE_IMAGES), \
	$(FIRMWARE_OBJS_$(f):.o=.d) $(FIRMWARE_LDS_$(f):=.d)))
