/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `make bench-plan`: what a whole plan takes of the machine
 *
 * One `iplab run` of the part of the plan that is on the virtual clock. Of the CPU time of all its
 * processes, what is not QEMU's is iplab's.
 */
#include <errno.h>
#include <glib.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "reports/result.h"
#include "tests/bench/figure.h"

enum {
	LOOK_US = 100 * 1000, /* how often the memory of the run is looked at */
	EXIT_ERROR = 3,
};

struct plan_run {
	double seconds, cpu_s; /* the latter of all processes */
	double peak_mib;       /* of the one that the others are children of */
	int exit_code;
};

static pid_t start(const char *iplab, const char *plan, const char *dir)
{
	pid_t pid = fork();

	if (pid)
		return pid;
	execl(iplab, iplab, "run", "--plan", plan, "clock=virtual", "--out", dir, NULL);
	fprintf(stderr, "bench: %s: %s\n", iplab, g_strerror(errno));
	_exit(EXIT_ERROR);
}

/* The peak of a process that runs; @before if it is no more. */
static double look(pid_t pid, double before)
{
	g_autofree char *path = g_strdup_printf("/proc/%d/status", pid);
	FILE *f = fopen(path, "re");
	char line[256];
	uint64_t kib;

	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "VmHWM: %" SCNu64, &kib) == 1)
			before = (double)kib / 1024;
	if (f)
		fclose(f);
	return before;
}

static double seconds_of(const struct timeval *t)
{
	return (double)t->tv_sec + (double)t->tv_usec / 1e6;
}

static double now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static bool run(const char *iplab, const char *plan, const char *dir, struct plan_run *out)
{
	double begun_s = now_s();
	pid_t pid = start(iplab, plan, dir), ended = 0;
	struct rusage used;
	int status;

	if (pid < 0)
		return false;
	while (!ended) {
		out->peak_mib = look(pid, out->peak_mib);
		ended = wait4(pid, &status, WNOHANG, &used);
		if (!ended)
			usleep(LOOK_US);
	}
	out->seconds = now_s() - begun_s;
	out->cpu_s = seconds_of(&used.ru_utime) + seconds_of(&used.ru_stime);
	out->exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_ERROR;
	return ended == pid;
}

static void one(const char *name, const char *unit, double value)
{
	figure(name, unit, &value, 1);
}

static void show(const struct plan_run *r, GPtrArray *results)
{
	g_autofree double *peaks = g_new(double, results->len), *took = g_new(double, results->len);
	double qemu_s = 0;
	int n = 0;

	for (unsigned i = 0; i < results->len; i++) {
		const Result *result = results->pdata[i];

		if (!result->worker_peak_kib)
			continue;
		qemu_s += (double)result->qemu_cpu_ns / 1e9;
		peaks[n] = (double)result->worker_peak_kib / 1024;
		took[n++] = (double)result->wall_ns / 1e6;
	}
	one("plan, cells", "", results->len);
	one("plan, wall clock", "s", r->seconds);
	one("plan, cells a second", "1/s", results->len / r->seconds);
	one("plan, orchestrator's peak memory", "MiB", r->peak_mib);
	figure("plan, a worker's peak memory", "MiB", peaks, n);
	figure("plan, a cell", "ms", took, n);
	one("plan, CPU of QEMU", "s", qemu_s);
	one("plan, CPU of iplab", "s", r->cpu_s - qemu_s);
	one("plan, CPU of iplab over QEMU's", "%", 100 * (r->cpu_s - qemu_s) / qemu_s);
}

int main(int argc, char **argv)
{
	const char *iplab = argc > 1 ? argv[1] : "build/iplab";
	const char *plan = argc > 2 ? argv[2] : "full";
	g_autofree char *dir = g_dir_make_tmp("iplab-bench-XXXXXX", NULL);
	g_autofree char *results_path = g_strdup_printf("%s/run/results.jsonl", dir);
	g_autofree char *out = g_strdup_printf("%s/run", dir);
	g_autoptr(GPtrArray) results = NULL;
	g_autoptr(GError) error = NULL;
	struct plan_run r = { 0 };

	if (!dir || !figure_open("build/bench.jsonl", "a")) {
		fprintf(stderr, "bench: cannot write: %s\n", g_strerror(errno));
		return EXIT_ERROR;
	}
	if (!run(iplab, plan, out, &r) || !(results = results_load(results_path, &error))) {
		fprintf(stderr, "bench: %s\n", error ? error->message : "the run did not start");
		return EXIT_ERROR;
	}
	show(&r, results);
	figure_close();
	printf("the run is in %s\n", out);
	return r.exit_code;
}
