/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Joining fragments of IPv4 (RFC 791 3.2) and IPv6 (RFC 8200 4.5)
 *
 * RFC 815 fills a buffer in place and keeps a list of the holes that are left. The buffer is here
 * too; instead of the list there is a bit for each unit of eight bytes, which needs no bound of
 * its own and says at once whether a fragment overlaps. Where two fragments disagree nobody can
 * tell which one is right, so the whole datagram is dropped, as RFC 5722 has it
 * for IPv6.
 */
#include "server/reassembly.h"

#include "server/wire/ip.h"

enum {
	UNIT = 8, /* RFC 791 3.1: fragment offsets count these */
	N_UNITS = (IPV4_TOTAL_MAX + UNIT - 1) / UNIT,
	DATA_MAX = IPV4_TOTAL_MAX - IPV4_HLEN_MIN,
};

struct joint {
	bool used;
	struct reassembly_key key;
	uint64_t deadline_ns;
	size_t n_units;                /* that have come */
	size_t top;                    /* end of the furthest byte that has come */
	size_t len;                    /* of the whole; 0 until the last fragment came */
	uint8_t seen[N_UNITS / 8 + 1]; /* a bit for each unit */
	uint8_t *data;                 /* IPV4_TOTAL_MAX bytes, made at first use and then kept */
};

struct Reassembly {
	struct joint joints[REASSEMBLY_N_DATAGRAMS];
};

Reassembly *reassembly_new(void)
{
	return g_new0(Reassembly, 1);
}

static bool key_equal(const struct reassembly_key *a, const struct reassembly_key *b)
{
	return ip_addr_equal(&a->src, &b->src) && ip_addr_equal(&a->dst, &b->dst) &&
	       a->id == b->id && a->proto == b->proto;
}

static struct joint *joint_find(Reassembly *r, const struct reassembly_key *key)
{
	for (size_t i = 0; i < REASSEMBLY_N_DATAGRAMS; i++)
		if (r->joints[i].used && key_equal(&r->joints[i].key, key))
			return &r->joints[i];
	return NULL;
}

static struct joint *joint_open(Reassembly *r, uint64_t now_ns, const struct reassembly_key *key)
{
	for (size_t i = 0; i < REASSEMBLY_N_DATAGRAMS; i++) {
		struct joint *j = &r->joints[i];

		if (j->used)
			continue;
		*j = (struct joint){
			.used = true,
			.key = *key,
			.deadline_ns = now_ns + REASSEMBLY_TIMEOUT_NS,
			.data = j->data ? j->data : g_malloc(IPV4_TOTAL_MAX),
		};
		return j;
	}
	return NULL;
}

static bool unit_seen(const struct joint *j, size_t unit)
{
	return j->seen[unit / 8] & 1 << unit % 8;
}

static size_t count_seen(const struct joint *j, size_t first, size_t n)
{
	size_t seen = 0;

	for (size_t i = 0; i < n; i++)
		seen += unit_seen(j, first + i);
	return seen;
}

/* Whether the fragment agrees with what is known of the whole's length. */
static bool length_agrees(const struct joint *j, size_t end, bool last)
{
	if (last)
		return j->top <= end && (!j->len || j->len == end);
	return !j->len || end <= j->len;
}

static int joint_add(struct joint *j, size_t offset, struct slice data, bool last)
{
	size_t first = offset / UNIT, n = (data.len + UNIT - 1) / UNIT, end = offset + data.len;
	size_t seen = count_seen(j, first, n);

	if (!length_agrees(j, end, last))
		return REASSEMBLY_E_OVERLAP;
	if (seen == n && memcmp(j->data + offset, data.p, data.len) == 0)
		return REASSEMBLY_E_DUPLICATE;
	if (seen)
		return REASSEMBLY_E_OVERLAP;

	memcpy(j->data + offset, data.p, data.len);
	for (size_t i = first; i < first + n; i++)
		j->seen[i / 8] |= (uint8_t)(1 << i % 8);
	j->n_units += n;
	j->top = MAX(j->top, end);
	if (last)
		j->len = end;
	return j->len && j->n_units == (j->len + UNIT - 1) / UNIT ? 0 : REASSEMBLY_E_INCOMPLETE;
}

int reassembly_add(Reassembly *r, uint64_t now_ns, const struct reassembly_key *key,
		   const struct reassembly_piece *piece, struct slice *whole)
{
	size_t len = piece->data.len;
	struct joint *j;
	int e;

	if (!len || (piece->more && len % UNIT) || len > DATA_MAX || piece->offset > DATA_MAX - len)
		return REASSEMBLY_E_MALFORMED;

	j = joint_find(r, key);
	if (!j)
		j = joint_open(r, now_ns, key);
	if (!j)
		return REASSEMBLY_E_FULL;

	e = joint_add(j, piece->offset, piece->data, !piece->more);
	if (e == 0)
		*whole = (struct slice){ .p = j->data, .len = j->len };
	if (e == 0 || e == REASSEMBLY_E_OVERLAP)
		j->used = false;
	return e;
}

bool reassembly_expire(Reassembly *r, uint64_t now_ns, struct reassembly_key *out)
{
	for (size_t i = 0; i < REASSEMBLY_N_DATAGRAMS; i++) {
		struct joint *j = &r->joints[i];

		if (!j->used || now_ns < j->deadline_ns)
			continue;
		j->used = false;
		*out = j->key;
		return true;
	}
	return false;
}

uint64_t reassembly_deadline_ns(const Reassembly *r)
{
	uint64_t first = DEADLINE_NEVER;

	for (size_t i = 0; i < REASSEMBLY_N_DATAGRAMS; i++)
		if (r->joints[i].used)
			first = MIN(first, r->joints[i].deadline_ns);
	return first;
}

void reassembly_free(Reassembly *r)
{
	if (!r)
		return;
	for (size_t i = 0; i < REASSEMBLY_N_DATAGRAMS; i++)
		g_free(r->joints[i].data);
	g_free(r);
}
