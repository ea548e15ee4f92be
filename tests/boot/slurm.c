/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Slurm on one node, for one test
 */
#include "tests/boot/slurm.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

enum {
	LOOK_AGAIN_MS = 100, /* for what announces itself by no event */
	UP_MS = 20 * 1000,
	JOBS_MS = 150 * 1000,
};

struct Slurm {
	char *root; /* where it is unpacked */
	char *dir;  /* its own files */
	char *conf_variable, *library_variable;
	Job *controller, *node;
};

/* --- what is unpacked --------------------------------------------------------------------------
 */

/* @name below @dir, where one level in between has the machine's name. NULL: there is none. */
static char *find_below(const char *dir, const char *name)
{
	g_autoptr(GDir) d = g_dir_open(dir, 0, NULL);
	const char *entry;

	while (d && (entry = g_dir_read_name(d))) {
		g_autofree char *path = g_build_filename(dir, entry, name, NULL);

		if (g_file_test(path, G_FILE_TEST_EXISTS))
			return g_steal_pointer(&path);
	}
	return NULL;
}

static char *find_program(const Slurm *s, const char *folder, const char *name)
{
	g_autofree char *debian = g_strdup_printf("%s/usr/%s/%s-wlm", s->root, folder, name);

	if (g_file_test(debian, G_FILE_TEST_EXISTS))
		return g_steal_pointer(&debian);
	return g_build_filename(s->root, "usr", folder, name, NULL);
}

/* --- its configuration -------------------------------------------------------------------------
 */

/* Two ports that nobody has at this moment. */
static void free_ports(unsigned ports[2])
{
	g_autoptr(GSocketListener) l = g_socket_listener_new();

	for (int i = 0; i < 2; i++)
		ports[i] = g_socket_listener_add_any_inet_port(l, NULL, NULL);
	ck_assert(ports[0] && ports[1]);
	g_socket_listener_close(l);
}

/* The node claims more than the machine has, so that jobs of four CPUs' worth run two at a time. */
static void write_conf(const Slurm *s, const char *path, const char *plugins)
{
	unsigned ports[2];
	g_autofree char *text = NULL;

	free_ports(ports);
	text = g_strdup_printf(
		"ClusterName=iplab\n"
		"SlurmctldHost=localhost(127.0.0.1)\n"
		"SlurmctldPort=%u\nSlurmdPort=%u\n"
		"CommunicationParameters=NoInAddrAny,NoCtldInAddrAny\n"
		"AuthType=auth/none\nCredType=cred/none\n"
		"SlurmUser=%u\nSlurmdUser=%u\n"
		"PluginDir=%s\n"
		"StateSaveLocation=%s/state\nSlurmdSpoolDir=%s/spool\n"
		"SlurmctldPidFile=%s/slurmctld.pid\nSlurmdPidFile=%s/slurmd.pid\n"
		"ProctrackType=proctrack/linuxproc\nTaskPlugin=task/none\n"
		"JobAcctGatherType=jobacct_gather/none\nSwitchType=switch/none\n"
		"MpiDefault=none\nSelectType=select/cons_tres\nSchedulerType=sched/builtin\n"
		"SchedulerParameters=batch_sched_delay=0\n"
		"FirstJobId=%d\nReturnToService=2\nSlurmdParameters=config_overrides\n"
		"NodeName=localhost NodeAddr=127.0.0.1 CPUs=4 RealMemory=65536 State=UNKNOWN\n"
		"PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP\n",
		ports[0], ports[1], (unsigned)getuid(), (unsigned)getuid(), plugins, s->dir, s->dir,
		s->dir, s->dir, SLURM_FIRST_JOB);

	ck_assert(g_file_set_contents(path, text, -1, NULL));
}

static void make_folders(const Slurm *s)
{
	static const char *const names[] = { "state", "spool" };

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autofree char *path = g_build_filename(s->dir, names[i], NULL);

		ck_assert_int_eq(g_mkdir_with_parents(path, 0755), 0);
	}
}

/* --- its programs ------------------------------------------------------------------------------
 */

static Job *start(const Slurm *s, const char *folder, const char *name, const char *cwd,
		  const char *const *env, const char *const *args)
{
	g_autofree char *program = find_program(s, folder, name);
	g_autoptr(GPtrArray) all = g_ptr_array_new();
	struct job_options o = { .program = program, .cwd = cwd };

	g_ptr_array_add(all, s->conf_variable);
	g_ptr_array_add(all, s->library_variable);
	for (; env && *env; env++)
		g_ptr_array_add(all, (char *)*env);
	g_ptr_array_add(all, NULL);
	o.env = (const char *const *)all->pdata;
	return job_start(&o, args);
}

static Job *ask(const Slurm *s, const char *name, const char *const *args)
{
	Job *j = start(s, "bin", name, NULL, NULL, args);

	job_wait(j);
	return j;
}

static void look_again(void)
{
	poll(NULL, 0, LOOK_AGAIN_MS);
}

static bool is_idle(const Slurm *s)
{
	g_autoptr(Job) j = ask(s, "sinfo", (const char *const[]){ "-h", "-o", "%T", NULL });

	return g_str_equal(job_out(j), "idle\n");
}

/* NULL: it is up. Else what is wrong. */
static const char *wait_until_up(const Slurm *s)
{
	gint64 end_us = g_get_monotonic_time() + UP_MS * G_GINT64_CONSTANT(1000);

	while (!is_idle(s)) {
		if (!job_n_processes(s->controller))
			return "slurmctld ended";
		if (!job_n_processes(s->node))
			return "slurmd ended";
		if (g_get_monotonic_time() > end_us)
			return "the node does not come up";
		look_again();
	}
	return NULL;
}

/* --- use ---------------------------------------------------------------------------------------
 */

static void end(Job *j)
{
	gint64 end_us = g_get_monotonic_time() + UP_MS * G_GINT64_CONSTANT(1000);

	if (job_n_processes(j))
		job_kill(j, SIGTERM);
	job_wait(j);
	while (job_n_processes(j)) {
		ck_assert_msg(g_get_monotonic_time() < end_us, "something is left: %s", job_err(j));
		look_again();
	}
}

/* Of what it complained about. Borrowed. */
static const char *last_line(const Job *j)
{
	char *text = g_strchomp((char *)job_err(j)), *newline = strrchr(text, '\n');

	return newline ? newline + 1 : text;
}

static void slurm_free(Slurm *s)
{
	job_free(s->node);
	job_free(s->controller);
	g_free(s->root);
	g_free(s->dir);
	g_free(s->conf_variable);
	g_free(s->library_variable);
	g_free(s);
}

void slurm_stop(Slurm *s)
{
	end(s->node);
	end(s->controller);
	slurm_free(s);
}

static void start_daemons(Slurm *s)
{
	g_autofree char *stepd = find_program(s, "sbin", "slurmstepd");

	s->controller = start(s, "sbin", "slurmctld", s->dir, NULL,
			      (const char *const[]){ "-D", "-i", NULL });
	s->node = start(s, "sbin", "slurmd", s->dir, NULL,
			(const char *const[]){ "-D", "-N", "localhost", "-d", stepd, NULL });
}

Slurm *slurm_start(char **why)
{
	const char *peers = g_getenv("PEERS");
	g_autofree char *root = g_build_filename(peers ? peers : "", "slurm", NULL);
	g_autofree char *lib = g_build_filename(root, "usr", "lib", NULL);
	g_autofree char *plugins = find_below(lib, "slurm-wlm"), *libraries = NULL, *conf = NULL;
	const char *problem;
	Slurm *s;

	if (!plugins) {
		*why = g_strdup_printf("%s is not there", root);
		return NULL;
	}
	s = g_new0(Slurm, 1);
	s->root = g_steal_pointer(&root);
	s->dir = lab_path("slurm");
	make_folders(s);
	conf = g_build_filename(s->dir, "slurm.conf", NULL);
	write_conf(s, conf, plugins);
	libraries = g_path_get_dirname(plugins);
	s->conf_variable = g_strconcat("SLURM_CONF=", conf, NULL);
	s->library_variable = g_strdup_printf("LD_LIBRARY_PATH=%s:%s", plugins, libraries);
	start_daemons(s);
	problem = wait_until_up(s);
	if (!problem)
		return s;
	end(s->node);
	end(s->controller);
	*why = g_strdup_printf("%s; slurmctld: %s; slurmd: %s", problem, last_line(s->controller),
			       last_line(s->node));
	slurm_free(s);
	return NULL;
}

char *slurm_submit(Slurm *s, const char *cwd, const char *const *env, const char *const *args)
{
	g_autoptr(GPtrArray) words = g_ptr_array_new();
	g_autoptr(Job) j = NULL;

	g_ptr_array_add(words, (char *)"--parsable");
	for (; *args; args++)
		g_ptr_array_add(words, (char *)*args);
	g_ptr_array_add(words, NULL);
	j = start(s, "bin", "sbatch", cwd, env, (const char *const *)words->pdata);
	job_wait(j);
	assert_exit(j, 0);
	return g_strstrip(g_strdup(job_out(j)));
}

void slurm_wait(Slurm *s)
{
	gint64 end_us = g_get_monotonic_time() + JOBS_MS * G_GINT64_CONSTANT(1000);

	for (;;) {
		g_autoptr(Job) j = ask(s, "squeue", (const char *const[]){ "-h", NULL });

		assert_exit(j, 0);
		if (!*job_out(j))
			return;
		ck_assert_msg(g_get_monotonic_time() < end_us, "still there:\n%s", job_out(j));
		look_again();
	}
}

char *slurm_outcome(Slurm *s, const char *id)
{
	g_autoptr(Job) j = ask(s, "squeue",
			       (const char *const[]){ "-h", "-t", "all", "-j", id, "-O",
						      "State:.20,exit_code:.8", NULL });
	char state[32];
	unsigned status;

	assert_exit(j, 0);
	ck_assert_int_eq(sscanf(job_out(j), "%31s %u", state, &status), 2);
	return g_strdup_printf("%s %u", state, status >> 8);
}
