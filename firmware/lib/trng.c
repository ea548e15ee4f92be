/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The machine's true random numbers
 */
#include "firmware/lib/trng.h"

#include <stdbool.h>

enum {
	FACILITY_PRNO = 57, /* message-security-assist extension 5 */
	PRNO_QUERY = 0,
	PRNO_TRNG = 114,
	PRNO_N_FUNCTIONS = 128,
};

static bool has_prno(void)
{
	register uint64_t last asm("0") = 0; /* doubleword that is asked for */
	uint64_t facilities = 0;

	asm volatile("stfle %[facilities]" : [facilities] "=Q"(facilities), "+d"(last) : : "cc");
	return facilities >> (63 - FACILITY_PRNO) & 1;
}

static bool has_trng(void)
{
	uint8_t functions[PRNO_N_FUNCTIONS / 8] = { 0 };
	register uint64_t code asm("0") = PRNO_QUERY;
	register uint64_t block asm("1") = (uintptr_t)functions;

	asm volatile(".insn rre, 0xb93c0000, %%r2, %%r4"
		     :
		     : "d"(code), "d"(block)
		     : "memory", "cc");
	return functions[PRNO_TRNG / 8] >> (7 - PRNO_TRNG % 8) & 1;
}

static uint64_t perform(void)
{
	uint64_t value = 0;
	register uint64_t code asm("0") = PRNO_TRNG;
	register uint64_t raw asm("2") = (uintptr_t)&value; /* no bytes of these */
	register uint64_t raw_len asm("3") = 0;
	register uint64_t good asm("4") = (uintptr_t)&value;
	register uint64_t good_len asm("5") = sizeof(value);

	/* Condition code 3: there is more to do. */
	asm volatile("0: .insn rre, 0xb93c0000, %%r2, %%r4\n\t"
		     "brc 1, 0b"
		     : "+d"(raw), "+d"(raw_len), "+d"(good), "+d"(good_len)
		     : "d"(code)
		     : "memory", "cc");
	return value;
}

uint64_t trng_read(void)
{
	return has_prno() && has_trng() ? perform() : 0;
}
