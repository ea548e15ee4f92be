/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any text into whatever reads text: console, logs, markers, results, journals, key files, filters
 *
 * The guest's console is hostile, a run's folder may be damaged, and people mistype. No text may
 * crash a reader or make it fail without a reason; what is printed of it is safe for a terminal.
 * The inputs of main() are one good text for each reader, cut at every length, with each bit
 * flipped, and mutated at random from a fixed seed.
 */
#define _GNU_SOURCE /* memfd_create() */
#include <glib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "harness/client.h"
#include "harness/console.h"
#include "harness/filter.h"
#include "harness/marker.h"
#include "harness/scenario.h"
#include "reports/event.h"
#include "reports/result.h"
#include "server/dnsmasq_config.h"
#include "server/log_lines.h"

#include "tests/fuzz/fuzz.h"

enum reader {
	READER_CONSOLE,
	READER_MARKER,
	READER_RESULT,
	READER_EVENT,
	READER_SCENARIO,
	READER_CLIENT,
	READER_FILTER,
	N_READERS,
};

static size_t n_read[N_READERS]; /* what each reader understood */

/* What a reader of ours returns: something, or an error that says why not. */
static bool is_read(enum reader r, const void *value, const GError *error)
{
	LAW(!value == !!error);
	LAW(!error || *error->message);
	n_read[r] += !!value;
	return value;
}

static bool is_clean(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < ' ' || *text == 0x7f)
			return false;
	return true;
}

static void on_line(void *self, uint64_t now_ns, const char *line)
{
	g_autofree char *verb = NULL;
	GHashTable *values = marker_parse(line, &verb);

	(void)now_ns;
	LAW(is_clean(line));
	LAW(!values == !verb);
	n_read[READER_CONSOLE]++;
	if (values) {
		n_read[READER_MARKER]++;
		g_hash_table_unref(values);
	}
	g_string_append_printf(self, "%s\n", line);
}

/* The lines of a text that comes @step bytes at a time. */
static GString *read_console(const char *text, size_t len, size_t step)
{
	GString *lines = g_string_new(NULL);
	g_autoptr(Console) c = console_new(on_line, lines);

	for (size_t at = 0; at < len; at += step)
		console_input(c, at, text + at, MIN(step, len - at));
	console_finish(c, len);
	LAW(console_raw(c)->len == len && (!len || !memcmp(console_raw(c)->str, text, len)));
	LAW(!console_last_line(c) || is_clean(console_last_line(c)));
	return lines;
}

static void try_console(const char *text, size_t len)
{
	GString *whole = read_console(text, len, len + 1), *bytes = read_console(text, len, 1);

	LAW(g_string_equal(whole, bytes));
	g_string_free(whole, TRUE);
	g_string_free(bytes, TRUE);
}

static void try_result(const char *line)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Result) r = result_from_json(line, &error), again = NULL;
	g_autofree char *json = NULL, *json_again = NULL;

	if (!is_read(READER_RESULT, r, error))
		return;
	json = result_to_json(r);
	LAW(is_clean(json));
	again = result_from_json(json, NULL);
	LAW(again);
	json_again = result_to_json(again);
	LAW(g_str_equal(json, json_again));
}

static void try_event(const char *line)
{
	g_autoptr(JsonParser) parser = json_parser_new();
	g_autoptr(GString) out = g_string_new(NULL);
	g_autofree char *copy = g_strdup(line);
	JsonObject *event = event_parse(parser, copy);
	struct event_view view = { .all = true };

	if (!event)
		return;
	n_read[READER_EVENT]++;
	event_write(out, event, &view);
	json_object_unref(event);
	LAW(out->len && out->str[out->len - 1] == '\n');
	g_string_truncate(out, out->len - 1);
	LAW(is_clean(out->str) && g_utf8_validate(out->str, -1, NULL));
}

static void on_log_line(void *self, struct slice text, bool cut)
{
	LAW(text.len && text.len <= LOG_LINE_MAX && !memchr(text.p, '\n', text.len));
	LAW(!cut || text.len == LOG_LINE_MAX);
	g_string_append_len(self, (const char *)text.p, (gssize)text.len);
	g_string_append_c(self, '\n');
}

/* What a daemon prints, @step bytes at a time. */
static GString *read_log(const char *text, size_t len, size_t step)
{
	GString *said = g_string_new(NULL);
	struct log_lines_sink out = { on_log_line, said };
	struct log_lines lines = { .len = 0 };

	for (size_t at = 0; at < len; at += step)
		log_lines_input(&lines,
				(struct slice){ (const uint8_t *)text + at, MIN(step, len - at) },
				&out);
	log_lines_finish(&lines, &out);
	return said;
}

static void try_log(const char *text, size_t len)
{
	GString *whole = read_log(text, len, len + 1), *bytes = read_log(text, len, 1);

	LAW(g_string_equal(whole, bytes));
	g_string_free(whole, TRUE);
	g_string_free(bytes, TRUE);
}

/* No scenario brings a line of its own into the daemon's configuration. */
static void try_dnsmasq(const Scenario *s)
{
	static const char *const begins[] = { "port=0",
					      "no-",
					      "interface=eth0",
					      "except-interface=",
					      "bind-dynamic",
					      "log-dhcp",
					      "leasefile-ro",
					      "dhcp-authoritative",
					      "dhcp-sequential-ip",
					      "dhcp-optsfile=/dev/null",
					      "dhcp-range=",
					      "dhcp-boot=\"",
					      "dhcp-option=",
					      "dhcp-option-force=",
					      "dhcp-no-override",
					      "enable-tftp",
					      "tftp-root=\"/served\"",
					      "tftp-no-blocksize",
					      "tftp-mtu=" };
	struct server_config cfg = {
		.root = "/served", .net = s->net, .dhcp = s->dhcp, .tftp = s->tftp
	};
	g_autoptr(GError) error = NULL;
	g_autofree char *text = dnsmasq_config_text(&cfg, "eth0", &error);
	g_auto(GStrv) lines = g_strsplit(text ? text : "", "\n", -1);

	LAW(!text == !!error);
	for (char **line = lines; *line; line++) {
		bool known = !**line;

		for (size_t i = 0; i < G_N_ELEMENTS(begins); i++)
			known |= g_str_has_prefix(*line, begins[i]);
		LAW(known && strlen(*line) < 1024 && is_clean(*line));
	}
}

static void try_key_files(const char *text, size_t len)
{
	int fd = memfd_create("fuzz", MFD_CLOEXEC);
	g_autofree char *path = g_strdup_printf("/proc/self/fd/%d", fd);
	g_autoptr(GError) e1 = NULL, e2 = NULL;
	g_autoptr(Scenario) scenario = NULL;
	Client *client;

	LAW(fd >= 0 && write(fd, text, len) == (ssize_t)len);
	scenario = scenario_load(path, "area/name", &e1);
	if (is_read(READER_SCENARIO, scenario, e1))
		try_dnsmasq(scenario);
	client = client_load(path, "name", NULL, &e2);
	is_read(READER_CLIENT, client, e2);
	client_free(client);
	close(fd);
}

static void try_filter(const char *text)
{
	g_auto(GStrv) terms = g_strsplit(text, " ", -1);
	g_autoptr(GError) error = NULL;
	g_autoptr(Filter) f = filter_parse(terms, &error);

	if (!is_read(READER_FILTER, f, error))
		return;
	filter_matches(f, FILTER_CLIENT, "libnet-7.2");
	filter_unused(f);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autofree char *text = g_malloc(size + 1);

	if (size)
		memcpy(text, data, size);
	text[size] = 0;
	try_console(text, size);
	try_log(text, size);
	try_result(text);
	try_event(text);
	try_key_files(text, size);
	try_filter(text);
	return 0;
}

#ifndef FUZZ_LIBFUZZER

enum {
	TEXT_CAP = 4096,
	N_MUTATIONS = 20000,
};

static const struct {
	const char *what;
	enum reader reader; /* that must understand it */
	const char *text;
} seeds[] = {
	{ "a console that counts with backspaces", READER_CONSOLE,
	  "LOADPARM=[        ]\r\n\033[2JTFTP:   3 KB\b\b\b\b\b\b  17 "
	  "KB\rdone\tnow\r\n\xc3\xa9\xff\n" },
	{ "a marker", READER_MARKER,
	  "x @iplab payload kind=probe entry=0x10000 cmdline=\"a \\\"b\\\" \\\\ \\x1f\" "
	  "initrd_crc32=0123abcd uuid=none\r\n" },
	{ "a result", READER_RESULT,
	  "{\"schema\":1,\"cell\":\"c/builtin/boot/probe/1\",\"client\":\"c\",\"server\":"
	  "\"builtin\",\"scenario\":\"boot/probe\",\"seed\":1,\"clock\":\"wall\",\"verdict\":"
	  "\"fail\",\"reason\":\"a \\u001b \\\"why\\\"\",\"ending\":\"gave-up\",\"wall_ns\":"
	  "44196849,\"virtual_ns\":null,\"milestones\":{\"power-on\":0,\"dhcp-ack\":10652948},"
	  "\"journal_sha256\":null,\"initrd_crc32\":null,\"cmdline\":\"\",\"frames_in\":56,"
	  "\"frames_out\":54}" },
	{ "an event", READER_EVENT,
	  "{\"t_ns\":13099438,\"ev\":\"tftp.rrq\",\"nic\":\"nic0\",\"dir\":\"from-guest\","
	  "\"frame\":14,\"len\":97,\"src\":\"10.0.2.15\",\"dst\":\"10.0.2.2\",\"sport\":2001,"
	  "\"dport\":69,\"file\":\"a\\u009bb\",\"mode\":\"octet\",\"options\":\"blksize=1428\"}" },
	{ "a scenario", READER_SCENARIO,
	  "[scenario]\nsummary = A claim\ntags = a;b\nrequires = pxelinux\n\n[machine]\n"
	  "uuid = 8dff4ea0-6c04-4b6e-a3ad-0b1d2c3f4e5a\nmemory_mib = 100\n\n[nic.0]\n"
	  "devno = fe.3.1a2b\nmac = 52:54:00:12:34:99\n\n[boot]\nkernel = k\n\n[file.k]\n"
	  "hex = 00 0102\n\n[server]\naddress = 10.0.2.2\n\n[server.dhcp]\noverload = both\n\n"
	  "[server.tftp]\ntimeout_ms = 100\n\n[expect]\nending = gave-up\nevents = dhcp.ack;"
	  "transfer k\npayload = a=b\n\n[deadline]\ncell_ms = 1000\n" },
	{ "a scenario for a daemon", READER_SCENARIO,
	  "[scenario]\nsummary = A claim\n\n[server.dhcp]\nbootfile = a\\\\b\"c\nserver_name = s\n"
	  "tftp_server = 10.0.2.2\nconfig_file = 1\npath_prefix = 1,2:3\ndomain = example.org\n"
	  "vendor_class = PXEClient\nreboot_time_s = 5\ntftp_address = 10.0.2.9\n"
	  "bootfile_place = option\n\n[server.tftp]\nblksize_max = 512\n" },
	{ "a client", READER_CLIENT,
	  "[client]\nsummary = A client\nprovides = linux-boot;ccw\nenter = firmware\n"
	  "arguments = -a;-b\n\n[console]\ngave_up = ^Failed .* from;[a-z]+\n"
	  "\n[milestone.menu]\nline = ^Menu\n\n[deadline]\nconfig_ms = 60000\n" },
	{ "a filter", READER_FILTER, "client=libnet-*,d?rect server!=slirp scenario=boot/probe" },
};

static int save_seeds(const char *dir)
{
	for (size_t i = 0; i < G_N_ELEMENTS(seeds); i++)
		fuzz_save(dir, i, (const uint8_t *)seeds[i].text, strlen(seeds[i].text));
	return EXIT_SUCCESS;
}

static bool run_seed(size_t i, size_t *n_cuts, size_t *n_flips)
{
	size_t before = n_read[seeds[i].reader], len = strlen(seeds[i].text);
	uint8_t buf[TEXT_CAP];

	memcpy(buf, seeds[i].text, len);
	fuzz_one(buf, len);
	if (n_read[seeds[i].reader] == before) {
		fprintf(stderr, "fuzz_console: %s is a bad seed\n", seeds[i].what);
		return false;
	}
	for (size_t n = 0; n < len; n++, ++*n_cuts)
		fuzz_one(buf, n);
	for (size_t bit = 0; bit < 8 * len; bit++, ++*n_flips) {
		buf[bit / 8] ^= (uint8_t)(1 << bit % 8);
		fuzz_one(buf, len);
		buf[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	return true;
}

int main(int argc, char **argv)
{
	uint64_t state = FUZZ_RANDOM_SEED;
	size_t n_cuts = 0, n_flips = 0;
	uint8_t buf[TEXT_CAP];

	if (argc > 1)
		return save_seeds(argv[1]);
	for (size_t i = 0; i < G_N_ELEMENTS(seeds); i++)
		if (!run_seed(i, &n_cuts, &n_flips))
			return EXIT_FAILURE;
	for (size_t i = 0; i < N_MUTATIONS; i++) {
		const char *text = seeds[fuzz_random(&state) % G_N_ELEMENTS(seeds)].text;
		size_t len = strlen(text);

		memcpy(buf, text, len);
		fuzz_one(buf, fuzz_mutate(buf, len, sizeof(buf), &state));
	}
	printf("fuzz_console: %zu seeds, %zu cut, %zu with a bit flipped, %d mutated; understood: "
	       "%zu lines, %zu markers, %zu results, %zu events, %zu scenarios, %zu clients, "
	       "%zu filters\n",
	       G_N_ELEMENTS(seeds), n_cuts, n_flips, N_MUTATIONS, n_read[READER_CONSOLE],
	       n_read[READER_MARKER], n_read[READER_RESULT], n_read[READER_EVENT],
	       n_read[READER_SCENARIO], n_read[READER_CLIENT], n_read[READER_FILTER]);
	return EXIT_SUCCESS;
}

#endif /* FUZZ_LIBFUZZER */
