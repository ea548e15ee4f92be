/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which transfer a TFTP packet belongs to (RFC 1350, RFC 2347, RFC 2348, RFC 7440)
 *
 * A transfer begins with a request, which names the file. What follows is found by the ports of
 * both sides. The guest's alone is not enough: libnet fetches every file from one port, and the
 * server of the last file may still be repeating its last block. The server's is known from its
 * first answer on.
 *
 * Blocks are numbered in 16 bits. Servers send them in order, so a number is that of the next new
 * block, or of one that was sent before; behind 65535 comes 0 or, with some servers, 1. Which of
 * the two is learnt from the first block behind it.
 */
#include "server/packet_id_tftp.h"

#include "server/packet_id_tally.h"

enum {
	N_TRANSFERS = 16,  /* ours: remembered at once */
	AHEAD_BLOCKS = 16, /* ours: that a server may skip and still not be taken for repeating */
	WRAP_TO_0 = 65536, /* different numbers on the wire */
	WRAP_TO_1 = 65535,
	BLOCK_LAST = 65535, /* on the wire, before it wraps */
};

struct transfer {
	char *file; /* NULL: unused */
	bool is_write;
	uint64_t transaction;
	unsigned ordinal;
	uint64_t begun; /* larger is later */
	uint16_t guest_port;
	uint16_t server_port; /* 0: not known yet */
	unsigned blksize;
	unsigned wrap;   /* WRAP_TO_0 or WRAP_TO_1 */
	uint64_t high;   /* highest block sent */
	uint64_t last;   /* the last block's number; UINT64_MAX: not sent yet */
	uint64_t size;   /* bytes in the file, when `last` is known */
	bool progressed; /* a block was acknowledged */
	bool over;       /* all were, or an ERROR came */
};

struct PacketIdTftp {
	struct transfer transfers[N_TRANSFERS];
	uint64_t n_begun;
	PacketIdTally *ordinals; /* latest ordinal of a file, by hash of its name */
};

PacketIdTftp *packet_id_tftp_new(void)
{
	PacketIdTftp *t = g_new0(PacketIdTftp, 1);

	t->ordinals = packet_id_tally_new();
	return t;
}

static bool is_file(const struct transfer *x, struct slice name)
{
	return x->file && strlen(x->file) == name.len && !memcmp(x->file, name.p, name.len);
}

/* A transfer of this file that got nowhere yet. */
static struct transfer *find_open(PacketIdTftp *t, struct slice name, bool is_write)
{
	for (unsigned i = 0; i < N_TRANSFERS; i++) {
		struct transfer *x = &t->transfers[i];

		if (is_file(x, name) && x->is_write == is_write && !x->progressed)
			return x;
	}
	return NULL;
}

static struct transfer *oldest(PacketIdTftp *t)
{
	struct transfer *x = &t->transfers[0];

	for (unsigned i = 1; i < N_TRANSFERS; i++)
		if (t->transfers[i].begun < x->begun)
			x = &t->transfers[i];
	return x;
}

static struct transfer *begin(PacketIdTftp *t, struct slice name, bool is_write)
{
	const char *protocol = is_write ? "tftp.write" : "tftp";
	struct transfer *x = oldest(t);
	unsigned *ordinal =
		packet_id_tally_at(t->ordinals, packet_id_transaction(protocol, 0, name));

	++*ordinal;
	g_free(x->file);
	*x = (struct transfer){
		.file = g_strndup((const char *)name.p, name.len),
		.is_write = is_write,
		.transaction = packet_id_transaction(protocol, *ordinal, name),
		.ordinal = *ordinal,
	};
	return x;
}

static struct transfer *on_request(PacketIdTftp *t, const struct frame *f)
{
	struct slice name = tftp_file_in_root(f->tftp.file);
	bool is_write = f->tftp.op == TFTP_WRQ;
	struct transfer *x = find_open(t, name, is_write);

	if (!x)
		x = begin(t, name, is_write);
	x->begun = ++t->n_begun;
	x->guest_port = f->udp.sport;
	x->server_port = 0;
	x->blksize = TFTP_BLKSIZE_DEFAULT;
	x->wrap = WRAP_TO_0;
	x->high = 0;
	x->last = UINT64_MAX;
	x->over = false;
	return x;
}

/* The latest with this port of the guest's, and with this port of the server's unless it is 0. */
static struct transfer *find_latest(PacketIdTftp *t, uint16_t guest_port, uint16_t server_port)
{
	struct transfer *latest = NULL;

	for (unsigned i = 0; i < N_TRANSFERS; i++) {
		struct transfer *x = &t->transfers[i];

		if (x->file && x->guest_port == guest_port &&
		    (!server_port || x->server_port == server_port) &&
		    (!latest || x->begun > latest->begun))
			latest = x;
	}
	return latest;
}

/* Whether this is what a server says first, and not what it says to a transfer that is over. */
static bool is_first_answer(const struct frame *f)
{
	return f->tftp.op == TFTP_OACK || (f->tftp.op == TFTP_DATA && f->tftp.block == 1);
}

static struct transfer *find(PacketIdTftp *t, enum packet_dir dir, const struct frame *f)
{
	bool from_guest = dir == PACKET_FROM_GUEST;
	uint16_t guest = from_guest ? f->udp.sport : f->udp.dport;
	uint16_t server = from_guest ? f->udp.dport : f->udp.sport;
	struct transfer *latest = find_latest(t, guest, 0);
	struct transfer *exact = server ? find_latest(t, guest, server) : NULL;

	if (!latest)
		return NULL;
	if (latest->server_port)
		return exact ? exact : latest; /* else a server that changed its port */
	/* A late packet of the transfer before; but servers may use one port for all. */
	if (exact && server != TFTP_PORT && !(exact->over && is_first_answer(f)))
		return exact;
	if (!from_guest)
		latest->server_port = server;
	return latest;
}

static void on_oack(struct transfer *x, const struct tftp_pkt *p)
{
	uint64_t blksize;

	for (size_t i = 0; i < p->n_opts; i++)
		if (tftp_name_is(p->opts[i].name, "blksize") &&
		    !tftp_number(&blksize, p->opts[i].value, TFTP_BLKSIZE_MAX) &&
		    blksize >= TFTP_BLKSIZE_MIN)
			x->blksize = (unsigned)blksize;
}

/*
 * The block that @number means: the highest up to @limit, or, if there is none, the lowest above
 * it. 0: none.
 */
static uint64_t unwrap(const struct transfer *x, uint16_t number, uint64_t limit)
{
	uint64_t first = number, back;

	if (x->wrap == WRAP_TO_1 && !number)
		return 0;
	if (first >= limit)
		return first;
	back = (limit - first) % x->wrap;
	return limit - back;
}

static void on_data(struct transfer *x, const struct tftp_pkt *p, struct packet_id *out,
		    bool *sent_before)
{
	uint64_t block;

	if (x->high == BLOCK_LAST && p->block == 1)
		x->wrap = WRAP_TO_1;
	block = unwrap(x, p->block, x->high + AHEAD_BLOCKS);
	if (!block) {
		out->position = PACKET_POSITION_NONE;
		return;
	}
	*sent_before = block <= x->high;
	x->high = MAX(x->high, block);
	out->position = (block - 1) * x->blksize;
	if (p->data.len < x->blksize) {
		x->last = block;
		x->size = out->position + p->data.len;
	}
	out->block = (unsigned)block;
	out->is_first = block == 1;
	out->is_last = block == x->last;
}

static void on_ack(struct transfer *x, const struct tftp_pkt *p, struct packet_id *out)
{
	uint64_t block = unwrap(x, p->block, x->high);

	out->block = (unsigned)block;
	out->is_first = block == 1;
	out->is_last = block == x->last;
	out->position = out->is_last ? x->size + 1 : block * x->blksize;
	x->progressed |= block > 0;
	x->over |= out->is_last;
}

bool packet_id_tftp_next(PacketIdTftp *t, enum packet_dir dir, const struct frame *f,
			 struct packet_id *out, bool *sent_before)
{
	bool is_request = f->tftp.op == TFTP_RRQ || f->tftp.op == TFTP_WRQ;
	struct transfer *x;

	/* A request that the server sends is nobody's. */
	if (is_request)
		x = dir == PACKET_FROM_GUEST ? on_request(t, f) : NULL;
	else
		x = find(t, dir, f);
	if (!x)
		return false;

	out->transaction = x->transaction;
	out->ordinal = x->ordinal;
	out->file = x->file;
	*sent_before = false;
	switch (f->tftp.op) {
	case TFTP_RRQ:
	case TFTP_WRQ:
		break;
	case TFTP_DATA:
		on_data(x, &f->tftp, out, sent_before);
		break;
	case TFTP_ACK:
		on_ack(x, &f->tftp, out);
		break;
	case TFTP_ERROR:
		x->over = true;
		break;
	case TFTP_OACK:
		on_oack(x, &f->tftp);
		break;
	}
	return true;
}

void packet_id_tftp_free(PacketIdTftp *t)
{
	if (!t)
		return;
	for (unsigned i = 0; i < N_TRANSFERS; i++)
		g_free(t->transfers[i].file);
	packet_id_tally_free(t->ordinals);
	g_free(t);
}
