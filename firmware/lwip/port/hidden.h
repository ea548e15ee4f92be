/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Included before anything else: no symbol leaves the image, so that position-independent code
 * needs no table of addresses
 */
#pragma GCC visibility push(hidden)
