/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the network does to packets: statistical models and scripted rules
 *
 * Frames go in as their sender sent them; what comes out are deliveries: none (lost), one, or
 * several, each with the time at which the receiver gets it. Protocol code knows nothing of it.
 *
 * A decision is a keyed hash (xxHash, 64 bits) of what the packet *is*, not of how many came before
 * it: one packet more shifts no other decision, and two clients meet the same losses. The key is
 * (seed, model, direction, protocol, transaction, message kind, position, attempt); see
 * server/packet_id.h. Gilbert-Elliott and 4-state have memory: their state changes with slots of
 * time, never with packets. The rate is a queue that each direction has.
 *
 * In this order:
 *  1. rules, in their order, each that matches; "drop" and "error" end it
 *  2. an unplugged cable, then mtu: an IP packet that is too long is lost
 *  3. loss models: random, Gilbert-Elliott, 4-state; the first that hits ends it
 *  4. corrupt: one bit
 *  5. duplicate: one copy more, which from here on is a packet of its own
 *  6. reorder: the packet gets there at once, whatever waits before it
 *  7. else: rate (it waits for those before it, then takes its own time), delay and jitter
 *  8. what rules add: delays, copies, and last the swap
 */
#ifndef SERVER_IMPAIR_H
#define SERVER_IMPAIR_H

#include <glib.h>

#include "server/journal.h"
#include "server/packet_id.h"
#include "server/wire/frame.h"

/* Of jitter, with the names of tc-netem(8); see impair_jitter_ns() for what they are. */
enum impair_distribution {
	IMPAIR_UNIFORM,
	IMPAIR_NORMAL,
	IMPAIR_PARETO,
	IMPAIR_PARETONORMAL,
};

/* Longest time that anything may be asked to take. */
#define IMPAIR_NS_MAX UINT64_C(3600000000000)

/* How long a packet that is to be swapped waits for the next one, if its rule does not say. */
#define IMPAIR_SWAP_NS UINT64_C(100000000)

#define IMPAIR_CONFIG_ERROR (impair_config_error_quark())
GQuark impair_config_error_quark(void);

typedef enum {
	IMPAIR_CONFIG_ERROR_RULE,  /* what a rule is for cannot be read, or does not go together */
	IMPAIR_CONFIG_ERROR_RANGE, /* a number outside its documented range */
	IMPAIR_CONFIG_ERROR_MODEL, /* figures of a model that do not go together */
} ImpairConfigError;

/*
 * One direction. Probabilities are parts per million of packets; 0: the model is off.
 * Vocabulary and meaning are those of tc-netem(8).
 */
struct impair_side {
	uint64_t delay_ns, jitter_ns;
	int distribution;            /* enum impair_distribution */
	unsigned loss_ppm;           /* random, each packet for itself */
	unsigned ge_p_ppm, ge_r_ppm; /* Gilbert-Elliott: good to bad, bad to good, each slot */
	unsigned ge_loss_bad_ppm;    /* loss in the bad state (netem's 1-h) */
	unsigned ge_loss_good_ppm;   /* loss in the good state (netem's 1-k) */
	unsigned s4_p13_ppm, s4_p31_ppm, s4_p32_ppm, s4_p23_ppm, s4_p14_ppm; /* 4-state */
	uint64_t slot_ns; /* length of a slot of the models with memory; not 0 if one is on */
	unsigned duplicate_ppm;
	unsigned reorder_ppm;    /* sent at once, before those that are being delayed */
	unsigned corrupt_ppm;    /* one random bit of the IP payload is flipped; of the Ethernet
				  * payload where there is no IP */
	bool corrupt_repair;     /* and the checksums are made right again */
	unsigned rate_kbit;      /* of Ethernet frames, 1000 bits a second; 0: no limit */
	unsigned mtu;            /* longer IP packets are lost; 0: no limit */
	uint64_t down_ns, up_ns; /* unplugged from the one to the other; 0: never, for ever */
};

enum impair_action {
	IMPAIR_DROP,
	IMPAIR_DELAY,     /* by by_ns more */
	IMPAIR_DUPLICATE, /* `times` copies more, by_ns after each other */
	IMPAIR_SWAP,      /* with the next packet of this direction that is not lost; without one
			   * it goes after by_ns (0: IMPAIR_SWAP_NS) */
	IMPAIR_TRUNCATE,  /* the UDP payload to `bytes` bytes, lengths and checksums made right */
	IMPAIR_CORRUPT,   /* `field` is changed; checksums repaired or left wrong; see
			   * server/impair_change.h */
	IMPAIR_ERROR,     /* in its place a TFTP ERROR with `code` goes back to its sender */
	IMPAIR_RST,       /* a TCP segment becomes a reset: the flag, and no data */
	IMPAIR_WINDOW,    /* a TCP segment advertises a window of `bytes` */
	IMPAIR_REWRITE,   /* bytes are replaced: `edits`, see server/impair_rewrite.h */
	IMPAIR_FORGE,     /* a copy with `edits` arrives, and the packet itself by_ns later */
	IMPAIR_INJECT,    /* `frame` arrives as well, `times` times; see server/impair_craft.h */
	IMPAIR_FRAGMENT,  /* it arrives as fragments, `pieces`; see server/impair_pieces.h */
	IMPAIR_N_ACTIONS,
};

/*
 * A scripted rule: an action on packets of one kind, narrowed down by conditions.
 * "drop = tftp.data block=3 attempt=1" is IMPAIR_DROP, FRAME_TFTP_DATA, {block, attempt}.
 */
struct impair_rule {
	char *name; /* of the group: "lost-offer" */
	int action; /* enum impair_action */
	char *what; /* as it stands in the file: "tftp.data block=3 attempt=1"; the grammar is
		     * that of impair_match_parse() */
	uint64_t by_ns;
	unsigned times;
	unsigned bytes;
	bool is_random;      /* truncate: @bytes is the most that is left; how much is drawn */
	unsigned chance_ppm; /* the share of the packets that it is done to; 0: all of them */
	char *field;         /* "udp.checksum", ...: one of server/impair_change.h */
	bool repair;
	unsigned code;
	char **edits;  /* as of impair_rewrite(); NULL: none */
	bool back;     /* `frame` goes to the packet's sender */
	char *frame;   /* as of impair_craft(); NULL: none */
	char **pieces; /* as of impair_piece(); NULL: none */
};

struct impair_config {
	struct impair_side side[2]; /* by enum impair_dir */
	GPtrArray *rules;           /* of struct impair_rule, in order; NULL: none */
	char **only;                /* decisions that are taken, and no others: their names, as of
				     * server/impair_decision.h; NULL: all are */
	const char *name;           /* what its events begin with; NULL: "impair" */
};

/* What became of a frame. */
struct delivery {
	enum packet_dir dir; /* whom it goes to: an ERROR rule turns one round */
	uint64_t due_ns;
	GBytes *frame;
	uint64_t order; /* of those due at the same time: the order in which they were sent */
};

typedef struct Impair Impair;

/**
 * impair_new() - Make a network
 * @cfg:	Copied; its rules are borrowed, and nothing else
 * @seed:	Of the cell
 * @journal:	Borrowed
 * @error:	A rule or a model that makes no sense: message says which and what is allowed
 *
 * Return: the network, or NULL with @error set.
 */
Impair *impair_new(const struct impair_config *cfg, uint64_t seed, Journal *journal,
		   GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * impair_send() - A frame enters the network
 * @f:		The frame, decoded
 * @comment:	Filled with what was done to it and why, for the capture: caller frees. Set to NULL
 *		if nothing was. NULL: nobody wants to know
 *
 * Each frame exactly once, in the order in which they are sent: this is what counts attempts. Each
 * decision that touches the packet is an event of the journal: "impair.drop", "impair.delay",
 * "impair.duplicate", "impair.swap" ("impair.release" when it goes on), "impair.truncate",
 * "impair.corrupt", "impair.error", "impair.rst", "impair.window", "impair.rewrite",
 * "impair.forge", "impair.inject", "impair.fragment", "impair.reorder". Fields: kind and dir; rule,
 *or model, and decision, its name as of server/impair_decision.h, with draw, draw_ppm and
 *threshold_ppm (it hits if that is larger); transaction, position and attempt, which are the key;
 *file and block if it has them; what the action did. Delay and rate, which every packet meets
 *alike, are no decisions; jitter is.
 *
 * Return: array of struct delivery (caller: g_ptr_array_unref()), in order of due_ns; empty if
 * lost or held back. A packet that was held back is among those of a later call.
 */
GPtrArray *impair_send(Impair *im, uint64_t now_ns, enum packet_dir dir, const uint8_t *frame,
		       size_t len, const struct frame *f, char **comment);

/* Frames held back (swap) that are due without a successor; same rules as impair_send(). */
GPtrArray *impair_step(Impair *im, uint64_t now_ns);

/* When impair_step() has something to do, or DEADLINE_NEVER. */
uint64_t impair_deadline_ns(const Impair *im);

/* Whether nothing is ever touched: then a frame can be handed over at once. */
bool impair_is_idle(const Impair *im);

struct impair_counts {
	uint64_t n_packets; /* that were sent */
	uint64_t n_lost;    /* by any model or rule; an ERROR in its place is a loss as well */
};

/* What happened in a direction so far: the realised loss. */
struct impair_counts impair_counts(const Impair *im, enum packet_dir dir);

void impair_free(Impair *im);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Impair, impair_free)

#endif /* SERVER_IMPAIR_H */
