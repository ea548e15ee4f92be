/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `make bench`, third part: our netboot image on lwIP beside libnet
 *
 * All load the same files from the same server, ours. Times are from power-on to the hand-over to
 * the kernel: what comes after it is the kernel's. On the wall clock they boot in turn, so that a
 * machine whose speed drifts slows all of them; on the virtual clock each has the same seeds, and
 * so loses the same packets where the packets are the same. What a frame costs the guest is counted
 * in instructions, from when it lies in the ring until the notification that answers it.
 */
#include <glib.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reports/result.h"
#include "tests/bench/figure.h"

enum {
	N_BASES = 2,
	N_ALL = 5,
	N_WALL = 5,
	N_SEEDS = 30,
	N_ACKS_MAX = 4096,
	SHIFT = 8, /* of the virtual clock: an instruction takes 2^8 ns (docs/clocks.md) */
};

/* Who is compared. The first ones, N_BASES, are what the others are compared with. */
static struct contestant {
	const char *name;
	const char *clients[4]; /* the first that is here is taken */
	const char *client;     /* NULL: none is */
	const char *scenario;   /* in the place of that for large files, and in no other table */
} all[] = {
	{ .name = "libnet-7.2", .clients = { "libnet-7.2" } },
	{ .name = "newest libnet",
	  .clients = { "libnet-sid", "libnet-10.0-trixie", "libnet-10.0" } },
	{ .name = "lwip", .clients = { "lwip" } },
	{ .name = "lwip-matched", .clients = { "lwip-matched" } },
	{ .name = "lwip, HTTP", .clients = { "lwip" }, .scenario = "bench/64-mib-http" },
};

G_STATIC_ASSERT(G_N_ELEMENTS(all) == N_ALL);

static const char *iplab = "build/iplab";
static char *dir; /* of this bench, temporary */

/* --- boots --- */

/* Run boots of a client. Return: their results, in order of finishing; NULL if there are none. */
static GPtrArray *run(const char *client, const char *scenario, const char *options)
{
	g_autofree char *command = g_strdup_printf(
		"rm -rf %s/run; IPLAB_PATH=tests/bench %s run --json --out %s/run %s client=%s "
		"server=builtin scenario=%s 2>/dev/null",
		dir, iplab, dir, options, client, scenario);
	const char *argv[] = { "/bin/sh", "-c", command, NULL };
	g_autofree char *text = NULL;
	g_auto(GStrv) lines = NULL;
	GPtrArray *results = g_ptr_array_new_with_free_func((GDestroyNotify)result_free);

	if (!g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, &text, NULL, NULL,
			  NULL))
		text = g_strdup("");
	lines = g_strsplit(text, "\n", -1);
	for (char **line = lines; *line; line++) {
		Result *r = result_from_json(*line, NULL);

		if (r)
			g_ptr_array_add(results, r);
	}
	if (results->len)
		return results;
	g_ptr_array_unref(results);
	return NULL;
}

/* From power-on to the hand-over; 0 if it did not pass. */
static double handover_ms(const Result *r)
{
	if (r->verdict != VERDICT_PASS)
		return 0;
	for (unsigned i = 0; i < r->milestones->len; i++) {
		const struct milestone *m = &g_array_index(r->milestones, struct milestone, i);

		if (g_str_equal(m->name, "handover"))
			return (double)m->t_ns / 1e6;
	}
	return 0;
}

/* Return: whether it can be had on this machine; said if it is. */
static bool try_client(const struct contestant *c, const char *client)
{
	g_autoptr(GPtrArray) results = run(client, "boot/probe", "");
	const Result *r = results ? results->pdata[0] : NULL;

	if (!r || r->verdict != VERDICT_PASS)
		return false;
	printf("  %s is %s%s%s\n", c->name, client, r->client_version ? ", " : "",
	       r->client_version ? r->client_version : "");
	return true;
}

static void find_clients(void)
{
	for (unsigned c = 0; c < N_ALL; c++) {
		for (unsigned i = 0; i < G_N_ELEMENTS(all[c].clients) && !all[c].client; i++)
			if (all[c].clients[i] && try_client(&all[c], all[c].clients[i]))
				all[c].client = all[c].clients[i];
		if (!all[c].client)
			printf("  %s is not here\n", all[c].name);
	}
}

/* --- figures --- */

static void figure_of(const char *title, const char *what, const char *unit, const double *v, int n)
{
	g_autofree char *name = g_strdup_printf("%s, %s", title, what);

	if (n)
		figure(name, unit, v, n);
}

/* Ratios of neighbours (round, or seed) that both passed. */
static void ratios(const char *title, const struct contestant *c, const double *ms,
		   const struct contestant *base, const double *base_ms, int n)
{
	g_autofree char *what = g_strdup_printf("%s, rate over %s", c->name, base->name);
	g_autofree double *ratio = g_new(double, n);
	int n_pairs = 0;

	for (int i = 0; i < n; i++)
		if (ms[i] && base_ms[i])
			ratio[n_pairs++] = base_ms[i] / ms[i];
	figure_of(title, what, "x", ratio, n_pairs);
}

/* Times of those that passed, and their share of all. */
static void times(const char *title, const char *name, const double *ms, int n)
{
	g_autofree double *passed = g_new(double, n);
	g_autofree char *share = g_strdup_printf("%s, completed of %d", name, n);
	double percent;
	int n_passed = 0;

	for (int i = 0; i < n; i++)
		if (ms[i])
			passed[n_passed++] = ms[i];
	percent = 100.0 * n_passed / n;
	figure_of(title, name, "ms", passed, n_passed);
	figure_of(title, share, "%", &percent, 1);
}

static bool takes_part(unsigned c, bool is_large)
{
	return all[c].client && (is_large || !all[c].scenario);
}

/* @ms: @n for each of all; 0 for a boot that failed. */
static void report(const char *title, bool is_large, const double *ms, int n)
{
	for (unsigned c = 0; c < N_ALL; c++) {
		if (!takes_part(c, is_large))
			continue;
		times(title, all[c].name, ms + c * (unsigned)n, n);
		for (unsigned base = 0; base < N_BASES && c >= N_BASES; base++)
			ratios(title, &all[c], ms + c * (unsigned)n, &all[base],
			       ms + base * (unsigned)n, n);
	}
}

/* --- benches --- */

static void bench_wall(const char *title, const char *scenario)
{
	double ms[N_ALL * N_WALL] = { 0 };

	for (unsigned i = 0; i < N_WALL; i++) {
		for (unsigned c = 0; c < N_ALL; c++) {
			const char *which = all[c].scenario ? all[c].scenario : scenario;
			g_autoptr(GPtrArray) results =
				all[c].client ? run(all[c].client, which, "-j 1 --clock wall")
					      : NULL;

			if (results)
				ms[c * N_WALL + i] = handover_ms(results->pdata[0]);
		}
	}
	report(title, true, ms, N_WALL);
}

static void bench_seeds(const char *title, const char *scenario)
{
	g_autofree char *options = g_strdup_printf("--seed 1 --repeat %d", N_SEEDS);
	double ms[N_ALL * N_SEEDS] = { 0 };

	for (unsigned c = 0; c < N_ALL; c++) {
		g_autoptr(GPtrArray) results =
			takes_part(c, false) ? run(all[c].client, scenario, options) : NULL;

		for (unsigned i = 0; results && i < results->len; i++) {
			const Result *r = results->pdata[i];

			if (r->seed >= 1 && r->seed <= N_SEEDS)
				ms[c * N_SEEDS + r->seed - 1] = handover_ms(r);
		}
	}
	report(title, false, ms, N_SEEDS);
}

/*
 * Read a journal: for each ACK the time since the first DATA that it answers was handed over, for
 * each of these. @per_frame: room for N_ACKS_MAX. Return: how many there are.
 */
static int read_acks(const char *path, double *per_frame)
{
	g_autofree char *command = g_strdup_printf("zcat %s", path);
	FILE *f = popen(command, "r");
	uint64_t t_ns, first_ns = 0;
	unsigned n_data = 0;
	char line[8192], ev[64];
	int n = 0;

	while (f && fgets(line, sizeof(line), f)) {
		if (sscanf(line, "{\"t_ns\":%" SCNu64 ",\"ev\":\"%63[^\"]", &t_ns, ev) != 2)
			continue;
		if (g_str_equal(ev, "tftp.data") && !n_data++)
			first_ns = t_ns;
		if (!g_str_equal(ev, "tftp.ack") || !n_data)
			continue;
		if (n < N_ACKS_MAX)
			per_frame[n++] = (double)((t_ns - first_ns) >> SHIFT) / n_data;
		n_data = 0;
	}
	if (f)
		pclose(f);
	return n;
}

static void bench_frames(const char *title, const char *scenario)
{
	g_autofree double *per_frame = g_new(double, N_ACKS_MAX);

	for (unsigned c = 0; c < N_ALL; c++) {
		g_autoptr(GPtrArray) results =
			takes_part(c, false) ? run(all[c].client, scenario, "-j 1 --keep") : NULL;
		g_autofree char *path =
			g_strdup_printf("%s/run/cells/%s/builtin/%s/1/journal.jsonl.gz", dir,
					all[c].client, scenario);

		if (results)
			figure_of(title, all[c].name, "insn", per_frame,
				  read_acks(path, per_frame));
	}
}

int main(int argc, char **argv)
{
	g_autofree char *wipe = NULL;

	if (argc > 1)
		iplab = argv[1];
	dir = g_dir_make_tmp("iplab-bench-XXXXXX", NULL);
	if (!dir || !figure_open("build/bench.jsonl", "a")) {
		fprintf(stderr, "bench: cannot write build/bench.jsonl or a temporary folder\n");
		return 1;
	}
	printf("The netboot image on lwIP beside libnet; what is lost is repeated after 50 ms\n");
	find_clients();
	bench_wall("64 MiB", "bench/64-mib-ours");
	bench_seeds("3 MiB, 2 % loss, 50 ms", "bench/3-mib-loss");
	bench_frames("DATA to ACK", "bench/frame-cost");
	figure_close();
	wipe = g_strdup_printf("rm -rf %s", dir);
	g_spawn_command_line_sync(wipe, NULL, NULL, NULL, NULL);
	g_free(dir);
	return 0;
}
