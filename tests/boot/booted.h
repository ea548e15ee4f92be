/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Boots of one cell, and questions to what they leave: its result, and the events of its journal
 */
#ifndef TESTS_BOOT_BOOTED_H
#define TESTS_BOOT_BOOTED_H

#include <json-glib/json-glib.h>

#include "reports/result.h"
#include "tests/boot/lab.h"

#define LIBNET "client=libnet-7.2"
#define BUILTIN "server=builtin"

/*
 * Kernel and initrd by way of pxelinux.cfg/default, as text of a scenario: the probe
 * reports what it got.
 */
#define SERVES_PROBE                                                                               \
	"[boot]\nconfig = pxelinux.cfg/default\nkernel = kernel.img\ninitrd = initrd.img\n"        \
	"append = iplab=own\n"                                                                     \
	"[file.pxelinux.cfg/default]\nlines = DEFAULT probe;LABEL probe;  KERNEL kernel.img;  "    \
	"INITRD initrd.img;  APPEND iplab=own\n"                                                   \
	"[file.kernel.img]\nfixture = probe\n"                                                     \
	"[file.initrd.img]\nrandom_bytes = 20000\n"

/* What a scenario of a test's own opens with. */
#define OWN_HEAD(keys)                                                                             \
	"[scenario]\nsummary = of a test\nrequires = dhcp-4;server-control\n" keys "\n"

/* The one result of a run's folder: the first if there are several. The caller frees it. */
Result *result_of(const char *dir);

/* All of them. */
GPtrArray *results_of(const char *dir);

/* The journal of a cell as it stands in the file, whole. The caller frees it. */
char *journal_of(const char *dir, const char *cell);

/*
 * iplab in a source tree of this test's own, which has copies of all that it reads; @with_plugin:
 * the clock plugin too. The caller frees the path.
 */
char *lab_other_checkout(bool with_plugin);

/* A shell script to run in QEMU's place. The caller frees the path. */
char *lab_qemu_script(const char *text);

/* A run of one cell. */
typedef struct Booted {
	char *dir;
	Job *job;
	Result *result;
	GPtrArray *events; /* of JsonNode, each an object; empty if there is no journal */
} Booted;

/**
 * booted_start() - Start `iplab run` with the builtin server and libnet, or a server= of @args', or
 * a --client-file
 * @text:	Of the scenario my/own; NULL: @args say which one
 * @args:	Further arguments, NULL-terminated
 */
Booted *booted_start(const char *text, const char *const *args);

/* Wait for it, and read what it left. */
void booted_wait(Booted *b);

void booted_free(Booted *b);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Booted, booted_free)

/* Both. */
Booted *booted_run(const char *text, const char *const *args);

/* booted_run() with a scenario's text, and arguments or none. */
#define booted_of(...) booted_of_((const char *const[]){ __VA_ARGS__, NULL })
Booted *booted_of_(const char *const *text_and_args);

/* Event @i; the first of kind @ev from @i on, at which *@i is then, or NULL. */
JsonObject *event_at(const Booted *b, unsigned i);
JsonObject *event_next(const Booted *b, const char *ev, unsigned *i);

/* The first of kind @ev in which @key is @value; the test fails if there is none. */
JsonObject *event_with(const Booted *b, const char *ev, const char *key, const char *value);

unsigned n_events(const Booted *b, const char *ev);

/* Members; the test fails if there is none. */
uint64_t event_u64(JsonObject *event, const char *key);
const char *event_str(JsonObject *event, const char *key);

/* The same; "" if there is none. */
const char *event_str_or_none(JsonObject *event, const char *key);

/* Assert on the verdict; the message says the reason. */
void assert_verdict(const Booted *b, enum verdict v);
void assert_reason(const Booted *b, const char *part);

#endif /* TESTS_BOOT_BOOTED_H */
