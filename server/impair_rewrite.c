/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Bytes of a frame, replaced by others
 */
#define _GNU_SOURCE /* memmem() */
#include "server/impair_rewrite.h"

#include <string.h>

#include "server/hex.h"
#include "server/impair.h"

enum {
	EDIT_BYTES_MAX = 512, /* ours: of either side */
	OFFSET_MAX = 65535,
};

enum edit_layer {
	EDIT_ETH,
	EDIT_IP,
	EDIT_UDP,
	EDIT_PAYLOAD,
	EDIT_N_LAYERS,
};

static const char *const layer_names[EDIT_N_LAYERS] = {
	[EDIT_ETH] = "eth",
	[EDIT_IP] = "ip",
	[EDIT_UDP] = "udp",
	[EDIT_PAYLOAD] = "payload",
};

enum edit_kind {
	EDIT_OVERWRITE, /* LAYER+N=HEX */
	EDIT_INSERT,    /* LAYER+N<HEX */
	EDIT_TRAILER,   /* end=HEX */
	EDIT_REPLACE,   /* HEX>HEX */
	EDIT_WHOLE,     /* payload=HEX: that is all there is of it */
};

struct edit {
	enum edit_kind kind;
	enum edit_layer layer;
	size_t offset;
	uint8_t find[EDIT_BYTES_MAX], put[EDIT_BYTES_MAX];
	size_t find_len, put_len;
};

/* --- reading --- */

static bool parse_hex(uint8_t *out, size_t *out_len, const char *text, size_t len)
{
	if (len % 2 || len / 2 > EDIT_BYTES_MAX)
		return false;
	*out_len = len / 2;
	return hex_decode(out, text, len / 2);
}

/* "ip+8" */
static bool parse_place(struct edit *e, const char *text, size_t len)
{
	const char *plus = memchr(text, '+', len);
	g_autofree char *number = NULL;
	guint64 offset;

	if (!plus)
		return false;
	for (e->layer = EDIT_ETH; e->layer < EDIT_N_LAYERS; e->layer++)
		if (strlen(layer_names[e->layer]) == (size_t)(plus - text) &&
		    !strncmp(layer_names[e->layer], text, (size_t)(plus - text)))
			break;
	number = g_strndup(plus + 1, len - (size_t)(plus + 1 - text));
	if (e->layer == EDIT_N_LAYERS ||
	    !g_ascii_string_to_unsigned(number, 10, 0, OFFSET_MAX, &offset, NULL))
		return false;
	e->offset = offset;
	return true;
}

static bool parse(struct edit *e, const char *words)
{
	g_autofree char *text = g_strstrip(g_strdup(words));
	const char *sign = strpbrk(text, "=<>"), *put = sign ? sign + 1 : NULL;
	size_t len = sign ? (size_t)(sign - text) : 0;

	if (!sign || !parse_hex(e->put, &e->put_len, put, strlen(put)))
		return false;
	if (*sign == '>') {
		e->kind = EDIT_REPLACE;
		return parse_hex(e->find, &e->find_len, text, len) && e->find_len;
	}
	if (g_str_has_prefix(text, "payload=")) {
		e->kind = EDIT_WHOLE;
		return true;
	}
	if (g_str_has_prefix(text, "end=")) {
		e->kind = EDIT_TRAILER;
		return e->put_len;
	}
	e->kind = *sign == '<' ? EDIT_INSERT : EDIT_OVERWRITE;
	return parse_place(e, text, len) && e->put_len;
}

bool impair_rewrite_check(char **edits, GError **error)
{
	struct edit e;

	if (!edits || !*edits) {
		g_set_error(error, IMPAIR_CONFIG_ERROR, IMPAIR_CONFIG_ERROR_RULE,
			    "there are no edits");
		return false;
	}
	for (; *edits; edits++) {
		if (parse(&e, *edits))
			continue;
		g_set_error(error, IMPAIR_CONFIG_ERROR, IMPAIR_CONFIG_ERROR_RULE,
			    "edits has \"%s\", allowed are LAYER+N=HEX and LAYER+N<HEX with LAYER "
			    "eth, ip, udp or payload, payload=HEX, end=HEX, and HEX>HEX",
			    *edits);
		return false;
	}
	return true;
}

/* --- making --- */

/* Where a layer is and how long; SIZE_MAX: nowhere. */
static size_t layer_start(const struct impair_frame *fr, enum edit_layer layer, size_t *end)
{
	size_t at = 0;

	*end = fr->bytes->len;
	switch (layer) {
	case EDIT_ETH:
		return 0;
	case EDIT_IP:
		at = fr->ip;
		break;
	case EDIT_UDP:
		at = fr->l4;
		break;
	case EDIT_PAYLOAD:
		at = fr->payload;
		*end = fr->l4_end;
		break;
	case EDIT_N_LAYERS:
		break;
	}
	return at ? at : SIZE_MAX;
}

static bool overwrite(struct impair_frame *fr, const struct edit *e)
{
	size_t end, at = layer_start(fr, e->layer, &end);

	if (at > end || e->offset > end - at || e->put_len > end - at - e->offset ||
	    !memcmp(fr->bytes->data + at + e->offset, e->put, e->put_len))
		return false;
	memcpy(fr->bytes->data + at + e->offset, e->put, e->put_len);
	return true;
}

static bool trailer(struct impair_frame *fr, const struct edit *e)
{
	if (fr->bytes->len + e->put_len > ETH_FRAME_MAX)
		return false;
	g_byte_array_append(fr->bytes, e->put, (unsigned)e->put_len);
	return true;
}

static void add_be16(struct impair_frame *fr, size_t at, size_t n)
{
	impair_frame_put_be16(fr, at, (uint16_t)(impair_frame_get_be16(fr, at) + n));
}

/* Lengths that count @n bytes more of a layer. */
static void add_lengths(struct impair_frame *fr, enum edit_layer layer, size_t n)
{
	if (layer == EDIT_ETH)
		return;
	add_be16(fr, fr->ip + (fr->is_v6 ? IP6_LENGTH : IP_LENGTH), n);
	if (layer == EDIT_IP && !fr->is_v6)
		fr->bytes->data[fr->ip] = (uint8_t)(fr->bytes->data[fr->ip] + n / 4);
	if (layer == EDIT_PAYLOAD && fr->proto == IP_PROTO_UDP)
		add_be16(fr, fr->l4 + UDP_LENGTH, n);
}

static bool insert(struct impair_frame *fr, const struct edit *e)
{
	size_t *const marks[] = { &fr->ip, &fr->l4, &fr->payload, &fr->end, &fr->l4_end };
	size_t end, start = layer_start(fr, e->layer, &end), at, len = fr->bytes->len;

	if (start > end || e->offset > end - start || len + e->put_len > ETH_FRAME_MAX)
		return false;
	at = start + e->offset;
	g_byte_array_set_size(fr->bytes, (unsigned)(len + e->put_len));
	memmove(fr->bytes->data + at + e->put_len, fr->bytes->data + at, len - at);
	memcpy(fr->bytes->data + at, e->put, e->put_len);
	for (size_t i = 0; i < G_N_ELEMENTS(marks); i++)
		if (*marks[i] > start && *marks[i] >= at)
			*marks[i] += e->put_len;
	add_lengths(fr, e->layer, e->put_len);
	return true;
}

/* Put other bytes in the place of @len of the payload; lengths follow. */
static bool splice(struct impair_frame *fr, size_t at, size_t len, const struct edit *e)
{
	size_t rest = fr->l4_end - at - len;

	if (fr->l4_end - len + e->put_len > ETH_FRAME_MAX)
		return false;
	if (e->put_len > len) /* else it stays as long until all has been moved */
		g_byte_array_set_size(fr->bytes, (unsigned)(fr->l4_end - len + e->put_len));
	memmove(fr->bytes->data + at + e->put_len, fr->bytes->data + at + len, rest);
	memcpy(fr->bytes->data + at, e->put, e->put_len);
	fr->l4_end = at + e->put_len + rest;
	impair_frame_set_end(fr);
	return true;
}

/* The bytes to find, where they come first. */
static bool replace(struct impair_frame *fr, const struct edit *e)
{
	const uint8_t *found;

	if (!fr->payload || fr->l4_end < fr->payload)
		return false;
	found = memmem(fr->bytes->data + fr->payload, fr->l4_end - fr->payload, e->find,
		       e->find_len);
	return found && splice(fr, (size_t)(found - fr->bytes->data), e->find_len, e);
}

static bool replace_all(struct impair_frame *fr, const struct edit *e)
{
	return fr->payload && fr->l4_end >= fr->payload &&
	       splice(fr, fr->payload, fr->l4_end - fr->payload, e);
}

static bool make(struct impair_frame *fr, const struct edit *e)
{
	switch (e->kind) {
	case EDIT_OVERWRITE:
		return overwrite(fr, e);
	case EDIT_INSERT:
		return insert(fr, e);
	case EDIT_TRAILER:
		return trailer(fr, e);
	case EDIT_REPLACE:
		return replace(fr, e);
	case EDIT_WHOLE:
		return replace_all(fr, e);
	}
	return false;
}

bool impair_rewrite(struct impair_frame *fr, char **edits, bool repair)
{
	bool changed = false;

	for (; *edits; edits++) {
		struct edit e;

		if (parse(&e, *edits))
			changed |= make(fr, &e);
	}
	if (changed && repair)
		impair_frame_repair(fr);
	return changed;
}
