/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What lwIP wants to know of compiler and machine
 */
#ifndef FIRMWARE_LWIP_PORT_ARCH_CC_H
#define FIRMWARE_LWIP_PORT_ARCH_CC_H

#include <stddef.h>
#include <stdint.h>

#define BYTE_ORDER BIG_ENDIAN

#define LWIP_NO_CTYPE_H 1
#define LWIP_PROVIDE_ERRNO 1

uint32_t port_random(void);
uint16_t port_checksum(const void *data, int len);
_Noreturn void port_assert(const char *what);

#define LWIP_RAND() port_random()
#define LWIP_CHKSUM port_checksum
#define LWIP_PLATFORM_ASSERT(what) port_assert(what)
#define LWIP_PLATFORM_DIAG(x)

#endif /* FIRMWARE_LWIP_PORT_ARCH_CC_H */
