/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A frame's line in the journal
 */
#ifndef SERVER_FRAME_JOURNAL_H
#define SERVER_FRAME_JOURNAL_H

#include "server/journal.h"
#include "server/wire/frame.h"

/**
 * frame_journal() - Write what a frame is
 * @nic:	Which card's cable
 * @to_guest:	Direction
 * @number:	The frame's number in the capture; 0: not in there
 * @bytes:	The frame
 * @f:		It, decoded: what it points to lies in @bytes
 *
 * The event is frame_kind_name(); the fields are those that a person asks for, and last the bytes
 * themselves, which the checks of conformance read. Of what carries a file (DATA of TFTP, and of
 * TCP to the guest) these are the headers only; of a frame longer than an Ethernet frame may be
 * they are what fits.
 */
void frame_journal(Journal *j, uint64_t now_ns, const char *nic, bool to_guest, uint64_t number,
		   struct slice bytes, const struct frame *f);

#endif /* SERVER_FRAME_JOURNAL_H */
