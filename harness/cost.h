/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a process takes of the host
 */
#ifndef HARNESS_COST_H
#define HARNESS_COST_H

#include <stdint.h>
#include <sys/resource.h>

/* User and system time together, in nanoseconds. */
uint64_t cost_cpu_ns(const struct rusage *used);

/* Of this process, without its children. */
uint64_t cost_own_cpu_ns(void);

/*
 * The most memory that this process ever had resident, in KiB; 0: the kernel does not say.
 * getrusage() would count what its parent had before the exec.
 */
uint64_t cost_own_peak_kib(void);

#endif /* HARNESS_COST_H */
