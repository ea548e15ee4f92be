# SPDX-License-Identifier: GPL-2.0-or-later
#
# The clock plugin for QEMU: one shared object for each version of the plugin interface
#
# Included by the top-level Makefile. Linked with nothing: QEMU itself has what it calls.

PLUGINS := build/plugin/clock-abi1.so build/plugin/clock-abi4.so

.PHONY: plugin
plugin: $(PLUGINS)		## build the clock plugins for QEMU

build/plugin/clock-abi%.so: harness/plugin/clock.c harness/plugin/qemu_plugin.h harness/plugin/turn.h
	@mkdir -p $(@D)
	$(call Q,CC)$(CC) -std=gnu11 -O2 -g -I. $(WARN) -fPIC -shared -fvisibility=hidden \
		-DPLUGIN_ABI=$* -o $@ $<
