/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A boot whose QEMU is the test: real links, a real server, and the far ends of the sockets
 *
 * Everything that happens is written down in words: "from KIND@NS" and "to KIND@NS" when a frame is
 * handed over, "server@NS" when the server sends one.
 */
#ifndef TESTS_SUPPORT_BOOT_LAB_H
#define TESTS_SUPPORT_BOOT_LAB_H

#include <check.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sys/socket.h>
#include <unistd.h>

#include "harness/boot.h"
#include "tests/support/temp_folder.h"
#include "tests/support/text_file.h"
#include "tests/support/wire_frame.h"

enum {
	BOOT_LAB_SERVER = 0x0a000202,
	BOOT_LAB_GUEST = 0x0a00020f,
	BOOT_LAB_PORT = 2001, /* of the guest */
};

struct boot_lab {
	char *dir;
	Scenario *scenario;
	Journal *journal;
	Capture *capture;
	struct boot boot;
	int nics[SCENARIO_N_NICS_MAX]; /* QEMU's ends; -1: closed */
	GString *said;
};

static inline void boot_lab_on_seen(void *self, uint64_t t_ns, enum packet_dir dir,
				    const struct frame *f)
{
	struct boot_lab *lab = self;

	g_string_append_printf(lab->said, "%s %s@%" PRIu64 " ",
			       dir == PACKET_TO_GUEST ? "to" : "from", frame_kind_name(f->kind),
			       t_ns);
	if (lab->boot.observer)
		observer_frame(lab->boot.observer, t_ns, dir == PACKET_TO_GUEST, f);
}

static inline void boot_lab_on_deliver(void *self, uint64_t t_ns, const uint8_t *frame, size_t len)
{
	struct boot_lab *lab = self;

	server_input(lab->boot.server, t_ns, frame, len);
}

static inline void boot_lab_on_server(void *self, const uint8_t *frame, size_t len)
{
	struct boot_lab *lab = self;
	struct boot *b = &lab->boot;

	g_string_append_printf(lab->said, "server@%" PRIu64 " ", b->now_ns);
	link_send(b->links[b->server_link], b->now_ns, frame, len);
}

/* Two ends: ours, non-blocking, is returned. */
static inline int boot_lab_socket(int type, int *qemu)
{
	int fds[2];

	ck_assert_int_eq(socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, fds), 0);
	ck_assert_int_eq(fcntl(fds[0], F_SETFL, O_NONBLOCK), 0);
	*qemu = fds[1];
	return fds[0];
}

static inline void boot_lab_add_links(struct boot_lab *lab)
{
	struct boot *b = &lab->boot;

	for (unsigned i = 0; i < lab->scenario->nics->len; i++) {
		const struct scenario_nic *nic = lab->scenario->nics->pdata[i];
		g_autofree char *name = g_strdup_printf("nic%u", i);
		struct link_ops ops = { nic->server ? boot_lab_on_deliver : NULL, boot_lab_on_seen,
					lab };
		Impair *im = impair_new(&lab->scenario->impair, 1, lab->journal, NULL);

		ck_assert_ptr_nonnull(im);
		if (impair_is_idle(im))
			g_clear_pointer(&im, impair_free);
		b->links[b->n_links++] = link_new(boot_lab_socket(SOCK_DGRAM, &lab->nics[i]), name,
						  &ops, im, lab->journal, lab->capture);
		if (nic->server)
			b->server_link = i;
	}
}

static inline void boot_lab_expect_said(struct boot_lab *lab, const char *want)
{
	ck_assert_str_eq(lab->said->str, want);
	g_string_truncate(lab->said, 0);
}

/* The server knows the guest's address, and need not ask for it. */
static inline void boot_lab_introduce(struct boot_lab *lab)
{
	static const uint8_t reply[] = { 0,    1,    8,    0,    6,  4, 0, 2,  0x52, 0x54,
					 0x00, 0x12, 0x34, 0x56, 10, 0, 2, 15, 0x52, 0x55,
					 0x0a, 0,    2,    2,    10, 0, 2, 2 };
	struct wire_frame f;

	wire_eth(&f, ETH_TYPE_ARP, reply, sizeof(reply));
	server_input(lab->boot.server, 0, f.buf, f.len);
	boot_lab_expect_said(lab, "");
}

/* A boot of the scenario with @text behind its head, which serves a file "f" of 100 bytes. */
static inline void boot_lab_init(struct boot_lab *lab, const char *text)
{
	g_autofree char *all = g_strconcat("[scenario]\nsummary = s\n", text, NULL);
	g_autofree char *path = NULL, *capture = NULL;
	struct server_ops ops = { .send = boot_lab_on_server, .self = lab };
	g_autoptr(GError) error = NULL;
	struct server_config cfg;

	*lab = (struct boot_lab){ .dir = temp_folder_new(), .said = g_string_new(NULL) };
	path = text_file(lab->dir, "s.ini", all);
	capture = g_build_filename(lab->dir, "c.pcapng", NULL);
	temp_file(lab->dir, "f", 100);
	lab->scenario = scenario_load(path, "s", &error);
	ck_assert_msg(lab->scenario != NULL, "%s", error ? error->message : "no error");
	lab->journal = journal_new(NULL);
	lab->capture = capture_new(capture, NULL);
	lab->boot = (struct boot){
		.qemu = QEMU_NONE,
		.shift = lab->scenario->shift,
	};
	cfg = (struct server_config){
		.kind = SERVER_BUILTIN,
		.root = lab->dir,
		.net = lab->scenario->net,
		.dhcp = lab->scenario->dhcp,
		.tftp = lab->scenario->tftp,
	};
	lab->boot.server = server_new(&cfg, &ops, lab->journal, NULL);
	ck_assert_ptr_nonnull(lab->boot.server);
	boot_lab_add_links(lab);
	boot_lab_introduce(lab);
}

static inline void boot_lab_close_nic(struct boot_lab *lab, unsigned i)
{
	if (lab->nics[i] >= 0)
		close(lab->nics[i]);
	lab->nics[i] = -1;
}

static inline void boot_lab_fini(struct boot_lab *lab)
{
	for (unsigned i = 0; i < lab->boot.n_links; i++) {
		boot_lab_close_nic(lab, i);
		link_free(lab->boot.links[i]);
	}
	server_free(lab->boot.server);
	g_free(lab->boot.broken);
	capture_free(lab->capture);
	journal_free(lab->journal);
	scenario_free(lab->scenario);
	g_string_free(lab->said, TRUE);
	temp_folder_remove(lab->dir);
}

/* A frame goes into QEMU's end of a cable. */
static inline void boot_lab_put(struct boot_lab *lab, unsigned nic, const struct wire_frame *f)
{
	ck_assert_int_eq(send(lab->nics[nic], f->buf, f->len, 0), (ssize_t)f->len);
}

/* TFTP from the guest to the server's port. */
static inline void boot_lab_tftp(const struct boot_lab *lab, struct wire_frame *f, uint16_t dport,
				 const void *p, size_t len)
{
	struct wire_flow flow = { BOOT_LAB_GUEST, BOOT_LAB_SERVER, BOOT_LAB_PORT, dport };

	wire_udp(f, &flow, p, len);
	memcpy(f->buf, lab->scenario->net.mac.b, ETH_ALEN);
}

static inline void boot_lab_rrq(const struct boot_lab *lab, struct wire_frame *f)
{
	boot_lab_tftp(lab, f, TFTP_PORT, "\0\1f\0octet", 10);
}

#endif /* TESTS_SUPPORT_BOOT_LAB_H */
