/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `iplab serve`: real clients get their lease and their files, and nothing is left
 *
 * The clients are Debian's, unpacked below $PEERS and never installed; curl is the one on PATH.
 * What is not there is not tested, and the test says so; likewise where the machine allows no
 * namespaces.
 */
#include <glib/gstdio.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "reports/lines.h"
#include "server/wire/frame.h"
#include "tests/boot/lab.h"
#include "tests/support/suite.h"
#include "tests/support/wire_frame.h"

enum {
	N_WORDS_MAX = 24,
	N_SAYS_MAX = 12,
	CANNOT_RUN = 3,
	ANSWER_MS = 20 * 1000,
};

#define BUSYBOX "/bin/busybox"
#define ATFTP "/usr/bin/atftp"
#define TFTP_HPA "/usr/bin/tftp"
#define DHCLIENT "/sbin/dhclient"

/* A client below $PEERS, or on PATH if it has no '/'; NULL: not here, and said so. */
static char *find_client(const char *name)
{
	const char *peers = getenv("PEERS");
	char *path = *name == '/' ? g_strconcat(peers ? peers : "", name, NULL)
				  : g_find_program_in_path(name);

	if (path && g_file_test(path, G_FILE_TEST_IS_EXECUTABLE))
		return path;
	printf("skip: no %s here\n", name);
	g_free(path);
	return NULL;
}

/* Whether it could run here at all; if not it is said why. */
static bool has_run(const Job *j)
{
	const char *why = strstr(job_err(j), "not allowed here");

	if (job_status(j) != CANNOT_RUN || !why)
		return true;
	printf("skip: %s", job_err(j));
	return false;
}

static Job *run_words(GPtrArray *words)
{
	g_ptr_array_add(words, NULL);
	return job_run(NULL, (const char *const *)words->pdata);
}

static void add(GPtrArray *words, const char *word)
{
	g_ptr_array_add(words, g_strdup(word));
}

/* --- files ------------------------------------------------------------------------------------ */

/* %F is the file asked for, %O the file that it becomes, %U and %H its URLs. */
static const struct {
	const char *what, *client;
	const char *args[N_WORDS_MAX];
	bool not_empty; /* it takes a tsize of 0 for nonsense */
	const char *says[N_SAYS_MAX];
} getters[] = {
	{ "curl, with tsize and its timeout",
	  "curl",
	  { "-sS", "-o", "%O", "%U" },
	  true,
	  { "tsize=0 blksize=512 timeout=6", "window=1" } },
	{ "curl, with longer blocks",
	  "curl",
	  { "-sS", "--tftp-blksize", "1428", "-o", "%O", "%U" },
	  true,
	  { "blksize=1428" } },
	{ "curl, without options",
	  "curl",
	  { "-sS", "--tftp-no-options", "-o", "%O", "%U" },
	  false,
	  { "octet\n" } },
	{ "atftp, with windows",
	  ATFTP,
	  { "--option", "windowsize 8", "--option", "blksize 1428", "-g", "-r", "%F", "-l", "%O",
	    "10.0.2.2" },
	  false,
	  { "windowsize=8", "blksize=1428 window=8" } },
	{ "atftp, with tsize and windows of short blocks",
	  ATFTP,
	  { "--option", "windowsize 64", "--option", "tsize", "-g", "-r", "%F", "-l", "%O",
	    "10.0.2.2" },
	  false,
	  { "windowsize=64", "blksize=512 window=64" } },
	{ "tftp-hpa",
	  TFTP_HPA,
	  { "-m", "binary", "10.0.2.2", "-c", "get", "%F", "%O" },
	  false,
	  { "octet\n" } },
	{ "busybox tftp",
	  BUSYBOX,
	  { "tftp", "-g", "-b", "1468", "-r", "%F", "-l", "%O", "10.0.2.2" },
	  false,
	  { "blksize=1468 tsize=0" } },
};

static const unsigned sizes[] = { 0, 1, 511, 512, 513, 10 * 1428, 3 * 1024 * 1024 };

static GBytes *noise(unsigned n)
{
	g_autoptr(GRand) rand = g_rand_new_with_seed(n);
	uint8_t *p = g_malloc(n + 1);

	for (unsigned i = 0; i < n; i++)
		p[i] = (uint8_t)g_rand_int(rand);
	return g_bytes_new_take(p, n);
}

static char *served_file(GBytes *content)
{
	char *path = lab_path("served/file");
	g_autofree char *folder = g_path_get_dirname(path);
	gsize len;
	const char *p = g_bytes_get_data(content, &len);

	ck_assert_int_eq(g_mkdir_with_parents(folder, 0755), 0);
	ck_assert(g_file_set_contents(path, p, (gssize)len, NULL));
	return path;
}

static void assert_arrived(const char *path, GBytes *want, const char *what)
{
	g_autoptr(GBytes) got = NULL;
	char *text = NULL;
	gsize len = 0;

	ck_assert_msg(g_file_get_contents(path, &text, &len, NULL), "%s: no file", what);
	got = g_bytes_new_take(text, len);
	ck_assert_msg(g_bytes_equal(got, want), "%s: %zu bytes came, not as they were sent", what,
		      len);
}

static char *filled_in(const char *word, const char *out)
{
	if (g_str_equal(word, "%F"))
		return g_strdup("file");
	if (g_str_equal(word, "%U"))
		return g_strdup("tftp://10.0.2.2/file");
	if (g_str_equal(word, "%H"))
		return g_strdup("http://10.0.2.2/file");
	return g_strdup(g_str_equal(word, "%O") ? out : word);
}

START_TEST(a_file_arrives)
{
	unsigned g = (unsigned)_i / G_N_ELEMENTS(sizes), n = sizes[_i % G_N_ELEMENTS(sizes)];
	g_autofree char *client = find_client(getters[g].client), *out = lab_path("out");
	g_autoptr(GPtrArray) words = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GBytes) content = noise(n);
	g_autofree char *file = served_file(content), *root = g_path_get_dirname(file);
	g_autoptr(Job) j = NULL;

	if (!client || (!n && getters[g].not_empty))
		return;
	for (const char *const *w = (const char *const[]){ "serve", "--root", root, "--address",
							   "--", client, NULL };
	     *w; w++)
		add(words, *w);
	for (unsigned i = 0; getters[g].args[i]; i++)
		g_ptr_array_add(words, filled_in(getters[g].args[i], out));
	j = run_words(words);
	if (!has_run(j))
		return;
	assert_exit(j, 0);
	assert_arrived(out, content, getters[g].what);
	for (unsigned i = 0; getters[g].says[i]; i++)
		assert_says(j, getters[g].says[i]);
	assert_says(j, "tftp.done");
	assert_gone(j);
}
END_TEST

/* The same over HTTP; what is done to it on purpose, and what the command says. */
static const struct {
	const char *what, *client;
	const char *args[N_WORDS_MAX];
	const char *set[N_SAYS_MAX];
	const char *says[N_SAYS_MAX];
} http_getters[] = {
	{ "curl", "curl", { "-sS", "-o", "%O", "%H" }, { NULL }, { "status=200" } },
	{ "wget", "wget", { "-q", "-O", "%O", "%H" }, { NULL }, { "status=200" } },
	{ "busybox wget", BUSYBOX, { "wget", "-q", "-O", "%O", "%H" }, { NULL }, { "status=200" } },
	{ "curl, in chunks",
	  "curl",
	  { "-sS", "-o", "%O", "%H" },
	  { "http.x.framing=chunks", "http.x.chunk_bytes=777", "http.x.chunk_extension=a=b" },
	  { "fault=x" } },
	{ "curl, until the connection ends",
	  "curl",
	  { "-sS", "-o", "%O", "%H" },
	  { "http.x.framing=close" },
	  { "fault=x" } },
	{ "curl, somewhere else",
	  "curl",
	  { "-sSL", "-o", "%O", "http://10.0.2.2/other" },
	  { "http.x.path=other", "http.x.redirect=/file" },
	  { "status=404 bytes=14 fault=x" } },
	{ "curl, at the second attempt",
	  "curl",
	  { "-sS", "--retry", "2", "-o", "%O", "%H" },
	  { "http.x.status=503", "http.x.retry_after_s=1", "http.x.attempt=1" },
	  { "fault=x", "attempt=2" } },
	{ "curl, past the end of sequence numbers",
	  "curl",
	  { "-sS", "-o", "%O", "%H" },
	  { "server.http.first_sequence=4294967040" },
	  { "status=200" } },
	{ "curl, with losses",
	  "curl",
	  { "-sS", "-o", "%O", "%H" },
	  { "server.http.repeat_ms=50", "rule.s.drop=tcp.syn attempt=1",
	    "rule.d.drop=tcp.data dir=to-guest attempt=1 bytes=0..3000",
	    "rule.f.drop=tcp.fin attempt=1" },
	  { "tcp.repeat", "impair.drop" } },
	{ "curl, in disorder",
	  "curl",
	  { "-sS", "-o", "%O", "%H" },
	  { "link.delay_us=300", "link.jitter_us=200", "link.duplicate=5%", "link.reorder=5%",
	    "link.corrupt=1%", "server.http.repeat_ms=50" },
	  { "status=200" } },
	{ "curl, with a window that was shut",
	  "curl",
	  { "-sS", "-o", "%O", "%H" },
	  { "rule.w.window=tcp.ack dir=from-guest attempt=1 bytes=0..200",
	    "server.http.repeat_ms=50" },
	  { "status=200" } },
};

START_TEST(a_file_arrives_over_http)
{
	unsigned g = (unsigned)_i / G_N_ELEMENTS(sizes), n = sizes[_i % G_N_ELEMENTS(sizes)];
	g_autofree char *client = find_client(http_getters[g].client), *out = lab_path("out");
	g_autoptr(GPtrArray) words = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GBytes) content = noise(n);
	g_autofree char *file = served_file(content), *root = g_path_get_dirname(file);
	g_autoptr(Job) j = NULL;

	if (!client)
		return;
	for (const char *const *w =
		     (const char *const[]){ "serve", "--root", root, "--address", NULL };
	     *w; w++)
		add(words, *w);
	for (unsigned i = 0; http_getters[g].set[i]; i++) {
		add(words, "--set");
		add(words, http_getters[g].set[i]);
	}
	add(words, "--");
	add(words, client);
	for (unsigned i = 0; http_getters[g].args[i]; i++)
		g_ptr_array_add(words, filled_in(http_getters[g].args[i], out));
	j = run_words(words);
	if (!has_run(j))
		return;
	assert_exit(j, 0);
	assert_arrived(out, content, http_getters[g].what);
	for (unsigned i = 0; http_getters[g].says[i]; i++)
		assert_says(j, http_getters[g].says[i]);
	assert_says(j, "http.request");
	assert_gone(j);
}
END_TEST

/* Half of it, a reset, and the rest as a range on another connection. */
START_TEST(a_download_is_resumed)
{
	g_autofree char *curl = find_client("curl"), *out = lab_path("out");
	g_autoptr(GBytes) content = noise(100000);
	g_autofree char *file = served_file(content), *root = g_path_get_dirname(file);
	g_autofree char *command =
		g_strdup_printf("curl -sS -o %s http://10.0.2.2/file; test $? = 56 && "
				"curl -sS -C - -o %s http://10.0.2.2/file",
				out, out);
	g_autoptr(Job) j = NULL;

	if (!curl)
		return;
	j = job_of("serve", "--root", root, "--address", "--set", "http.x.reset_at=50000", "--set",
		   "http.x.attempt=1", "--", "sh", "-c", command);
	if (!has_run(j))
		return;
	assert_exit(j, 0);
	assert_arrived(out, content, "curl -C -");
	assert_says(j, "range_from=50000");
	assert_says(j, "status=206 bytes=50000");
	assert_says(j, "reason=aborted");
}
END_TEST

/* Connections that are kept, and several at a time. */
START_TEST(files_arrive_together)
{
	g_autofree char *curl = find_client("curl"), *out = lab_path("out");
	g_autoptr(GBytes) content = noise(300000);
	g_autofree char *file = served_file(content), *root = g_path_get_dirname(file);
	g_autoptr(Job) j = NULL;

	if (!curl)
		return;
	j = job_of("serve", "--root", root, "--address", "--", curl, "-sS", "-Z", "--parallel-max",
		   "4", "-o", out, "http://10.0.2.2/file?[1-20]");
	if (!has_run(j))
		return;
	assert_exit(j, 0);
	assert_arrived(out, content, "curl -Z");
	assert_says(j, "connection=4");
	assert_says(j, "attempt=20");
	ck_assert_ptr_null(strstr(job_err(j), "connection=6"));
}
END_TEST

/* --- leases ----------------------------------------------------------------------------------- */

#define LEASE_ARGS                                                                                 \
	"--bootfile", "boot/kernel.img", "--set", "server.dhcp.path_prefix=pxe/", "--set",         \
		"server.dhcp.config_file=my.cfg", "--set", "server.dhcp.domain=lab.example",       \
		"--set", "server.dhcp.tftp_server=tftp.example", "--set", "server.router=10.0.2.7"

/* Says what it was given, and does nothing. */
#define UDHCPC_SCRIPT "#!/bin/sh\necho \"event $1\"\nenv\n"

static char *script(const char *text)
{
	char *path = lab_file("script", text);

	ck_assert_int_eq(g_chmod(path, 0755), 0);
	return path;
}

static const char *const udhcpc_says[] = {
	"lease of 10.0.2.15 obtained from 10.0.2.2, lease time 86400",
	"event bound",
	"\nip=10.0.2.15\n",
	"\nsubnet=255.255.255.0\n",
	"\nbroadcast=10.0.2.255\n",
	"\nrouter=10.0.2.7\n",
	"\ndns=10.0.2.3\n",
	"\ndomain=lab.example\n",
	"\nsiaddr=10.0.2.2\n",
	"\nboot_file=boot/kernel.img\n",
	"\ntftp=tftp.example\n",
	"\npxeconffile=my.cfg\n",
	"\npxepathprefix=pxe/\n",
	"dhcp.lease",
};

START_TEST(udhcpc_gets_a_lease)
{
	g_autofree char *client = find_client(BUSYBOX), *file = script(UDHCPC_SCRIPT);
	g_autofree char *root = g_path_get_dirname(file);
	g_autoptr(Job) j = NULL;

	if (!client)
		return;
	j = job_of("serve", "--root", root, LEASE_ARGS, "--", client, "udhcpc", "-i", "eth0", "-f",
		   "-q", "-n", "-s", file, "-O", "209", "-O", "210", "-O", "66");
	if (!has_run(j))
		return;
	assert_exit(j, 0);
	for (unsigned i = 0; i < G_N_ELEMENTS(udhcpc_says); i++)
		assert_says(j, udhcpc_says[i]);
	assert_gone(j);
}
END_TEST

/* The address has to be the card's before a lease can be renewed by unicast. */
#define DHCLIENT_SCRIPT                                                                            \
	"#!/bin/sh\necho \"event $reason\"\nenv | grep ^new_\ncase $reason in\n"                   \
	"BOUND) %s ip addr add $new_ip_address/24 dev $interface;;\n"                              \
	"RENEW) kill -USR1 $(cat %s);;\nesac\nexit 0\n"

#define DHCLIENT_CONF                                                                              \
	"option pxe-prefix code 210 = text;\n"                                                     \
	"request subnet-mask, broadcast-address, routers, domain-name-servers, domain-name,\n"     \
	"  bootfile-name, pxe-prefix;\n"                                                           \
	"send dhcp-client-identifier 00:6c:61:62;\n"

static const char *const dhclient_says[] = {
	"event BOUND",
	"\nnew_ip_address=10.0.2.15\n",
	"\nnew_subnet_mask=255.255.255.0\n",
	"\nnew_broadcast_address=10.0.2.255\n",
	"\nnew_routers=10.0.2.7\n",
	"\nnew_domain_name_servers=10.0.2.3\n",
	"\nnew_domain_name=lab.example\n",
	"\nnew_bootfile_name=boot/kernel.img\n",
	"\nnew_filename=boot/kernel.img\n",
	"\nnew_pxe_prefix=pxe/\n",
	"\nnew_dhcp_lease_time=4\n",
	"ciaddr=10.0.2.15",
	"dhcp.released  client=id:006c6162 address=10.0.2.15",
};

/* It stays in the background: first until its lease is renewed, then until it is over with us. */
START_TEST(dhclient_gets_renews_and_releases_a_lease)
{
	g_autofree char *client = find_client(DHCLIENT), *busybox = find_client(BUSYBOX);
	g_autofree char *conf = lab_file("dhclient.conf", DHCLIENT_CONF);
	g_autofree char *folder = g_path_get_dirname(conf);
	g_autofree char *waiter = g_build_filename(folder, "waiter", NULL);
	g_autofree char *text = g_strdup_printf(DHCLIENT_SCRIPT, busybox ? busybox : "", waiter);
	g_autofree char *hook = script(text);
	g_autofree char *args = g_strdup_printf("%s -cf %s -sf %s -lf %s/leases -pf %s/pid eth0",
						client ? client : "", conf, hook, folder, folder);
	/* The shell waits to be told of the renewal, and for no longer than that takes. */
	g_autofree char *command =
		g_strdup_printf("trap 'exec %s -r' USR1; echo $$ >%s; : >%s/leases; %s\n"
				"%s sleep 20 & wait $!; exit 9",
				args, waiter, folder, args, busybox ? busybox : "");
	g_autoptr(Job) j = NULL;

	if (!client || !busybox)
		return;
	j = job_of("serve", "--root", folder, LEASE_ARGS, "--set", "server.dhcp.lease_s=4", "--",
		   "sh", "-c", command);
	if (!has_run(j))
		return;
	assert_exit(j, 0);
	for (unsigned i = 0; i < G_N_ELEMENTS(dhclient_says); i++)
		assert_says(j, dhclient_says[i]);
	assert_gone(j);
}
END_TEST

/* --- IPv6 --------------------------------------------------------------------------------------
 */

#define SIX_ARGS                                                                                   \
	"--set", "server.ipv6.enabled=true", "--set",                                              \
		"server.dhcp6.bootfile_url=tftp://[fd00::2]/file"

/* Until the kernel is sure that an address of this scope is its own; ten seconds are plenty. */
#define SIX_WAIT                                                                                   \
	"B=%s; n=0; until $B ip -6 addr show dev eth0 | $B grep -v tentative | "                   \
	"$B grep -q 'scope %s'; do n=$((n+1)); test $n -lt 500 || exit 9; $B usleep 20000; done; "

/* Run in the namespace; NULL: it cannot be here. */
static Job *run_six(const char *root, const char *setting, const char *scope, const char *command)
{
	g_autofree char *busybox = find_client(BUSYBOX);
	g_autofree char *wait = g_strdup_printf(SIX_WAIT, busybox ? busybox : "", scope);
	g_autofree char *all = g_strconcat(wait, command, NULL);
	g_autoptr(Job) j = NULL;

	if (!busybox)
		return NULL;
	j = job_of("serve", "--root", root, SIX_ARGS, "--set", setting, "--", "sh", "-c", all);
	if (!has_run(j))
		return NULL;
	assert_exit(j, 0);
	assert_gone(j);
	return g_steal_pointer(&j);
}

static const char *const slaac_says[] = {
	"inet6 fd00::5054:ff:fe12:3456/64 scope global",
	"default via fe80::5055:aff:fe00:202 dev eth0",
	"\nmtu 1400\n",
	"\n64 bytes from fd00::2: seq=0",
	"\n4008 bytes from fd00::2: seq=0",
	"\n64 bytes from fe80::5055:aff:fe00:202: seq=0",
	"> icmp6.rs",
	"< icmp6.ra",
	"> ipv6.fragment",
	"< ipv6.fragment",
};

/* All of it from the router's advertisement; then small and large pings. */
START_TEST(a_kernel_makes_itself_an_ipv6_address)
{
	g_autoptr(Job) j =
		run_six("/", "server.ra.mtu=1400", "global",
			"$B ip -6 addr && $B ip -6 route && echo mtu $(cat "
			"/proc/sys/net/ipv6/conf/eth0/mtu) && $B ping6 -c 1 -W 2 fd00::2 && "
			"$B ping6 -c 1 -W 2 -s 4000 fd00::2 && "
			"$B ping6 -c 1 -W 2 fe80::5055:aff:fe00:202%eth0");

	for (unsigned i = 0; j && i < G_N_ELEMENTS(slaac_says); i++)
		assert_says(j, slaac_says[i]);
}
END_TEST

/* $C is the client, $O the file that it becomes. */
static const struct {
	const char *what, *client, *command, *says;
} getters6[] = {
	{ "curl", "curl", "$C -sS --tftp-blksize 1428 -o $O 'tftp://[fd00::2]/file'",
	  "blksize=1428 timeout=6" },
	{ "atftp", ATFTP,
	  "$C --option 'windowsize 8' --option 'blksize 1440' -g -r file -l $O fd00::2",
	  "blksize=1440 window=8" },
	{ "tftp-hpa", TFTP_HPA, "$C -6 -m binary fd00::2 -c get file $O", "octet\n" },
	{ "busybox tftp", BUSYBOX, "$C tftp -g -b 1448 -r file -l $O fd00::2",
	  "blksize=1448 tsize=0" },
};

/* One behind the other, since each new network takes seconds until it has an address. */
START_TEST(files_arrive_over_ipv6)
{
	g_autoptr(GString) command = g_string_new("true");
	g_autoptr(GBytes) content = noise(100000);
	g_autofree char *file = served_file(content), *root = g_path_get_dirname(file);
	char *out[G_N_ELEMENTS(getters6)] = { NULL };
	g_autoptr(Job) j = NULL;

	for (unsigned i = 0; i < G_N_ELEMENTS(getters6); i++) {
		g_autofree char *client = find_client(getters6[i].client);
		g_autofree char *name = g_strdup_printf("out%u", i);

		if (!client)
			continue;
		out[i] = lab_path(name);
		g_string_append_printf(command, " && C=%s && O=%s && %s", client, out[i],
				       getters6[i].command);
	}
	j = run_six(root, "server.ra.managed=false", "global", command->str);
	for (unsigned i = 0; i < G_N_ELEMENTS(getters6); i++) {
		if (j && out[i]) {
			assert_arrived(out[i], content, getters6[i].what);
			assert_says(j, getters6[i].says);
		}
		g_free(out[i]);
	}
}
END_TEST

#define DHCLIENT6_CONF                                                                             \
	"option dhcp6.bootfile-url code 59 = text;\nalso request dhcp6.bootfile-url;\n"

static const struct {
	const char *what, *setting, *args;
	const char *says[N_SAYS_MAX];
} dhclient6_rows[] = {
	{ "a lease, and back",
	  "server.dhcp6.lease_s=300",
	  "-1",
	  { "event BOUND6", "\nnew_ip6_address=fd00::15\n", "\nnew_max_life=300\n",
	    "\nnew_dhcp6_bootfile_url=tftp://[fd00::2]/file\n", "dhcp6.advertise", "dhcp6.release",
	    "event RELEASE6" } },
	{ "no lease",
	  "server.dhcp6.mode=stateless",
	  "-S",
	  { "\nnew_dhcp6_bootfile_url=tftp://[fd00::2]/file\n", "dhcp6.information-request" } },
};

START_TEST(dhclient_asks_over_ipv6)
{
	bool leased = g_str_equal(dhclient6_rows[_i].args, "-1");
	g_autofree char *client = find_client(DHCLIENT);
	g_autofree char *conf = lab_file("dhclient.conf", DHCLIENT6_CONF);
	g_autofree char *folder = g_path_get_dirname(conf);
	g_autofree char *hook =
		script("#!/bin/sh\necho \"event $reason\"\nenv | grep ^new_\nexit 0\n");
	g_autofree char *program =
		g_strdup_printf("%s -6 -cf %s -sf %s -lf %s/leases -pf %s/pid",
				client ? client : "", conf, hook, folder, folder);
	g_autofree char *command = g_strdup_printf(
		": >%s/leases; %s %s eth0%s%s%s", folder, program, dhclient6_rows[_i].args,
		leased ? " && " : "", leased ? program : "", leased ? " -r eth0" : "");
	g_autoptr(Job) j = NULL;

	if (!client)
		return;
	j = run_six(folder, dhclient6_rows[_i].setting, "link", command);
	for (unsigned i = 0; j && dhclient6_rows[_i].says[i]; i++)
		assert_says(j, dhclient6_rows[_i].says[i]);
}
END_TEST

/* --- a network that loses ----------------------------------------------------------------------
 */

#define LOSSES                                                                                     \
	"[scenario]\nsummary = Twice something is lost\n"                                          \
	"[file.file]\nrandom_bytes = 20000\n[server.tftp]\ntimeout_ms = 100\n"                     \
	"[rule.offer]\ndrop = dhcp.offer attempt=1\n"                                              \
	"[rule.block]\ndrop = tftp.data block=3 attempt=1\n"

START_TEST(what_is_lost_is_asked_for_again)
{
	g_autofree char *busybox = find_client(BUSYBOX), *file = lab_file("my/own.ini", LOSSES);
	g_autofree char *hook = script(UDHCPC_SCRIPT), *out = lab_path("out");
	g_autofree char *command = g_strdup_printf("B=%s; $B udhcpc -i eth0 -f -q -n -T 1 -s %s && "
						   "$B ip addr add 10.0.2.15/24 dev eth0 && "
						   "$B tftp -g -b 1428 -r file -l %s 10.0.2.2",
						   busybox ? busybox : "", hook, out);
	g_autoptr(Job) j = NULL;
	struct stat st;

	if (!busybox)
		return;
	j = job_of("serve", "--scenario", file, "--", "sh", "-c", command);
	if (!has_run(j))
		return;
	assert_exit(j, 0);
	assert_says(j, "2 rules");
	assert_says(j, "impair.drop");
	assert_says(j, "reason=timeout");
	assert_says(j, "retransmissions=1");
	ck_assert_int_eq(g_stat(out, &st), 0);
	ck_assert_int_eq(st.st_size, 20000);
}
END_TEST

/* What a kernel says to all and to nobody: IPv6's solicitations, groups, a port that is closed. */
START_TEST(chatter_does_not_disturb)
{
	g_autofree char *busybox = find_client(BUSYBOX), *out = lab_path("out");
	g_autoptr(GBytes) content = noise(5000);
	g_autofree char *file = served_file(content), *root = g_path_get_dirname(file);
	g_autofree char *command =
		g_strdup_printf("B=%s; $B ip route add 224.0.0.0/4 dev eth0; "
				"$B ping -c 1 -W 1 224.0.0.251; $B ping -c 1 -W 1 10.0.2.255; "
				"$B nslookup -timeout=1 -retry=1 x.example 10.0.2.2; "
				"$B tftp -g -r file -l %s 10.0.2.2",
				busybox ? busybox : "", out);
	g_autoptr(Job) j = NULL;

	if (!busybox)
		return;
	j = job_of("serve", "--root", root, "--address", "--all", "--", "sh", "-c", command);
	if (!has_run(j))
		return;
	assert_exit(j, 0);
	assert_arrived(out, content, "after all that");
	assert_says(j, "> icmp6.other");
	assert_says(j, "not-for-us");
	assert_says(j, "port-closed");
}
END_TEST

/* --- how it ends -------------------------------------------------------------------------------
 */

static const struct {
	const char *what, *command;
	int status;
} ends[] = {
	{ "its status is ours", "exit 7", 7 },
	{ "so is a signal, as a shell has it", "kill -9 $$", 128 + 9 },
	{ "what it leaves behind is gone", "sleep 300 & setsid sleep 300 & exit 0", 0 },
	{ "it has its standard streams, and nothing blocked", "kill -INT $$; echo not here", 130 },
};

START_TEST(a_command_ends)
{
	g_autoptr(Job) j =
		job_of("serve", "--root", "/", "--quiet", "--", "sh", "-c", ends[_i].command);

	if (!has_run(j))
		return;
	ck_assert_msg(job_status(j) == ends[_i].status, "%s: %d", ends[_i].what, job_status(j));
	ck_assert_str_eq(job_out(j), "");
	ck_assert_str_eq(job_err(j), "");
	assert_gone(j);
}
END_TEST

/* Start it without a command; the line that gets in, or NULL: not here. */
static Job *start_open(char **enter)
{
	Job *j = job_start(NULL, (const char *const[]){ "serve", "--root", "/", NULL });
	const char *line;

	while ((line = job_line(j)) && !strstr(line, "nsenter"))
		;
	*enter = line ? g_strstrip(g_strdup(line)) : NULL;
	if (!line) {
		job_wait(j);
		ck_assert(!has_run(j));
	}
	return j;
}

static const int signals[] = { SIGINT, SIGTERM, SIGHUP };

START_TEST(a_signal_ends_it)
{
	g_autofree char *enter = NULL;
	g_autoptr(Job) j = start_open(&enter);

	if (!enter)
		return;
	job_kill(j, signals[_i]);
	ck_assert_int_eq(job_wait(j), 0);
	assert_gone(j);
}
END_TEST

START_TEST(the_line_gets_in)
{
	g_autofree char *enter = NULL;
	g_autoptr(Job) j = start_open(&enter), inside = NULL;
	const struct job_options sh = { .program = "sh" };
	g_autofree char *look = NULL;

	if (!enter)
		return;
	look = g_strconcat(enter, " cat /proc/net/dev", NULL);
	inside = job_run(&sh, (const char *const[]){ "-c", look, NULL });
	assert_exit(inside, 0);
	assert_says(inside, "eth0:");
	assert_says(inside, "wire:");
	job_kill(j, SIGINT);
	ck_assert_int_eq(job_wait(j), 0);
	assert_gone(j);
}
END_TEST

START_TEST(a_kill_leaves_no_namespace)
{
	g_autofree char *enter = NULL;
	g_autoptr(Job) j = start_open(&enter);

	if (!enter)
		return;
	job_kill(j, SIGKILL);
	ck_assert_int_eq(job_wait(j), 256 + SIGKILL);
	assert_gone(j);
}
END_TEST

START_TEST(a_command_is_told_to_end)
{
	g_autoptr(Job) j = job_start(
		NULL, (const char *const[]){ "serve", "--root", "/", "--quiet", "--", "sh", "-c",
					     "echo up; exec sleep 300", NULL });
	const char *line = job_line(j);

	if (line)
		job_kill(j, SIGTERM);
	job_wait(j);
	if (!has_run(j))
		return;
	ck_assert_str_eq(line, "up");
	assert_exit(j, 128 + SIGTERM);
	assert_gone(j);
}
END_TEST

/* --- records -----------------------------------------------------------------------------------
 */

static void count_line(void *self, char *line, size_t len, bool whole)
{
	unsigned *n = self;

	(void)len;
	*n += whole && (strstr(line, "\"ev\":\"serve\"") || strstr(line, "\"ev\":\"tftp.done\""));
}

START_TEST(journal_and_capture_are_written)
{
	g_autofree char *busybox = find_client(BUSYBOX), *out = lab_path("out");
	g_autofree char *journal = lab_path("journal.gz"), *capture = lab_path("c.pcapng");
	g_autoptr(GBytes) content = noise(5000);
	g_autofree char *file = served_file(content), *root = g_path_get_dirname(file);
	g_autoptr(Job) j = NULL;
	unsigned n = 0;
	struct stat st;

	if (!busybox)
		return;
	j = job_of("serve", "--root", root, "--address", "--quiet", "--journal", journal,
		   "--capture", capture, "--", busybox, "tftp", "-g", "-r", "file", "-l", out,
		   "10.0.2.2");
	if (!has_run(j))
		return;
	assert_exit(j, 0);
	ck_assert_int_eq(lines_read(journal, count_line, &n), LINES_COMPLETE);
	ck_assert_uint_eq(n, 2);
	ck_assert_int_eq(g_stat(capture, &st), 0);
	ck_assert_int_gt(st.st_size, 2 * 5000); /* sent, and handed over */
}
END_TEST

/* --- a descriptor ------------------------------------------------------------------------------
 */

/* A DISCOVER out, an OFFER back. */
START_TEST(a_descriptor_is_served)
{
	int fds[2];
	struct job_options o = { 0 };
	struct wire_frame f;
	struct frame_flows flows = { 0 };
	g_autofree struct frame *got = g_new0(struct frame, 1);
	struct pollfd p;
	ssize_t len;
	g_autoptr(Job) j = NULL;

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, fds), 0);
	o.fd = fds[1];
	j = job_start(&o, (const char *const[]){ "serve", "--root", "/", "--fd", "3", NULL });
	wire_dhcp(&f, DHCP_DISCOVER);
	ck_assert_int_eq(send(fds[0], f.buf, f.len, 0), (ssize_t)f.len);
	p = (struct pollfd){ .fd = fds[0], .events = POLLIN };
	ck_assert_int_eq(poll(&p, 1, ANSWER_MS), 1);
	len = recv(fds[0], f.buf, sizeof(f.buf), 0);
	ck_assert_int_gt(len, 0);
	frame_decode(got, &flows, f.buf, (size_t)len);
	ck_assert_int_eq(got->kind, FRAME_DHCP_OFFER);
	job_kill(j, SIGTERM);
	ck_assert_int_eq(job_wait(j), 0);
	assert_says(j, "dhcp.offer");
	assert_gone(j);
	close(fds[0]);
	close(fds[1]);
}
END_TEST

/* Nobody tells that the other end was closed, until it is needed. */
START_TEST(an_end_that_is_gone_ends_it)
{
	int fds[2];
	struct job_options o = { 0 };
	struct wire_frame f;
	g_autoptr(Job) j = NULL;

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, fds), 0);
	o.fd = fds[1];
	wire_dhcp(&f, DHCP_DISCOVER);
	ck_assert_int_eq(send(fds[0], f.buf, f.len, 0), (ssize_t)f.len);
	close(fds[0]);
	j = job_run(&o, (const char *const[]){ "serve", "--root", "/", "--fd", "3", NULL });
	close(fds[1]);
	assert_exit(j, 0);
	assert_says(j, "The other end is gone");
	assert_gone(j);
}
END_TEST

/* --- what cannot be ----------------------------------------------------------------------------
 */

static const struct {
	const char *what;
	const char *args[N_WORDS_MAX];
	int status;
	const char *says[N_SAYS_MAX];
} bad[] = {
	{ "nothing to serve", { NULL }, 2, { "--root", "--scenario" } },
	{ "a folder that is none", { "--root", "/etc/passwd" }, 2, { "/etc/passwd", "no folder" } },
	{ "a scenario that there is not",
	  { "--scenario", "no/such" },
	  2,
	  { "no/such", "iplab list" } },
	{ "a server that there is not",
	  { "--root", "/", "--server", "nobody" },
	  2,
	  { "nobody", "iplab list servers" } },
	{ "a server that cannot",
	  { "--scenario", "tftp/no-options", "--server", "slirp" },
	  2,
	  { "server-control", "slirp" } },
	{ "no setting",
	  { "--root", "/", "--set", "lease" },
	  2,
	  { "\"lease\"", "GROUP.KEY=VALUE" } },
	{ "an unknown key",
	  { "--root", "/", "--set", "server.dhcp.lease=1" },
	  2,
	  { "[server.dhcp]", "\"lease\"", "lease_s" } },
	{ "an unknown group",
	  { "--root", "/", "--set", "dhcp.lease_s=1" },
	  2,
	  { "[dhcp]", "[server.dhcp]" } },
	{ "a value that is not allowed",
	  { "--root", "/", "--set", "server.dhcp.lease_s=0" },
	  2,
	  { "lease_s is \"0\"", "1 to 4294967295" } },
	{ "no descriptor", { "--root", "/", "--fd", "99" }, 2, { "descriptor 99" } },
	{ "a descriptor that leads nowhere",
	  { "--root", "/", "--fd", "2" },
	  2,
	  { "descriptor 2 is neither a socket nor a tap" } },
	{ "a command where there is no namespace",
	  { "--root", "/", "--fd", "5", "--", "true" },
	  2,
	  { "--fd" } },
	{ "a command that there is not",
	  { "--root", "/", "--", "no-such-program" },
	  2,
	  { "no-such-program", "PATH" } },
	{ "a command without --", { "--root", "/", "true" }, 2, { "\"true\"", "--" } },
	{ "a card's name that is too long",
	  { "--root", "/", "--card", "sixteen-and-more" },
	  2,
	  { "sixteen-and-more", "1 to 15" } },
	{ "an MTU that is none", { "--root", "/", "--mtu", "5" }, 2, { "--mtu is 5", "576" } },
	{ "a journal that cannot be",
	  { "--root", "/", "--journal", "/nonexistent/j" },
	  3,
	  { "/nonexistent/j" } },
	{ "help", { "--help" }, 0, { "--scenario", "COMMAND", "Ctrl-C" } },
};

START_TEST(what_cannot_be_is_said)
{
	g_autoptr(GPtrArray) words = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(Job) j = NULL;

	add(words, "serve");
	for (unsigned i = 0; bad[_i].args[i]; i++)
		add(words, bad[_i].args[i]);
	j = run_words(words);
	ck_assert_msg(job_status(j) == bad[_i].status, "%s: exit status %d; it said:\n%s%s",
		      bad[_i].what, job_status(j), job_out(j), job_err(j));
	for (unsigned i = 0; bad[_i].says[i]; i++)
		assert_says(j, bad[_i].says[i]);
}
END_TEST

/* A machine on which namespaces are used up is as good as one that forbids them. */
START_TEST(namespaces_may_be_forbidden)
{
	g_autofree char *unshare = find_client("unshare");
	const struct job_options o = { .program = unshare };
	g_autofree char *command = g_strdup_printf(
		"cd /proc/sys/user && echo 0 >max_user_namespaces && echo 0 >max_net_namespaces "
		"|| exit 77; exec %s serve --root / -- true",
		lab_iplab());
	g_autoptr(Job) j = NULL;

	if (!unshare)
		return;
	j = job_run(&o, (const char *const[]){ "-U", "-r", "sh", "-c", command, NULL });
	if (job_status(j) == 1 || job_status(j) == 77) {
		printf("skip: no namespaces here at all\n");
		return;
	}
	assert_exit(j, CANNOT_RUN);
	assert_says(j, "namespace");
	assert_says(j, "--fd");
	assert_gone(j);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("serve");

	lab_add_rows(s, a_file_arrives, G_N_ELEMENTS(getters) * G_N_ELEMENTS(sizes));
	lab_add_rows(s, a_file_arrives_over_http, G_N_ELEMENTS(http_getters) * G_N_ELEMENTS(sizes));
	lab_add(s, a_download_is_resumed);
	lab_add(s, files_arrive_together);
	lab_add(s, udhcpc_gets_a_lease);
	lab_add(s, dhclient_gets_renews_and_releases_a_lease);
	lab_add(s, a_kernel_makes_itself_an_ipv6_address);
	lab_add(s, files_arrive_over_ipv6);
	lab_add_rows(s, dhclient_asks_over_ipv6, N_ROWS(dhclient6_rows));
	lab_add(s, what_is_lost_is_asked_for_again);
	lab_add(s, chatter_does_not_disturb);
	lab_add_rows(s, a_command_ends, N_ROWS(ends));
	lab_add_rows(s, a_signal_ends_it, N_ROWS(signals));
	lab_add(s, the_line_gets_in);
	lab_add(s, a_kill_leaves_no_namespace);
	lab_add(s, a_command_is_told_to_end);
	lab_add(s, journal_and_capture_are_written);
	lab_add(s, a_descriptor_is_served);
	lab_add(s, an_end_that_is_gone_ends_it);
	lab_add_rows(s, what_cannot_be_is_said, N_ROWS(bad));
	lab_add(s, namespaces_may_be_forbidden);
	return lab_main(s);
}
