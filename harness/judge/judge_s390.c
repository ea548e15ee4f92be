/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Judges of the hand-over to a kernel of s390x
 *
 * They rest on the kernel's own start code (arch/s390/boot/head.S), on QEMU's s390-ccw, and on what
 * installers' .INS files are used for.
 */
#include <string.h>

#include "harness/judge/areas.h"
#include "harness/judge/dhcp4.h"
#include "harness/judge/entry.h"
#include "harness/judge/tftp.h"

enum {
	PAGE_BYTES = 4096,
	FRAME_LEN_USUAL = 1514, /* RFC 894: 1500 behind the header */
};

/* --- entry and parameter area --- */

/* The probe has a kernel's magic number; a PSW at 0 leads somewhere else. */
static void entered_at_kernel_entry(struct judgement *out, const Trace *t)
{
	g_autofree char *kind = entry_value(t, "kind"), *entry = entry_value(t, "entry");
	g_autofree char *cmdline = entry_value(t, "cmdline");

	if (g_strcmp0(kind, "probe") || !entry || !cmdline)
		return;
	judge_saw(out, g_str_equal(entry, "0x10000") ? JUDGE_SAW_KEPT : JUDGE_SAW_BROKEN, NULL,
		  "a kernel with S390EP is entered at %s", entry);
}

/* Bytes of the last file that was fetched: each block once. */
static uint64_t last_file_bytes(const Trace *t)
{
	const struct trace_frame *f;
	uint16_t next = 1;
	uint64_t bytes = 0;

	for (guint i = 0; (f = trace_frame(t, i)); i++) {
		if (tftp_is_rrq(f) && entry_is_new_request(t, i)) {
			next = 1;
			bytes = 0;
		} else if (f->to_guest && f->kind == FRAME_TFTP_DATA && f->block == next) {
			next++;
			bytes += f->data_len;
		}
	}
	return bytes;
}

/* The initrd is what is fetched last. */
static void initrd_words(struct judgement *out, const Trace *t, const Trace *control)
{
	g_autofree char *start = entry_value(t, "initrd"), *len = entry_value(t, "initrd_len");
	uint64_t bytes = last_file_bytes(t), has, at;

	if (!judge_payload_report(control) || !entry_request(t, "initrd.img"))
		return;
	if (!start || !len) {
		judge_saw(out, JUDGE_SAW_BROKEN, NULL, "no payload started: \"%s\"",
			  entry_last_line(t));
		return;
	}
	has = g_ascii_strtoull(len, NULL, 0);
	at = g_ascii_strtoull(start, NULL, 0);
	judge_saw(out,
		  has == bytes && at && at % PAGE_BYTES == 0 ? JUDGE_SAW_KEPT : JUDGE_SAW_BROKEN,
		  NULL,
		  "the words say %s bytes at %s; %" G_GUINT64_FORMAT
		  " bytes came, and it should be page-aligned",
		  len, start, bytes);
}

static void no_initrd(struct judgement *out, const Trace *t, const Trace *control)
{
	g_autofree char *start = entry_value(t, "initrd"), *len = entry_value(t, "initrd_len");

	if (!judge_payload_report(control))
		return;
	if (!len)
		judge_saw(out, JUDGE_SAW_BROKEN, NULL, "no payload started: \"%s\"",
			  entry_last_line(t));
	else
		judge_saw(out, !g_ascii_strtoull(len, NULL, 0) ? JUDGE_SAW_KEPT : JUDGE_SAW_BROKEN,
			  NULL, "without an initrd the words say %s bytes at %s", len,
			  start ? start : "nowhere");
}

/* An initrd of no bytes is refused, or none. */
static void empty_initrd(struct judgement *out, const Trace *t, const Trace *control)
{
	if (judge_payload_report(t))
		no_initrd(out, t, control);
	else
		entry_stopped(out, t, control);
}

/* --- the network at hand-over --- */

static const struct trace_event *handover(const Trace *t)
{
	return trace_event(t, "milestone", "handover");
}

static void released(struct judgement *out, const Trace *t)
{
	const struct trace_event *end = handover(t);
	const struct trace_frame *f, *release;
	guint i;

	if (!end || !judge_payload_report(t) || !dhcp4_lease(t))
		return;
	release = judge_next(t, 0, dhcp4_is_release, &i);
	for (i = end->n_frames; (f = trace_frame(t, i)); i++)
		if (!f->to_guest) {
			judge_saw(out, JUDGE_SAW_BROKEN, f,
				  "it sends something after it says that it starts the kernel");
			return;
		}
	if (release)
		judge_saw(out, JUDGE_SAW_KEPT, release, "a RELEASE, and then nothing");
	else
		judge_saw(out, JUDGE_SAW_BROKEN, NULL, "no RELEASE before the kernel is started");
}

/* Frames went to the guest after it said that it starts the kernel: they must change nothing. */
static void quiet_at_start(struct judgement *out, const Trace *t, const Trace *control)
{
	const struct trace_event *start = handover(t);
	const struct trace_frame *f = start ? trace_frame(t, start->n_frames) : NULL;

	if (!start || (f && f->to_guest))
		entry_same(out, t, control);
	if (f)
		judge_add_frame(out, f);
}

static bool is_long(const struct trace_frame *f)
{
	return f->to_guest && f->len > FRAME_LEN_USUAL;
}

static void long_frames(struct judgement *out, const Trace *t, const Trace *control)
{
	guint i;
	const struct trace_frame *f = judge_next(t, 0, is_long, &i);

	if (!f)
		return;
	judge_same_payload(out, t, control);
	judge_add_frame(out, f);
}

/* The booted card is the one that got the lease; nothing comes from another. */
static void one_card(struct judgement *out, const Trace *t, const Trace *control)
{
	const struct trace_frame *ack = dhcp4_lease(t), *f;

	entry_same(out, t, control);
	for (guint i = 0; out->saw == JUDGE_SAW_KEPT && ack && (f = trace_frame(t, i)); i++)
		if (!f->to_guest && memcmp(f->eth.src.b, ack->dhcp->chaddr, ETH_ALEN))
			judge_saw(out, JUDGE_SAW_BROKEN, f, "it comes from another card");
}

static void released_on_failure(struct judgement *out, const Trace *t, const Trace *control)
{
	const struct trace_frame *release;
	guint i;

	if (!judge_payload_report(control) || judge_payload_report(t))
		return;
	release = judge_next(t, 0, dhcp4_is_release, &i);
	judge_saw(out, release ? JUDGE_SAW_KEPT : JUDGE_SAW_BROKEN, release,
		  "it stops (\"%s\") %s a RELEASE", entry_last_line(t),
		  release ? "after" : "without");
}

const struct judge judge_s390[] = {
	JUDGE_BOOT("s390.kernel.s390ep", entered_at_kernel_entry),
	JUDGE_PAIR("s390.kernel.psw-invalid", entry_stopped),
	JUDGE_PAIR("s390.kernel.not-an-image", entry_stopped),
	JUDGE_PAIR("s390.kernel.too-small", entry_stopped),
	JUDGE_PAIR("s390.kernel.hash-in-memory", judge_same_payload),
	JUDGE_PAIR("s390.initrd.params", initrd_words),
	JUDGE_PAIR("s390.initrd.absent", no_initrd),
	JUDGE_PAIR("s390.initrd.empty", empty_initrd),
	JUDGE_PAIR("s390.initrd.odd-sizes", initrd_words),
	JUDGE_PAIR("s390.cmdline.address", entry_same_cmdline),
	JUDGE_PAIR("s390.cmdline.limit", entry_whole_cmdline),
	JUDGE_PAIR("s390.cmdline.absent", entry_no_cmdline),
	JUDGE_PAIR("s390.cmdline.bytes", entry_record),
	JUDGE_PAIR("s390.loadparm.number", entry_same),
	JUDGE_PAIR("s390.loadparm.out-of-range", entry_same_or_stopped),
	JUDGE_PAIR("s390.loadparm.text", entry_same_or_stopped),
	JUDGE_PAIR("s390.ins.basic", entry_same),
	JUDGE_PAIR("s390.ins.addr-forms", entry_same),
	JUDGE_PAIR("s390.ins.crlf", entry_same),
	JUDGE_PAIR("s390.ins.blanks", entry_same),
	JUDGE_PAIR("s390.ins.bad-address", entry_stopped),
	JUDGE_PAIR("s390.ins.missing-file", entry_stopped),
	JUDGE_PAIR("s390.ins.big", entry_same_or_stopped),
	JUDGE_BOOT("s390.net.release-before-start", released),
	JUDGE_PAIR("s390.net.device-quiet-at-start", quiet_at_start),
	JUDGE_PAIR("s390.net.rx-ring-burst", entry_same),
	JUDGE_PAIR("s390.net.rx-oversize", long_frames),
	JUDGE_PAIR("s390.net.two-nics", one_card),
	JUDGE_PAIR("s390.net.no-link", entry_same),
	JUDGE_PAIR("s390.fallback.release", released_on_failure),
	JUDGE_PAIR("s390.clock.timers", entry_same),
	JUDGE_END,
};
