/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Boots of the netboot image on lwIP
 */
#include "tests/boot/lwip.h"

#include <stdlib.h>
#include <string.h>

bool lwip_has_image(void)
{
	const char *iplab = getenv("IPLAB");
	g_autofree char *mode = g_path_get_dirname(iplab ? iplab : "");
	g_autofree char *image = g_build_filename(mode, "..", "fixtures", "lwip.elf", NULL);

	return !iplab || g_file_test(image, G_FILE_TEST_EXISTS);
}

Booted *lwip_boot_as(const char *client, const char *scenario)
{
	g_autofree char *file = lab_file("own.ini", client);

	return booted_of(scenario, "--client-file", file, "client=own");
}

Booted *lwip_boot(const char *scenario)
{
	return lwip_boot_as(LWIP_CLIENT("image-netboot", "lwip.elf"), scenario);
}

void lwip_assert_stops_with(const Booted *b, const char *what, const char *psw)
{
	g_autofree char *data = NULL;
	uint64_t code = g_ascii_strtoull(psw, NULL, 16);
	unsigned i = 0;
	JsonObject *panic = event_next(b, "qmp", &i);

	for (; panic && !g_str_equal(event_str(panic, "event"), "GUEST_PANICKED");
	     panic = event_next(b, "qmp", &i))
		i++;
	ck_assert_msg(panic != NULL, "%s: no panic", what);
	data = g_strdup_printf("\"psw-addr\":%" G_GUINT64_FORMAT, code);
	ck_assert_msg(strstr(event_str_or_none(panic, "data"), data) != NULL, "%s: %s", what,
		      event_str_or_none(panic, "data"));
}
