/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * TCG plugin: the virtual clock's hand on the guest
 *
 * Counts the instructions that the guest executes, and stops it (by not returning) when a limit is
 * reached and after it has notified a device, until the worker says how far it may go on.
 *
 * A limit is looked at where a translation block begins, so a stop may be some instructions late;
 * always the same ones. The notification is DIAG with function code 0x500 (Principles of Operation;
 * virtio-ccw's hypercall); 0x44 and the others are none. What a device sends upon it goes out on
 * this very thread one block later (the card has ioeventfd=off and tx=timer with a time of 1 ns),
 * so the stop is made when the second block after the notification begins, and only if there is a
 * frame in the socket: a guest that hands in empty receive buffers is not stopped. After a service
 * call (SERVC, which is how a console is printed on) it is stopped as well, so that text has a
 * time.
 *
 * All guest CPUs run on one thread (-icount), so nothing here needs a lock.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <linux/sockios.h>

#include "harness/plugin/qemu_plugin.h"
#include "harness/plugin/turn.h"

#define EXPORT __attribute__((visibility("default")))

enum {
	BLOCKS_UNTIL_SENT = 2,
	N_FDS_MAX = 8,
	DIAG_OPCODE = 0x83,
	DIAG_VIRTIO_NOTIFY = 0x500,
	SERVC_OPCODE = 0xb220,
};

EXPORT int qemu_plugin_version = PLUGIN_ABI;

static uint64_t count, limit;
static unsigned blocks_left; /* until a notification's frames are out; 0: none is under way */
static bool service_called;
static int turn_fd = -1;
static int nic_fds[N_FDS_MAX];
static unsigned n_nics;

static void take_turn(enum turn_why why)
{
	struct turn_report report = { .count = count, .why = why };
	struct turn_answer answer;

	/* The worker is gone: so is the boot. */
	if (write(turn_fd, &report, sizeof(report)) != sizeof(report) ||
	    read(turn_fd, &answer, sizeof(answer)) != sizeof(answer))
		_exit(0);
	limit = answer.limit;
}

/* Whether a frame is in a card's socket that the worker has not taken yet. */
static bool has_frames(void)
{
	for (unsigned i = 0; i < n_nics; i++) {
		int bytes = 0;

		if (ioctl(nic_fds[i], SIOCOUTQ, &bytes) == 0 && bytes > 0)
			return true;
	}
	return false;
}

static void on_block(unsigned vcpu, void *n_insns)
{
	(void)vcpu;
	if (__builtin_expect(blocks_left != 0, 0) && --blocks_left == 0 && has_frames())
		take_turn(TURN_NOTIFY);
	if (__builtin_expect(service_called, 0)) {
		service_called = false;
		take_turn(TURN_CONSOLE);
	}
	if (__builtin_expect(count >= limit, 0))
		take_turn(TURN_LIMIT);
	count += (uintptr_t)n_insns;
}

static void on_notify(unsigned vcpu, void *userdata)
{
	(void)vcpu;
	(void)userdata;
	blocks_left = BLOCKS_UNTIL_SENT;
}

static void on_service_call(unsigned vcpu, void *userdata)
{
	(void)vcpu;
	(void)userdata;
	service_called = true;
}

/* What is to be called when an instruction is executed, or NULL. */
static qemu_plugin_vcpu_udata_cb callback_for(const struct qemu_plugin_insn *insn)
{
	uint8_t b[4] = { 0 };

	if (qemu_plugin_insn_size(insn) != sizeof(b))
		return NULL;
#if PLUGIN_ABI == 1
	memcpy(b, qemu_plugin_insn_data(insn), sizeof(b));
#else
	qemu_plugin_insn_data(insn, b, sizeof(b));
#endif
	/* DIAG R1,R3,D2(B2) is 83 13 BD DD: its code is the displacement when there is no base. */
	if (b[0] == DIAG_OPCODE && (b[2] << 8 | b[3]) == DIAG_VIRTIO_NOTIFY)
		return on_notify;
	return (b[0] << 8 | b[1]) == SERVC_OPCODE ? on_service_call : NULL;
}

static void on_translate(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	size_t n = qemu_plugin_tb_n_insns(tb);

	(void)id;
	qemu_plugin_register_vcpu_tb_exec_cb(tb, on_block, QEMU_PLUGIN_CB_NO_REGS,
					     (void *)(uintptr_t)n);
	for (size_t i = 0; i < n; i++) {
		struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);

		qemu_plugin_vcpu_udata_cb cb = callback_for(insn);

		if (cb)
			qemu_plugin_register_vcpu_insn_exec_cb(insn, cb, QEMU_PLUGIN_CB_NO_REGS,
							       NULL);
	}
}

/* Arguments: turn=FD, and nic=FD for each network card. */
static bool read_arguments(int argc, char **argv)
{
	for (int i = 0; i < argc; i++) {
		if (!strncmp(argv[i], "turn=", 5))
			turn_fd = atoi(argv[i] + 5);
		else if (!strncmp(argv[i], "nic=", 4) && n_nics < N_FDS_MAX)
			nic_fds[n_nics++] = atoi(argv[i] + 4);
		else
			return false;
	}
	return turn_fd >= 0;
}

EXPORT int qemu_plugin_install(qemu_plugin_id_t id, const struct qemu_plugin_info *info, int argc,
			       char **argv)
{
	if (PLUGIN_ABI < info->version.min || PLUGIN_ABI > info->version.cur) {
		fprintf(stderr, "iplab clock: built for plugin version %d, QEMU takes %d to %d\n",
			PLUGIN_ABI, info->version.min, info->version.cur);
		return -1;
	}
	if (!info->system_emulation || !read_arguments(argc, argv)) {
		fprintf(stderr, "iplab clock: needs a system emulator, turn=FD and nic=FD\n");
		return -1;
	}
	qemu_plugin_register_vcpu_tb_trans_cb(id, on_translate);
	return 0;
}
