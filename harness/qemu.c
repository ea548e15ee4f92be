/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One QEMU process: its command line, its sockets, its life
 */
#include "harness/qemu.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* A command line in the making, and QEMU's ends of the sockets. */
struct build {
	GPtrArray *argv;
	GArray *fds; /* of int: to be inherited */
};

GQuark qemu_error_quark(void)
{
	return g_quark_from_static_string("qemu-error-quark");
}

static void arg(struct build *b, const char *text)
{
	g_ptr_array_add(b->argv, g_strdup(text));
}

static void argf(struct build *b, const char *format, ...) G_GNUC_PRINTF(2, 3);

static void argf(struct build *b, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	g_ptr_array_add(b->argv, g_strdup_vprintf(format, args));
	va_end(args);
}

/* QEMU's option syntax: a comma in a value is doubled. */
static char *escape(const char *value)
{
	g_auto(GStrv) parts = g_strsplit(value, ",", -1);

	return g_strjoinv(",,", parts);
}

/* A socket pair: our end, non-blocking, in *@ours; QEMU's end is kept for it. */
static int add_socket(struct build *b, int type, int *ours, GError **error)
{
	int fds[2];

	if (socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, fds) < 0) {
		g_set_error(error, QEMU_ERROR, QEMU_ERROR_START, "socketpair: %s",
			    g_strerror(errno));
		return -1;
	}
	fcntl(fds[0], F_SETFL, O_NONBLOCK);
	*ours = fds[0];
	g_array_append_val(b->fds, fds[1]);
	return fds[1];
}

static void add_machine(struct build *b, const Client *c, const Scenario *s)
{
	const struct scenario_machine *m = &s->machine;
	g_autofree char *loadparm = m->loadparm ? escape(m->loadparm) : NULL;

	arg(b, "-machine");
	argf(b, "%s%s%s", c->machine, loadparm ? ",loadparm=" : "", loadparm ? loadparm : "");
	arg(b, "-accel");
	arg(b, m->accelerator ? m->accelerator : "tcg");
	arg(b, "-m");
	argf(b, "%uM", MAX(m->memory_mib, c->memory_mib));
	arg(b, "-smp");
	argf(b, "%u", m->smp);
	if (m->uuid) {
		arg(b, "-uuid");
		arg(b, m->uuid);
	}
	if (m->boot_menu) {
		arg(b, "-boot");
		arg(b, "menu=on");
	}
	if (m->rtc_base) {
		g_autofree char *base = escape(m->rtc_base);

		arg(b, "-rtc");
		argf(b, "base=%s", base);
	}
	if (m->has_icount) {
		arg(b, "-icount");
		argf(b, "shift=%u,sleep=off", m->icount_shift);
	}
	if (!m->reboot)
		arg(b, "-no-reboot");
}

static void add_firmware(struct build *b, const Client *c)
{
	const char *netboot = c->enter == CLIENT_IMAGE_NETBOOT ? c->image : c->netboot;
	const char *bios = c->enter == CLIENT_IMAGE_BIOS ? c->image : c->firmware;

	if (bios) {
		arg(b, "-bios");
		arg(b, bios);
	}
	if (netboot) {
		g_autofree char *path = escape(netboot);

		arg(b, "-global");
		argf(b, "s390-ipl.netboot_fw=%s", path);
	}
}

static void add_kernel(struct build *b, const Client *c, const Scenario *s, const char *tree)
{
	g_autofree char *kernel = NULL, *initrd = NULL;

	if (c->enter == CLIENT_IMAGE_KERNEL) {
		arg(b, "-kernel");
		arg(b, c->image);
	}
	if (c->enter != CLIENT_DIRECT || !s->boot.kernel)
		return;
	kernel = g_build_filename(tree, s->boot.kernel, NULL);
	arg(b, "-kernel");
	arg(b, kernel);
	if (s->boot.initrd) {
		initrd = g_build_filename(tree, s->boot.initrd, NULL);
		arg(b, "-initrd");
		arg(b, initrd);
	}
	if (s->boot.append) {
		arg(b, "-append");
		arg(b, s->boot.append);
	}
}

static void add_disk(struct build *b, const Scenario *s, const char *tree)
{
	g_autofree char *path = NULL, *escaped = NULL;

	if (!s->machine.disk)
		return;
	path = g_build_filename(tree, s->machine.disk, NULL);
	escaped = escape(path);
	arg(b, "-drive");
	argf(b, "if=none,id=disk0,format=raw,snapshot=on,file=%s", escaped);
	arg(b, "-device");
	arg(b, "virtio-blk-ccw,drive=disk0");
}

static bool add_nic(struct build *b, struct qemu *q, const Client *c, unsigned i,
		    const struct scenario_nic *nic, GError **error)
{
	g_autoptr(GString) device = g_string_new(c->nic);
	const uint8_t *mac = nic->mac.b;
	int fd = add_socket(b, SOCK_DGRAM, &q->nic_fds[i], error);

	if (fd < 0)
		return false;
	q->n_nics++;
	arg(b, "-netdev");
	argf(b, "dgram,id=net%u,local.type=fd,local.str=%d", i, fd);
	g_string_append_printf(device, ",id=nic%u,netdev=net%u,mac=%02x:%02x:%02x:%02x:%02x:%02x",
			       i, i, mac[0], mac[1], mac[2], mac[3], mac[4], mac[5]);
	if (nic->bootindex && client_has_network(c))
		g_string_append_printf(device, ",bootindex=%u", nic->bootindex);
	if (nic->devno)
		g_string_append_printf(device, ",devno=%s", nic->devno);
	if (nic->max_revision != 2)
		g_string_append_printf(device, ",max_revision=%u", nic->max_revision);
	if (nic->rx_queue_size)
		g_string_append_printf(device, ",rx_queue_size=%u", nic->rx_queue_size);
	if (nic->tx_queue_size)
		g_string_append_printf(device, ",tx_queue_size=%u", nic->tx_queue_size);
	arg(b, "-device");
	arg(b, device->str);
	return true;
}

static bool add_all(struct build *b, struct qemu *q, const Client *c, const Scenario *s,
		    const char *tree, GError **error)
{
	int console, qmp;

	arg(b, c->qemu);
	arg(b, "-nodefaults");
	arg(b, "-no-user-config");
	arg(b, "-display");
	arg(b, "none");
	arg(b, "-S");
	if (c->sandbox) {
		arg(b, "-sandbox");
		arg(b, "on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny");
	}
	arg(b, "-action");
	arg(b, "panic=pause");
	add_machine(b, c, s);
	add_firmware(b, c);
	add_kernel(b, c, s, tree);
	add_disk(b, s, tree);

	console = add_socket(b, SOCK_STREAM, &q->console_fd, error);
	if (console < 0)
		return false;
	arg(b, "-chardev");
	argf(b, "socket,id=console,fd=%d", console);
	arg(b, "-serial");
	arg(b, "chardev:console");
	qmp = add_socket(b, SOCK_STREAM, &q->qmp_fd, error);
	if (qmp < 0)
		return false;
	arg(b, "-chardev");
	argf(b, "socket,id=qmp,fd=%d", qmp);
	arg(b, "-mon");
	arg(b, "chardev=qmp,mode=control");

	for (unsigned i = 0; i < s->nics->len; i++)
		if (!add_nic(b, q, c, i, s->nics->pdata[i], error))
			return false;
	for (char **extra = c->arguments; extra && *extra; extra++)
		arg(b, *extra);
	g_ptr_array_add(b->argv, NULL);
	return true;
}

/* In the child: only what is safe after fork(). */
static void child_exec(const struct build *b, pid_t parent)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(127);
	dup2(STDERR_FILENO, STDOUT_FILENO); /* ours is for results */
	for (unsigned i = 0; i < b->fds->len; i++)
		fcntl(g_array_index(b->fds, int, i), F_SETFD, 0);
	execv(b->argv->pdata[0], (char **)b->argv->pdata);
	_exit(127);
}

static bool spawn(struct qemu *q, const struct build *b, GError **error)
{
	pid_t parent = getpid();

	q->pid = fork();
	if (q->pid == 0)
		child_exec(b, parent);
	if (q->pid > 0)
		q->pidfd = (int)syscall(SYS_pidfd_open, q->pid, 0);
	if (q->pid > 0 && q->pidfd >= 0)
		return true;
	g_set_error(error, QEMU_ERROR, QEMU_ERROR_START, "%s: %s", (char *)b->argv->pdata[0],
		    g_strerror(errno));
	return false;
}

bool qemu_start(struct qemu *out, const Client *c, const Scenario *s, const char *tree,
		GError **error)
{
	struct build b = { g_ptr_array_new_with_free_func(g_free),
			   g_array_new(FALSE, FALSE, sizeof(int)) };
	struct qemu q = { .pid = -1, .pidfd = -1, .console_fd = -1, .qmp_fd = -1 };
	bool ok;

	ok = add_all(&b, &q, c, s, tree, error) && spawn(&q, &b, error);
	for (unsigned i = 0; i < b.fds->len; i++)
		close(g_array_index(b.fds, int, i));
	g_array_unref(b.fds);
	if (ok) {
		q.argv = (char **)g_ptr_array_free(b.argv, FALSE);
		*out = q;
		return true;
	}
	g_ptr_array_unref(b.argv);
	qemu_stop(&q);
	return false;
}

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

int qemu_stop(struct qemu *q)
{
	int status = 0;

	if (q->pid > 0) {
		kill(q->pid, SIGKILL);
		while (waitpid(q->pid, &status, 0) < 0 && errno == EINTR)
			;
		q->pid = -1;
	}
	close_fd(&q->pidfd);
	close_fd(&q->console_fd);
	close_fd(&q->qmp_fd);
	for (unsigned i = 0; i < q->n_nics; i++)
		close_fd(&q->nic_fds[i]);
	g_clear_pointer(&q->argv, g_strfreev);
	return status;
}
