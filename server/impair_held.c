/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Deliveries, and the one packet of a direction that waits to be swapped with the next
 */
#include "server/impair_held.h"

#include "server/impair_note.h"
#include "server/impair_passage.h"

static void delivery_free(gpointer data)
{
	struct delivery *d = data;

	g_bytes_unref(d->frame);
	g_free(d);
}

GPtrArray *impair_deliveries_new(void)
{
	return g_ptr_array_new_with_free_func(delivery_free);
}

void impair_deliveries_add(GPtrArray *a, enum packet_dir dir, uint64_t due_ns, GBytes *frame,
			   uint64_t order)
{
	struct delivery *d = g_new(struct delivery, 1);

	*d = (struct delivery){ .dir = dir, .due_ns = due_ns, .frame = frame, .order = order };
	g_ptr_array_add(a, d);
}

static int compare(gconstpointer a, gconstpointer b)
{
	const struct delivery *x = *(const struct delivery *const *)a;
	const struct delivery *y = *(const struct delivery *const *)b;

	if (x->due_ns != y->due_ns)
		return x->due_ns < y->due_ns ? -1 : 1;
	return x->order < y->order ? -1 : 1;
}

void impair_deliveries_sort(GPtrArray *a)
{
	g_ptr_array_sort(a, compare);
}

uint64_t impair_deliveries_last_ns(const GPtrArray *a)
{
	uint64_t last_ns = 0;

	for (unsigned i = 0; i < a->len; i++)
		last_ns = MAX(last_ns, ((const struct delivery *)a->pdata[i])->due_ns);
	return last_ns;
}

void impair_held_init(struct impair_held *h, GPtrArray *deliveries, uint64_t now_ns,
		      const struct impair_rule *rule, const struct packet_id *id)
{
	g_assert(!h->deliveries);
	*h = (struct impair_held){
		.deliveries = deliveries,
		.deadline_ns = now_ns + (rule->by_ns ? rule->by_ns : IMPAIR_SWAP_NS),
		.rule = rule,
		.id = *id,
	};
	h->id.file = NULL; /* lent for one call only */
}

void impair_held_release(struct impair_held *h, Impair *im, uint64_t now_ns, uint64_t not_before_ns,
			 const char *reason, GPtrArray *out)
{
	struct impair_note n = { .action = "release", .rule = h->rule };

	impair_note_add_text(&n, "reason", reason);
	impair_note_journal(&n, im->journal, im->name, now_ns, &h->id);
	for (unsigned i = 0; i < h->deliveries->len; i++) {
		const struct delivery *d = h->deliveries->pdata[i];

		impair_deliveries_add(out, d->dir, MAX(d->due_ns, not_before_ns),
				      g_bytes_ref(d->frame), im->n_delivered++);
	}
	impair_held_fini(h);
}

void impair_held_fini(struct impair_held *h)
{
	g_clear_pointer(&h->deliveries, g_ptr_array_unref);
}
