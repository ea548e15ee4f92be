/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How a boot ended
 *
 * The stock firmware stops in a disabled wait at address 0 both when it gives up and when it
 * crashes, and QEMU reports a panic for both; a crash after hand-over may loop with no event at
 * all. So the end is read from all there is: events, the console, and the program-check words of
 * the lowcore compared with what they were at the first frame.
 */
#ifndef HARNESS_ENDING_H
#define HARNESS_ENDING_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

enum ending {
	ENDING_PAYLOAD,   /* the payload spoke and shut the machine down */
	ENDING_GAVE_UP,   /* the client stopped by itself */
	ENDING_CRASH,     /* a program check nobody handled, in client or payload */
	ENDING_HANG,      /* nothing more came of it before a deadline */
	ENDING_SHUTDOWN,  /* the machine was shut down, but the payload never spoke */
	ENDING_QEMU_DIED, /* QEMU ended by itself */
	ENDING_N,
};

/* Words of the lowcore (z/Architecture Principles of Operation, "assigned storage locations"). */
struct lowcore {
	bool known;
	uint32_t pgm_code;              /* 0x8c: instruction length and interruption code */
	uint64_t pgm_old_mask, pgm_old; /* 0x150: program old PSW */
	uint64_t pgm_new;               /* 0x1d8: address of the program new PSW */
};

struct evidence {
	bool payload;     /* its marker line came */
	bool shutdown;    /* QMP: SHUTDOWN by the guest */
	bool panicked;    /* QMP: GUEST_PANICKED */
	bool qemu_exited; /* without either */
	int qemu_status;  /* as of waitpid() */
	bool handed_over;
	bool os; /* the client is an operating system: the lowcore tells of its life, not its end */
	uint64_t psw_mask, psw; /* of the panic */
	uint64_t gave_up_first,
		gave_up_last; /* codes in psw, beside 0, that a client gives up with */
	const char *panic_reason;
	bool looping;         /* ending_is_loop() said so */
	const char *deadline; /* name of the phase or "cell" that was over; NULL: none */
	struct lowcore before,
		last;          /* at the first frame (power-on if there was none); at the end */
	struct lowcore kernel; /* what the kernel file puts there at hand-over, if it is known */
	const char *last_line; /* of the console; NULL: none */
	bool says_why;         /* it is one by which the client says why it stopped */
};

/* Judge the evidence; @detail gets a sentence for people, to be freed. */
enum ending ending_classify(const struct evidence *e, char **detail);

/*
 * Whether @e->last shows a loop that nothing ends: the first instruction of what handles program
 * checks is itself one. QEMU tells nothing of it, and needs minutes for a second of it.
 */
bool ending_is_loop(const struct evidence *e);

/* How a QEMU ended by itself, in words; @status as of waitpid(). To be freed. */
char *ending_died_detail(int status);

/* "payload", "gave-up", ... */
const char *ending_name(enum ending e);

/* All names, for a table of words; NULL-terminated. */
extern const char *const ending_words[];

#endif /* HARNESS_ENDING_H */
