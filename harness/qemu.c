/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One QEMU process: its command line, its sockets, its life
 */
#include "harness/qemu.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/cost.h"

/* A command line in the making, and QEMU's ends of the sockets. */
struct build {
	const Client *c;
	const Scenario *s;
	const struct qemu_clock *clock;
	const char *tree;
	GPtrArray *argv;
	GArray *fds;                      /* of int: to be inherited */
	int nic_fds[SCENARIO_N_NICS_MAX]; /* QEMU's ends */
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

/*
 * A date whose seconds since 1970 can be divided by 125: QEMU's time of day clock then begins at
 * exactly that second (others are up to a quarter of a second late).
 */
#define RTC_BASE_VIRTUAL "2020-01-01T00:01:15"

static void add_time(struct build *b)
{
	const char *base = b->s->machine.rtc_base;
	g_autofree char *escaped = base ? escape(base) : NULL;

	if (b->clock->is_virtual) {
		arg(b, "-rtc");
		argf(b, "base=%s,clock=vm", escaped ? escaped : RTC_BASE_VIRTUAL);
		arg(b, "-icount");
		argf(b, "shift=%u,sleep=off", b->clock->shift);
		arg(b, "-seed");
		argf(b, "%" G_GUINT64_FORMAT, b->clock->seed);
	} else if (escaped) {
		arg(b, "-rtc");
		argf(b, "base=%s", escaped);
	}
}

static void add_machine(struct build *b)
{
	const Client *c = b->c;
	const struct scenario_machine *m = &b->s->machine;
	g_autofree char *loadparm = m->loadparm ? escape(m->loadparm) : NULL;

	arg(b, "-machine");
	argf(b, "%s%s%s", c->machine, loadparm ? ",loadparm=" : "", loadparm ? loadparm : "");
	if (m->cpu) {
		arg(b, "-cpu");
		arg(b, m->cpu);
	}
	arg(b, "-accel");
	arg(b, m->accelerator ? m->accelerator : c->accelerator);
	arg(b, "-m");
	argf(b, "%uM", MAX(m->memory_mib, c->memory_mib));
	arg(b, "-smp");
	argf(b, "%u", m->smp);
	/*
	 * Where there can be only one CPU, QEMU before 8.0 leaves the guest's memory barriers out,
	 * and a guest that waits for interrupts misses some: its card is deaf from then on.
	 */
	if (c->os) {
		arg(b, "-smp");
		argf(b, "maxcpus=%u", m->smp + 1);
	}
	if (m->uuid) {
		arg(b, "-uuid");
		arg(b, m->uuid);
	}
	if (m->boot_menu) {
		arg(b, "-boot");
		arg(b, "menu=on");
	}
	add_time(b);
	if (m->has_icount && !b->clock->is_virtual) {
		arg(b, "-icount");
		argf(b, "shift=%u,sleep=off", m->icount_shift);
	}
	if (!m->reboot)
		arg(b, "-no-reboot");
}

static void add_firmware(struct build *b)
{
	const Client *c = b->c;
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

static void add_kernel(struct build *b)
{
	const Client *c = b->c;
	const Scenario *s = b->s;
	g_autofree char *kernel = NULL, *initrd = NULL;

	if (c->enter == CLIENT_IMAGE_KERNEL) {
		arg(b, "-kernel");
		arg(b, c->image);
	}
	if (c->enter != CLIENT_DIRECT || !s->boot.kernel)
		return;
	kernel = g_build_filename(b->tree, s->boot.kernel, NULL);
	arg(b, "-kernel");
	arg(b, kernel);
	if (s->boot.initrd) {
		initrd = g_build_filename(b->tree, s->boot.initrd, NULL);
		arg(b, "-initrd");
		arg(b, initrd);
	}
	if (s->boot.append) {
		arg(b, "-append");
		arg(b, s->boot.append);
	}
}

static void add_disk(struct build *b)
{
	const Scenario *s = b->s;
	g_autofree char *path = NULL, *escaped = NULL;

	if (!s->machine.disk)
		return;
	path = g_build_filename(b->tree, s->machine.disk, NULL);
	escaped = escape(path);
	arg(b, "-drive");
	argf(b, "if=none,id=disk0,format=raw,snapshot=on,file=%s", escaped);
	arg(b, "-device");
	arg(b, "virtio-blk,drive=disk0"); /* on whatever bus the machine has */
}

/*
 * A card's network: QEMU's end of its cable. On the virtual clock the card sits on a hub, with the
 * cable and the echo. QEMU hands a frame to the ports of a hub in the reverse order of their
 * making, and the echo must come last.
 */
static bool add_network(struct build *b, struct qemu *q, unsigned i, GError **error)
{
	int fd = add_socket(b, SOCK_DGRAM, &q->nic_fds[i], error), echo_fd;

	if (fd < 0)
		return false;
	b->nic_fds[i] = fd;
	arg(b, "-netdev");
	argf(b, "dgram,id=net%u,local.type=fd,local.str=%d", i, fd);
	if (!b->clock->is_virtual)
		return true;
	echo_fd = add_socket(b, SOCK_DGRAM, &q->echo_fds[i], error);
	if (echo_fd < 0)
		return false;
	arg(b, "-netdev");
	argf(b, "dgram,id=echo%u,local.type=fd,local.str=%d", i, echo_fd);
	arg(b, "-netdev");
	argf(b, "hubport,id=hub%u-echo,hubid=%u,netdev=echo%u", i, i, i);
	arg(b, "-netdev");
	argf(b, "hubport,id=hub%u-net,hubid=%u,netdev=net%u", i, i, i);
	arg(b, "-netdev");
	argf(b, "hubport,id=hub%u-nic,hubid=%u", i, i);
	return true;
}

static bool add_nic(struct build *b, struct qemu *q, unsigned i, GError **error)
{
	const struct scenario_nic *nic = b->s->nics->pdata[i];
	g_autoptr(GString) device = g_string_new(b->c->nic);
	const uint8_t *mac = nic->mac.b;

	if (!add_network(b, q, i, error))
		return false;
	q->n_nics++;
	g_string_append_printf(device,
			       b->clock->is_virtual ? ",id=nic%u,netdev=hub%u-nic"
						    : ",id=nic%u,netdev=net%u",
			       i, i);
	g_string_append_printf(device, ",mac=%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1], mac[2],
			       mac[3], mac[4], mac[5]);
	if (nic->bootindex && client_has_network(b->c))
		g_string_append_printf(device, ",bootindex=%u", nic->bootindex);
	if (nic->devno)
		g_string_append_printf(device, ",devno=%s", nic->devno);
	if (nic->max_revision != SCENARIO_MAX_REVISION)
		g_string_append_printf(device, ",max_revision=%u", nic->max_revision);
	if (nic->rx_queue_size)
		g_string_append_printf(device, ",rx_queue_size=%u", nic->rx_queue_size);
	if (nic->tx_queue_size)
		g_string_append_printf(device, ",tx_queue_size=%u", nic->tx_queue_size);
	if (b->clock->is_virtual)
		g_string_append(device, ",ioeventfd=off,tx=timer,x-txtimer=1");
	arg(b, "-device");
	arg(b, device->str);
	return true;
}

static bool add_plugin(struct build *b, struct qemu *q, GError **error)
{
	g_autoptr(GString) plugin = NULL;
	g_autofree char *path = NULL;
	int fd;

	if (!b->clock->is_virtual)
		return true;
	path = escape(b->clock->plugin);
	fd = add_socket(b, SOCK_STREAM, &q->turn_fd, error);
	if (fd < 0)
		return false;
	fcntl(q->turn_fd, F_SETFL, 0); /* a turn is waited for */
	plugin = g_string_new(path);
	g_string_append_printf(plugin, ",turn=%d", fd);
	for (unsigned i = 0; i < q->n_nics; i++)
		g_string_append_printf(plugin, ",nic=%d", b->nic_fds[i]);
	arg(b, "-plugin");
	arg(b, plugin->str);
	return true;
}

static bool add_console_and_qmp(struct build *b, struct qemu *q, GError **error)
{
	int console = add_socket(b, SOCK_STREAM, &q->console_fd, error);
	int qmp = console < 0 ? -1 : add_socket(b, SOCK_STREAM, &q->qmp_fd, error);

	if (qmp < 0)
		return false;
	arg(b, "-chardev");
	argf(b, "socket,id=console,fd=%d", console);
	arg(b, "-serial");
	arg(b, "chardev:console");
	arg(b, "-chardev");
	argf(b, "socket,id=qmp,fd=%d", qmp);
	arg(b, "-mon");
	arg(b, "chardev=qmp,mode=control");
	return true;
}

static bool add_all(struct build *b, struct qemu *q, GError **error)
{
	arg(b, b->c->qemu);
	arg(b, "-nodefaults");
	arg(b, "-no-user-config");
	arg(b, "-display");
	arg(b, "none");
	arg(b, "-S");
	if (b->c->sandbox) {
		arg(b, "-sandbox");
		arg(b, "on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny");
	}
	arg(b, "-action");
	arg(b, "panic=pause");
	add_machine(b);
	add_firmware(b);
	add_kernel(b);
	add_disk(b);
	if (!add_console_and_qmp(b, q, error))
		return false;
	for (unsigned i = 0; i < b->s->nics->len; i++)
		if (!add_nic(b, q, i, error))
			return false;
	if (!add_plugin(b, q, error))
		return false;
	for (char **extra = b->c->arguments; extra && *extra; extra++)
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

bool qemu_start(struct qemu *out, const Client *c, const Scenario *s,
		const struct qemu_clock *clock, const char *tree, GError **error)
{
	struct build b = {
		.c = c,
		.s = s,
		.clock = clock,
		.tree = tree,
		.argv = g_ptr_array_new_with_free_func(g_free),
		.fds = g_array_new(FALSE, FALSE, sizeof(int)),
	};
	struct qemu q = QEMU_NONE;
	bool ok = add_all(&b, &q, error) && spawn(&q, &b, error);

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

/* Said on the virtual clock whenever a guest stops for good: no complaint. */
#define NOISE "icount sleep disabled and no active timers"

char *qemu_complaints(const char *path)
{
	g_autofree char *text = NULL;
	g_autoptr(GString) said = g_string_new(NULL);
	g_auto(GStrv) lines = NULL;

	if (!g_file_get_contents(path, &text, NULL, NULL))
		return NULL;
	lines = g_strsplit(g_strstrip(text), "\n", -1);
	for (char **line = lines; *line; line++)
		if (**line && !strstr(*line, NOISE))
			g_string_append_printf(said, "%s%s", said->len ? "\n" : "", *line);
	return said->len ? g_strdup(said->str) : NULL;
}

void qemu_kill(const struct qemu *q)
{
	if (q->pid > 0)
		kill(q->pid, SIGKILL);
}

int qemu_stop(struct qemu *q)
{
	struct rusage used = { 0 };
	int status = 0;

	if (q->pid > 0) {
		kill(q->pid, SIGKILL);
		while (wait4(q->pid, &status, 0, &used) < 0 && errno == EINTR)
			;
		q->pid = -1;
		q->cpu_ns = cost_cpu_ns(&used);
	}
	close_fd(&q->pidfd);
	close_fd(&q->console_fd);
	close_fd(&q->qmp_fd);
	for (unsigned i = 0; i < q->n_nics; i++)
		close_fd(&q->nic_fds[i]);
	for (unsigned i = 0; i < q->n_nics && q->turn_fd >= 0; i++)
		close_fd(&q->echo_fds[i]);
	close_fd(&q->turn_fd);
	g_clear_pointer(&q->argv, g_strfreev);
	return status;
}
