/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Asking a person what to boot
 *
 * PXELINUX's prompt: a label, or a kernel's name, and arguments. A number stands for the label that
 * has it in the list, if no label is called like that.
 */
#include "firmware/lwip/boot_menu.h"

#include "firmware/lib/print.h"
#include "firmware/lib/sclp.h"
#include "firmware/lib/sclp_input.h"
#include "firmware/lwip/address.h"
#include "firmware/lwip/line.h"
#include "firmware/lwip/net.h"
#include "firmware/lwip/say.h"

#define DECISECOND_NS UINT64_C(100000000)
#define NEVER UINT64_MAX

enum {
	ECHO_LEN = 4 * SCLP_INPUT_MAX,
	TIMEOUT_MAX_DS = 36000, /* an hour; syslinux' own limit is of that order */
};

static void show(const struct pxe_config *c)
{
	for (size_t i = 0; i < c->n_entries; i++) {
		const struct pxe_entry *e = &c->entries[i];

		print_str("  ");
		print_dec(i + 1);
		print_str("  ");
		print_quoted(e->label.p, e->label.len);
		if (e->title.len) {
			print_str("  ");
			print_quoted(e->title.p, e->title.len);
		}
		say("");
	}
}

/* What was typed, once it is a line. */
static bool take_keys(struct line *line, bool *any)
{
	char keys[SCLP_INPUT_MAX], shown[ECHO_LEN];
	struct text echo = TEXT_INIT(shown);
	size_t n = sclp_input_read(keys);
	bool complete = false;

	*any = *any || n;
	for (size_t i = 0; i < n && !complete; i++)
		complete = line_input(line, keys[i], &echo);
	sclp_console_write(shown, echo.len);
	return complete;
}

/* Return: false if the time was over before a key was pressed. */
static bool read_line(struct line *line, uint64_t end_ns)
{
	uint64_t look_ns = 0;
	bool any = false;

	while (any || net_now_ns() < end_ns) {
		net_poll();
		address_idle();
		if (net_now_ns() < look_ns)
			continue;
		look_ns = net_now_ns() + DECISECOND_NS; /* asking the console is not cheap */
		if (take_keys(line, &any))
			return true;
	}
	return false;
}

static struct slice label_of(const struct pxe_config *c, struct slice typed)
{
	uint64_t n;

	if (!slice_to_u64(&n, typed) || !n || n > c->n_entries)
		return typed;
	for (size_t i = 0; i < c->n_entries; i++)
		if (slice_equal(c->entries[i].label, typed))
			return typed;
	return c->entries[n - 1].label;
}

struct slice boot_menu_ask(const struct pxe_config *c)
{
	static struct line line;
	uint64_t wait_ds = c->timeout_ds < TIMEOUT_MAX_DS ? c->timeout_ds : TIMEOUT_MAX_DS;
	uint64_t end_ns = wait_ds ? net_now_ns() + wait_ds * DECISECOND_NS : NEVER;
	bool typed;

	if (sclp_input_open())
		return SLICE(""); /* nobody can answer */
	show(c);
	sclp_console_write("boot: ", sizeof("boot: ") - 1);
	typed = read_line(&line, end_ns);
	say("");
	if (!typed)
		return c->ontimeout;
	return label_of(c, slice_trim((struct slice){ line.text, line.len }));
}
