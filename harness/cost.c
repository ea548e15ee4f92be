/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a process takes of the host
 */
#include "harness/cost.h"

#include <inttypes.h>
#include <stdio.h>

static uint64_t timeval_ns(const struct timeval *t)
{
	return (uint64_t)t->tv_sec * 1000000000 + (uint64_t)t->tv_usec * 1000;
}

uint64_t cost_cpu_ns(const struct rusage *used)
{
	return timeval_ns(&used->ru_utime) + timeval_ns(&used->ru_stime);
}

uint64_t cost_own_cpu_ns(void)
{
	struct rusage used;

	return getrusage(RUSAGE_SELF, &used) ? 0 : cost_cpu_ns(&used);
}

uint64_t cost_own_peak_kib(void)
{
	FILE *f = fopen("/proc/self/status", "re");
	char line[256];
	uint64_t kib = 0;

	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "VmHWM: %" SCNu64, &kib) == 1)
			break;
	if (f)
		fclose(f);
	return kib;
}
