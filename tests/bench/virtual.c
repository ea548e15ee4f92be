/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `make bench`, second part: what the virtual clock costs, and what it gains
 *
 * The cell is boot/probe: configuration, kernel, initrd, and the payload's report. Beside it, in
 * turn, the same boot on a bare QEMU with its own network, from exec to exit.
 */
#include <glib.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reports/result.h"
#include "tests/bench/figure.h"

enum {
	N_PAIRS = 31,
	N_PARALLEL = 200,
	N_SEEDS = 100,
	N_WALL = 5, /* seeds that are run on the wall clock as well: it takes its time */
};

static const char *iplab = "build/iplab";
static char *dir; /* of this bench, temporary */

/* Run a command line of the shell's. Return: its output, caller frees; NULL with a message. */
static char *shell(char *command, int *status)
{
	g_autofree char *mine = command;
	const char *argv[] = { "/bin/sh", "-c", mine, NULL };
	char *out = NULL;

	if (g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, &out, NULL, status,
			 NULL))
		return out;
	fprintf(stderr, "bench: %s does not start\n", mine);
	return NULL;
}

/* Results of a run, in order of finishing; NULL with a message if one did not pass. */
static GPtrArray *run(const char *arguments, bool may_fail)
{
	g_autofree char *text = NULL;
	g_auto(GStrv) lines = NULL;
	GPtrArray *results = g_ptr_array_new_with_free_func((GDestroyNotify)result_free);
	int status;

	text = shell(g_strdup_printf("rm -rf %s/run; %s run --json --out %s/run %s 2>/dev/null",
				     dir, iplab, dir, arguments),
		     &status);
	lines = g_strsplit(text ? text : "", "\n", -1);
	for (char **line = lines; *line && **line; line++) {
		Result *r = result_from_json(*line, NULL);

		if (r)
			g_ptr_array_add(results, r);
		if (r && (may_fail || r->verdict == VERDICT_PASS))
			continue;
		fprintf(stderr, "bench: %s: %s\n", arguments, r ? r->reason : *line);
		g_ptr_array_unref(results);
		return NULL;
	}
	return results;
}

/* One boot/probe on the virtual clock: its time in ms; 0 on failure. */
static double ours_ms(void)
{
	g_autoptr(GPtrArray) results =
		run("-j 1 client=libnet-7.2 server=builtin scenario=boot/probe", false);

	return results ? (double)((Result *)results->pdata[0])->wall_ns / 1e6 : 0;
}

/* The same boot on a bare QEMU, from exec to exit, in ms. */
static double bare_ms(const char *tree)
{
	gint64 start_us = g_get_monotonic_time();
	g_autofree char *out = NULL;
	int status;

	out = shell(
		g_strdup_printf(
			"exec qemu-system-s390x -nodefaults -display none -m 512M -serial stdio "
			"-netdev user,id=u,tftp=%s -device virtio-net-ccw,netdev=u,bootindex=1",
			tree),
		&status);
	if (!out || !strstr(out, "@iplab payload"))
		return 0;
	return (double)(g_get_monotonic_time() - start_us) / 1e3;
}

/* A folder with what boot/probe serves: kept by a run of it. */
static char *keep_tree(void)
{
	g_autoptr(GPtrArray) results =
		run("--keep -j 1 client=libnet-7.2 server=builtin scenario=boot/probe", false);
	g_autofree char *tree = g_strdup_printf("%s/tree", dir);
	g_autofree char *moved = NULL;
	int status;

	if (!results)
		return NULL;
	moved = shell(g_strdup_printf("cp -r %s/run/trees/boot/probe %s", dir, tree), &status);
	return status ? NULL : g_steal_pointer(&tree);
}

static bool bench_cell(void)
{
	double ours[N_PAIRS], bare[N_PAIRS], ratio[N_PAIRS];
	g_autofree char *tree = keep_tree();

	for (int i = 0; tree && i < N_PAIRS; i++) {
		ours[i] = ours_ms();
		bare[i] = bare_ms(tree);
		if (!ours[i] || !bare[i])
			return false;
		ratio[i] = ours[i] / bare[i];
	}
	if (!tree)
		return false;
	figure("virtual boot/probe cell", "ms", ours, N_PAIRS);
	figure("bare QEMU, exec to exit", "ms", bare, N_PAIRS);
	figure("virtual boot/probe over bare QEMU", "x", ratio, N_PAIRS);
	return true;
}

static bool bench_parallel(void)
{
	gint64 start_us = g_get_monotonic_time();
	g_autofree char *arguments = g_strdup_printf(
		"-j 2 --repeat %d client=libnet-7.2 server=builtin scenario=boot/probe",
		N_PARALLEL);
	g_autoptr(GPtrArray) results = run(arguments, false);
	double rate = N_PARALLEL / ((double)(g_get_monotonic_time() - start_us) / 1e6);

	if (!results)
		return false;
	figure("virtual boot/probe, -j 2", "1/s", &rate, 1);
	return true;
}

/* How much less time a boot under loss takes than it would. */
static bool bench_gain(void)
{
	const char *cell = "client=libnet-7.2 server=builtin scenario=loss/10-percent";
	g_autofree char *virtual = g_strdup_printf("-j 1 --repeat %d %s", N_SEEDS, cell);
	g_autofree char *wall = g_strdup_printf("-j 2 --clock wall --repeat %d %s", N_WALL, cell);
	g_autoptr(GPtrArray) fast = run(virtual, true);
	g_autoptr(GPtrArray) slow = run(wall, true);
	double gain[N_SEEDS], sample[N_WALL];

	if (!fast || !slow || fast->len != N_SEEDS || slow->len != N_WALL)
		return false;
	for (unsigned i = 0; i < N_SEEDS; i++) {
		const Result *r = fast->pdata[i];

		gain[i] = (double)r->virtual_ns / (double)r->wall_ns;
	}
	for (unsigned i = 0; i < N_WALL; i++) {
		const Result *r = slow->pdata[i];

		for (unsigned k = 0; k < N_SEEDS; k++) {
			const Result *f = fast->pdata[k];

			if (f->seed == r->seed)
				sample[i] = (double)r->wall_ns / (double)f->wall_ns;
		}
	}
	figure("loss/10-percent, virtual duration over time taken", "x", gain, N_SEEDS);
	figure("loss/10-percent, wall clock over virtual clock", "x", sample, N_WALL);
	return true;
}

static bool bench_no_server(void)
{
	double gain[N_WALL];

	for (int i = 0; i < N_WALL; i++) {
		g_autoptr(GPtrArray) results =
			run("-j 1 client=libnet-7.2 server=builtin scenario=dhcp/no-server", false);
		const Result *r = results ? results->pdata[0] : NULL;

		if (!r)
			return false;
		gain[i] = (double)r->virtual_ns / (double)r->wall_ns;
	}
	figure("dhcp/no-server (80 s), duration over time taken", "x", gain, N_WALL);
	return true;
}

int main(int argc, char **argv)
{
	g_autofree char *wipe = NULL;
	bool ok;

	if (argc > 1)
		iplab = argv[1];
	dir = g_dir_make_tmp("iplab-bench-XXXXXX", NULL);
	if (!dir || !figure_open("build/bench.jsonl", "a")) {
		fprintf(stderr, "bench: cannot write build/bench.jsonl or a temporary folder\n");
		return 1;
	}
	printf("The virtual clock\n");
	ok = bench_cell() && bench_parallel() && bench_gain() && bench_no_server();
	figure_close();
	wipe = g_strdup_printf("rm -rf %s", dir);
	g_spawn_command_line_sync(wipe, NULL, NULL, NULL, NULL);
	g_free(dir);
	return ok ? 0 : 1;
}
