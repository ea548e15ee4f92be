/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * DHCP messages as a boot client writes and reads them
 *
 * RFC 2131 and 2132, 3396 (long options), 4578 (PXE), 5071 (PXELINUX), 5859 (TFTP server address).
 */
#ifndef FIRMWARE_LWIP_DHCP_MSG_H
#define FIRMWARE_LWIP_DHCP_MSG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	DHCP_SERVER_PORT = 67,
	DHCP_CLIENT_PORT = 68,
	DHCP_MAC_LEN = 6,
	DHCP_UUID_LEN = 16,
	DHCP_OUT_MAX = 576,      /* what every server takes (RFC 2131 2) */
	DHCP_IN_MAX = 1472,      /* what we say we take: an Ethernet frame's worth */
	DHCP_STRING_MAX = 256,   /* of an option's text with its NUL */
	DHCP_N_DNS = 2,          /* of the name servers that are told; ours */
	DHCP_ARCH_S390 = 0x001f, /* IANA's processor architecture types */
};

enum dhcp_type {
	DHCP_TYPE_NONE = 0,
	DHCP_DISCOVER = 1, /* RFC 2132 9.6 */
	DHCP_OFFER = 2,
	DHCP_REQUEST = 3,
	DHCP_DECLINE = 4,
	DHCP_ACK = 5,
	DHCP_NAK = 6,
	DHCP_RELEASE = 7,
};

/* Who we are. */
struct dhcp_identity {
	uint8_t mac[DHCP_MAC_LEN];
	bool has_uuid;
	uint8_t uuid[DHCP_UUID_LEN];
};

/* A message to write. */
struct dhcp_request {
	enum dhcp_type type;
	uint32_t xid;
	uint16_t secs;
	uint32_t ciaddr;       /* 0: we have none yet */
	uint32_t requested_ip; /* option 50; 0: none */
	uint32_t server_id;    /* option 54; 0: none */
};

/* What a server says. Addresses are numbers, 0: not told. Strings are empty if not told. */
struct dhcp_reply {
	enum dhcp_type type;
	uint32_t xid;
	uint8_t mac[DHCP_MAC_LEN];
	uint32_t yiaddr, siaddr;
	uint32_t server_id;
	uint32_t netmask, router;
	uint32_t dns[DHCP_N_DNS];
	uint32_t tftp_address; /* option 150, the first */
	bool has_lease;
	uint32_t lease_s, t1_s, t2_s; /* 0xffffffff: for ever */
	char sname[DHCP_STRING_MAX];
	char tftp_name[DHCP_STRING_MAX];   /* option 66 */
	char bootfile[DHCP_STRING_MAX];    /* option 67, else the field */
	char config_file[DHCP_STRING_MAX]; /* option 209 */
	char path_prefix[DHCP_STRING_MAX]; /* option 210 */
	bool has_path_prefix;
};

/**
 * dhcp_request_encode() - Write a message
 * @buf:	DHCP_OUT_MAX bytes
 * @r:		What it says
 * @who:	Who says it
 *
 * Return: its length.
 */
size_t dhcp_request_encode(uint8_t buf[DHCP_OUT_MAX], const struct dhcp_request *r,
			   const struct dhcp_identity *who);

/**
 * dhcp_reply_decode() - Read a message
 * @out:	Filled; untouched if it is none
 * @buf:	The datagram
 * @len:	Its length
 *
 * Options of a wrong length are as if they were not there.
 *
 * Return: whether it is a server's message for an Ethernet client, whole, and with a type.
 */
bool dhcp_reply_decode(struct dhcp_reply *out, const uint8_t *buf, size_t len);

#endif /* FIRMWARE_LWIP_DHCP_MSG_H */
