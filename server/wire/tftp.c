/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * TFTP packets (RFC 1350) with options (RFC 2347, 2348, 2349, 7440)
 */
#include "server/wire/tftp.h"

#include <inttypes.h>
#include <stdio.h>

/* Pairs of strings up to the end (RFC 2347); r->bad if anything is wrong with them. */
static void decode_options(struct tftp_pkt *p, struct rd *r)
{
	while (r->left && !r->bad) {
		struct tftp_opt o = { .name = rd_cstr(r) };

		o.value = rd_cstr(r);
		if (p->n_opts == TFTP_N_OPTIONS_MAX || !o.name.len)
			r->bad = true;
		else
			p->opts[p->n_opts++] = o;
	}
}

/* The message of an ERROR: up to its NUL, or all there is. */
static struct slice decode_message(struct rd *r)
{
	struct slice s = rd_rest(r);
	const uint8_t *nul = s.len ? memchr(s.p, 0, s.len) : NULL;

	if (nul)
		s.len = (size_t)(nul - s.p);
	return s;
}

int tftp_pkt_decode(struct tftp_pkt *out, const uint8_t *buf, size_t len)
{
	struct rd r = RD_INIT(buf, len);
	struct tftp_pkt p = { .op = (enum tftp_op)rd_be16(&r) };

	switch (p.op) {
	case TFTP_RRQ:
	case TFTP_WRQ:
		p.file = rd_cstr(&r);
		p.mode = rd_cstr(&r);
		decode_options(&p, &r);
		break;
	case TFTP_DATA:
		p.block = rd_be16(&r);
		p.data = rd_rest(&r);
		break;
	case TFTP_ACK:
		p.block = rd_be16(&r);
		if (r.left)
			r.bad = true;
		break;
	case TFTP_ERROR:
		p.error = rd_be16(&r);
		p.message = decode_message(&r);
		break;
	case TFTP_OACK:
		decode_options(&p, &r);
		break;
	default: /* the peer's number, not one of ours */
		r.bad = true;
	}
	if (r.bad)
		return TFTP_E_MALFORMED;

	*out = p;
	return 0;
}

void tftp_data_encode(struct wr *w, uint16_t block, const uint8_t *data, size_t len)
{
	wr_be16(w, TFTP_DATA);
	wr_be16(w, block);
	wr_bytes(w, data, len);
}

void tftp_ack_encode(struct wr *w, uint16_t block)
{
	wr_be16(w, TFTP_ACK);
	wr_be16(w, block);
}

void tftp_error_encode(struct wr *w, enum tftp_error code, const char *message)
{
	wr_be16(w, TFTP_ERROR);
	wr_be16(w, (uint16_t)code);
	wr_cstr(w, message);
}

void tftp_rrq_encode(struct wr *w, const char *file, const char *mode)
{
	wr_be16(w, TFTP_RRQ);
	wr_cstr(w, file);
	wr_cstr(w, mode);
}

void tftp_oack_encode(struct wr *w)
{
	wr_be16(w, TFTP_OACK);
}

void tftp_opt_encode_u64(struct wr *w, const char *name, uint64_t value)
{
	char text[sizeof("18446744073709551615")];

	snprintf(text, sizeof(text), "%" PRIu64, value);
	wr_cstr(w, name);
	wr_cstr(w, text);
}

static uint8_t to_lower(uint8_t c)
{
	return c >= 'A' && c <= 'Z' ? (uint8_t)(c - 'A' + 'a') : c;
}

bool tftp_name_is(struct slice s, const char *name)
{
	if (s.len != strlen(name))
		return false;
	for (size_t i = 0; i < s.len; i++)
		if (to_lower(s.p[i]) != to_lower((uint8_t)name[i]))
			return false;
	return true;
}

struct slice tftp_file_in_root(struct slice name)
{
	while (name.len && *name.p == '/') {
		name.p++;
		name.len--;
	}
	return name;
}

int tftp_number(uint64_t *out, struct slice s, uint64_t max)
{
	uint64_t v = 0;

	if (!s.len)
		return TFTP_E_MALFORMED;
	for (size_t i = 0; i < s.len; i++) {
		unsigned digit = (unsigned)s.p[i] - '0';

		if (digit > 9 || digit > max || v > (max - digit) / 10)
			return TFTP_E_MALFORMED;
		v = v * 10 + digit;
	}

	*out = v;
	return 0;
}

const char *tftp_op_name(enum tftp_op op)
{
	switch (op) {
	case TFTP_RRQ:
		return "rrq";
	case TFTP_WRQ:
		return "wrq";
	case TFTP_DATA:
		return "data";
	case TFTP_ACK:
		return "ack";
	case TFTP_ERROR:
		return "error";
	case TFTP_OACK:
		return "oack";
	}
	return "unknown";
}
