/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The model of what a run's folder holds: one result for each cell
 *
 * results.jsonl has a line of JSON for each finished cell, appended whole: however a run ends,
 * every line in it is valid. `iplab run --json` prints the same lines.
 */
#ifndef REPORTS_RESULT_H
#define REPORTS_RESULT_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "reports/check_result.h"

#define RESULT_SCHEMA 1

typedef enum {
	RESULT_ERROR_SYNTAX, /* not JSON, or not an object */
	RESULT_ERROR_FIELD,  /* a field is missing or of the wrong type */
	RESULT_ERROR_FILE,   /* cannot be read or written */
} ResultError;

#define RESULT_ERROR result_error_quark()
GQuark result_error_quark(void);

enum verdict {
	VERDICT_PASS,
	VERDICT_FAIL,  /* the client did not do what the scenario claims */
	VERDICT_ERROR, /* ours or the machine's, never the client's */
	VERDICT_SKIP,  /* could not run here, for the reason given */
	VERDICT_XFAIL, /* a fail that was known before: as expected */
	VERDICT_XPASS, /* a pass where a fail was known: as unexpected as a fail */
	VERDICT_FLAKY, /* a pass, but not at the first try: only on the wall clock */
	VERDICT_N,
};

struct milestone {
	char *name; /* "dhcp-ack", "kernel-done", ... in order of time */
	uint64_t t_ns;
};

/* Strings are owned by the result. */
typedef struct Result {
	char *cell; /* "client/server/scenario/seed": also its folder below cells/ */
	char *client, *server, *scenario;
	char *server_version; /* of a daemon; NULL: the server is in iplab */
	uint64_t seed;
	char *clock; /* "wall" or "virtual" */
	enum verdict verdict;
	char *reason;         /* one sentence; NULL on a pass */
	char *signature;      /* of a fail: what would be the same failure; or NULL */
	char *ending;         /* how the boot ended: "payload", "gave-up", "crash", ...; or NULL */
	uint64_t wall_ns;     /* from the start of the cell to the verdict, host time */
	uint64_t virtual_ns;  /* only if clock is "virtual" */
	GArray *milestones;   /* of struct milestone */
	char *journal_sha256; /* only if clock is "virtual" */
	char *initrd_crc32;   /* what the payload computed; NULL: it said nothing */
	char *cmdline;        /* what the payload was given; NULL: it said nothing */
	char *client_version; /* of the package that its files are from; NULL: not known */
	char *client_files;   /* "firmware:SUM netboot:SUM", 16 digits of each SHA-256; or NULL */
	char *qemu_version;   /* first line of its help; NULL: it was not asked */
	uint64_t frames_in, frames_out; /* from and to the guest */
	/* What the cell took of the host: CPU time of QEMU and of the process that ran the cell,
	 * and the most memory that this one ever held. 0: not known. */
	uint64_t qemu_cpu_ns, worker_cpu_ns, worker_peak_kib;
	uint64_t bytes_loaded; /* of files that arrived whole; 0: none did, or nobody counted */
	uint64_t ns_per_insn;  /* only if clock is "virtual": what an instruction takes; or 0 */
	uint64_t loss_ppm; /* asked of a random loss model, parts per million; 0: no such model */
	uint64_t n_sent, n_lost; /* packets that entered an impaired network, and of them lost; 0,
				  * 0: it was not impaired */
	GPtrArray *checks;       /* of struct check_result: passive ones that are neither pass nor
				  * not-observed */
	uint64_t n_checks_passed;
	uint64_t begun_unix_ns; /* when the cell began, UTC since 1970; 0: not known */
	char *known;            /* of an xfail or xpass: the name of its known failure; or NULL */
	char *known_link;       /* of that; or NULL */
	char *sweep_axis;       /* what the scenario varies, for people; NULL: it is no sweep */
	char *sweep_at;         /* the value that this one has, as its file says it: "5%" */
	/* The known failure that says how often boots like this one pass, and its range in parts
	 * per million; NULL, 0, 0: none does. */
	char *rate;
	uint64_t rate_low_ppm, rate_high_ppm;
	char *about; /* no boot, but said of several: of what ("rate"); NULL: a boot. In no file */
} Result;

/* An empty result: everything NULL or zero, verdict ERROR, no milestones. */
Result *result_new(void);

/* The same for a cell that is to run: who, where, what, and on which clock. */
Result *result_new_for(const char *cell, const char *client, const char *server,
		       const char *scenario, uint64_t seed, bool is_virtual);

void result_add_milestone(Result *r, const char *name, uint64_t t_ns);

/* The realised loss in percent, with its 95 % interval (Wilson's); only if n_sent is not 0. */
struct loss_interval {
	double percent, low, high;
};
struct loss_interval result_loss(const Result *r);

/* One line of JSON without the newline; the caller frees it. */
char *result_to_json(const Result *r);

/**
 * result_from_json() - Read a line back
 *
 * Unknown fields are ignored (a newer program wrote them).
 *
 * Return: the result, or NULL with @error set.
 */
Result *result_from_json(const char *line, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Another one that says the same. */
Result *result_copy(const Result *r) G_GNUC_WARN_UNUSED_RESULT;

/* All results of a results.jsonl, in file order: array of Result. NULL with @error set. */
GPtrArray *results_load(const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

void result_free(Result *r);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Result, result_free)

/* "pass", "fail", "error", "skip", "xfail", "xpass", "flaky" */
const char *verdict_name(enum verdict v);

#endif /* REPORTS_RESULT_H */
