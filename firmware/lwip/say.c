/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the image tells a person on the console
 */
#include "firmware/lwip/say.h"

#include "firmware/lib/print.h"
#include "firmware/lib/string.h"
#include "firmware/lwip/ip6_text.h"
#include "firmware/lwip/net.h"

void say(const char *text)
{
	print_str(text);
	print_line_end();
}

void say_name(const char *before, struct slice name, const char *after)
{
	print_str(before);
	print_quoted(name.p, name.len);
	say(after);
}

/* What went wrong may be in the server's words. */
void say_failed(const char *what, struct slice name, const char *why)
{
	print_str(what);
	print_quoted(name.p, name.len);
	print_str(": ");
	print_quoted(why, strlen(why));
	say("");
}

void say_ip(const char *before, const ip_addr_t *address)
{
	char buf[IP6_TEXT_MAX];
	struct text t = TEXT_INIT(buf);

	if (IP_IS_V6(address))
		text_add_ip6(&t, (const uint8_t *)ip_2_ip6(address)->addr);
	else
		text_add_ip4(&t, ip4_addr_get_u32(ip_2_ip4(address)));
	print_str(before);
	say(buf);
}

void say_progress(uint64_t mib)
{
	print_str("  ");
	print_dec(mib);
	say(" MiB ...");
}

void say_loaded(struct slice name, uint64_t bytes)
{
	print_str("  ");
	print_quoted(name.p, name.len);
	print_str(": ");
	print_dec(bytes);
	say(" bytes");
}

static _Noreturn void stop(enum wait_code code)
{
	print_str("Network boot failed, code 0x");
	print_hex(code, 1);
	say(".");
	net_stop();
	wait_disabled(code);
}

void give_up(enum wait_code code, const char *why)
{
	print_str("! ");
	say(why);
	stop(code);
}

void give_up_file(enum wait_code code, const char *what, struct slice name, const char *why)
{
	print_str("! ");
	say_failed(what, name, why);
	stop(code);
}
