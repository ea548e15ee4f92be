/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Service-call logical processor (SCLP)
 */
#include "firmware/lib/sclp.h"

#include "firmware/lib/sclp_call.h"
#include "firmware/lib/string.h"

struct sccb_text {
	struct sccb_header header;
	uint16_t event_len; /* from here */
	uint8_t event_type;
	uint8_t event_flags;
	uint16_t reserved;
	char text[SCLP_TEXT_MAX];
};
_Static_assert(offsetof(struct sccb_text, text) == 14, "QEMU reads the text at 14");
_Static_assert(sizeof(struct sccb_text) == SCLP_SCCB_LEN, "fills its page");

struct sccb_scp_info {
	struct sccb_header header;
	uint16_t n_increments; /* 0: see n_increments_big */
	uint8_t increment_mib; /* 0: see increment_mib_big */
	uint8_t reserved[89];
	uint32_t increment_mib_big;
	uint64_t n_increments_big;
};
_Static_assert(offsetof(struct sccb_scp_info, increment_mib_big) == 100, "rnsize2");
_Static_assert(offsetof(struct sccb_scp_info, n_increments_big) == 104, "rnmax2");

static union {
	struct sccb_header header;
	struct sccb_text text;
	struct sccb_scp_info scp_info;
	uint8_t page[SCLP_SCCB_LEN];
} sccb __attribute__((aligned(SCLP_SCCB_LEN)));

static int service_call(enum sclp_command command)
{
	return sclp_call(command, &sccb);
}

static int write_event(const char *text, size_t len)
{
	size_t event_len = SCLP_EVENT_HEADER_LEN + len;
	int r;

	sccb.text.header = (struct sccb_header){
		.len = (uint16_t)(sizeof(struct sccb_header) + event_len),
	};
	sccb.text.event_len = (uint16_t)event_len;
	sccb.text.event_type = SCLP_EVENT_ASCII;
	sccb.text.event_flags = 0;
	sccb.text.reserved = 0;
	memcpy(sccb.text.text, text, len);

	r = service_call(SCLP_WRITE_EVENT_DATA);
	if (r)
		return r;
	return sccb.header.response == SCLP_RESPONSE_DONE ? 0 : SCLP_E_REFUSED;
}

int sclp_console_write(const char *text, size_t len)
{
	while (len) {
		size_t n = len < SCLP_TEXT_MAX ? len : SCLP_TEXT_MAX;
		int r = write_event(text, n);

		if (r)
			return r;
		text += n;
		len -= n;
	}
	return 0;
}

int sclp_read_memory(uint64_t *bytes)
{
	const struct sccb_scp_info *info = &sccb.scp_info;
	uint64_t n, mib;
	int r;

	memset(&sccb, 0, sizeof(sccb));
	sccb.header.len = SCLP_SCCB_LEN;
	r = service_call(SCLP_READ_SCP_INFO);
	if (r)
		return r;
	if (sccb.header.response != SCLP_RESPONSE_READ)
		return SCLP_E_REFUSED;

	n = info->n_increments ? info->n_increments : info->n_increments_big;
	mib = info->increment_mib ? info->increment_mib : info->increment_mib_big;
	*bytes = n * mib << 20;
	return 0;
}
