/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Service-call logical processor: console input
 */
#include "firmware/lib/sclp_input.h"

#include "firmware/lib/sclp_call.h"
#include "firmware/lib/string.h"

enum {
	MASK_ASCII = 0x00000040, /* bit of SCLP_EVENT_ASCII */
	MASK_LEN = 4,
};

struct sccb_mask {
	struct sccb_header header;
	uint16_t reserved;
	uint16_t mask_len;
	uint32_t we_receive, we_send;
	uint32_t they_receive, they_send; /* filled */
};
_Static_assert(sizeof(struct sccb_mask) == 28, "QEMU takes the masks at 12");

struct sccb_event {
	struct sccb_header header;
	uint16_t event_len; /* from here */
	uint8_t event_type;
	uint8_t event_flags;
	uint16_t reserved;
	char zero; /* always comes first */
	char text[SCLP_SCCB_LEN - 15];
};
_Static_assert(sizeof(struct sccb_event) == SCLP_SCCB_LEN, "fills its page");

static union {
	struct sccb_header header;
	struct sccb_mask mask;
	struct sccb_event event;
} sccb __attribute__((aligned(SCLP_SCCB_LEN)));

int sclp_input_open(void)
{
	int r;

	memset(&sccb.mask, 0, sizeof(sccb.mask));
	sccb.header.len = sizeof(sccb.mask);
	sccb.mask.mask_len = MASK_LEN;
	sccb.mask.we_receive = MASK_ASCII;
	r = sclp_call(SCLP_WRITE_EVENT_MASK, &sccb);
	if (r)
		return r;
	return sccb.header.response == SCLP_RESPONSE_DONE ? 0 : SCLP_E_REFUSED;
}

size_t sclp_input_read(char buf[SCLP_INPUT_MAX])
{
	const struct sccb_event *e = &sccb.event;
	size_t n;

	sccb.header = (struct sccb_header){ .len = SCLP_SCCB_LEN };
	if (sclp_call(SCLP_READ_EVENT_DATA, &sccb) || sccb.header.response != SCLP_RESPONSE_DONE ||
	    e->event_type != SCLP_EVENT_ASCII || e->event_len <= SCLP_EVENT_HEADER_LEN + 1)
		return 0;
	n = e->event_len - SCLP_EVENT_HEADER_LEN - 1u;
	if (n > SCLP_INPUT_MAX)
		n = SCLP_INPUT_MAX;
	memcpy(buf, e->text, n);
	return n;
}
