# SPDX-License-Identifier: GPL-2.0-or-later
#
# The netboot image on lwIP
#
# Included by the top Makefile after firmware/rules.mk.

# What does no I/O: built for the host as well, by the tests
LWIP_PURE := bootfile dhcp_client dhcp_msg ins place pxe_config pxe_search text tftp_client
