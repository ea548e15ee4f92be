/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * .INS files
 */
#include "firmware/lwip/ins.h"

static struct slice take_line(struct slice *text)
{
	struct slice line = slice_take_until(text, '\n');

	if (line.len && line.p[line.len - 1] == '\r')
		line.len--;
	return line;
}

bool ins_title(struct slice *text, struct slice *title)
{
	struct slice line;

	if (!slice_has_prefix(*text, "* "))
		return false;
	line = take_line(text);
	line.p += 2;
	line.len -= 2;
	*title = slice_trim(line);
	return true;
}

enum ins_result ins_next(struct slice *text, struct ins_entry *e)
{
	while (text->len) {
		struct slice line = slice_trim(take_line(text)), rest = line;

		if (!line.len || *line.p == '*' || *line.p == '#')
			continue;
		e->name = slice_take_word(&rest);
		if (slice_to_u64(&e->addr, slice_take_word(&rest)) && !slice_trim(rest).len)
			return INS_ENTRY;
		e->name = line;
		return INS_BAD;
	}
	return INS_END;
}
