/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A boot that is one TFTP transfer after the other, said packet by packet
 */
#ifndef TESTS_SUPPORT_TFTP_BOOT_H
#define TESTS_SUPPORT_TFTP_BOOT_H

#include "tests/support/trace_boot.h"

#define KEPT JUDGE_SAW_KEPT
#define BROKEN JUDGE_SAW_BROKEN
#define NOTHING JUDGE_SAW_NOTHING
#define VALUE JUDGE_SAW_VALUE

enum {
	TFTP_BOOT_CLIENT = 2001,
	TFTP_BOOT_SERVER = 49152,
};

/* The script under way. */
static struct boot_script b;

/* Asked for are a blksize of 1428, tsize, a timeout of 5 and a windowsize of 4. */
static inline void ask(const char *file)
{
	boot_rrq(&b, TFTP_BOOT_CLIENT, file);
}

static inline void to_guest(const char *bytes, size_t len)
{
	boot_add(&b, BOOT_SERVER, TFTP_BOOT_SERVER, BOOT_GUEST, TFTP_BOOT_CLIENT,
		 (const uint8_t *)bytes, len);
}

static inline void from_guest(const char *bytes, size_t len)
{
	boot_add(&b, BOOT_GUEST, TFTP_BOOT_CLIENT, BOOT_SERVER, TFTP_BOOT_SERVER,
		 (const uint8_t *)bytes, len);
}

static inline void short_packet(void (*send)(const char *, size_t), uint8_t op, uint16_t number)
{
	const char bytes[] = { 0, (char)op, (char)(number >> 8), (char)number };

	send(bytes, sizeof(bytes));
}

static inline void ack(uint16_t block)
{
	short_packet(from_guest, TFTP_ACK, block);
}

static inline void block(uint16_t number, size_t len)
{
	char bytes[1432] = { 0, TFTP_DATA, (char)(number >> 8), (char)number };

	to_guest(bytes, 4 + len);
}

/* An ERROR without a text but its end. */
static inline void error(void (*send)(const char *, size_t), uint8_t code)
{
	const char bytes[] = { 0, TFTP_ERROR, 0, (char)code, 0 };

	send(bytes, sizeof(bytes));
}

/* An OACK of these words: "blksize|1024|". */
static inline void oack(const char *words)
{
	char bytes[128] = { 0, TFTP_OACK };
	size_t n = 2;

	for (; *words; words++)
		bytes[n++] = *words;
	for (size_t i = 2; i < n; i++)
		bytes[i] = bytes[i] == '|' ? 0 : bytes[i];
	to_guest(bytes, n);
}

/* Something happens on the network. */
static inline void event(const char *kind)
{
	b.event = kind;
	b.event_at = b.n;
}

/* Nothing yet, and in the end the payload that a usual boot has. */
static inline void begin(void)
{
	static struct boot_script usual;

	boot_usual(&usual);
	b = (struct boot_script){ .payload = usual.payload, .ending = usual.ending };
}

static inline void begin_file(void)
{
	begin();
	ask("initrd.img");
}

/* No payload: the boot ends like this. */
static inline void ends(const char *ending)
{
	b.payload = NULL;
	b.ending = ending;
}

static inline void other_payload(void)
{
	b.payload = "@iplab payload kind=probe initrd_len=100 initrd_crc32=ffffffff "
		    "self_crc32=0a0b0c0d";
}

#define see(id, saw) boot_assert(&b, id, saw, #saw)

/* As long as the payload is that of the control it is kept, else broken. */
static inline void see_payload(const char *id)
{
	see(id, KEPT);
	other_payload();
	see(id, BROKEN);
	ends("gave-up");
	see(id, BROKEN);
}

#endif /* TESTS_SUPPORT_TFTP_BOOT_H */
