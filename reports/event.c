/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An event of a journal as one line for people
 *
 * Each kind has a row that says what to put in words and what to leave out. Any other field, and
 * any field of an unknown kind, is printed as key=value: nothing new is ever hidden.
 */
#include "reports/event.h"

#include <inttypes.h>
#include <string.h>

#include "reports/text.h"

enum {
	TIME_WIDTH = 13,
	NAME_WIDTH = 13, /* "dhcp.discover", the longest of the frequent ones */
};

struct kind {
	const char *name; /* with a dot at the end: all that begin so */
	void (*words)(GString *s, JsonObject *ev);
	const char *const *said;   /* fields that the words have said */
	const char *const *hidden; /* fields that only view.all shows */
};

const char *event_text(JsonObject *event, const char *key)
{
	JsonNode *node = json_object_get_member(event, key);

	return node && json_node_get_value_type(node) == G_TYPE_STRING ? json_node_get_string(node)
								       : NULL;
}

uint64_t event_count(JsonObject *event, const char *key)
{
	JsonNode *node = json_object_get_member(event, key);

	return node && json_node_get_value_type(node) == G_TYPE_INT64
		       ? (uint64_t)json_node_get_int(node)
		       : 0;
}

bool event_is(JsonObject *event, const char *name)
{
	return g_str_equal(event_text(event, "ev"), name);
}

/* json-glib ends a string at \u0000: let it read the symbol for it. */
static void replace_zeros(char *line)
{
	for (char *p = line; (p = strchr(p, '\\')) && p[1]; p += 2) {
		if (!strncmp(p, "\\u0000", 6))
			memcpy(p + 2, "2400", 4);
	}
}

JsonObject *event_parse(JsonParser *parser, char *line)
{
	JsonNode *root, *time;
	JsonObject *o;

	replace_zeros(line);
	if (!json_parser_load_from_data(parser, line, -1, NULL))
		return NULL;
	root = json_parser_get_root(parser);
	if (!root || !JSON_NODE_HOLDS_OBJECT(root))
		return NULL;
	o = json_node_get_object(root);
	time = json_object_get_member(o, "t_ns");
	if (!time || json_node_get_value_type(time) != G_TYPE_INT64 || !event_text(o, "ev"))
		return NULL;
	return json_object_ref(o);
}

static const char *text_or(JsonObject *ev, const char *key, const char *otherwise)
{
	const char *text = event_text(ev, key);

	return text ? text : otherwise;
}

static void append_safe_field(GString *s, JsonObject *ev, const char *key)
{
	text_append_safe(s, text_or(ev, key, "?"));
}

static void append_quoted_field(GString *s, JsonObject *ev, const char *key)
{
	text_append_quoted(s, text_or(ev, key, ""));
}

static void say_arp_request(GString *s, JsonObject *ev)
{
	g_string_append(s, "who has ");
	append_safe_field(s, ev, "tpa");
	g_string_append(s, "? asks ");
	append_safe_field(s, ev, "spa");
	g_string_append(s, " at ");
	append_safe_field(s, ev, "sha");
}

static void say_arp_reply(GString *s, JsonObject *ev)
{
	append_safe_field(s, ev, "spa");
	g_string_append(s, " is at ");
	append_safe_field(s, ev, "sha");
}

static void say_ns(GString *s, JsonObject *ev)
{
	g_string_append(s, "who has ");
	append_safe_field(s, ev, "target");
	g_string_append(s, "? asks ");
	append_safe_field(s, ev, "src");
}

static void say_na(GString *s, JsonObject *ev)
{
	append_safe_field(s, ev, "target");
	g_string_append(s, " is at ");
	append_safe_field(s, ev, "lladdr");
}

static void say_ip(GString *s, JsonObject *ev)
{
	append_safe_field(s, ev, "src");
	g_string_append(s, " to ");
	append_safe_field(s, ev, "dst");
}

static void say_udp(GString *s, JsonObject *ev)
{
	append_safe_field(s, ev, "src");
	g_string_append_printf(s, ":%" PRIu64 " to ", event_count(ev, "sport"));
	append_safe_field(s, ev, "dst");
	g_string_append_printf(s, ":%" PRIu64, event_count(ev, "dport"));
}

static void say_tftp_request(GString *s, JsonObject *ev)
{
	const char *options = text_or(ev, "options", "");

	append_quoted_field(s, ev, "file");
	g_string_append_c(s, ' ');
	append_safe_field(s, ev, "mode");
	g_string_append(s, *options ? " " : "");
	text_append_safe(s, options);
}

static void say_tftp_oack(GString *s, JsonObject *ev)
{
	append_safe_field(s, ev, "options");
}

static void say_tftp_data(GString *s, JsonObject *ev)
{
	g_string_append_printf(s, "block %" PRIu64 ", %" PRIu64 " bytes", event_count(ev, "block"),
			       event_count(ev, "bytes"));
}

static void say_tftp_ack(GString *s, JsonObject *ev)
{
	g_string_append_printf(s, "block %" PRIu64, event_count(ev, "block"));
}

static void say_tftp_error(GString *s, JsonObject *ev)
{
	g_string_append_printf(s, "code %" PRIu64 " ", event_count(ev, "code"));
	append_quoted_field(s, ev, "message");
}

static void say_tcp(GString *s, JsonObject *ev)
{
	g_string_append_printf(s, "seq %" PRIu64, event_count(ev, "seq"));
	if (json_object_has_member(ev, "ack"))
		g_string_append_printf(s, " ack %" PRIu64, event_count(ev, "ack"));
	if (event_count(ev, "bytes"))
		g_string_append_printf(s, ", %" PRIu64 " bytes", event_count(ev, "bytes"));
}

static void say_malformed(GString *s, JsonObject *ev)
{
	g_string_append(s, "does not make sense from here: ");
	append_safe_field(s, ev, "layer");
}

#define FIELDS(...) ((const char *const[]){ __VA_ARGS__, NULL })

/*
 * Of every frame; the line itself says them. The length shows up where it means something, and the
 * bytes are for programs.
 */
#define SAID(...) FIELDS("nic", "dir", "frame", "len", "raw", ##__VA_ARGS__)
#define UDP "src", "dst", "sport", "dport"

static const struct kind frame_kinds[] = {
	{ "arp.request", say_arp_request, SAID("spa", "sha", "tpa"), NULL },
	{ "arp.reply", say_arp_reply, SAID("spa", "sha"), FIELDS("tpa") },
	{ "icmp.", say_ip, SAID("src", "dst"), NULL },
	{ "icmp6.ns", say_ns, SAID("target", "src"), FIELDS("dst", "lladdr") },
	{ "icmp6.na", say_na, SAID("target", "lladdr"), FIELDS("src", "dst", "solicited") },
	{ "icmp6.rs", NULL, SAID(), FIELDS("dst", "lladdr") },
	{ "icmp6.ra", NULL, SAID(), FIELDS("src", "dst", "lladdr") },
	{ "icmp6.", say_ip, SAID("src", "dst"), NULL },
	{ "ipv6.", say_ip, SAID("src", "dst"), NULL },
	{ "ipv4", say_ip, SAID("src", "dst"), NULL },
	{ "ipv4.", say_ip, SAID("src", "dst"), NULL },
	{ "tcp.", say_tcp, SAID("seq", "ack", "bytes"), FIELDS(UDP) },
	{ "udp", say_udp, SAID(UDP), NULL },
	{ "dhcp.", NULL, SAID(), FIELDS(UDP, "chaddr", "secs", "options", "asks_for") },
	{ "dhcp6.", NULL, SAID(),
	  FIELDS(UDP, "client_id", "server_id", "elapsed_cs", "options", "asks_for") },
	{ "tftp.rrq", say_tftp_request, SAID("file", "mode", "options"), FIELDS(UDP) },
	{ "tftp.wrq", say_tftp_request, SAID("file", "mode", "options"), FIELDS(UDP) },
	{ "tftp.oack", say_tftp_oack, SAID("options"), FIELDS(UDP) },
	{ "tftp.data", say_tftp_data, SAID("block", "bytes"), FIELDS(UDP) },
	{ "tftp.ack", say_tftp_ack, SAID("block"), FIELDS(UDP) },
	{ "tftp.error", say_tftp_error, SAID("code", "message"), FIELDS(UDP) },
	{ "malformed", say_malformed, SAID("layer"), NULL },
	/* Its name is made of the other fields. */
	{ "impair.", NULL, SAID(), FIELDS("decision") },
	{ "client.", NULL, SAID(), FIELDS("decision") },
};

static const struct kind plain_kind = { NULL, NULL, SAID(), NULL };

static const struct kind *kind_of(const char *name)
{
	for (size_t i = 0; i < G_N_ELEMENTS(frame_kinds); i++) {
		const char *want = frame_kinds[i].name;

		if (g_str_has_suffix(want, ".") ? g_str_has_prefix(name, want)
						: g_str_equal(name, want))
			return &frame_kinds[i];
	}
	return &plain_kind;
}

/* A word that needs no quotes to be told from what stands around it. */
static bool is_bare(const char *text)
{
	const char *p = text;

	while (*p > 0x20 && *p < 0x7f && *p != '\'' && *p != '\\')
		p++;
	return p > text && !*p;
}

static void append_structure(GString *s, JsonNode *node)
{
	g_autofree char *json = json_to_string(node, FALSE);

	text_append_safe(s, json);
}

static void append_value(GString *s, JsonNode *node)
{
	GType type = json_node_get_value_type(node);

	if (type == G_TYPE_STRING && is_bare(json_node_get_string(node)))
		g_string_append(s, json_node_get_string(node));
	else if (type == G_TYPE_STRING)
		text_append_quoted(s, json_node_get_string(node));
	else if (type == G_TYPE_INT64)
		g_string_append_printf(s, "%" PRIu64, (uint64_t)json_node_get_int(node));
	else
		append_structure(s, node);
}

static bool is_listed(const char *key, const char *const *list)
{
	return list && g_strv_contains(list, key);
}

static void append_blank(GString *s, size_t start)
{
	if (s->len > start)
		g_string_append_c(s, ' ');
}

/* All fields that are in neither list; a blank before each, but where @start is the end. */
static void append_fields(GString *s, size_t start, JsonObject *ev, const char *const *said,
			  const char *const *hidden)
{
	JsonObjectIter iter;
	const char *key;
	JsonNode *node;

	json_object_iter_init_ordered(&iter, ev);
	while (json_object_iter_next_ordered(&iter, &key, &node)) {
		if (g_str_equal(key, "t_ns") || g_str_equal(key, "ev") || is_listed(key, said) ||
		    is_listed(key, hidden))
			continue;
		append_blank(s, start);
		text_append_safe(s, key);
		g_string_append_c(s, '=');
		append_value(s, node);
	}
}

static void append_name(GString *s, JsonObject *ev, enum text_style style, bool colour)
{
	g_autofree char *name = text_safe(event_text(ev, "ev"));

	text_append_styled(s, colour, style, name, NAME_WIDTH);
	g_string_append(s, "  ");
}

static void write_frame(GString *s, JsonObject *ev, const struct event_view *view)
{
	const struct kind *kind = kind_of(event_text(ev, "ev"));
	const char *dir = text_or(ev, "dir", ""), *nic = text_or(ev, "nic", "nic0");
	uint64_t frame = event_count(ev, "frame"); /* 0: it never came to be one */
	g_autofree char *number = frame ? g_strdup_printf("#%" PRIu64, frame) : g_strdup("");
	size_t start;

	g_string_append(s, g_str_equal(dir, "from-guest") ? "> " : "< ");
	if (!g_str_equal(nic, "nic0")) {
		text_append_safe(s, nic);
		g_string_append_c(s, ' ');
	}
	append_name(s, ev, TEXT_PLAIN, view->colour);
	start = s->len;
	if (kind->words)
		kind->words(s, ev);
	append_fields(s, start, ev, kind->said, view->all ? NULL : kind->hidden);
	g_string_append(s, s->len > start ? "  " : "");
	text_append_styled(s, view->colour, TEXT_DIM, number, 0);
}

static void write_console(GString *s, JsonObject *ev, const struct event_view *view)
{
	const char *text = text_or(ev, "text", "");
	g_autofree char *seen = view->all ? g_strdup(text) : text_overstrike(text);
	g_autoptr(GString) quoted = g_string_new("| ");

	text_append_quoted(quoted, seen);
	text_append_styled(s, view->colour, TEXT_DIM, quoted->str, 0);
	append_fields(s, s->len - 1, ev, FIELDS("text"), NULL);
}

static void write_milestone(GString *s, JsonObject *ev, struct event_view *view)
{
	uint64_t now_ns = event_count(ev, "t_ns");
	g_autofree char *name = text_safe(text_or(ev, "name", "?"));

	g_string_append(s, "* ");
	text_append_styled(s, view->colour, TEXT_STRONG, name, 0);
	if (view->milestone_ns && now_ns >= view->milestone_ns) {
		g_string_append(s, "  (+");
		text_append_ms(s, now_ns - view->milestone_ns);
		g_string_append_c(s, ')');
	}
	append_fields(s, s->len - 1, ev, FIELDS("name"), NULL);
	view->milestone_ns = now_ns;
}

/* "= ending: crash: wait PSW ...", "= verdict: pass" */
static void write_end(GString *s, JsonObject *ev, const char *what_key, const char *why_key,
		      enum text_style style, const struct event_view *view)
{
	g_autoptr(GString) text = g_string_new(NULL);
	const char *why = event_text(ev, why_key);

	g_string_append_printf(text, "%s: ", event_text(ev, "ev"));
	append_safe_field(text, ev, what_key);
	if (why) {
		g_string_append(text, ": ");
		text_append_safe(text, why);
	}
	g_string_append(s, "= ");
	text_append_styled(s, view->colour, style, text->str, 0);
	append_fields(s, s->len - 1, ev, FIELDS(what_key, why_key), NULL);
}

static void write_verdict(GString *s, JsonObject *ev, const struct event_view *view)
{
	bool good = g_str_equal(text_or(ev, "verdict", ""), "pass");

	write_end(s, ev, "verdict", "reason", good ? TEXT_GOOD : TEXT_BAD, view);
}

static void write_qmp(GString *s, JsonObject *ev)
{
	g_string_append(s, "! qmp ");
	append_safe_field(s, ev, "event");
	append_fields(s, s->len - 1, ev, FIELDS("event"), NULL);
}

static void write_other(GString *s, JsonObject *ev, const struct event_view *view)
{
	g_string_append(s, ". ");
	append_name(s, ev, TEXT_PLAIN, view->colour);
	append_fields(s, s->len, ev, NULL, NULL);
}

static void append_time(GString *out, uint64_t t_ns)
{
	g_autoptr(GString) time = g_string_new(NULL);

	text_append_ms(time, t_ns);
	g_string_append_printf(out, "%*s  ", TIME_WIDTH, time->str);
}

void event_write(GString *out, JsonObject *event, struct event_view *view)
{
	append_time(out, event_count(event, "t_ns"));
	if (event_text(event, "dir"))
		write_frame(out, event, view);
	else if (event_is(event, "console"))
		write_console(out, event, view);
	else if (event_is(event, "milestone"))
		write_milestone(out, event, view);
	else if (event_is(event, "qmp"))
		write_qmp(out, event);
	else if (event_is(event, "ending"))
		write_end(out, event, "class", "detail", TEXT_STRONG, view);
	else if (event_is(event, "verdict"))
		write_verdict(out, event, view);
	else
		write_other(out, event, view);
	while (out->str[out->len - 1] == ' ')
		g_string_truncate(out, out->len - 1);
	g_string_append_c(out, '\n');
}
