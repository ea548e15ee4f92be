/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The tables of the areas' judges, each ended by a row without an id
 */
#ifndef HARNESS_JUDGE_AREAS_H
#define HARNESS_JUDGE_AREAS_H

#include "harness/judge/judge.h"

extern const struct judge judge_address[];
extern const struct judge judge_arp[];
extern const struct judge judge_boot4[];
extern const struct judge judge_dhcp4[];
extern const struct judge judge_dhcp4_answer[];
extern const struct judge judge_dhcp4_lease[];
extern const struct judge judge_dhcp4_option[];
extern const struct judge judge_dhcp4_reply[];
extern const struct judge judge_dhcp4_retry[];
extern const struct judge judge_dhcp6[];
extern const struct judge judge_dhcp6_reply[];
extern const struct judge judge_dhcp6_url[];
extern const struct judge judge_dns[];
extern const struct judge judge_eth[];
extern const struct judge judge_http[];
extern const struct judge judge_icmp[];
extern const struct judge judge_ip4[];
extern const struct judge judge_ip4_fragment[];
extern const struct judge judge_ip6[];
extern const struct judge judge_ndp[];
extern const struct judge judge_ndp_neighbour[];
extern const struct judge judge_pxe[];
extern const struct judge judge_pxe_config[];
extern const struct judge judge_pxe_search[];
extern const struct judge judge_random[];
extern const struct judge judge_s390[];
extern const struct judge judge_security[];
extern const struct judge judge_tcp[];
extern const struct judge judge_tcp_data[];
extern const struct judge judge_tftp_data[];
extern const struct judge judge_tftp_end[];
extern const struct judge judge_tftp_option[];
extern const struct judge judge_tftp_request[];
extern const struct judge judge_tftp_tid[];
extern const struct judge judge_udp[];

#endif /* HARNESS_JUDGE_AREAS_H */
