/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A packet on its way through the network: words about it, and what rules do to it
 */
#include "server/impair_passage.h"

#include "server/impair_change.h"
#include "server/impair_craft.h"
#include "server/impair_decision.h"
#include "server/impair_pieces.h"
#include "server/impair_rewrite.h"

/* --- words of a passage --- */

uint64_t passage_add_ns(uint64_t a, uint64_t b)
{
	return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

uint64_t passage_draw(const struct passage *p, const char *model)
{
	return packet_id_draw(&p->id, p->im->seed, model);
}

uint64_t passage_draw_of(const struct passage *p, const char *model, unsigned number)
{
	char name[32];

	if (!number)
		return passage_draw(p, model);
	g_snprintf(name, sizeof(name), "%s/%u", model, number);
	return passage_draw(p, name);
}

struct impair_frame *passage_change(struct passage *p)
{
	if (!p->is_changed)
		impair_frame_init(&p->changed, p->f->kind, p->sent, p->sent_len);
	p->is_changed = true;
	return &p->changed;
}

size_t passage_length(const struct passage *p)
{
	return p->is_changed ? p->changed.bytes->len : p->sent_len;
}

bool passage_may(const struct passage *p, const struct impair_rule *rule, const char *model)
{
	return impair_only_has(p->im->only, rule, model, &p->id);
}

void passage_note(struct passage *p, const struct impair_note *n)
{
	impair_note_journal(n, p->im->journal, p->im->name, p->now_ns, &p->id);
	if (p->comment)
		impair_note_comment(n, p->comment);
}

void passage_note_change(struct passage *p, struct impair_note *n, GBytes *before, bool repaired)
{
	g_free(p->edits);
	p->edits = impair_frame_edits(&p->changed, before, repaired);
	impair_note_add_u64(n, "repaired", repaired);
	impair_note_add_text(n, "edits", p->edits);
}

void passage_lose(struct passage *p)
{
	p->is_over = true;
	p->way->counts.n_lost++;
}

void passage_deliver(struct passage *p, enum packet_dir dir, uint64_t due_ns, GBytes *frame)
{
	impair_deliveries_add(p->out, dir, due_ns, frame, p->im->n_delivered++);
}

/* --- rules --- */

/* There and back, with an ERROR in the packet's place. */
static void answer(struct passage *p, const struct impair_rule *r)
{
	enum packet_dir back = p->id.dir == PACKET_TO_GUEST ? PACKET_FROM_GUEST : PACKET_TO_GUEST;
	uint64_t due_ns = passage_add_ns(p->now_ns, p->way->cfg.delay_ns);

	due_ns = passage_add_ns(due_ns, p->im->ways[back].cfg.delay_ns);
	passage_deliver(p, back, due_ns, impair_change_to_error(p->f, r->code));
	passage_lose(p);
}

static bool cut(struct passage *p, const struct impair_read_rule *rule, struct impair_note *n)
{
	size_t bytes = rule->rule->bytes;

	if (rule->rule->is_random)
		bytes = impair_scale(passage_draw_of(p, "rule", rule->number), bytes + 1);
	impair_note_add_u64(n, "bytes", bytes);
	return impair_change_truncate(passage_change(p), bytes);
}

static bool corrupt(struct passage *p, const struct impair_read_rule *rule, struct impair_note *n)
{
	const struct impair_rule *r = rule->rule;
	struct impair_frame *fr = passage_change(p);
	g_autoptr(GBytes) before = g_bytes_new(fr->bytes->data, fr->bytes->len);

	if (!impair_change_field(fr, r->field, passage_draw_of(p, "rule", rule->number), r->repair))
		return false;
	impair_note_add_text(n, "field", r->field);
	passage_note_change(p, n, before, r->repair);
	return true;
}

static void note_edits(struct impair_note *n, const struct impair_read_rule *rule)
{
	impair_note_add_text(n, "edits", rule->edits);
	impair_note_add_u64(n, "repaired", rule->rule->repair);
}

/* A changed copy of the packet as it was sent, which arrives by_ns before it. */
static bool forge(struct passage *p, const struct impair_rule *r)
{
	struct impair_frame copy;
	bool changed;

	impair_frame_init(&copy, p->f->kind, p->sent, p->sent_len);
	changed = impair_rewrite(&copy, r->edits, r->repair);
	if (changed) {
		uint64_t due_ns = passage_add_ns(p->now_ns, p->way->cfg.delay_ns);

		passage_deliver(p, p->id.dir, due_ns,
				g_bytes_new(copy.bytes->data, copy.bytes->len));
		p->delay_ns = passage_add_ns(p->delay_ns, r->by_ns);
	}
	impair_frame_fini(&copy);
	return changed;
}

/* Further frames, by_ns after each other, the first by_ns after the packet; it goes on as it is. */
static bool inject(struct passage *p, const struct impair_rule *r)
{
	g_autoptr(GBytes) frame =
		impair_craft(r->frame, p->f, p->id.dir == PACKET_TO_GUEST, r->repair);
	enum packet_dir dir =
		(p->id.dir == PACKET_TO_GUEST) != r->back ? PACKET_TO_GUEST : PACKET_FROM_GUEST;
	uint64_t due_ns = passage_add_ns(p->now_ns, p->im->ways[dir].cfg.delay_ns);

	for (unsigned i = 0; i < r->times; i++) {
		due_ns = passage_add_ns(due_ns, r->by_ns);
		passage_deliver(p, dir, due_ns, g_bytes_ref(frame));
	}
	return true;
}

/* In the packet's place its pieces, by_ns after each other. */
static bool fragment(struct passage *p, const struct impair_rule *r)
{
	uint64_t due_ns = passage_add_ns(p->now_ns, p->way->cfg.delay_ns);
	struct impair_frame *fr = passage_change(p);

	if (!fr->ip || !impair_pieces_fit(fr, r->pieces))
		return false;
	for (char **piece = r->pieces; *piece; piece++) {
		passage_deliver(p, p->id.dir, due_ns, impair_piece(fr, *piece));
		due_ns = passage_add_ns(due_ns, r->by_ns);
	}
	p->is_over = true;
	return true;
}

/* Return: whether it did anything. */
static bool apply(struct passage *p, const struct impair_read_rule *rule, struct impair_note *n)
{
	const struct impair_rule *r = rule->rule;

	switch ((enum impair_action)r->action) {
	case IMPAIR_DROP:
		passage_lose(p);
		return true;
	case IMPAIR_DELAY:
		p->delay_ns = passage_add_ns(p->delay_ns, r->by_ns);
		impair_note_add_u64(n, "by_ns", r->by_ns);
		return true;
	case IMPAIR_DUPLICATE:
		p->n_copies += r->times;
		p->gap_ns = r->by_ns;
		impair_note_add_u64(n, "copies", r->times);
		return true;
	case IMPAIR_SWAP:
		/* If one is waiting already this is its successor. */
		if (p->way->held.deliveries)
			return false;
		p->swap = r;
		return true;
	case IMPAIR_TRUNCATE:
		return cut(p, rule, n);
	case IMPAIR_CORRUPT:
		return corrupt(p, rule, n);
	case IMPAIR_REWRITE:
		note_edits(n, rule);
		return impair_rewrite(passage_change(p), r->edits, r->repair);
	case IMPAIR_FORGE:
		note_edits(n, rule);
		return forge(p, r);
	case IMPAIR_INJECT:
		impair_note_add_u64(n, "copies", r->times);
		return inject(p, r);
	case IMPAIR_FRAGMENT:
		return fragment(p, r);
	case IMPAIR_ERROR:
		impair_note_add_u64(n, "code", r->code);
		answer(p, r);
		return true;
	case IMPAIR_RST:
		return impair_change_to_rst(passage_change(p));
	case IMPAIR_WINDOW:
		impair_note_add_u64(n, "bytes", r->bytes);
		return impair_change_window(passage_change(p), r->bytes);
	case IMPAIR_N_ACTIONS:
		break;
	}
	return false;
}

/* Whether a rule is for this packet, and its chance hits. */
static bool is_chosen(const struct passage *p, const struct impair_read_rule *r,
		      struct impair_note *n)
{
	unsigned ppm = r->rule->chance_ppm;

	if (!impair_match_has(r->match, &p->id))
		return false;
	if (!ppm)
		return true;
	n->draw = passage_draw_of(p, "chance", r->number);
	n->threshold_ppm = ppm;
	return impair_hit(n->draw, ppm);
}

void passage_apply_rules(struct passage *p)
{
	for (unsigned i = 0; i < p->im->rules->len && !p->is_over; i++) {
		const struct impair_read_rule *r = g_ptr_array_index(p->im->rules, i);
		struct impair_note n = {
			.action = impair_action_name((enum impair_action)r->rule->action),
			.rule = r->rule,
		};

		if (is_chosen(p, r, &n) && passage_may(p, r->rule, NULL) && apply(p, r, &n))
			passage_note(p, &n);
	}
}
