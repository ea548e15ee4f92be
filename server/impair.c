/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the network does to packets
 *
 * A packet's passage has a place where each step leaves what it decided; the deliveries are made at
 * its end. The order of the steps is in impair.h; rules are in impair_passage.c.
 */
#include "server/impair.h"

#include "server/datagram.h"
#include "server/impair_change.h"
#include "server/impair_config.h"
#include "server/impair_decision.h"
#include "server/impair_held.h"
#include "server/impair_model.h"
#include "server/impair_note.h"
#include "server/impair_passage.h"
#include "server/impair_rule.h"

/* --- making --- */

static void way_init(struct way *w, enum packet_dir dir, const struct impair_side *cfg,
		     uint64_t seed)
{
	*w = (struct way){
		.cfg = *cfg,
		.ge = IMPAIR_CHAIN_INIT(IMPAIR_CHAIN_GE, dir, seed),
		.s4 = IMPAIR_CHAIN_INIT(IMPAIR_CHAIN_4STATE, dir, seed),
	};
}

Impair *impair_new(const struct impair_config *cfg, uint64_t seed, Journal *journal, GError **error)
{
	g_autoptr(Impair) im = g_new0(Impair, 1);

	im->seed = seed;
	im->journal = journal;
	im->name = g_strdup(cfg->name ? cfg->name : "impair");
	im->ids = packet_ids_new();
	im->idle = true;
	impair_normal_init(&im->normal);
	for (int dir = 0; dir < 2; dir++) {
		if (!impair_side_check(&cfg->side[dir], (enum packet_dir)dir, error))
			return NULL;
		way_init(&im->ways[dir], (enum packet_dir)dir, &cfg->side[dir], seed);
		im->idle &= impair_side_is_idle(&cfg->side[dir]);
	}
	im->rules = impair_rules_parse(cfg->rules, error);
	if (!im->rules)
		return NULL;
	im->idle &= im->rules->len == 0;
	im->only = impair_only_parse(cfg->only, error);
	if (cfg->only && !im->only)
		return NULL;
	return g_steal_pointer(&im);
}

/* --- models --- */

static void apply_down(struct passage *p)
{
	struct impair_note n = { .action = "drop", .model = "down" };

	if (p->is_over || !impair_side_is_down(&p->way->cfg, p->now_ns) ||
	    !passage_may(p, NULL, n.model))
		return;
	passage_note(p, &n);
	passage_lose(p);
}

static void apply_mtu(struct passage *p)
{
	struct impair_note n = { .action = "drop", .model = "mtu" };
	size_t bytes = passage_length(p) - MIN(passage_length(p), ETH_HLEN);

	if (p->is_over || !p->way->cfg.mtu || !frame_is_ip(p->f) || bytes <= p->way->cfg.mtu ||
	    !passage_may(p, NULL, n.model))
		return;
	impair_note_add_u64(&n, "bytes", bytes);
	impair_note_add_u64(&n, "mtu", p->way->cfg.mtu);
	passage_note(p, &n);
	passage_lose(p);
}

/* Whether a model hits; it is written down if so. */
static bool hits(struct passage *p, const char *action, const char *model, unsigned ppm,
		 unsigned copy)
{
	struct impair_note n = { .action = action, .model = model, .threshold_ppm = ppm };

	if (!ppm)
		return false;
	n.draw = passage_draw_of(p, model, copy);
	if (!impair_hit(n.draw, ppm) || !passage_may(p, NULL, model))
		return false;
	passage_note(p, &n);
	return true;
}

/* Four states: all that is sent in a slot of a lost state is lost. */
static bool is_in_lost_slot(struct passage *p)
{
	uint64_t slot = p->now_ns / p->way->cfg.slot_ns;
	int state = impair_chain_state(&p->way->s4, &p->way->cfg, slot);
	struct impair_note n = { .action = "drop", .model = "state" };

	if ((state != IMPAIR_LOST && state != IMPAIR_ISOLATED) || !passage_may(p, NULL, n.model))
		return false;
	impair_note_add_u64(&n, "state", (uint64_t)(state - IMPAIR_GAP + 1));
	impair_note_add_u64(&n, "slot", slot);
	passage_note(p, &n);
	return true;
}

static bool is_lost_by_ge(struct passage *p)
{
	const struct impair_side *s = &p->way->cfg;
	int state = impair_chain_state(&p->way->ge, s, p->now_ns / s->slot_ns);

	return hits(p, "drop", "gemodel",
		    state == IMPAIR_BAD ? s->ge_loss_bad_ppm : s->ge_loss_good_ppm, 0);
}

static void apply_loss(struct passage *p)
{
	const struct impair_side *s = &p->way->cfg;

	if (p->is_over)
		return;
	if (hits(p, "drop", "loss", s->loss_ppm, 0) ||
	    (impair_side_has_ge(s) && is_lost_by_ge(p)) ||
	    (impair_side_has_4state(s) && is_in_lost_slot(p)))
		passage_lose(p);
}

static void apply_corrupt(struct passage *p)
{
	const struct impair_side *s = &p->way->cfg;
	struct impair_note n = {
		.action = "corrupt",
		.model = "corrupt",
		.threshold_ppm = s->corrupt_ppm,
	};
	g_autoptr(GBytes) before = NULL;
	struct impair_frame *fr;
	uint64_t bit;

	if (p->is_over || !s->corrupt_ppm)
		return;
	n.draw = passage_draw(p, "corrupt");
	if (!impair_hit(n.draw, s->corrupt_ppm) || !passage_may(p, NULL, n.model))
		return;
	fr = passage_change(p);
	before = g_bytes_new(fr->bytes->data, fr->bytes->len);
	if (!impair_change_bit(fr, passage_draw(p, "corrupt.bit"), s->corrupt_repair, &bit))
		return;
	impair_note_add_u64(&n, "bit", bit);
	passage_note_change(p, &n, before, s->corrupt_repair);
	passage_note(p, &n);
}

static uint64_t delay_ns(struct passage *p, unsigned copy)
{
	const struct impair_side *s = &p->way->cfg;
	struct impair_note n = { .action = "delay", .model = "jitter" };
	uint64_t ns = s->delay_ns;
	int64_t jitter;

	if (!s->jitter_ns || !passage_may(p, NULL, n.model))
		return ns;
	n.draw = passage_draw_of(p, "jitter", copy);
	jitter = impair_jitter_ns((enum impair_distribution)s->distribution, &p->im->normal,
				  s->jitter_ns, n.draw, passage_draw_of(p, "jitter.2", copy));
	if (jitter >= 0)
		ns += (uint64_t)jitter;
	else
		ns -= MIN(ns, (uint64_t)-jitter);
	impair_note_add_u64(&n, "delay_ns", ns);
	passage_note(p, &n);
	return ns;
}

/* When the packet, or a copy of it, gets there by what the models say. */
static uint64_t due_ns(struct passage *p, unsigned copy)
{
	const struct impair_side *s = &p->way->cfg;
	uint64_t at_ns = p->now_ns;

	if (hits(p, "reorder", "reorder", s->reorder_ppm, copy))
		return at_ns;
	if (s->rate_kbit) {
		at_ns = passage_add_ns(MAX(at_ns, p->way->free_ns),
				       impair_serialise_ns(passage_length(p), s->rate_kbit));
		p->way->free_ns = at_ns;
	}
	return passage_add_ns(at_ns, delay_ns(p, copy));
}

/* --- out --- */

static void emit(struct passage *p)
{
	unsigned n = 1 + p->n_copies + (p->is_doubled ? 1 : 0);
	const uint8_t *bytes = p->is_changed ? p->changed.bytes->data : p->sent;
	g_autoptr(GBytes) frame = NULL;

	if (p->is_over)
		return;
	frame = g_bytes_new(bytes, passage_length(p));
	for (unsigned copy = 0; copy < n; copy++) {
		uint64_t extra_ns = copy <= p->n_copies ? copy * p->gap_ns : 0;
		uint64_t at_ns =
			passage_add_ns(due_ns(p, copy), passage_add_ns(p->delay_ns, extra_ns));

		passage_deliver(p, p->id.dir, at_ns, g_bytes_ref(frame));
	}
}

/* Hold it back, or let go what was held back for it. */
static void swap(struct passage *p)
{
	struct impair_held *held = &p->way->held;

	if (p->is_over)
		return;
	if (held->deliveries) {
		impair_held_release(held, p->im, p->now_ns, impair_deliveries_last_ns(p->out),
				    "successor", p->out);
	} else if (p->swap) {
		impair_held_init(held, p->out, p->now_ns, p->swap, &p->id);
		p->out = impair_deliveries_new();
	}
}

GPtrArray *impair_send(Impair *im, uint64_t now_ns, enum packet_dir dir, const uint8_t *frame,
		       size_t len, const struct frame *f, char **comment)
{
	struct passage p = {
		.im = im,
		.way = &im->ways[dir],
		.now_ns = now_ns,
		.sent = frame,
		.sent_len = len,
		.f = f,
		.out = impair_deliveries_new(),
		.comment = comment ? g_string_new(NULL) : NULL,
	};

	packet_ids_next(im->ids, dir, f, &p.id);
	p.way->counts.n_packets++;
	passage_apply_rules(&p);
	apply_down(&p);
	apply_mtu(&p);
	apply_loss(&p);
	apply_corrupt(&p);
	p.is_doubled =
		!p.is_over && hits(&p, "duplicate", "duplicate", p.way->cfg.duplicate_ppm, 0);
	emit(&p);
	swap(&p);

	if (p.is_changed)
		impair_frame_fini(&p.changed);
	g_free(p.edits);
	if (comment)
		*comment = g_string_free(p.comment, p.comment->len == 0);
	impair_deliveries_sort(p.out);
	return p.out;
}

GPtrArray *impair_step(Impair *im, uint64_t now_ns)
{
	GPtrArray *out = impair_deliveries_new();

	for (int dir = 0; dir < 2; dir++) {
		struct way *w = &im->ways[dir];

		if (w->held.deliveries && w->held.deadline_ns <= now_ns)
			impair_held_release(&w->held, im, now_ns, now_ns, "timeout", out);
	}
	impair_deliveries_sort(out);
	return out;
}

uint64_t impair_deadline_ns(const Impair *im)
{
	uint64_t first = DEADLINE_NEVER;

	for (int dir = 0; dir < 2; dir++)
		if (im->ways[dir].held.deliveries)
			first = MIN(first, im->ways[dir].held.deadline_ns);
	return first;
}

bool impair_is_idle(const Impair *im)
{
	return im->idle;
}

struct impair_counts impair_counts(const Impair *im, enum packet_dir dir)
{
	return im->ways[dir].counts;
}

void impair_free(Impair *im)
{
	if (!im)
		return;
	for (int dir = 0; dir < 2; dir++)
		impair_held_fini(&im->ways[dir].held);
	packet_ids_free(im->ids);
	if (im->rules)
		g_ptr_array_unref(im->rules);
	if (im->only)
		g_ptr_array_unref(im->only);
	g_free(im->name);
	g_free(im);
}
