/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HARNESS_VERSION_H
#define HARNESS_VERSION_H

#define IPLAB_VERSION "0.1"

/*
 * The version and the sum of the sources that a boot depends on: "0.1, source 1a2b3c4d5e6f7a8b". It
 * is the same in every build of one tree. Borrowed.
 */
const char *version_exact(void);

#endif /* HARNESS_VERSION_H */
