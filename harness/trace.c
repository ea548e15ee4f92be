/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A boot as the checks of conformance see it: its journal, decoded
 *
 * A frame is decoded from its bytes by the codecs that decoded it first. Where the journal has left
 * data out there are zeros instead, so that all lengths are right; whether a checksum was good is
 * then what the journal says, not what the zeros make of it.
 */
#include "harness/trace.h"

#include <string.h>

#include "reports/journal_line.h"
#include "reports/lines.h"
#include "server/hex.h"

enum {
	FRAME_LEN_MAX = 65536, /* what a card may be asked to send */
};

/* The fields of a line that are wanted. */
struct line_fields {
	uint64_t t_ns, number, len;
	char kind[32];
	bool to_guest, has_raw;
	enum udp_checksum checksum;
	bool tcp_is_bad;
	struct journal_field raw, text;
};

Trace *trace_new(guint n_frames_max)
{
	Trace *t = g_new0(Trace, 1);

	t->n_frames_max = n_frames_max;
	t->frames = g_array_new(FALSE, FALSE, sizeof(struct trace_frame));
	t->events = g_array_new(FALSE, FALSE, sizeof(struct trace_event));
	t->texts = g_string_chunk_new(64 * 1024);
	t->owned = g_ptr_array_new_with_free_func(g_free);
	t->scratch = g_new0(struct frame, 1);
	return t;
}

static void take_field(struct line_fields *out, const struct journal_field *f)
{
	if (journal_field_is(f, "t_ns"))
		out->t_ns = journal_field_u64(f);
	else if (journal_field_is(f, "ev"))
		g_snprintf(out->kind, sizeof(out->kind), "%.*s", (int)f->value_len, f->value);
	else if (journal_field_is(f, "frame"))
		out->number = journal_field_u64(f);
	else if (journal_field_is(f, "len"))
		out->len = journal_field_u64(f);
	else if (journal_field_is(f, "dir"))
		out->to_guest = f->value_len == strlen("to-guest");
	else if (journal_field_is(f, "udp_checksum"))
		out->checksum =
			f->value_len == strlen("none") ? UDP_CHECKSUM_NONE : UDP_CHECKSUM_BAD;
	else if (journal_field_is(f, "tcp_checksum"))
		out->tcp_is_bad = true;
	else if (journal_field_is(f, "raw")) {
		out->raw = *f;
		out->has_raw = f->is_text;
	} else if (!out->text.key && f->is_text) {
		out->text = *f;
	}
}

/* The bytes of a frame, zeros for those that are not in the journal. NULL: they make no sense. */
static uint8_t *bytes_of(const struct line_fields *l)
{
	size_t n = l->raw.value_len / 2;
	g_autofree uint8_t *bytes = NULL;

	if (l->len > FRAME_LEN_MAX || n > l->len || l->raw.value_len % 2)
		return NULL;
	bytes = g_malloc0(MAX(l->len, 1));
	return hex_decode(bytes, l->raw.value, n) ? g_steal_pointer(&bytes) : NULL;
}

static const void *keep(Trace *t, const void *value, size_t len)
{
	void *copy = g_memdup2(value, len);

	g_ptr_array_add(t->owned, copy);
	return copy;
}

static bool has_udp(const struct frame *f)
{
	enum frame_area area = frame_kind_area(f->kind);

	if (f->broken)
		return g_str_equal(f->broken, "dhcp") || g_str_equal(f->broken, "dhcp6") ||
		       g_str_equal(f->broken, "tftp");
	return area == FRAME_AREA_UDP || area == FRAME_AREA_DHCP || area == FRAME_AREA_DHCP6 ||
	       area == FRAME_AREA_TFTP;
}

/* What a kind of frame has beside its headers. */
static void take_message(Trace *t, struct trace_frame *out, const struct frame *f)
{
	switch (frame_kind_area(f->kind)) {
	case FRAME_AREA_DHCP:
		out->dhcp = keep(t, &f->dhcp, sizeof(f->dhcp));
		break;
	case FRAME_AREA_TFTP:
		out->block = f->tftp.block;
		out->data_len = f->tftp.data.len;
		if (f->kind != FRAME_TFTP_DATA && f->kind != FRAME_TFTP_ACK)
			out->tftp = keep(t, &f->tftp, sizeof(f->tftp));
		break;
	case FRAME_AREA_TCP:
		out->has_tcp = true;
		out->tcp = f->tcp;
		out->data_len = f->payload.len;
		break;
	case FRAME_AREA_OTHER:
	case FRAME_AREA_MALFORMED:
	case FRAME_AREA_ARP:
	case FRAME_AREA_IPV4:
	case FRAME_AREA_FRAGMENT:
	case FRAME_AREA_ICMP:
	case FRAME_AREA_IPV6:
	case FRAME_AREA_FRAGMENT6:
	case FRAME_AREA_ICMP6:
	case FRAME_AREA_NDP:
	case FRAME_AREA_UDP:
	case FRAME_AREA_DHCP6:
		break;
	}
}

/* The same place in a copy of the first @len of @bytes. */
static struct slice moved(struct slice s, const uint8_t *bytes, const uint8_t *copy, size_t len)
{
	size_t at = s.p ? MIN((size_t)(s.p - bytes), len) : 0;

	return (struct slice){ copy + at, MIN(s.len, len - at) };
}

/* Zeros for data that the journal has not need not be kept: a long transfer is mostly those. */
static void drop_zeros(struct trace_frame *f, uint8_t **bytes)
{
	uint8_t *all = *bytes;

	if (f->kind != FRAME_TFTP_DATA && f->kind != FRAME_TCP_DATA)
		return;
	*bytes = g_memdup2(all, f->raw.len);
	f->payload = moved(f->payload, all, *bytes, f->raw.len);
	f->ip.options = moved(f->ip.options, all, *bytes, f->raw.len);
	f->raw.p = *bytes;
	g_free(all);
}

static void add_frame(Trace *t, const struct line_fields *l)
{
	uint8_t *bytes = bytes_of(l);
	struct frame *f = t->scratch;
	struct trace_frame out;

	t->is_cut |= t->frames->len == t->n_frames_max;
	if (!bytes || t->is_cut) {
		g_free(bytes);
		return;
	}
	memset(&f->ip, 0, sizeof(f->ip));
	memset(&f->ip6, 0, sizeof(f->ip6));
	memset(&f->udp, 0, sizeof(f->udp));
	frame_decode(f, &t->flows, bytes, l->len);
	out = (struct trace_frame){
		.t_ns = l->t_ns,
		.number = l->number,
		.to_guest = l->to_guest,
		.has_ip = frame_has_ipv4(f),
		.has_ip6 = frame_has_ipv6(f),
		.has_udp = has_udp(f),
		.kind = f->kind,
		.broken = f->broken,
		.len = l->len,
		.raw = { bytes, l->raw.value_len / 2 },
		.eth = f->eth,
		.ip = f->ip,
		.ip6 = f->ip6,
		.udp = f->udp,
		.payload = f->payload,
	};
	take_message(t, &out, f);
	if (out.raw.len < out.len) {
		out.udp.checksum = l->checksum;
		out.tcp.checksum_ok = !l->tcp_is_bad;
	}
	drop_zeros(&out, &bytes);
	g_ptr_array_add(t->owned, bytes);
	g_array_append_val(t->frames, out);
}

static void add_event(Trace *t, const struct line_fields *l)
{
	g_autofree char *text = l->text.key ? journal_field_text(&l->text) : NULL;
	struct trace_event e = {
		.t_ns = l->t_ns,
		.kind = g_string_chunk_insert_const(t->texts, l->kind),
		.name = g_string_chunk_insert(t->texts, text ? text : ""),
		.n_frames = t->frames->len,
	};

	if (t->events->len < t->n_frames_max)
		g_array_append_val(t->events, e);
}

void trace_add_line(Trace *t, const char *line, size_t len)
{
	struct line_fields fields = { .checksum = UDP_CHECKSUM_GOOD };
	struct journal_line l;
	struct journal_field f;

	if (!journal_line_init(&l, line, len))
		return;
	while (journal_line_next(&l, &f))
		take_field(&fields, &f);
	if (!*fields.kind)
		return;
	if (fields.has_raw)
		add_frame(t, &fields);
	else
		add_event(t, &fields);
	t->end_ns = MAX(t->end_ns, fields.t_ns);
}

static void on_line(void *self, char *line, size_t len, bool whole)
{
	if (whole)
		trace_add_line(self, line, len);
}

Trace *trace_load(const char *path, guint n_frames_max)
{
	g_autoptr(Trace) t = trace_new(n_frames_max);

	lines_read(path, on_line, t);
	return t->events->len ? g_steal_pointer(&t) : NULL;
}

const struct trace_frame *trace_frame(const Trace *t, guint i)
{
	return i < t->frames->len ? &g_array_index(t->frames, struct trace_frame, i) : NULL;
}

const struct trace_event *trace_event(const Trace *t, const char *kind, const char *name)
{
	for (guint i = 0; i < t->events->len; i++) {
		const struct trace_event *e = &g_array_index(t->events, struct trace_event, i);

		if (g_str_equal(e->kind, kind) && (!name || g_str_equal(e->name, name)))
			return e;
	}
	return NULL;
}

void trace_free(Trace *t)
{
	if (!t)
		return;
	g_array_unref(t->frames);
	g_array_unref(t->events);
	g_string_chunk_free(t->texts);
	g_ptr_array_unref(t->owned);
	g_free(t->scratch);
	g_free(t);
}
