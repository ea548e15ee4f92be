/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Scripted rules: which packets one is for, and whether it makes sense
 */
#include "server/impair_rule.h"

#include "server/impair_change.h"
#include "server/impair_craft.h"
#include "server/impair_pieces.h"
#include "server/impair_rewrite.h"

enum {
	DUPLICATES_MAX = 1000, /* ours: copies that one rule may make of a packet */
	ERROR_CODE_MAX = 65535,
};

static const char conditions[] = "attempt=N, ordinal=N, dir=from-guest, dir=to-guest, block=N, "
				 "from=N, to=N, first, last, file=NAME, bytes=N";

static const char *const action_names[] = {
	[IMPAIR_DROP] = "drop",           [IMPAIR_DELAY] = "delay",
	[IMPAIR_DUPLICATE] = "duplicate", [IMPAIR_SWAP] = "swap",
	[IMPAIR_TRUNCATE] = "truncate",   [IMPAIR_CORRUPT] = "corrupt",
	[IMPAIR_ERROR] = "error",         [IMPAIR_RST] = "rst",
	[IMPAIR_WINDOW] = "window",       [IMPAIR_REWRITE] = "rewrite",
	[IMPAIR_FORGE] = "forge",         [IMPAIR_INJECT] = "inject",
	[IMPAIR_FRAGMENT] = "fragment",
};

GQuark impair_config_error_quark(void)
{
	return g_quark_from_static_string("impair-config-error-quark");
}

const char *impair_action_name(enum impair_action a)
{
	return action_names[a];
}

static bool is_tftp(enum frame_kind k)
{
	return g_str_has_prefix(frame_kind_name(k), "tftp.");
}

static bool has_bytes(enum frame_kind k)
{
	return k == FRAME_TCP_DATA || k == FRAME_TCP_ACK;
}

static bool has_block(enum frame_kind k)
{
	return k == FRAME_TFTP_DATA || k == FRAME_TFTP_ACK;
}

/* Whether every kind of the match is one that @is says. */
static bool only(const struct impair_match *m, bool (*is)(enum frame_kind k))
{
	for (int k = 0; k < FRAME_N_KINDS; k++)
		if (m->kinds[k] && !is((enum frame_kind)k))
			return false;
	return true;
}

/* --- words --- */

static bool parse_kind(struct impair_match *m, const char *word, GError **error)
{
	g_autoptr(GString) names = g_string_new(NULL);
	bool any = false;

	for (int k = 0; k < FRAME_N_KINDS; k++) {
		const char *name = frame_kind_name((enum frame_kind)k);

		m->kinds[k] = g_pattern_match_simple(word, name);
		any |= m->kinds[k];
		g_string_append_printf(names, "%s%s", k ? ", " : "", name);
	}
	if (any)
		return true;
	g_set_error(error, IMPAIR_CONFIG_ERROR, IMPAIR_CONFIG_ERROR_RULE,
		    "\"%s\" is no kind of packet; allowed are %s, and globs over them", word,
		    names->str);
	return false;
}

/* Decimal digits up to @end, and nothing else. */
static bool parse_number(uint64_t *out, const char *text, const char *end)
{
	struct slice s = { (const uint8_t *)text, (size_t)(end - text) };

	return tftp_number(out, s, UINT32_MAX) == 0;
}

static bool parse_range(struct impair_range *out, const char *key, const char *text, bool may_range,
			GError **error)
{
	const char *dots = may_range ? strstr(text, "..") : NULL, *end = text + strlen(text);
	struct impair_range r;

	if (parse_number(&r.min, text, dots ? dots : end) &&
	    parse_number(&r.max, dots ? dots + 2 : text, end) && r.min <= r.max) {
		*out = r;
		return true;
	}
	g_set_error(error, IMPAIR_CONFIG_ERROR, IMPAIR_CONFIG_ERROR_RANGE,
		    "%s is \"%s\", allowed is a number up to %u%s", key, text, UINT32_MAX,
		    may_range ? ", or two with .. between them, the smaller first" : "");
	return false;
}

static bool parse_dir(struct impair_match *m, const char *text, GError **error)
{
	m->to_guest = !strcmp(text, packet_dir_name(PACKET_TO_GUEST));
	m->from_guest = !strcmp(text, packet_dir_name(PACKET_FROM_GUEST));
	if (m->to_guest || m->from_guest)
		return true;
	g_set_error(error, IMPAIR_CONFIG_ERROR, IMPAIR_CONFIG_ERROR_RULE,
		    "dir is \"%s\", allowed are from-guest, to-guest", text);
	return false;
}

/* from=, to=: one end of the range of blocks. */
static bool parse_end(uint64_t *out, const char *key, const char *text, GError **error)
{
	struct impair_range r;

	if (!parse_range(&r, key, text, false, error))
		return false;
	*out = r.min;
	return true;
}

static bool refuse_condition(const char *word, GError **error)
{
	g_set_error(error, IMPAIR_CONFIG_ERROR, IMPAIR_CONFIG_ERROR_RULE,
		    "\"%s\" is no condition; allowed are %s, each once", word, conditions);
	return false;
}

static bool parse_condition(struct impair_match *m, const char *word, bool is_again, GError **error)
{
	const char *equals = strchr(word, '=');
	g_autofree char *key = equals ? g_strndup(word, (size_t)(equals - word)) : g_strdup(word);
	const char *value = equals ? equals + 1 : "";

	if (is_again)
		return refuse_condition(word, error);
	if (!equals && !strcmp(word, "first"))
		return m->first = true;
	if (!equals && !strcmp(word, "last"))
		return m->last = true;
	if (!equals || (!*value && strcmp(key, "file")))
		return refuse_condition(word, error);
	if (!strcmp(key, "attempt"))
		return parse_range(&m->attempt, key, value, true, error);
	if (!strcmp(key, "ordinal"))
		return parse_range(&m->ordinal, key, value, true, error);
	if (!strcmp(key, "block"))
		return parse_range(&m->block, key, value, true, error);
	if (!strcmp(key, "bytes"))
		return parse_range(&m->bytes, key, value, true, error);
	if (!strcmp(key, "from"))
		return parse_end(&m->block.min, key, value, error);
	if (!strcmp(key, "to"))
		return parse_end(&m->block.max, key, value, error);
	if (!strcmp(key, "dir"))
		return parse_dir(m, value, error);
	if (strcmp(key, "file"))
		return refuse_condition(word, error);
	m->file = g_strdup(value);
	return true;
}

static bool is_any(const struct impair_range *r)
{
	return r->min == 0 && r->max == UINT64_MAX;
}

static bool check_conditions(const struct impair_match *m, GError **error)
{
	if (m->block.min > m->block.max) {
		g_set_error(error, IMPAIR_CONFIG_ERROR, IMPAIR_CONFIG_ERROR_RANGE,
			    "from is %" G_GUINT64_FORMAT ", allowed is up to what to= says, "
			    "%" G_GUINT64_FORMAT,
			    m->block.min, m->block.max);
		return false;
	}
	if ((!is_any(&m->block) || m->first || m->last) && !only(m, has_block)) {
		g_set_error(error, IMPAIR_CONFIG_ERROR, IMPAIR_CONFIG_ERROR_RULE,
			    "block, from, to, first and last are allowed with tftp.data and "
			    "tftp.ack only");
		return false;
	}
	if (!is_any(&m->bytes) && !only(m, has_bytes)) {
		g_set_error(error, IMPAIR_CONFIG_ERROR, IMPAIR_CONFIG_ERROR_RULE,
			    "bytes is allowed with tcp.data and tcp.ack only");
		return false;
	}
	if (m->file && !only(m, is_tftp)) {
		g_set_error(error, IMPAIR_CONFIG_ERROR, IMPAIR_CONFIG_ERROR_RULE,
			    "file is allowed with tftp.* only");
		return false;
	}
	return true;
}

static struct impair_match *match_new(void)
{
	static const struct impair_range any = { 0, UINT64_MAX };
	struct impair_match *m = g_new0(struct impair_match, 1);

	m->to_guest = m->from_guest = true;
	m->block = m->attempt = m->ordinal = m->bytes = any;
	return m;
}

/* Whether a word before has the same key. */
static bool is_repeated(char **words, char **word)
{
	size_t len = strcspn(*word, "=");

	for (; words < word; words++)
		if (**words && strcspn(*words, "=") == len && !strncmp(*words, *word, len))
			return true;
	return false;
}

struct impair_match *impair_match_parse(const char *text, GError **error)
{
	g_auto(GStrv) words = g_strsplit_set(text, " \t", -1);
	struct impair_match *m = match_new();
	bool ok = true, has_kind = false;

	for (char **word = words; *word && ok; word++) {
		if (!**word)
			continue;
		if (has_kind)
			ok = parse_condition(m, *word, is_repeated(words, word), error);
		else
			ok = parse_kind(m, *word, error);
		has_kind = true;
	}
	if (!has_kind)
		ok = parse_kind(m, "", error);
	if (ok && check_conditions(m, error))
		return m;
	impair_match_free(m);
	return NULL;
}

/* --- a whole rule --- */

static bool check_corrupt(const struct impair_rule *r, const struct impair_match *m, GError **error)
{
	g_autofree char *names = impair_change_fields();

	if (r->field && r->repair && impair_change_is_checksum(r->field)) {
		g_set_error(error, IMPAIR_CONFIG_ERROR, IMPAIR_CONFIG_ERROR_RULE,
			    "field is \"%s\", which is a checksum: allowed is repair=false",
			    r->field);
		return false;
	}
	for (int k = 0; r->field && k < FRAME_N_KINDS; k++)
		if (m->kinds[k] && impair_change_has_field((enum frame_kind)k, r->field))
			return true;
	g_set_error(error, IMPAIR_CONFIG_ERROR, IMPAIR_CONFIG_ERROR_RULE,
		    "field is \"%s\", allowed is one of its kind of packet, of %s",
		    r->field ? r->field : "", names);
	return false;
}

static bool check_number(const char *key, uint64_t v, uint64_t min, uint64_t max, GError **error)
{
	if (v >= min && v <= max)
		return true;
	g_set_error(error, IMPAIR_CONFIG_ERROR, IMPAIR_CONFIG_ERROR_RANGE,
		    "%s is %" G_GUINT64_FORMAT ", allowed are %" G_GUINT64_FORMAT
		    " to %" G_GUINT64_FORMAT,
		    key, v, min, max);
	return false;
}

static bool check_kinds(const struct impair_match *m, bool (*is)(enum frame_kind k),
			const char *allowed, GError **error)
{
	if (only(m, is))
		return true;
	g_set_error(error, IMPAIR_CONFIG_ERROR, IMPAIR_CONFIG_ERROR_RULE, "allowed is %s only",
		    allowed);
	return false;
}

static bool has_payload(enum frame_kind kind)
{
	return impair_change_is_udp(kind) || impair_change_is_tcp(kind);
}

static bool check_copies(const struct impair_rule *r, GError **error)
{
	return check_number("times", r->times, 1, DUPLICATES_MAX, error) &&
	       check_number("time in ns", r->by_ns, 0, IMPAIR_NS_MAX, error);
}

static bool check_action(const struct impair_rule *r, const struct impair_match *m, GError **error)
{
	switch ((enum impair_action)r->action) {
	case IMPAIR_DROP:
		return true;
	case IMPAIR_SWAP:
		return check_number("time in ns", r->by_ns, 0, IMPAIR_NS_MAX, error);
	case IMPAIR_DELAY:
		return check_number("time in ns", r->by_ns, 1, IMPAIR_NS_MAX, error);
	case IMPAIR_DUPLICATE:
		return check_copies(r, error);
	case IMPAIR_TRUNCATE:
		return check_kinds(m, has_payload, "udp, dhcp.*, tftp.* and tcp.*", error);
	case IMPAIR_CORRUPT:
		return check_corrupt(r, m, error);
	case IMPAIR_ERROR:
		return check_kinds(m, is_tftp, "tftp.*", error) &&
		       check_number("code", r->code, 0, ERROR_CODE_MAX, error);
	case IMPAIR_RST:
	case IMPAIR_WINDOW:
		return check_kinds(m, impair_change_is_tcp, "tcp.*", error);
	case IMPAIR_REWRITE:
	case IMPAIR_FORGE:
		return impair_rewrite_check(r->edits, error) &&
		       check_number("time in ns", r->by_ns, 0, IMPAIR_NS_MAX, error);
	case IMPAIR_INJECT:
		return impair_craft_check(r->frame, error) && check_copies(r, error);
	case IMPAIR_FRAGMENT:
		return impair_pieces_check(r->pieces, error) &&
		       check_number("time in ns", r->by_ns, 0, IMPAIR_NS_MAX, error);
	case IMPAIR_N_ACTIONS:
		break;
	}
	g_set_error(error, IMPAIR_CONFIG_ERROR, IMPAIR_CONFIG_ERROR_RULE,
		    "no action is allowed to be %d", r->action);
	return false;
}

struct impair_match *impair_rule_parse(const struct impair_rule *r, GError **error)
{
	struct impair_match *m = impair_match_parse(r->what, error);

	if (m && !check_action(r, m, error)) {
		impair_match_free(m);
		m = NULL;
	}
	if (!m)
		g_prefix_error(error, "rule %s: %s: ", r->name, r->what);
	return m;
}

static void read_rule_free(gpointer data)
{
	struct impair_read_rule *r = data;

	impair_match_free(r->match);
	g_free(r->edits);
	g_free(r);
}

GPtrArray *impair_rules_parse(const GPtrArray *rules, GError **error)
{
	g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func(read_rule_free);

	for (unsigned i = 0; rules && i < rules->len; i++) {
		struct impair_read_rule *r = g_new0(struct impair_read_rule, 1);

		g_ptr_array_add(all, r);
		r->rule = g_ptr_array_index(rules, i);
		r->number = i + 1;
		r->edits = r->rule->edits ? g_strjoinv(";", r->rule->edits) : NULL;
		r->match = impair_rule_parse(r->rule, error);
		if (!r->match)
			return NULL;
	}
	return g_steal_pointer(&all);
}

/* --- use --- */

static bool in_range(const struct impair_range *r, uint64_t v)
{
	return v >= r->min && v <= r->max;
}

static bool has_byte_of(const struct impair_range *r, const struct packet_id *id)
{
	return is_any(r) || (id->bytes_at <= r->max && id->bytes_at + MAX(id->n_bytes, 1) > r->min);
}

bool impair_match_has(const struct impair_match *m, const struct packet_id *id)
{
	return m->kinds[id->kind] && (id->dir == PACKET_TO_GUEST ? m->to_guest : m->from_guest) &&
	       in_range(&m->attempt, id->attempt) && in_range(&m->ordinal, id->ordinal) &&
	       in_range(&m->block, id->block) && has_byte_of(&m->bytes, id) &&
	       (!m->first || id->is_first) && (!m->last || id->is_last) &&
	       (!m->file || (id->file && g_pattern_match_simple(m->file, id->file)));
}

void impair_match_free(struct impair_match *m)
{
	if (!m)
		return;
	g_free(m->file);
	g_free(m);
}
