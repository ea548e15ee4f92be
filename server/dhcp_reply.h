/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a DHCP server's replies hold (RFC 2131 4.3.1, table 3)
 *
 * Options are sent when the client's parameter list has them, in its order; a client without a list
 * gets all there are. Always sent are what RFC 2131 demands, what the client said about itself
 * (RFC 6842, RFC 4578), the vendor class, and a boot file name that `file` does not hold.
 */
#ifndef SERVER_DHCP_REPLY_H
#define SERVER_DHCP_REPLY_H

#include "server/dhcp.h"
#include "server/wire/dhcp.h"

#define DHCP_LEASE_INFINITE_S UINT32_MAX /* RFC 2131 3.3 */

/**
 * dhcp_reply_init_config() - Make an OFFER or an ACK
 * @request:	What is answered
 * @address:	The client's from now on; 0: an INFORM, which gets neither address nor lease time
 */
void dhcp_reply_init_config(struct dhcp_msg *reply, const struct dhcp_config *cfg,
			    const struct net_config *net, const struct dhcp_msg *request,
			    enum dhcp_type type, uint32_t address);

/* Make a NAK; @reason is told in option 56. */
void dhcp_reply_init_nak(struct dhcp_msg *reply, const struct net_config *net,
			 const struct dhcp_msg *request, const char *reason);

/**
 * dhcp_reply_encode() - Write a reply no longer than the client takes (option 57)
 * @w:		Room for DHCP_MSG_MAX bytes
 * @overload:	Fields that are to hold options; others do when there is no other way
 *
 * What does not fit is taken off the list's end, which is what the client asked for last.
 *
 * Return: the number of options left out.
 */
size_t dhcp_reply_encode(struct wr *w, struct dhcp_msg *reply, const struct dhcp_msg *request,
			 unsigned overload);

#endif /* SERVER_DHCP_REPLY_H */
