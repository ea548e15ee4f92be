/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Strict key files: scenarios and clients
 */
#include "harness/ini.h"

#include <arpa/inet.h>
#include <string.h>

#include "server/wire/ip_addr.h"

struct Ini {
	char *path;
	GKeyFile *file;
	const struct ini_key *keys;
};

GQuark ini_error_quark(void)
{
	return g_quark_from_static_string("ini-error-quark");
}

/* Whether a row's group is meant: equal, or the row ends in '.' and @group begins with it. */
static bool row_is_for(const struct ini_key *k, const char *group)
{
	size_t len = strlen(k->group);

	if (len && k->group[len - 1] == '.')
		return g_str_has_prefix(group, k->group) && group[len];
	return g_str_equal(k->group, group);
}

static const struct ini_key *find_key(const struct ini_key *keys, const char *group,
				      const char *key)
{
	for (; keys->key; keys++)
		if (row_is_for(keys, group) && g_str_equal(keys->key, key))
			return keys;
	return NULL;
}

static char *list_groups(const struct ini_key *keys)
{
	GString *s = g_string_new(NULL);
	const char *last = "";

	for (; keys->key; keys++) {
		if (g_str_equal(keys->group, last))
			continue;
		last = keys->group;
		g_string_append_printf(s, "%s[%s%s]", s->len ? ", " : "", last,
				       g_str_has_suffix(last, ".") ? "NAME" : "");
	}
	return g_string_free(s, FALSE);
}

static char *list_keys(const struct ini_key *keys, const char *group)
{
	GString *s = g_string_new(NULL);

	for (; keys->key; keys++)
		if (row_is_for(keys, group))
			g_string_append_printf(s, "%s%s", s->len ? ", " : "", keys->key);
	return g_string_free(s, FALSE);
}

static bool check_group(const Ini *ini, const char *group, GError **error)
{
	g_autofree char *allowed = list_keys(ini->keys, group);
	g_auto(GStrv) present = g_key_file_get_keys(ini->file, group, NULL, NULL);

	if (!*allowed) {
		g_autofree char *groups = list_groups(ini->keys);

		g_set_error(error, INI_ERROR, INI_ERROR_UNKNOWN,
			    "%s: group [%s] is not known; allowed are %s", ini->path, group,
			    groups);
		return false;
	}
	for (char **k = present; *k; k++) {
		if (find_key(ini->keys, group, *k))
			continue;
		g_set_error(error, INI_ERROR, INI_ERROR_UNKNOWN,
			    "%s: [%s] key \"%s\" is not known; allowed are %s", ini->path, group,
			    *k, allowed);
		return false;
	}
	return true;
}

static bool check_known(const Ini *ini, GError **error)
{
	g_auto(GStrv) groups = g_key_file_get_groups(ini->file, NULL);

	for (char **g = groups; *g; g++)
		if (!check_group(ini, *g, error))
			return false;
	return true;
}

/* Takes @file. */
static Ini *ini_new(const char *path, GKeyFile *file, const struct ini_key *keys, GError **error)
{
	g_autoptr(Ini) ini = g_new0(Ini, 1);

	ini->path = g_strdup(path);
	ini->file = file;
	ini->keys = keys;
	return check_known(ini, error) ? g_steal_pointer(&ini) : NULL;
}

static void set_load_error(GError **error, const char *path, const GError *cause)
{
	bool syntax = cause->domain == G_KEY_FILE_ERROR;

	g_set_error(error, INI_ERROR, syntax ? INI_ERROR_SYNTAX : INI_ERROR_FILE, "%s: %s", path,
		    cause->message);
}

Ini *ini_load(const char *path, const struct ini_key *keys, GError **error)
{
	g_autoptr(GKeyFile) file = g_key_file_new();
	g_autoptr(GError) cause = NULL;

	/* Translations are kept: else "key[de]" would be dropped without a word. */
	if (!g_key_file_load_from_file(file, path, G_KEY_FILE_KEEP_TRANSLATIONS, &cause)) {
		set_load_error(error, path, cause);
		return NULL;
	}
	return ini_new(path, g_steal_pointer(&file), keys, error);
}

Ini *ini_load_data(const char *name, const char *text, const struct ini_key *keys, GError **error)
{
	g_autoptr(GKeyFile) file = g_key_file_new();
	g_autoptr(GError) cause = NULL;

	if (!g_key_file_load_from_data(file, text, (gsize)-1, G_KEY_FILE_KEEP_TRANSLATIONS,
				       &cause)) {
		set_load_error(error, name, cause);
		return NULL;
	}
	return ini_new(name, g_steal_pointer(&file), keys, error);
}

/* GLib takes no others, and asserts. */
static bool is_group_name(const char *group)
{
	for (const char *p = group; *p; p++)
		if (*p == '[' || *p == ']' || g_ascii_iscntrl(*p))
			return false;
	return *group;
}

bool ini_set(Ini *ini, const char *setting, GError **error)
{
	const char *equals = strchr(setting, '=');
	g_autofree char *group = equals ? g_strndup(setting, (gsize)(equals - setting)) : NULL;
	char *dot = group ? strrchr(group, '.') : NULL;
	g_autofree char *allowed = NULL;

	if (!dot) {
		g_set_error(error, INI_ERROR, INI_ERROR_SYNTAX,
			    "\"%s\" is no setting; allowed are GROUP.KEY=VALUE, as in "
			    "server.dhcp.lease_s=60",
			    setting);
		return false;
	}
	*dot++ = '\0';
	if (is_group_name(group) && find_key(ini->keys, group, dot)) {
		g_key_file_set_value(ini->file, group, dot, equals + 1);
		return true;
	}
	allowed = list_keys(ini->keys, group);
	if (!*allowed) {
		g_free(allowed);
		allowed = list_groups(ini->keys);
	}
	g_set_error(error, INI_ERROR, INI_ERROR_UNKNOWN,
		    "%s: [%s] has no key \"%s\"; allowed are %s", setting, group, dot, allowed);
	return false;
}

char *ini_allowed(const struct ini_key *k)
{
	switch (k->type) {
	case INI_UINT:
	case INI_MS:
	case INI_US:
		return g_strdup_printf("%" G_GUINT64_FORMAT " to %" G_GUINT64_FORMAT, k->min,
				       k->max);
	case INI_PERCENT:
		return g_strdup("0% to 100%, with at most four decimals");
	case INI_BOOL:
		return g_strdup("true or false");
	case INI_WORD:
		return g_strjoinv(", ", (char **)k->words);
	case INI_WORDS:
		return g_strjoinv("; ", (char **)k->words);
	case INI_IP4:
		return g_strdup("an address like 10.0.2.15");
	case INI_IP6:
		return g_strdup("an IPv6 address like fd00::15");
	case INI_MAC:
		return g_strdup("an address like 52:54:00:12:34:56");
	case INI_UUID:
		return g_strdup("a UUID like 00112233-4455-6677-8899-aabbccddeeff");
	case INI_DEVNO:
		return g_strdup("a device number like fe.0.0001, fe.S.DDDD with S from 0 to 3");
	case INI_STRINGS:
		return g_strdup("texts, each ended by a semicolon");
	case INI_STRING:
		return g_strdup("a text");
	}
	g_assert_not_reached();
}

static bool parse_uint(const struct ini_key *k, const char *text, unsigned *out)
{
	guint64 v;

	if (!g_ascii_string_to_unsigned(text, 10, k->min, k->max, &v, NULL))
		return false;
	*out = (unsigned)v;
	return true;
}

static bool parse_time(const struct ini_key *k, const char *text, uint64_t unit_ns, uint64_t *out)
{
	unsigned v;

	if (!parse_uint(k, text, &v))
		return false;
	*out = v * unit_ns;
	return true;
}

/* "12.5%" is 125000 parts per million; digits only, so that no locale and no rounding gets in. */
static bool parse_percent(const struct ini_key *k, const char *text, unsigned *out)
{
	unsigned ppm = 0, unit = 10000;
	const char *p = text;

	for (; g_ascii_isdigit(*p) && ppm <= 1000000; p++)
		ppm = ppm * 10 + (unsigned)g_ascii_digit_value(*p) * unit;
	if (p == text)
		return false;
	if (*p == '.')
		for (p++; g_ascii_isdigit(*p) && unit > 1; p++)
			ppm += (unsigned)g_ascii_digit_value(*p) * (unit /= 10);
	if (!g_str_equal(p, "%") || ppm < k->min || ppm > 1000000)
		return false;
	*out = ppm;
	return true;
}

static bool parse_bool(const char *text, bool *out)
{
	if (!g_str_equal(text, "true") && !g_str_equal(text, "false"))
		return false;
	*out = g_str_equal(text, "true");
	return true;
}

static bool parse_word(const struct ini_key *k, const char *text, int *out)
{
	for (int i = 0; k->words[i]; i++) {
		if (g_str_equal(k->words[i], text)) {
			*out = i;
			return true;
		}
	}
	return false;
}

static bool parse_words(const struct ini_key *k, const char *text, unsigned *out)
{
	g_auto(GStrv) parts = g_strsplit(text, ";", -1);
	unsigned set = 0;
	int word;

	for (char **part = parts; *part; part++) {
		if (!parse_word(k, g_strstrip(*part), &word))
			return false;
		set |= 1U << word;
	}
	*out = set;
	return set != 0;
}

static bool parse_ip4(const char *text, uint32_t *out)
{
	g_auto(GStrv) parts = g_strsplit(text, ".", -1);
	uint32_t ip = 0;

	if (g_strv_length(parts) != 4)
		return false;
	for (char **p = parts; *p; p++) {
		guint64 v;

		if (!g_ascii_string_to_unsigned(*p, 10, 0, 255, &v, NULL))
			return false;
		ip = ip << 8 | (uint32_t)v;
	}
	*out = ip;
	return true;
}

static bool parse_ip6(const char *text, struct ip6_addr *out)
{
	struct in6_addr a;

	if (inet_pton(AF_INET6, text, &a) != 1)
		return false;
	memcpy(out->b, &a, IP6_ALEN);
	return true;
}

/* Whether @text is @pattern, in which 'x' stands for a hexadecimal digit. */
static bool has_shape(const char *text, const char *pattern)
{
	for (; *pattern; pattern++, text++)
		if (*pattern == 'x' ? !g_ascii_isxdigit(*text) : *text != *pattern)
			return false;
	return !*text;
}

static bool parse_mac(const char *text, struct mac *out)
{
	if (!has_shape(text, "xx:xx:xx:xx:xx:xx"))
		return false;
	for (int i = 0; i < ETH_ALEN; i++)
		out->b[i] = (uint8_t)(g_ascii_xdigit_value(text[3 * i]) << 4 |
				      g_ascii_xdigit_value(text[3 * i + 1]));
	return true;
}

static bool parse_strings(const Ini *ini, const struct ini_key *k, const char *group, char ***out)
{
	g_autoptr(GError) bad_escape = NULL;
	g_auto(GStrv) list =
		g_key_file_get_string_list(ini->file, group, k->key, NULL, &bad_escape);

	if (!list || bad_escape)
		return false;
	g_strfreev(*out);
	*out = g_steal_pointer(&list);
	return true;
}

static bool parse_value(const Ini *ini, const struct ini_key *k, const char *group,
			const char *text, void *out)
{
	switch (k->type) {
	case INI_STRING:
		g_free(*(char **)out);
		*(char **)out = g_strdup(text);
		return true;
	case INI_STRINGS:
		return parse_strings(ini, k, group, out);
	case INI_UINT:
		return parse_uint(k, text, out);
	case INI_MS:
		return parse_time(k, text, 1000 * 1000, out);
	case INI_US:
		return parse_time(k, text, 1000, out);
	case INI_PERCENT:
		return parse_percent(k, text, out);
	case INI_BOOL:
		return parse_bool(text, out);
	case INI_WORD:
		return parse_word(k, text, out);
	case INI_WORDS:
		return parse_words(k, text, out);
	case INI_IP4:
		return parse_ip4(text, out);
	case INI_IP6:
		return parse_ip6(text, out);
	case INI_MAC:
		return parse_mac(text, out);
	case INI_UUID:
		if (!has_shape(text, "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx"))
			return false;
		g_free(*(char **)out);
		*(char **)out = g_strdup(text);
		return true;
	case INI_DEVNO:
		if (!has_shape(text, "fe.x.xxxx") || text[3] < '0' || text[3] > '3')
			return false;
		g_free(*(char **)out);
		*(char **)out = g_strdup(text);
		return true;
	}
	g_assert_not_reached();
}

static bool read_key(const Ini *ini, const struct ini_key *k, const char *group, void *out,
		     GError **error)
{
	g_autoptr(GError) bad_escape = NULL;
	g_autofree char *text = NULL;
	g_autofree char *allowed = NULL;

	text = g_key_file_get_string(ini->file, group, k->key, &bad_escape);
	/* It is returned all the same. In a list, which is read again, "\;" is a good one. */
	if (bad_escape && k->type != INI_STRINGS)
		g_clear_pointer(&text, g_free);
	if (text && parse_value(ini, k, group, text, (char *)out + k->offset))
		return true;
	allowed = ini_allowed(k);
	g_set_error(error, INI_ERROR, INI_ERROR_VALUE, "%s: [%s] %s is \"%s\"; allowed: %s",
		    ini->path, group, k->key, text ? text : "(not UTF-8, or a bad escape)",
		    allowed);
	return false;
}

bool ini_read_over(const Ini *ini, const char *group, void *out, GError **error)
{
	for (const struct ini_key *k = ini->keys; k->key; k++)
		if (row_is_for(k, group) && ini_has_key(ini, group, k->key) &&
		    !read_key(ini, k, group, out, error))
			return false;
	return true;
}

static bool has_required(const Ini *ini, const char *group, GError **error)
{
	for (const struct ini_key *k = ini->keys; k->key; k++) {
		if (!row_is_for(k, group) || !k->required || ini_has_key(ini, group, k->key))
			continue;
		g_set_error(error, INI_ERROR, INI_ERROR_MISSING,
			    "%s: [%s] needs the key \"%s\" (%s)", ini->path, group, k->key,
			    k->help);
		return false;
	}
	return true;
}

bool ini_read(const Ini *ini, const char *group, void *out, GError **error)
{
	return has_required(ini, group, error) && ini_read_over(ini, group, out, error);
}

bool ini_has_group(const Ini *ini, const char *group)
{
	return g_key_file_has_group(ini->file, group);
}

bool ini_has_key(const Ini *ini, const char *group, const char *key)
{
	return g_key_file_has_key(ini->file, group, key, NULL);
}

char *ini_text(const Ini *ini, const char *group, const char *key)
{
	return g_key_file_get_string(ini->file, group, key, NULL);
}

char **ini_instances(const Ini *ini, const char *prefix)
{
	g_auto(GStrv) groups = g_key_file_get_groups(ini->file, NULL);
	GPtrArray *names = g_ptr_array_new();

	for (char **g = groups; *g; g++)
		if (g_str_has_prefix(*g, prefix))
			g_ptr_array_add(names, g_strdup(*g + strlen(prefix)));
	g_ptr_array_add(names, NULL);
	return (char **)g_ptr_array_free(names, FALSE);
}

void ini_clear(const struct ini_key *keys, const char *group, void *out)
{
	for (; keys->key; keys++) {
		void *value = (char *)out + keys->offset;

		if (!g_str_equal(keys->group, group))
			continue;
		if (keys->type == INI_STRINGS)
			g_clear_pointer((char ***)value, g_strfreev);
		else if (keys->type == INI_STRING || keys->type == INI_UUID ||
			 keys->type == INI_DEVNO)
			g_clear_pointer((char **)value, g_free);
	}
}

const char *ini_path(const Ini *ini)
{
	return ini->path;
}

void ini_free(Ini *ini)
{
	if (!ini)
		return;
	g_key_file_free(ini->file);
	g_free(ini->path);
	g_free(ini);
}
