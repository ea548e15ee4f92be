/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `make bench`: what the harness costs, against QEMU's own network
 *
 * The same boot through our servers and through QEMU's `-netdev user`, in turn, so that a machine
 * whose speed drifts slows all of them. The time is that from power-on to the payload's line on the
 * console, which every variant has. A ratio is made of two neighbours; its median is what counts.
 */
#include <glib.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reports/result.h"
#include "tests/bench/figure.h"

enum {
	N_VARIANTS = 3,
};

static struct {
	const char *name;   /* of the server */
	const char *suffix; /* of the scenario */
	const char *client, *server;
} variants[N_VARIANTS] = {
	{ "user", "user", "bench-user", "builtin" },
	{ "builtin", "ours", "libnet-7.2", "builtin" },
	{ "slirp", "ours", "libnet-7.2", "slirp" },
};

static struct {
	const char *scenario;
	int n_rounds;
} benches[] = {
	{ "bench/probe", 31 },
	{ "bench/64-mib", 9 },
};

static const char *iplab = "build/iplab";

static double payload_ms(const Result *r)
{
	for (unsigned i = 0; i < r->milestones->len; i++) {
		const struct milestone *m = &g_array_index(r->milestones, struct milestone, i);

		if (g_str_equal(m->name, "payload"))
			return (double)m->t_ns / 1e6;
	}
	return 0;
}

/* QEMU's own server, given to the client by arguments: it serves the folder of the run. */
static char *write_user_client(const char *dir, const char *scenario)
{
	g_autofree char *path = g_build_filename(dir, "bench-user.ini", NULL);
	g_autofree char *text = g_strdup_printf(
		"[client]\n"
		"summary = libnet-7.2 on QEMU's -netdev user\n"
		"provides = linux-boot;pxelinux;bootfile;ins;ccw;dhcp-4;libnet\n"
		"enter = firmware\n"
		"firmware = s390-ccw.img\n"
		"netboot = s390-netboot.img\n"
		"arguments = -netdev;user,id=u,tftp=%s/run/trees/%s-user;"
		"-device;virtio-net-ccw,netdev=u,mac=52:54:00:12:34:56,bootindex=1\n",
		dir, scenario);

	if (!g_file_set_contents(path, text, -1, NULL))
		return NULL;
	return g_steal_pointer(&path);
}

/* One boot; its time in ms, or 0 with a message if it did not pass. */
static double boot(int variant, const char *scenario, const char *dir)
{
	g_autofree char *out = g_build_filename(dir, "run", NULL);
	g_autofree char *client_file = write_user_client(dir, scenario);
	g_autofree char *command = g_strdup_printf(
		"IPLAB_PATH=tests/bench %s run --json -j 1 --clock wall --out %s --client-file %s "
		"client=%s server=%s scenario=%s-%s 2>/dev/null",
		iplab, out, client_file, variants[variant].client, variants[variant].server,
		scenario, variants[variant].suffix);
	g_autofree char *text = NULL, *wipe = g_strdup_printf("rm -rf %s", out);
	g_autoptr(Result) r = NULL;
	const char *argv[] = { "/bin/sh", "-c", command, NULL };

	if (g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, &text, NULL, NULL,
			 NULL))
		r = result_from_json(text, NULL);
	g_spawn_command_line_sync(wipe, NULL, NULL, NULL, NULL);
	if (r && r->verdict == VERDICT_PASS)
		return payload_ms(r);
	fprintf(stderr, "bench: %s %s: %s\n", variants[variant].name, scenario,
		r ? r->reason : "no result");
	return 0;
}

/* Measure one scenario in all variants. Return: whether all boots passed. */
static bool bench(int b, const char *dir)
{
	int n = benches[b].n_rounds;
	g_autofree double *ms[N_VARIANTS] = { g_new(double, n), g_new(double, n),
					      g_new(double, n) };
	g_autofree double *ratio = g_new(double, n);

	printf("%s\n", benches[b].scenario);
	for (int i = 0; i < n; i++) {
		for (int v = 0; v < N_VARIANTS; v++) {
			ms[v][i] = boot(v, benches[b].scenario, dir);
			if (!ms[v][i])
				return false;
		}
	}
	for (int v = 0; v < N_VARIANTS; v++) {
		g_autofree char *name =
			g_strdup_printf("%s %s", benches[b].scenario, variants[v].name);

		figure(name, "ms", ms[v], n);
	}
	for (int v = 1; v < N_VARIANTS; v++) {
		g_autofree char *name = g_strdup_printf("%s rate, %s over user",
							benches[b].scenario, variants[v].name);

		for (int i = 0; i < n; i++)
			ratio[i] = ms[0][i] / ms[v][i];
		figure(name, "x", ratio, n);
	}
	return true;
}

int main(int argc, char **argv)
{
	g_autofree char *dir = g_dir_make_tmp("iplab-bench-XXXXXX", NULL);
	bool ok = true;

	if (argc > 1)
		iplab = argv[1];
	if (!dir || !figure_open("build/bench.jsonl", "w")) {
		fprintf(stderr, "bench: cannot write build/bench.jsonl or a temporary folder\n");
		return 1;
	}
	printf("Median (middle half), interleaved; journal and capture are written by ours.\n");
	for (unsigned b = 0; b < G_N_ELEMENTS(benches) && ok; b++)
		ok = bench((int)b, dir);
	figure_close();
	g_autofree char *client = g_build_filename(dir, "bench-user.ini", NULL);
	g_unlink(client);
	g_rmdir(dir);
	return ok ? 0 : 1;
}
