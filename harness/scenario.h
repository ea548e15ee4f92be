/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Scenarios: one claim, what is served, on which machine, and what must come of it
 *
 * A scenario is a file scenarios/AREA/NAME.ini; docs/scenarios.md tells every key.
 */
#ifndef HARNESS_SCENARIO_H
#define HARNESS_SCENARIO_H

#include <glib.h>
#include <stdbool.h>

#include "harness/ending.h"
#include "harness/feature.h"
#include "harness/ini.h"
#include "harness/milestones.h"
#include "server/dhcp.h"
#include "server/dhcp6.h"
#include "server/http.h"
#include "server/impair.h"
#include "server/tftp.h"

typedef enum {
	SCENARIO_ERROR_CONTRADICTION, /* keys that do not fit each other */
} ScenarioError;

#define SCENARIO_ERROR scenario_error_quark()
GQuark scenario_error_quark(void);

enum {
	SCENARIO_N_NICS_MAX = 8,
	SCENARIO_MAX_REVISION = 2, /* of virtio-ccw: the newest */
};

/* Which clock a scenario may run on. */
enum scenario_clock {
	SCENARIO_CLOCK_ANY, /* the client decides, or --clock */
	SCENARIO_CLOCK_VIRTUAL,
	SCENARIO_CLOCK_WALL,
};

/* Where a served file comes from: exactly one of the sources is set. */
struct scenario_file {
	char *name; /* as it is asked for */
	char *text;
	char **lines;
	char *hex;
	char *fixture;         /* built by `make`: "probe", "linux-kernel", ... */
	char *path;            /* the user's, relative to the scenario file */
	char *symlink;         /* target */
	unsigned random_bytes; /* so many, the same every time */
};

struct scenario_nic {
	struct mac mac;
	char *devno;            /* "fe.S.DDDD"; NULL: QEMU's choice */
	unsigned bootindex;     /* 0: none */
	unsigned max_revision;  /* of virtio-ccw; SCENARIO_MAX_REVISION: QEMU's default */
	unsigned rx_queue_size; /* 0: QEMU's default */
	unsigned tx_queue_size;
	bool link_up;
	bool server; /* false: nobody is at the other end */
};

struct scenario_machine {
	unsigned memory_mib;
	unsigned smp;
	char *uuid;
	char *loadparm;
	bool boot_menu;
	char *rtc_base;
	char *cpu; /* NULL: QEMU's default */
	char *accelerator;
	bool reboot; /* false: a reboot of the guest ends the boot */
	char *disk;  /* served file that is a disk as well; NULL: none */
	unsigned icount_shift;
	bool has_icount;
	bool has_memory; /* the scenario names a size: a client that needs more cannot run it */
};

/* What is loaded: names of served files. For clients without a network, and to know roles. */
struct scenario_boot {
	char *config;
	char *kernel;
	char *initrd;
	char *append;
};

struct scenario_expect {
	unsigned endings; /* bit N: enum ending N is one of those that are right */
	char *cmdline;    /* that the payload was given; NULL: [boot] append */
	char **console;   /* each is in a console line */
	char **payload;   /* "KEY=VALUE": each is in the payload's report */
	char **events;    /* "KIND" or "KIND FILE", in this order, others between them */
	unsigned blksize; /* largest DATA seen is exactly this; 0: any */
};

/* One file that is a scenario for each value of one key; harness/scenario_sweep.h. */
struct scenario_sweep {
	char *key; /* "link.loss"; NULL: no sweep */
	char **values;
	char *axis;     /* what the key is, for people */
	const char *at; /* the value that this scenario has; NULL: the file, and no point of it */
};

typedef struct Scenario {
	char *name; /* "boot/probe", or "sweep/loss@5" for a point of a sweep */
	char *path;
	char *summary;
	char **tags;
	FeatureSet requires;
	int clock;       /* enum scenario_clock */
	unsigned shift;  /* virtual: an instruction takes 1 << shift nanoseconds */
	bool on_request; /* runs only when a scenario or tag filter names it */
	struct scenario_sweep sweep;
	struct scenario_machine machine;
	GPtrArray *nics; /* of struct scenario_nic, at least one */
	struct scenario_boot boot;
	GPtrArray *files; /* of struct scenario_file */
	struct net_config net;
	struct dhcp_config dhcp;   /* its strings belong to the scenario */
	struct dhcp6_config dhcp6; /* likewise */
	struct tftp_config tftp;
	struct http_config http;     /* its rules belong to the scenario */
	struct impair_config impair; /* its rules belong to the scenario */
	bool has_delay;              /* the scenario says how long a frame travels */
	struct scenario_expect expect;
	struct phase_limits limits;
} Scenario;

/* The table of all keys, for `iplab list keys` and the documentation. */
extern const struct ini_key scenario_keys[];

/**
 * scenario_load() - Read a scenario
 * @name:	"boot/probe"; "sweep/loss@5" is the file sweep/loss.ini at the point 5 of its sweep
 *
 * Return: the scenario, or NULL with @error set (INI_ERROR or SCENARIO_ERROR).
 */
Scenario *scenario_load(const char *path, const char *name,
			GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * scenario_load_with() - Read a scenario, and change it
 * @path:	NULL: there is no file, and every key has its default
 * @settings:	Each as of ini_set(), in place of what the file says; NULL: none
 *
 * Return: as scenario_load().
 */
Scenario *scenario_load_with(const char *path, const char *name, char **settings,
			     GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * What the network does on a clock. A frame's journey takes time on the virtual one: it is what a
 * lock-step protocol's speed is made of. On the host's clock it takes time anyway, and has more of
 * it only where the scenario says so. The rules stay the scenario's.
 */
struct impair_config scenario_network(const Scenario *s, bool is_virtual);

/* The served file of that name, or NULL. */
const struct scenario_file *scenario_find_file(const Scenario *s, const char *name);

void scenario_free(Scenario *s);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Scenario, scenario_free)

#endif /* HARNESS_SCENARIO_H */
