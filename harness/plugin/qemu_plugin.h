/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * QEMU's TCG plugin interface, as far as it is used here
 *
 * Debian ships no header for it. These are our own declarations of what the interface has been in
 * QEMU 7.2 (version 1) and from 9.0 on (version 2 to 4 and later: qemu_plugin_insn_data() copies).
 * QEMU tells the range of versions that it takes when the plugin is loaded.
 */
#ifndef HARNESS_PLUGIN_QEMU_PLUGIN_H
#define HARNESS_PLUGIN_QEMU_PLUGIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The version that this object is built for. */
#ifndef PLUGIN_ABI
#error "PLUGIN_ABI is 1 (QEMU 7.2) or 4 (QEMU 10)"
#endif

typedef uint64_t qemu_plugin_id_t;

struct qemu_plugin_tb;   /* a translation block */
struct qemu_plugin_insn; /* an instruction in it */

struct qemu_plugin_info {
	const char *target_name;
	struct {
		int min, cur; /* versions that this QEMU takes */
	} version;
	bool system_emulation;
	union {
		struct {
			int smp_vcpus, max_vcpus;
		} system;
	};
};

enum qemu_plugin_cb_flags {
	QEMU_PLUGIN_CB_NO_REGS, /* the callback reads no registers */
};

typedef void (*qemu_plugin_vcpu_udata_cb)(unsigned vcpu, void *userdata);
typedef void (*qemu_plugin_vcpu_tb_trans_cb)(qemu_plugin_id_t id, struct qemu_plugin_tb *tb);

void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t id, qemu_plugin_vcpu_tb_trans_cb cb);
void qemu_plugin_register_vcpu_tb_exec_cb(struct qemu_plugin_tb *tb, qemu_plugin_vcpu_udata_cb cb,
					  enum qemu_plugin_cb_flags flags, void *userdata);
void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *insn,
					    qemu_plugin_vcpu_udata_cb cb,
					    enum qemu_plugin_cb_flags flags, void *userdata);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *tb, size_t i);

#if PLUGIN_ABI == 1
const void *qemu_plugin_insn_data(const struct qemu_plugin_insn *insn);
#else
size_t qemu_plugin_insn_data(const struct qemu_plugin_insn *insn, void *dest, size_t len);
#endif
size_t qemu_plugin_insn_size(const struct qemu_plugin_insn *insn);

/* What a plugin gives to QEMU. */
extern int qemu_plugin_version;
int qemu_plugin_install(qemu_plugin_id_t id, const struct qemu_plugin_info *info, int argc,
			char **argv);

#endif /* HARNESS_PLUGIN_QEMU_PLUGIN_H */
