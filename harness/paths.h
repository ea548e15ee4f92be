/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where things are
 *
 * In a source tree everything lies below it and is found from the program's own path, from any
 * working directory; installed, below PREFIX/share/iplab. IPLAB_PATH adds folders of the user's,
 * separated by ':', each with scenarios/ and clients/ in it; they are looked at first.
 */
#ifndef HARNESS_PATHS_H
#define HARNESS_PATHS_H

#include <glib.h>
#include <stdbool.h>

/* The folders with scenarios: the user's first. NULL-terminated; caller: g_strfreev(). */
char **paths_scenario_dirs(void);
char **paths_client_dirs(void);

/* The folder with plans. Caller frees. */
char *paths_plans_dir(void);

/* The folder with the catalogue of checks, and that with mutants. Caller frees. */
char *paths_checks_dir(void);
char *paths_mutants_dir(void);

/* Whether @dir is the one with iplab's own clients, and not a folder of the user's. */
bool paths_has_own_clients(const char *dir);

/* A file that the build made: caller frees. NULL if it is not there. */
char *paths_fixture(const char *name);

/* The folder with the scripts of the Linux netboot image: caller frees. */
char *paths_linux_scripts(void);

/*
 * The Debian packages that a Linux netboot image is made of, as `make inputs` fetched them into the
 * source tree. NULL-terminated; caller: g_strfreev(). NULL if they are not all there.
 */
char **paths_linux_debs(void);

/* The clock plugin for a version of the interface: caller frees. NULL if it is not there. */
char *paths_plugin(int abi);

/* Where runs go if nobody says otherwise: below the source tree, or the working directory. */
char *paths_runs_dir(void);

/**
 * paths_find_firmware() - Find a firmware file
 * @name:	Absolute; or with a '/', relative to @beside or to where `make clients` puts files;
 *		or a plain name that is looked for in @beside, in QEMU's data folders, and among
 *		the fixtures
 *
 * Return: path, caller frees; NULL if there is none.
 */
char *paths_find_firmware(const char *name, const char *beside);

/* The same for a program; a plain name is looked for in PATH and nowhere else. */
char *paths_find_program(const char *name, const char *beside);

/* This program, to start it again. Caller frees. */
char *paths_self(void);

/* The files DIR/AREA/NAME.ini (@depth 1) or DIR/NAME.ini (0) as "AREA/NAME", sorted. */
GPtrArray *paths_list_ini(const char *dir, unsigned depth);

#endif /* HARNESS_PATHS_H */
