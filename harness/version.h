/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HARNESS_VERSION_H
#define HARNESS_VERSION_H

#define IPLAB_VERSION "0.1"

#endif /* HARNESS_VERSION_H */
