/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Clients: a netboot implementation under test, the QEMU that runs it, and how its console speaks
 *
 * A client is a file fixtures/clients/NAME.ini; docs/clients.md tells every key.
 */
#ifndef HARNESS_CLIENT_H
#define HARNESS_CLIENT_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "harness/feature.h"
#include "harness/ini.h"
#include "harness/milestones.h"

enum client_enter {
	CLIENT_FIRMWARE,       /* firmware and netboot image of QEMU's: -bios, netboot_fw= */
	CLIENT_DIRECT,         /* no network: the scenario's kernel by -kernel and -initrd */
	CLIENT_IMAGE_NETBOOT,  /* image by netboot_fw= */
	CLIENT_IMAGE_BIOS,     /* image by -bios */
	CLIENT_IMAGE_KERNEL,   /* image by -kernel */
	CLIENT_IMAGE_BOOTFILE, /* its firmware starts, and DHCP names the image as boot file */
};

/* A moment of a boot that the client tells on its console. */
struct client_milestone {
	char *name;           /* "menu", or that of a fixed one that the wire may not tell */
	char *line;           /* regular expression: the line that tells it */
	enum milestone_id id; /* MILESTONE_N: one of the client's own */
};

/* The keys that name a file. */
enum client_file {
	CLIENT_FILE_QEMU,
	CLIENT_FILE_FIRMWARE,
	CLIENT_FILE_NETBOOT,
	CLIENT_FILE_IMAGE,
	CLIENT_FILE_N,
};

typedef struct Client {
	char *name; /* "libnet-7.2" */
	char *path;
	char **bases; /* paths of the files it goes over, the nearest first; NULL: none */
	char *said_in[CLIENT_FILE_N]; /* folder of the file that named it; NULL: none did */
	char *summary;
	FeatureSet provides;
	int enter;  /* enum client_enter */
	char *qemu; /* program: a name for PATH, or a path */
	char *machine;
	char *nic;      /* QEMU device of each network card */
	char *firmware; /* file names, see paths_find_firmware(); NULL: none */
	char *netboot;
	char *image;
	char *accelerator;   /* QEMU's -accel, unless the scenario names one */
	char **arguments;    /* further ones for QEMU */
	unsigned memory_mib; /* at least so much */
	bool polls;          /* it never sleeps: it can run on the virtual clock */
	bool sandbox;        /* its QEMU knows -sandbox; client_ask_qemu() finds out */
	bool no_netboot;     /* its QEMU loads no netboot image; likewise */
	int plugin_abi;      /* of the clock plugin that fits; 0: it takes none; likewise */
	char *qemu_version;  /* likewise; NULL before, and if it does not start */
	char **gave_up;      /* regular expressions: a console line that says why it stopped */
	char *gave_up_codes; /* as in the file; NULL: none */
	uint64_t gave_up_first, gave_up_last; /* codes of disabled waits, beside 0, that mean so */
	char **handover; /* regular expressions: the line before it starts the kernel */

	/* Of struct client_milestone, in the file's order. */
	GPtrArray *milestones;
	/* It needs at least so much; 0: says nothing. */
	struct phase_limits deadline;
	/* How to come by the image: a sentence; NULL: none. */
	char *get;
	/* It is an operating system of its own, which lives with program checks. */
	bool os;
	/* What its own side of the cable does to packets, before any scenario's rules; of struct
	 * impair_rule. */
	GPtrArray *rules;
	/* Checks of conformance that are not meant for it: patterns; NULL: none. */
	char **not_applicable;
} Client;

/* The user's own build in the place of the client's. NULL: as the client says. */
struct client_overrides {
	char *qemu, *firmware, *netboot, *image;
};

extern const struct ini_key client_keys[];

/**
 * client_load() - Read a client file, and those it is based on
 * @files:	Client files of the user's that may be its base (NULL-terminated, or NULL); see
 *		client_layers_load()
 *
 * Return: the client, or NULL with @error set (INI_ERROR).
 */
Client *client_load(const char *path, const char *name, char **files,
		    GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * client_resolve() - Replace names by absolute paths
 * @overrides:	Taken first
 * @missing:	Filled with a sentence when something is not on this machine: then it cannot run
 *
 * Return: whether everything is there.
 */
bool client_resolve(Client *c, const struct client_overrides *overrides, char **missing);

/* Fill what only the QEMU itself knows; after client_resolve(). A QEMU is asked once. */
void client_ask_qemu(Client *c);

/* What phases may take when this client runs this scenario: the longer of what either says. */
struct phase_limits client_limits(const Client *c, const struct phase_limits *scenario);

/* Why that QEMU cannot run it; NULL: it can. After client_ask_qemu(); caller: g_free(). */
char *client_misfit(const Client *c);

/* Whether it boots over the network at all. */
bool client_has_network(const Client *c);

/*
 * The name under which its image is served: what DHCP tells this client as boot file. The caller
 * frees it. NULL: it enters another way.
 */
char *client_bootfile(const Client *c);

void client_free(Client *c);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Client, client_free)

#endif /* HARNESS_CLIENT_H */
