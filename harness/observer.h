/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who watches a boot: frames, console and QMP in; milestones, journal lines and in the end a
 * verdict out
 *
 * It knows no descriptor and no clock: each call says when it happens.
 */
#ifndef HARNESS_OBSERVER_H
#define HARNESS_OBSERVER_H

#include <json-glib/json-glib.h>

#include "harness/client.h"
#include "harness/ending.h"
#include "harness/scenario.h"
#include "reports/result.h"
#include "server/journal.h"

struct observer_config { /* all borrowed */
	const Client *client;
	const Scenario *scenario;
	const char *tree; /* folder with the served files */
	Journal *journal;
	Result *result; /* filled as the boot goes on */
	/* A milestone was reached, for people who watch. NULL: nobody does. */
	void (*progress)(void *self, const char *milestone, uint64_t t_ns);
	void *self;
	bool is_virtual; /* the clock: then the cell's deadline is the host's, and not seen here */
};

typedef struct Observer Observer;

Observer *observer_new(const struct observer_config *cfg);

void observer_power_on(Observer *o);
void observer_frame(Observer *o, uint64_t now_ns, bool to_guest, const struct frame *f);
/* The server says how far a file is, of which the frames do not tell. */
void observer_http(Observer *o, uint64_t now_ns, enum http_transfer what, const char *file,
		   uint64_t bytes);

void observer_console(Observer *o, uint64_t now_ns, const char *buf, size_t len);
void observer_qmp(Observer *o, uint64_t now_ns, const char *event, JsonObject *data);
void observer_qemu_exited(Observer *o);

/* The lowcore before anything went wrong: at power-on, and again at the first frame. */
void observer_lowcore_before(Observer *o, const struct lowcore *l);

/* When a phase or the cell is over its time; tell it with observer_step(). */
uint64_t observer_deadline_ns(const Observer *o);
unsigned observer_cell_ms(const Observer *o); /* how long the cell may take, in time of the host */
void observer_out_of_time(Observer *o);       /* the host's clock is past the cell's deadline */
void observer_step(Observer *o, uint64_t now_ns);

/* Whether its lowcore tells of loops: an operating system's tells nothing. */
bool observer_can_look(const Observer *o);
/* Whether a lowcore shows a loop of program checks, which nothing ends. */
bool observer_sees_loop(Observer *o, const struct lowcore *l);

/*
 * On the virtual clock a guest that has been silent for long is looked at, now and then, and in
 * such a loop the boot is over. observer_deadline_ns() is never behind the next look.
 */
bool observer_wants_look(const Observer *o, uint64_t now_ns);
void observer_look(Observer *o, uint64_t now_ns, const struct lowcore *l);

/* Whether the boot is over, one way or another. */
bool observer_is_over(const Observer *o);

/* Whether QEMU ended without the guest having ended the machine. */
bool observer_qemu_has_exited(const Observer *o);

/* Whether the machine can still be looked at: it was not shut down, and QEMU lives. */
bool observer_has_machine(const Observer *o);

/**
 * observer_judge() - Fill the result: verdict, reason, ending
 * @last:	The lowcore at the end
 * @qemu_status: As of waitpid()
 * @qemu_said:	What QEMU wrote to standard error; NULL: nothing
 */
void observer_judge(Observer *o, uint64_t now_ns, const struct lowcore *last, int qemu_status,
		    const char *qemu_said);

/* Every byte of the console. Borrowed. */
const GString *observer_console_raw(const Observer *o);

void observer_free(Observer *o);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Observer, observer_free)

#endif /* HARNESS_OBSERVER_H */
