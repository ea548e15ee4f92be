/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What judges of TFTP ask of frames and of whole transfers
 */
#include "harness/judge/tftp.h"

#include <string.h>

const struct tftp_opt *tftp_option(const struct trace_frame *f, const char *name)
{
	for (size_t i = 0; i < f->tftp->n_opts; i++)
		if (tftp_name_is(f->tftp->opts[i].name, name))
			return &f->tftp->opts[i];
	return NULL;
}

uint64_t tftp_option_number(const struct trace_frame *f, const char *name, uint64_t missing)
{
	const struct tftp_opt *o = tftp_option(f, name);
	uint64_t v;

	return o && !tftp_number(&v, o->value, UINT64_MAX) ? v : missing;
}

static const struct trace_frame *trace_end(const Trace *t)
{
	return &g_array_index(t->frames, struct trace_frame, 0) + t->frames->len;
}

static bool same_hosts(const struct trace_frame *there, const struct trace_frame *back)
{
	return !there->has_ip || !back->has_ip ||
	       (there->ip.src == back->ip.dst && there->ip.dst == back->ip.src);
}

/* Whether it is what a server answers a request with. */
static bool is_first_answer(const struct trace_frame *rrq, const struct trace_frame *f)
{
	return f->to_guest && tftp_is_any(f) && f->udp.dport == rrq->udp.sport &&
	       same_hosts(rrq, f);
}

bool tftp_transfer_next(struct tftp_transfer *x, const Trace *t)
{
	const struct trace_frame *f = x->end ? x->end : trace_frame(t, 0);

	while (f && f < trace_end(t) && !tftp_is_rrq(f))
		f++;
	if (!f || f == trace_end(t))
		return false;
	*x = (struct tftp_transfer){ .rrq = f, .blksize = TFTP_BLKSIZE_DEFAULT, .window = 1 };
	for (f++; f < trace_end(t) && !tftp_is_rrq(f); f++)
		if (!x->first && is_first_answer(x->rrq, f))
			x->first = f;
	x->end = f;
	if (x->first && x->first->kind == FRAME_TFTP_OACK) {
		x->oack = x->first;
		x->blksize = tftp_option_number(x->oack, "blksize", TFTP_BLKSIZE_DEFAULT);
		x->window = tftp_option_number(x->oack, "windowsize", 1);
	}
	return true;
}

bool tftp_transfer_has(const struct tftp_transfer *x, const struct trace_frame *f)
{
	const struct trace_frame *s = x->first;

	if (!s || !tftp_is_any(f))
		return false;
	if (f->to_guest)
		return f->udp.sport == s->udp.sport && f->udp.dport == s->udp.dport &&
		       same_hosts(x->rrq, f);
	return f->udp.sport == s->udp.dport && f->udp.dport == s->udp.sport && same_hosts(s, f);
}

const struct trace_frame *tftp_answer(const Trace *t, const struct trace_frame *f)
{
	const struct trace_frame *g = f + 1;

	for (; g < trace_end(t) && !tftp_is_rrq(g); g++)
		if (!g->to_guest && g->has_udp && g->udp.dport == f->udp.sport &&
		    g->udp.sport == f->udp.dport && same_hosts(f, g))
			return g;
	return NULL;
}

const struct trace_frame *tftp_last_block(const struct tftp_transfer *x)
{
	uint16_t next = 1;

	for (const struct trace_frame *f = x->rrq; f < x->end; f++) {
		if (!f->to_guest || f->kind != FRAME_TFTP_DATA || !tftp_transfer_has(x, f) ||
		    f->block != next)
			continue;
		if (f->data_len < x->blksize)
			return f;
		next++;
	}
	return NULL;
}

bool tftp_loses_nothing(const Trace *t)
{
	static const char *const losses[] = { "impair.drop",  "impair.error", "impair.truncate",
					      "impair.delay", "impair.swap",  "impair.corrupt" };

	for (size_t i = 0; i < G_N_ELEMENTS(losses); i++)
		if (trace_event(t, losses[i], NULL))
			return false;
	return true;
}

const struct trace_frame *tftp_after(const Trace *t, const char *event)
{
	const struct trace_event *e = trace_event(t, event, NULL);

	return e ? trace_frame(t, e->n_frames) : NULL;
}

void tftp_survives(struct judgement *out, const Trace *t, const Trace *control, const char *event)
{
	const struct trace_frame *f = tftp_after(t, event);

	if (!f)
		return;
	judge_same_payload(out, t, control);
	judge_add_frame(out, f);
}

void tftp_survives_or_refuses(struct judgement *out, const Trace *t, const Trace *control,
			      const char *event)
{
	const struct trace_frame *f = tftp_after(t, event);

	tftp_survives(out, t, control, event);
	if (out->saw != JUDGE_SAW_BROKEN)
		return;
	for (; f < trace_end(t); f++)
		if (!f->to_guest && f->kind == FRAME_TFTP_ERROR) {
			judge_saw(out, JUDGE_SAW_KEPT, f, "the transfer is ended by an ERROR %u",
				  f->tftp->error);
			return;
		}
}

void tftp_repeats_by_timer(struct judgement *out, const Trace *t, const Trace *control)
{
	const struct trace_event *lost = trace_event(t, "impair.drop", NULL);
	const struct trace_frame *f = lost ? trace_frame(t, lost->n_frames) : NULL;

	(void)control;
	if (!lost)
		return;
	while (f && f < trace_end(t) && !tftp_is_any(f))
		f++;
	if (!f || f == trace_end(t))
		judge_saw(out, JUDGE_SAW_BROKEN, trace_frame(t, lost->n_frames - 1),
			  "nothing comes of the client any more");
	else if (f->to_guest)
		judge_saw(out, JUDGE_SAW_BROKEN, f, "nothing comes of the client in %u ms",
			  (unsigned)((f->t_ns - lost->t_ns) / 1000000));
	else
		judge_saw(out, JUDGE_SAW_KEPT, f, "after %u ms %s is repeated",
			  (unsigned)((f->t_ns - lost->t_ns) / 1000000), frame_kind_name(f->kind));
}
