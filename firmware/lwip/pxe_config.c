/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * PXELINUX configurations
 *
 * Line by line: the first word decides, in either case. Before the first LABEL a word is for all
 * labels, after it for that one. A line ends with a newline or CR LF.
 */
#include "firmware/lwip/pxe_config.h"

#include "firmware/lib/string.h"

void pxe_config_init(struct pxe_config *c, struct pxe_entry *entries, size_t n_max)
{
	*c = (struct pxe_config){
		.entries = entries,
		.n_max = n_max,
		.menu_default = SIZE_MAX,
	};
}

/* The label that lines belong to; NULL before the first. */
static struct pxe_entry *current(struct pxe_config *c)
{
	if (c->n_dropped)
		return &c->dropped;
	return c->n_entries ? &c->entries[c->n_entries - 1] : NULL;
}

static void on_label(struct pxe_config *c, struct slice value)
{
	if (c->n_entries == c->n_max) {
		c->n_dropped++;
		return;
	}
	c->entries[c->n_entries++] = (struct pxe_entry){ .label = value };
}

static void on_default(struct pxe_config *c, struct slice value)
{
	c->default_line = value;
}

static void on_kernel(struct pxe_config *c, struct slice value)
{
	struct pxe_entry *e = current(c);

	if (e)
		e->kernel = value;
}

static void on_initrd(struct pxe_config *c, struct slice value)
{
	struct pxe_entry *e = current(c);

	if (e)
		e->initrd = value;
}

static void on_append(struct pxe_config *c, struct slice value)
{
	struct pxe_entry *e = current(c);

	if (slice_is(value, "-"))
		value.len = 0;
	if (!e) {
		c->append = value;
		return;
	}
	e->append = value;
	e->has_append = true;
}

static void on_sysappend(struct pxe_config *c, struct slice value)
{
	struct pxe_entry *e = current(c);
	uint64_t bits;

	if (!slice_to_u64(&bits, value))
		return;
	if (!e) {
		c->sysappend = bits;
		return;
	}
	e->sysappend = bits;
	e->has_sysappend = true;
}

static void on_timeout(struct pxe_config *c, struct slice value)
{
	uint64_t v;

	if (slice_to_u64(&v, value))
		c->timeout_ds = v;
}

static void on_ontimeout(struct pxe_config *c, struct slice value)
{
	c->ontimeout = value;
}

static void on_prompt(struct pxe_config *c, struct slice value)
{
	uint64_t v;

	c->prompt = slice_to_u64(&v, value) && v;
}

static void on_localboot(struct pxe_config *c, struct slice value)
{
	struct pxe_entry *e = current(c);

	(void)value;
	if (e)
		e->localboot = true;
}

static void on_ui(struct pxe_config *c, struct slice value)
{
	(void)value;
	c->has_menu = true;
}

static void on_text(struct pxe_config *c, struct slice value)
{
	(void)value;
	c->in_text = true;
}

static const struct {
	const char *word;
	void (*take)(struct pxe_config *c, struct slice value);
} keywords[] = {
	{ "label", on_label },
	{ "default", on_default },
	{ "kernel", on_kernel },
	{ "linux", on_kernel },
	{ "initrd", on_initrd },
	{ "append", on_append },
	{ "ipappend", on_sysappend },
	{ "sysappend", on_sysappend },
	{ "timeout", on_timeout },
	{ "ontimeout", on_ontimeout },
	{ "prompt", on_prompt },
	{ "localboot", on_localboot },
	{ "ui", on_ui },
	{ "text", on_text },
};

/* MENU has words of its own; those that matter here. Return: a file to include, or empty. */
static struct slice on_menu(struct pxe_config *c, struct slice value)
{
	struct slice word = slice_take_word(&value);
	struct pxe_entry *e = current(c);

	if (slice_is(word, "include"))
		return slice_take_word(&value); /* a label for the menu may follow */
	if (slice_is(word, "default") && e && !c->n_dropped)
		c->menu_default = c->n_entries - 1;
	if (slice_is(word, "label") && e)
		e->title = value;
	return SLICE("");
}

/* Return: a file to include, or empty. */
static struct slice take_line(struct pxe_config *c, struct slice line)
{
	struct slice value = line, word = slice_take_word(&value);

	if (c->in_text) {
		c->in_text = !slice_is(word, "endtext");
		return SLICE("");
	}
	if (slice_is(word, "include"))
		return value;
	if (slice_is(word, "menu"))
		return on_menu(c, value);
	for (size_t i = 0; i < sizeof(keywords) / sizeof(keywords[0]); i++)
		if (slice_is(word, keywords[i].word)) {
			keywords[i].take(c, value);
			break;
		}
	return SLICE("");
}

static struct slice read_line(struct slice *text)
{
	struct slice line = slice_take_until(text, '\n');

	if (line.len && line.p[line.len - 1] == '\r')
		line.len--;
	return slice_trim(line);
}

enum pxe_parse_result pxe_config_parse(struct pxe_config *c, struct slice *text,
				       struct slice *include)
{
	if (slice_has_prefix(*text, "\xef\xbb\xbf")) { /* a byte order mark */
		text->p += 3;
		text->len -= 3;
	}
	while (text->len) {
		struct slice line = read_line(text), file;

		if (!line.len || *line.p == '#')
			continue;
		file = take_line(c, line);
		if (!file.len)
			continue;
		*include = file;
		return PXE_PARSE_INCLUDE;
	}
	return PXE_PARSE_END;
}

static const struct pxe_entry *find(const struct pxe_config *c, struct slice label)
{
	for (size_t i = 0; i < c->n_entries; i++)
		if (slice_equal(c->entries[i].label, label))
			return &c->entries[i];
	return NULL;
}

/* Menu programs are not for this machine; what they would show is what we have. */
static bool is_menu_program(struct slice name)
{
	static const char suffix[] = ".c32";
	size_t n = sizeof(suffix) - 1;

	return name.len >= n && slice_is((struct slice){ name.p + name.len - n, n }, suffix);
}

/* The word "initrd=FILE" of a command line; the last one counts. */
static struct slice initrd_of(struct slice append)
{
	static const char key[] = "initrd=";
	struct slice found = SLICE("");

	while (append.len) {
		struct slice word = slice_take_word(&append);

		if (slice_has_prefix(word, key)) {
			word.p += sizeof(key) - 1;
			word.len -= sizeof(key) - 1;
			found = word;
		}
	}
	return found;
}

static void choose_entry(const struct pxe_config *c, const struct pxe_entry *e, struct slice extra,
			 struct pxe_choice *out)
{
	*out = (struct pxe_choice){
		.label = e->label,
		.kernel = e->kernel.len ? e->kernel : e->label,
		.initrd = e->initrd,
		.append = e->has_append ? e->append : c->append,
		.extra = extra,
		.sysappend = e->has_sysappend ? e->sysappend : c->sysappend,
		.localboot = e->localboot,
	};
	if (!out->initrd.len)
		out->initrd = initrd_of(extra);
	if (!out->initrd.len)
		out->initrd = initrd_of(out->append);
}

/* Without a line that names one: the menu's own, else the first. */
static bool choose_default_entry(const struct pxe_config *c, struct pxe_choice *out)
{
	size_t i = c->menu_default < c->n_entries ? c->menu_default : 0;

	if (!c->n_entries)
		return false;
	choose_entry(c, &c->entries[i], SLICE(""), out);
	return true;
}

bool pxe_config_choose(const struct pxe_config *c, struct slice line, struct pxe_choice *out)
{
	struct slice rest = line.len ? line : c->default_line;
	struct slice name = slice_take_word(&rest);
	const struct pxe_entry *e = find(c, name);

	if (!name.len || (!e && is_menu_program(name)))
		return choose_default_entry(c, out);
	if (e) {
		choose_entry(c, e, rest, out);
		return true;
	}
	*out = (struct pxe_choice){
		.label = name,
		.kernel = name,
		.initrd = initrd_of(rest),
		.append = rest,
		.sysappend = c->sysappend,
	};
	return true;
}

bool pxe_config_is_interactive(const struct pxe_config *c)
{
	struct slice rest = c->default_line, name = slice_take_word(&rest);

	return c->prompt || c->has_menu || (is_menu_program(name) && !find(c, name));
}
