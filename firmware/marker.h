/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The words a guest program says on its console
 *
 * This is the only header that guest and host share. A marker is one console line:
 *
 *   @iplab VERB key=value key=value ...
 *
 * Keys are lower-case letters, digits and underscores. Pairs are separated by one blank. A value
 * is either a bare word of printable ASCII (0x21..0x7e) without '"' and '\', or a string in
 * double quotes, in which
 *
 *   \"    is a double quote
 *   \\    is a backslash
 *   \xHH  is the byte HH, two lower-case hex digits: everything outside 0x20..0x7e
 *
 * An empty value, and one that holds a blank, a quote, a backslash or an unprintable byte, is
 * always in quotes; any other may be. Lines end with CR LF. Text before the prefix, on the same
 * line, belongs to whoever spoke last and is not part of the marker.
 *
 * Numbers are decimal, or hex when they start with 0x. CRC-32 sums are eight lower-case hex digits
 * without prefix. "none" says that there is no such thing.
 *
 * The payload line of a probe:
 *
 *   kind           "probe"
 *   entry          address at which the image was entered: 0x10000, or where its PSW at 0 points
 *   cmdline        what lies at 0x10480, up to a NUL or 4096 bytes
 *   initrd         address as found at 0x10408
 *   initrd_len     bytes, as found at 0x10410
 *   initrd_crc32   sum of those bytes; none if both words are 0 or the range leaves the memory
 *   self           START-END (END exclusive), the part of the image that is summed; offsets in
 *                  the served file are the same numbers
 *   self_crc32     sum of that range, as found in memory
 *   memory_mib     memory size; 0 if the machine did not tell
 *   ipl_rc         return code of DIAG 0x308 subcode 6: 1 is done, 258 (0x102) is "no parameters"
 *   ipl_type       ccw, fcp, pci, scsi, other; none if ipl_rc is not 1
 *   ipl_ssid, ipl_devno	subchannel set and device number of the IPL device; 0 unless ccw
 *   ipl_loadparm   8 characters, or "" if there is none
 *   uuid           of the virtual machine, 8-4-4-4-12 hex digits, or none
 *   tod_us         time of day when the image was entered, microseconds since 1970-01-01 UTC
 *
 * Images without a parameter area leave out cmdline, initrd, initrd_len and initrd_crc32.
 */
#ifndef FIRMWARE_MARKER_H
#define FIRMWARE_MARKER_H

#define MARKER_PREFIX "@iplab "  /* first on the line; a verb follows */
#define MARKER_STAGE "stage"     /* a step was reached: @iplab stage name=dhcp */
#define MARKER_PAYLOAD "payload" /* the result, always the last marker of a boot */
#define MARKER_NONE "none"       /* the value of a key that has none */

/* Longest line without CR LF: 4096 bytes of command line as \xHH, and room for the other keys. */
#define MARKER_LINE_MAX (4096 * 4 + 1024)

#endif /* FIRMWARE_MARKER_H */
