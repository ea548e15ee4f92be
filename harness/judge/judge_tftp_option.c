/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Judges of how a TFTP client takes what a server makes of its options (RFC 2347, 2348, 2349, 7440)
 */
#include <inttypes.h>

#include "harness/judge/areas.h"
#include "harness/judge/tftp.h"

/* --- OACKs that must be refused --------------------------------------------------------------- */

static bool is_unasked(const struct tftp_transfer *x)
{
	for (size_t i = 0; i < x->oack->tftp->n_opts; i++) {
		struct slice name = x->oack->tftp->opts[i].name;
		g_autofree char *text = g_strndup((const char *)name.p, name.len);

		if (!tftp_option(x->rrq, text))
			return true;
	}
	return false;
}

static bool is_number_in(const struct tftp_transfer *x, const char *name, uint64_t min,
			 uint64_t max)
{
	uint64_t v = tftp_option_number(x->oack, name, UINT64_MAX);

	return v >= min && v <= max;
}

static bool is_blksize_larger(const struct tftp_transfer *x)
{
	uint64_t asked = tftp_option_number(x->rrq, "blksize", UINT64_MAX);

	return asked < TFTP_BLKSIZE_MAX && is_number_in(x, "blksize", asked + 1, TFTP_BLKSIZE_MAX);
}

static bool is_blksize_invalid(const struct tftp_transfer *x)
{
	return tftp_option(x->rrq, "blksize") && tftp_option(x->oack, "blksize") &&
	       !is_number_in(x, "blksize", TFTP_BLKSIZE_MIN, TFTP_BLKSIZE_MAX);
}

static bool is_window_larger(const struct tftp_transfer *x)
{
	uint64_t asked = tftp_option_number(x->rrq, "windowsize", UINT64_MAX);

	return asked < TFTP_WINDOW_MAX && is_number_in(x, "windowsize", asked + 1, TFTP_WINDOW_MAX);
}

/* What is wrong with the answer to an OACK that has to be refused; NULL: nothing. */
static char *not_refused(const struct trace_frame *answer)
{
	if (!answer)
		return g_strdup("no ERROR 8 answers");
	if (answer->kind == FRAME_TFTP_ACK)
		return g_strdup_printf("ACK %u answers", answer->block);
	if (answer->kind != FRAME_TFTP_ERROR)
		return g_strdup("what answers is no ERROR");
	if (answer->tftp->error != TFTP_ERR_OPTION)
		return g_strdup_printf("ERROR %u answers, not 8", answer->tftp->error);
	return NULL;
}

static char *option_text(const struct trace_frame *oack)
{
	GString *s = g_string_new(NULL);

	for (size_t i = 0; i < oack->tftp->n_opts; i++) {
		const struct tftp_opt *o = &oack->tftp->opts[i];

		g_string_append_printf(s, "%s%.*s=%.*s", i ? ", " : "", (int)o->name.len,
				       (const char *)o->name.p, (int)o->value.len,
				       (const char *)o->value.p);
	}
	return g_string_free(s, FALSE);
}

/* All OACKs of a kind have to be refused; the first that is not decides. */
static void all_refused(struct judgement *out, const Trace *t,
			bool (*is)(const struct tftp_transfer *x))
{
	const struct trace_frame *first = NULL;
	struct tftp_transfer x = { 0 };
	unsigned n = 0;

	while (tftp_transfer_next(&x, t)) {
		const struct trace_frame *answer;
		g_autofree char *wrong = NULL, *says = NULL;

		if (!x.oack || !is(&x))
			continue;
		answer = tftp_answer(t, x.oack);
		wrong = not_refused(answer);
		says = option_text(x.oack);
		if (wrong) {
			judge_saw(out, JUDGE_SAW_BROKEN, x.oack, "an OACK says %s; %s", says,
				  wrong);
			judge_add_frame(out, answer);
			return;
		}
		first = first ? first : answer;
		n++;
	}
	if (n)
		judge_saw(out, JUDGE_SAW_KEPT, first, "ERROR 8 answers %u of %u", n, n);
}

#define REFUSES(fn, is)                                                                            \
	static void fn(struct judgement *out, const Trace *t, const Trace *control)                \
	{                                                                                          \
		(void)control;                                                                     \
		all_refused(out, t, is);                                                           \
	}

REFUSES(refuses_unasked, is_unasked)
REFUSES(refuses_larger, is_blksize_larger)
REFUSES(refuses_invalid, is_blksize_invalid)
REFUSES(refuses_larger_window, is_window_larger)

/* --- OACKs that are answered ------------------------------------------------------------------ */

/* What answers each OACK: ACK 0, unless it is refused. */
static void ack_0(struct judgement *out, const Trace *t)
{
	const struct trace_frame *first = NULL;
	struct tftp_transfer x = { 0 };

	while (tftp_transfer_next(&x, t)) {
		const struct trace_frame *answer = x.oack ? tftp_answer(t, x.oack) : NULL;

		if (!answer || answer->kind != FRAME_TFTP_ACK)
			continue;
		if (answer->block) {
			judge_saw(out, JUDGE_SAW_BROKEN, answer, "ACK %u answers an OACK",
				  answer->block);
			judge_add_frame(out, x.oack);
			return;
		}
		first = first ? first : answer;
	}
	if (first)
		judge_saw(out, JUDGE_SAW_KEPT, first, "ACK 0 answers");
}

/* What is wrong with the answer to an OACK that says nothing; NULL: nothing. */
static char *not_plain(const struct trace_frame *answer)
{
	return answer && answer->kind == FRAME_TFTP_ACK && !answer->block ? NULL
									  : not_refused(answer);
}

/* The options are off, or it is refused: either is clear to both. */
static void empty(struct judgement *out, const Trace *t, const Trace *control)
{
	struct tftp_transfer x = { 0 };

	(void)control;
	while (tftp_transfer_next(&x, t)) {
		const struct trace_frame *answer;
		g_autofree char *wrong = NULL;

		if (!x.oack || x.oack->tftp->n_opts)
			continue;
		answer = tftp_answer(t, x.oack);
		wrong = not_plain(answer);
		if (wrong)
			judge_saw(out, JUDGE_SAW_BROKEN, x.oack, "no ACK 0 answers, and %s", wrong);
		else
			judge_saw(out, JUDGE_SAW_KEPT, x.oack, "%s answers",
				  answer->kind == FRAME_TFTP_ACK ? "ACK 0" : "ERROR 8");
		judge_add_frame(out, answer);
		return;
	}
}

static bool is_oack_without_end(const struct trace_frame *f)
{
	return f->to_guest && f->has_udp && !g_strcmp0(f->broken, "tftp") && f->payload.len > 2 &&
	       f->payload.p[0] == 0 && f->payload.p[1] == TFTP_OACK;
}

static void without_end(struct judgement *out, const Trace *t, const Trace *control)
{
	const struct trace_frame *f, *answer;
	guint i;

	(void)control;
	f = judge_next(t, 0, is_oack_without_end, &i);
	if (!f)
		return;
	answer = tftp_answer(t, f);
	if (answer && answer->kind == FRAME_TFTP_ACK)
		judge_saw(out, JUDGE_SAW_BROKEN, answer,
			  "ACK %u answers an OACK whose end is not in the datagram", answer->block);
	else if (!judge_ended(t))
		judge_saw(out, JUDGE_SAW_BROKEN, f, "nothing follows");
	else
		judge_saw(out, JUDGE_SAW_KEPT, answer ? answer : f, "it is %s",
			  answer ? "refused" : "ignored");
	judge_add_frame(out, f);
}

/* --- OACKs that mean something ---------------------------------------------------------------- */

/* The boot comes to the same end, if a transfer is of a kind. */
static void same_if(struct judgement *out, const Trace *t, const Trace *control,
		    bool (*is)(const struct tftp_transfer *x))
{
	struct tftp_transfer x = { 0 };

	while (tftp_transfer_next(&x, t)) {
		if (!is(&x))
			continue;
		judge_same_payload(out, t, control);
		judge_add_frame(out, x.first);
		return;
	}
}

static bool is_blksize_smaller(const struct tftp_transfer *x)
{
	uint64_t asked = tftp_option_number(x->rrq, "blksize", 0);

	return x->oack && tftp_option(x->oack, "blksize") && x->blksize < asked;
}

static bool is_without_blksize(const struct tftp_transfer *x)
{
	return x->oack && x->oack->tftp->n_opts && !is_unasked(x) &&
	       tftp_option(x->rrq, "blksize") && !tftp_option(x->oack, "blksize");
}

static bool is_data_first(const struct tftp_transfer *x)
{
	return x->rrq->tftp->n_opts && x->first && x->first->kind == FRAME_TFTP_DATA;
}

static bool is_tsize_answered(const struct tftp_transfer *x)
{
	return x->oack && tftp_option(x->rrq, "tsize") && tftp_option(x->oack, "tsize");
}

#define SAME_IF(fn, is)                                                                            \
	static void fn(struct judgement *out, const Trace *t, const Trace *control)                \
	{                                                                                          \
		same_if(out, t, control, is);                                                      \
	}

SAME_IF(smaller, is_blksize_smaller)
SAME_IF(without_blksize, is_without_blksize)
SAME_IF(data_first, is_data_first)

/* A size that was a lie may be a reason to start nothing, but not to start something else. */
static void size_lies(struct judgement *out, const Trace *t, const Trace *control)
{
	same_if(out, t, control, is_tsize_answered);
	if (out->saw == JUDGE_SAW_BROKEN && trace_event(t, "ending", "gave-up"))
		judge_saw(out, JUDGE_SAW_KEPT, NULL, "the file is refused, and the boot ends");
}

TFTP_SURVIVES(other_text, "impair.rewrite")
TFTP_SURVIVES(comes_twice, "impair.duplicate")
TFTP_SURVIVES(comes_late, "impair.forge")
TFTP_SURVIVES(ack_is_lost, "impair.drop")

/* --- a server that refuses options ------------------------------------------------------------ */

static void asks_plainly(struct judgement *out, const Trace *t, const Trace *control)
{
	struct tftp_transfer x = { 0 }, again;

	(void)control;
	while (tftp_transfer_next(&x, t)) {
		if (!x.rrq->tftp->n_opts || !x.first || x.first->kind != FRAME_TFTP_ERROR ||
		    x.first->tftp->error != TFTP_ERR_OPTION)
			continue;
		again = x;
		if (tftp_transfer_next(&again, t) && !again.rrq->tftp->n_opts &&
		    tftp_same_text(again.rrq->tftp->file, x.rrq->tftp->file))
			judge_saw(out, JUDGE_SAW_KEPT, again.rrq, "it asks again, for no options");
		else
			judge_saw(out, JUDGE_SAW_BROKEN, x.first,
				  "it does not ask without options");
		judge_add_frame(out, x.first);
		return;
	}
}

const struct judge judge_tftp_option[] = {
	JUDGE_BOOT("tftp.oack.ack-block-0", ack_0),
	JUDGE_PAIR("tftp.oack.unrequested-option", refuses_unasked),
	JUDGE_PAIR("tftp.oack.blksize-larger", refuses_larger),
	JUDGE_PAIR("tftp.oack.blksize-smaller", smaller),
	JUDGE_PAIR("tftp.oack.blksize-invalid", refuses_invalid),
	JUDGE_PAIR("tftp.oack.name-case", other_text),
	JUDGE_PAIR("tftp.oack.without-blksize", without_blksize),
	JUDGE_PAIR("tftp.oack.empty", empty),
	JUDGE_PAIR("tftp.oack.trailing-nuls", other_text),
	JUDGE_PAIR("tftp.oack.unterminated", without_end),
	JUDGE_PAIR("tftp.oack.duplicate-early", comes_twice),
	JUDGE_PAIR("tftp.oack.late", comes_late),
	JUDGE_PAIR("tftp.oack.ack0-lost-server-repeats", ack_is_lost),
	JUDGE_PAIR("tftp.oack.ack0-lost-server-silent", tftp_repeats_by_timer),
	JUDGE_PAIR("tftp.noopt.data-first", data_first),
	JUDGE_PAIR("tftp.noopt.error-then-plain", asks_plainly),
	JUDGE_PAIR("tftp.oack.tsize-lies", size_lies),
	JUDGE_PAIR("tftp.win.larger-than-asked", refuses_larger_window),
	JUDGE_END,
};
