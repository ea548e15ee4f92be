/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A transfer in a few lines
 *
 * A run starts with any DATA of TFTP, or data of TCP. It goes on with the next one of the same
 * flow, and with an ACK for something that was sent and not yet acknowledged (RFC 7440: one ACK for
 * a window). Its first two events are written at once. The following are held back; when there are
 * enough to be worth it, all but the last two of them become numbers.
 */
#include "reports/fold.h"

#include <inttypes.h>
#include <stdint.h>

#include "reports/text.h"

enum {
	N_FIRST = 2, /* shown at the start of a run */
	N_LAST = 2,  /* shown at its end */
	N_WORTH = 6, /* fewer than that are shown one by one */
};

/* Who sends to whom; ports as seen by the one who sends DATA. */
struct flow {
	bool from_guest;
	uint64_t data_port, ack_port;
	const char *nic; /* interned */
};

/* An event that may be of a run: blocks and sequence numbers are the same here, numbers that wrap.
 */
struct step {
	bool is_tcp, is_data;
	uint32_t at, next; /* of data: its number, and that of what follows; of an ACK: next */
};

struct Fold {
	GString *out;
	struct event_view *view;

	bool running;
	bool is_tcp;
	struct flow flow;
	uint32_t sent, acked; /* what comes next, on either side */
	unsigned n_first;     /* written so far */
	GQueue held;          /* of JsonObject */

	unsigned n_folded, n_blocks; /* events, and DATA among them */
	uint16_t first, last;        /* blocks, of TFTP */
	uint64_t bytes, from_ns, to_ns;
};

Fold *fold_new(GString *out, struct event_view *view)
{
	Fold *f = g_new0(Fold, 1);

	f->out = out;
	f->view = view;
	g_queue_init(&f->held);
	return f;
}

void fold_free(Fold *f)
{
	if (!f)
		return;
	g_queue_clear_full(&f->held, (void (*)(void *))json_object_unref);
	g_free(f);
}

/* Whether it has no field but those that the line for many accounts for. */
static bool is_ordinary(JsonObject *ev)
{
	static const char *const known[] = { "t_ns", "ev",  "nic",    "dir",   "frame", "len",
					     "src",  "dst", "sport",  "dport", "block", "bytes",
					     "seq",  "ack", "window", NULL };
	JsonObjectIter iter;
	const char *key;

	json_object_iter_init(&iter, ev);
	while (json_object_iter_next(&iter, &key, NULL)) {
		/* A boot client may well send UDP without a checksum, and then does so always. */
		if (g_str_equal(key, "udp_checksum") &&
		    !g_strcmp0(event_text(ev, "udp_checksum"), "none"))
			continue;
		if (!g_strv_contains(known, key))
			return false;
	}
	return event_text(ev, "nic") && event_text(ev, "dir");
}

static struct flow flow_of(JsonObject *ev, bool is_data)
{
	bool from_guest = g_str_equal(event_text(ev, "dir"), "from-guest");

	return (struct flow){
		.from_guest = from_guest == is_data,
		.data_port = event_count(ev, is_data ? "sport" : "dport"),
		.ack_port = event_count(ev, is_data ? "dport" : "sport"),
		.nic = g_intern_string(event_text(ev, "nic")),
	};
}

static bool is_same_flow(const struct flow *a, const struct flow *b)
{
	return a->from_guest == b->from_guest && a->data_port == b->data_port &&
	       a->ack_port == b->ack_port && a->nic == b->nic;
}

static bool is_step(JsonObject *ev, struct step *out)
{
	uint32_t block = (uint32_t)event_count(ev, "block");
	uint32_t seq = (uint32_t)event_count(ev, "seq");

	if (event_is(ev, "tftp.data") || event_is(ev, "tftp.ack"))
		*out = (struct step){ .is_data = event_is(ev, "tftp.data"),
				      .at = block,
				      .next = (block + 1) & 0xffff };
	else if (event_is(ev, "tcp.data"))
		*out = (struct step){ .is_tcp = true,
				      .is_data = true,
				      .at = seq,
				      .next = seq + (uint32_t)event_count(ev, "bytes") };
	else if (event_is(ev, "tcp.ack"))
		*out = (struct step){ .is_tcp = true, .next = (uint32_t)event_count(ev, "ack") };
	else
		return false;
	return is_ordinary(ev);
}

/* Numbers wrap: so only their differences are compared. */
static bool goes_on(const Fold *f, const struct flow *flow, const struct step *step)
{
	uint32_t mask = f->is_tcp ? UINT32_MAX : UINT16_MAX;

	if (!f->running || f->is_tcp != step->is_tcp || !is_same_flow(&f->flow, flow))
		return false;
	if (step->is_data)
		return step->at == f->sent;
	return step->next != f->acked &&
	       ((step->next - f->acked) & mask) <= ((f->sent - f->acked) & mask);
}

static void count_in(Fold *f, JsonObject *ev)
{
	f->to_ns = event_count(ev, "t_ns");
	if (!f->n_folded++)
		f->from_ns = f->to_ns;
	if (!event_is(ev, "tftp.data") && !event_is(ev, "tcp.data"))
		return;
	f->last = (uint16_t)event_count(ev, "block");
	if (!f->n_blocks++)
		f->first = f->last;
	f->bytes += event_count(ev, "bytes");
}

static void hold(Fold *f, JsonObject *ev)
{
	if (f->n_first < N_FIRST) {
		f->n_first++;
		event_write(f->out, ev, f->view);
		return;
	}
	g_queue_push_tail(&f->held, json_object_ref(ev));
	if (!f->n_folded && f->held.length < N_WORTH + N_LAST)
		return;
	while (f->held.length > N_LAST) {
		g_autoptr(JsonObject) oldest = g_queue_pop_head(&f->held);

		count_in(f, oldest);
	}
}

static void write_folded(Fold *f)
{
	g_autoptr(GString) s = g_string_new(NULL);
	unsigned n_wraps = (f->first + f->n_blocks - 1) >> 16;

	g_string_append_printf(s, "... %u %s%s", f->n_blocks, f->is_tcp ? "segment" : "block",
			       f->n_blocks == 1 ? "" : "s");
	if (!f->is_tcp)
		g_string_append_printf(s, " (%u..%u", f->first, f->last);
	if (!f->is_tcp && n_wraps)
		g_string_append_printf(s, ", past 65535 %u time%s", n_wraps,
				       n_wraps == 1 ? "" : "s");
	g_string_append(s, f->is_tcp ? ", " : "), ");
	text_append_size(s, f->bytes);
	g_string_append(s, " in ");
	text_append_duration(s, f->to_ns - f->from_ns);
	g_string_append(s, " ...");
	g_string_append_printf(f->out, "%*s", EVENT_BODY_COLUMN, "");
	text_append_styled(f->out, f->view->colour, TEXT_DIM, s->str, 0);
	g_string_append_c(f->out, '\n');
}

void fold_flush(Fold *f)
{
	JsonObject *ev;

	if (f->n_folded)
		write_folded(f);
	while ((ev = g_queue_pop_head(&f->held))) {
		event_write(f->out, ev, f->view);
		json_object_unref(ev);
	}
	f->running = false;
	f->n_first = f->n_folded = f->n_blocks = 0;
	f->bytes = 0;
}

void fold_write(Fold *f, JsonObject *event)
{
	struct step step;
	struct flow flow;

	if (!is_step(event, &step)) {
		fold_flush(f);
		event_write(f->out, event, f->view);
		return;
	}
	flow = flow_of(event, step.is_data);
	if (!goes_on(f, &flow, &step)) {
		fold_flush(f);
		f->running = step.is_data;
		f->is_tcp = step.is_tcp;
		f->flow = flow;
		f->acked = step.at;
	}
	if (!f->running) {
		event_write(f->out, event, f->view);
		return;
	}
	*(step.is_data ? &f->sent : &f->acked) = step.next;
	hold(f, event);
}
