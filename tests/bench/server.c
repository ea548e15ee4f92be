/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `make bench-server`: our TFTP beside that of dnsmasq, tftpd-hpa and atftpd
 *
 * One client gets the same files from all of them, in turn, over veth pairs that are made alike
 * (tests/bench/far_end.h): a machine whose speed drifts slows all of them. What differs: the
 * daemons have UDP sockets, and checksums are left out on their cables as veth does by itself;
 * iplab has a packet socket, computes its checksums and checks those of the client. The files are
 * in memory, or soon are; the client sums what comes.
 *
 * Run in a user and network namespace of its own, with ip(8).
 */
#include <fcntl.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "server/wire/tftp.h"
#include "tests/bench/far_end.h"
#include "tests/bench/figure.h"
#include "tests/bench/tftp_get.h"

enum {
	BIG_BYTES = 64 * 1024 * 1024,
	SMALL_BYTES = 1024,
	N_SMALL = 64,     /* files */
	N_REQUESTS = 500, /* in one measurement */
	N_ROUNDS_MAX = 101,
	READY_TRIES = 20,
	TOTAL_S = 1800, /* then no more is measured */
};

static struct far_end servers[] = {
	{ .name = "iplab",
	  .frames = true,
	  .args = (const char *const[]){ "serve", "--fd", "3", "--quiet", "--root", "%R", "--set",
					 "server.address=%A", "--set", "server.guest=10.9.255.9",
					 "--set", "server.netmask=255.255.0.0", NULL } },
	{ .name = "dnsmasq",
	  .program = "dnsmasq",
	  .args = (const char *const[]){ "--no-daemon", "--conf-file=/dev/null", "--port=0",
					 "--enable-tftp", "--tftp-root=%R", "--user=root",
					 "--log-facility=/dev/null", NULL } },
	{ .name = "tftpd-hpa",
	  .program = "in.tftpd",
	  .args = (const char *const[]){ "--foreground", "--listen", "--user", "root", "--secure",
					 "--address", "%A", "%R", NULL } },
	{ .name = "atftpd",
	  .program = "atftpd",
	  .args = (const char *const[]){ "--daemon", "--no-fork", "--user", "root.root",
					 "--logfile", "/dev/null", "--verbose=0", "--maxthread",
					 "1000", "--bind-address", "%A", "%R", NULL } },
};

enum { N_SERVERS = G_N_ELEMENTS(servers) };

/* The last is many small files. */
static const struct {
	unsigned blksize, window;
} ways[] = {
	{ 512, 1 },   { 512, 8 },  { 512, 64 }, { 1428, 1 },  { 1428, 8 },
	{ 1428, 64 }, { 1468, 1 }, { 1468, 8 }, { 1468, 64 }, { 1428, 1 },
};

enum { N_WAYS = G_N_ELEMENTS(ways), SMALL = N_WAYS - 1 };

static double values[N_WAYS][N_SERVERS][N_ROUNDS_MAX];
static const char *lack[N_WAYS][N_SERVERS]; /* why it is not measured; NULL: it is */
static uint32_t big_crc, small_crc;
static gint64 end_us;
static volatile sig_atomic_t told_to_stop;

static void on_signal(int signo)
{
	(void)signo;
	told_to_stop = 1;
}

/* --- files ------------------------------------------------------------------------------------ */

static bool write_noise(const char *dir, const char *name, unsigned n, uint32_t *crc)
{
	g_autofree char *path = g_build_filename(dir, name, NULL);
	g_autofree uint8_t *p = g_malloc(n);
	g_autoptr(GRand) rand = g_rand_new_with_seed(n);

	for (unsigned i = 0; i < n; i++)
		p[i] = (uint8_t)(g_rand_int(rand) >> 24);
	*crc = (uint32_t)crc32(0, p, n);
	return g_file_set_contents(path, (char *)p, n, NULL) && g_chmod(path, 0644) == 0;
}

static bool write_files(const char *dir)
{
	bool ok = g_chmod(dir, 0755) == 0 && write_noise(dir, "big", BIG_BYTES, &big_crc);

	for (unsigned i = 0; i < N_SMALL && ok; i++) {
		g_autofree char *name = g_strdup_printf("small%u", i);

		ok = write_noise(dir, name, SMALL_BYTES, &small_crc);
	}
	return ok;
}

static void remove_files(const char *dir)
{
	g_autofree char *command = g_strdup_printf("rm -rf '%s'", dir);

	if (system(command) != 0)
		fprintf(stderr, "bench: %s is left\n", dir);
}

/* --- measuring -------------------------------------------------------------------------------- */

/* Seconds; negative: it failed. */
static double get(const struct far_end *f, const char *file, int way, uint64_t bytes, uint32_t crc)
{
	struct tftp_get g = {
		.server = f->address,
		.file = file,
		.blksize = ways[way].blksize,
		.window = ways[way].window,
	};
	gint64 begin = g_get_monotonic_time();

	if (!tftp_get(&g)) {
		fprintf(stderr, "bench: %s: %s: %s\n", f->name, file, g.why);
		return -1;
	}
	if (g.granted_blksize != ways[way].blksize || g.granted_window != ways[way].window)
		return -2;
	if (g.bytes != bytes || g.crc != crc) {
		fprintf(stderr, "bench: %s: %s came with other bytes\n", f->name, file);
		return -1;
	}
	return (double)(g_get_monotonic_time() - begin) / 1e6;
}

/* MiB/s or requests/s; negative as of get(). */
static double measure(const struct far_end *f, int way)
{
	double sum = 0;

	if (way != SMALL) {
		sum = get(f, "big", way, BIG_BYTES, big_crc);
		return sum < 0 ? sum : BIG_BYTES / 1048576.0 / sum;
	}
	for (unsigned i = 0; i < N_REQUESTS; i++) {
		char file[16];
		double s;

		g_snprintf(file, sizeof(file), "small%u", i % N_SMALL);
		s = get(f, file, way, SMALL_BYTES, small_crc);
		if (s < 0)
			return s;
		sum += s;
	}
	return N_REQUESTS / sum;
}

static bool is_ready(const struct far_end *f)
{
	struct tftp_get g = {
		.server = f->address,
		.file = "small0",
		.blksize = TFTP_BLKSIZE_DEFAULT,
		.window = TFTP_WINDOW_MIN,
	};

	for (unsigned i = 0; i < READY_TRIES; i++) {
		if (tftp_get(&g))
			return true;
		g_usleep(100 * 1000); /* its port was closed: it had not come to that yet */
	}
	printf("  skip %s: %s\n", f->name, g.why);
	return false;
}

static bool is_over(void)
{
	return told_to_stop || g_get_monotonic_time() > end_us;
}

/* Everything once. False: it was too late for some of it. */
static bool measure_round(int r)
{
	for (int w = 0; w < N_WAYS; w++) {
		for (int s = 0; s < N_SERVERS; s++) {
			double v = 0;

			if (is_over())
				return false;
			if (!lack[w][s])
				v = measure(&servers[s], w);
			if (v < 0)
				lack[w][s] = v == -2 ? "-" : "failed";
			values[w][s][r] = v;
		}
	}
	return true;
}

/* Return: how many whole rounds there were. */
static int measure_all(int n_rounds)
{
	int r = 0;

	while (r < n_rounds && measure_round(r))
		fprintf(stderr, "bench: round %d of %d\n", ++r, n_rounds);
	return r;
}

/* --- the table -------------------------------------------------------------------------------- */

static void print_way(int w, int n_rounds)
{
	const char *unit = w == SMALL ? "requests/s" : "MiB/s";
	g_autofree char *what = w == SMALL ? g_strdup("1 KiB files, blksize 1428")
					   : g_strdup_printf("blksize %u window %u",
							     ways[w].blksize, ways[w].window);

	printf("  %-26s", what);
	for (int s = 0; s < N_SERVERS; s++) {
		g_autofree char *name = g_strdup_printf("server %s, %s", what, servers[s].name);
		g_autofree char *cell = NULL;
		struct figure f;

		if (lack[w][s]) {
			printf("  %24s", lack[w][s]);
			continue;
		}
		f = figure_record(name, unit, values[w][s], n_rounds);
		cell = g_strdup_printf("%.1f (%.1f to %.1f)", f.median, f.low, f.high);
		printf("  %24s", cell);
	}
	printf("  %s\n", unit);
}

static void print_table(int n_rounds)
{
	printf("TFTP, 64 MiB: median (middle half) of %d, interleaved; -: not granted\n  %-26s",
	       n_rounds, "");
	for (int s = 0; s < N_SERVERS; s++)
		printf("  %24s", servers[s].name);
	printf("\n");
	for (int w = 0; w < N_WAYS; w++)
		print_way(w, n_rounds);
}

int main(int argc, char **argv)
{
	g_autofree char *dir = g_dir_make_tmp("iplab-bench-XXXXXX", NULL);
	int n_rounds = argc > 2 ? CLAMP(atoi(argv[2]), 1, N_ROUNDS_MAX) : 5;
	bool ok;

	if (argc < 2 || !dir || !figure_open("build/bench.jsonl", "a")) {
		fprintf(stderr, "usage: bench-server IPLAB [ROUNDS], where build/ is\n");
		return 1;
	}
	end_us = g_get_monotonic_time() + TOTAL_S * G_USEC_PER_SEC;
	signal(SIGINT, on_signal);
	signal(SIGTERM, on_signal);
	servers[0].program = argv[1];
	ok = write_files(dir);
	for (unsigned s = 0; s < N_SERVERS; s++)
		if (!ok || is_over() || !far_end_start(&servers[s], s, dir) ||
		    !is_ready(&servers[s]))
			for (int w = 0; w < N_WAYS; w++)
				lack[w][s] = "not here";
	if (ok)
		n_rounds = measure_all(n_rounds);
	for (unsigned s = 0; s < N_SERVERS; s++)
		far_end_stop(&servers[s]);
	remove_files(dir);
	if (ok && n_rounds)
		print_table(n_rounds);
	figure_close();
	return ok && n_rounds && !lack[0][0] ? 0 : 1;
}
