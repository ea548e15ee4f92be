/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How far a boot is: milestones, and the phases between them with a deadline for each
 *
 * A TFTP transfer is followed by the guest's port: a request opens it, an OACK sets its block size,
 * a short block is its last, and it is done when the guest acknowledges that one.
 */
#include "harness/milestones.h"

#include <string.h>

#include "server/datagram.h"

enum {
	N_TRANSFERS = 16,
	NS_PER_MS = 1000 * 1000,
};

struct transfer {
	uint16_t port; /* of the guest; 0: free */
	char *file;
	uint64_t blksize;
	uint64_t bytes;     /* of distinct blocks, in order */
	uint16_t block;     /* the last one counted */
	bool started, last; /* a block was seen; the short one was seen */
};

struct Milestones {
	struct milestone_roles roles;
	struct milestones_ops ops;
	bool has[MILESTONE_N];
	uint64_t t_ns[MILESTONE_N];
	struct transfer transfers[N_TRANSFERS];
	unsigned next;
};

static const char *const milestone_names[MILESTONE_N] = {
	[MILESTONE_POWER_ON] = "power-on",           [MILESTONE_FIRST_FRAME] = "first-frame",
	[MILESTONE_DHCP_DISCOVER] = "dhcp-discover", [MILESTONE_DHCP_ACK] = "dhcp-ack",
	[MILESTONE_CONFIG_LOADED] = "config-loaded", [MILESTONE_KERNEL_START] = "kernel-start",
	[MILESTONE_KERNEL_DONE] = "kernel-done",     [MILESTONE_INITRD_DONE] = "initrd-done",
	[MILESTONE_HANDOVER] = "handover",           [MILESTONE_PAYLOAD] = "payload",
};

static const char *const phase_names[PHASE_N] = {
	[PHASE_DHCP] = "dhcp",     [PHASE_CONFIG] = "config",   [PHASE_KERNEL] = "kernel",
	[PHASE_INITRD] = "initrd", [PHASE_PAYLOAD] = "payload",
};

const char *milestone_name(enum milestone_id id)
{
	return milestone_names[id];
}

enum milestone_id milestone_by_name(const char *name)
{
	enum milestone_id id = 0;

	while (id < MILESTONE_N && !g_str_equal(milestone_names[id], name))
		id++;
	return id;
}

const char *phase_name(enum phase p)
{
	return phase_names[p];
}

Milestones *milestones_new(const struct milestone_roles *roles, const struct milestones_ops *ops)
{
	Milestones *m = g_new0(Milestones, 1);

	m->roles = *roles;
	m->ops = *ops;
	return m;
}

void milestones_reach(Milestones *m, uint64_t now_ns, enum milestone_id id)
{
	if (m->has[id])
		return;
	m->has[id] = true;
	m->t_ns[id] = now_ns;
	m->ops.reached(m->ops.self, now_ns, id);
}

bool milestones_has(const Milestones *m, enum milestone_id id)
{
	return m->has[id];
}

uint64_t milestones_time_ns(const Milestones *m, enum milestone_id id)
{
	return m->t_ns[id];
}

static struct transfer *find_transfer(Milestones *m, uint16_t port)
{
	for (unsigned i = 0; port && i < N_TRANSFERS; i++)
		if (m->transfers[i].port == port)
			return &m->transfers[i];
	return NULL;
}

static void forget(struct transfer *t)
{
	g_free(t->file);
	memset(t, 0, sizeof(*t));
}

static void on_rrq(Milestones *m, const struct frame *f)
{
	struct transfer *t = find_transfer(m, f->udp.sport);
	struct slice file = tftp_file_in_root(f->tftp.file);

	if (!f->udp.sport)
		return;
	if (!t) {
		t = &m->transfers[m->next];
		m->next = (m->next + 1) % N_TRANSFERS;
	}
	forget(t);
	t->port = f->udp.sport;
	t->file = g_strndup((const char *)file.p, file.len);
	t->blksize = TFTP_BLKSIZE_DEFAULT;
}

static void on_oack(Milestones *m, const struct frame *f)
{
	struct transfer *t = find_transfer(m, f->udp.dport);
	uint64_t v;

	for (size_t i = 0; t && i < f->tftp.n_opts; i++)
		if (tftp_name_is(f->tftp.opts[i].name, "blksize") &&
		    !tftp_number(&v, f->tftp.opts[i].value, TFTP_BLKSIZE_MAX))
			t->blksize = v;
}

static bool is_role(const char *role, const char *file)
{
	return role && g_str_equal(role, file);
}

void milestones_transfer_started(Milestones *m, uint64_t now_ns, const char *file)
{
	if (is_role(m->roles.kernel, file))
		milestones_reach(m, now_ns, MILESTONE_KERNEL_START);
}

void milestones_transfer_ended(Milestones *m, uint64_t now_ns, const char *file, uint64_t bytes)
{
	if (is_role(m->roles.config, file))
		milestones_reach(m, now_ns, MILESTONE_CONFIG_LOADED);
	if (is_role(m->roles.kernel, file))
		milestones_reach(m, now_ns, MILESTONE_KERNEL_DONE);
	if (is_role(m->roles.initrd, file))
		milestones_reach(m, now_ns, MILESTONE_INITRD_DONE);
	m->ops.transferred(m->ops.self, now_ns, file, bytes);
}

static void on_data(Milestones *m, uint64_t now_ns, const struct frame *f)
{
	struct transfer *t = find_transfer(m, f->udp.dport);

	if (!t || f->tftp.block != (uint16_t)(t->block + 1))
		return;
	t->block++;
	t->bytes += f->tftp.data.len;
	t->last = f->tftp.data.len < t->blksize;
	if (!t->started)
		milestones_transfer_started(m, now_ns, t->file);
	t->started = true;
}

static void on_ack(Milestones *m, uint64_t now_ns, const struct frame *f)
{
	struct transfer *t = find_transfer(m, f->udp.sport);

	if (!t || !t->last || f->tftp.block != t->block)
		return;
	milestones_transfer_ended(m, now_ns, t->file, t->bytes);
	forget(t);
}

void milestones_frame(Milestones *m, uint64_t now_ns, const struct frame *f)
{
	milestones_reach(m, now_ns, MILESTONE_FIRST_FRAME);
	if (f->kind == FRAME_TFTP_DATA)
		on_data(m, now_ns, f);
	else if (f->kind == FRAME_TFTP_ACK)
		on_ack(m, now_ns, f);
	else if (f->kind == FRAME_TFTP_RRQ)
		on_rrq(m, f);
	else if (f->kind == FRAME_TFTP_OACK)
		on_oack(m, f);
	else if (f->kind == FRAME_DHCP_DISCOVER || f->kind == FRAME_DHCP6_SOLICIT ||
		 f->kind == FRAME_DHCP6_INFORMATION_REQUEST)
		milestones_reach(m, now_ns, MILESTONE_DHCP_DISCOVER);
	else if (f->kind == FRAME_DHCP_ACK || f->kind == FRAME_DHCP6_REPLY)
		milestones_reach(m, now_ns, MILESTONE_DHCP_ACK);
}

/* A phase, the milestone that begins it, and the one that ends it. */
static const struct {
	enum milestone_id begin, end;
} phases[PHASE_N] = {
	[PHASE_DHCP] = { MILESTONE_POWER_ON, MILESTONE_DHCP_ACK },
	[PHASE_CONFIG] = { MILESTONE_DHCP_ACK, MILESTONE_KERNEL_START },
	[PHASE_KERNEL] = { MILESTONE_KERNEL_START, MILESTONE_KERNEL_DONE },
	[PHASE_INITRD] = { MILESTONE_KERNEL_DONE, MILESTONE_INITRD_DONE },
	[PHASE_PAYLOAD] = { MILESTONE_INITRD_DONE, MILESTONE_PAYLOAD },
};

enum phase milestones_phase(const Milestones *m)
{
	if (!m->roles.network || m->has[MILESTONE_HANDOVER] || m->has[MILESTONE_PAYLOAD])
		return PHASE_PAYLOAD;
	for (enum phase p = PHASE_DHCP; p < PHASE_PAYLOAD; p++) {
		if (p == PHASE_INITRD && !m->roles.initrd)
			continue;
		if (!m->has[phases[p].end])
			return p;
	}
	return PHASE_PAYLOAD;
}

uint64_t milestones_deadline_ns(const Milestones *m, const struct phase_limits *limits)
{
	enum phase p = milestones_phase(m);
	uint64_t begin_ns = m->t_ns[phases[p].begin];

	/* What began the last phase depends on the client: the latest of all there was. */
	if (p == PHASE_PAYLOAD)
		for (unsigned i = 0; i < MILESTONE_N; i++)
			begin_ns = MAX(begin_ns, m->t_ns[i]);
	return begin_ns + (uint64_t)limits->phase_ms[p] * NS_PER_MS;
}

void milestones_free(Milestones *m)
{
	if (!m)
		return;
	for (unsigned i = 0; i < N_TRANSFERS; i++)
		forget(&m->transfers[i]);
	g_free(m);
}
