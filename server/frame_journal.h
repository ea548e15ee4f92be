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
 * @len:	Bytes of the frame
 *
 * The event is frame_kind_name(); the fields are those that a person or a check asks for.
 */
void frame_journal(Journal *j, uint64_t now_ns, const char *nic, bool to_guest, uint64_t number,
		   size_t len, const struct frame *f);

#endif /* SERVER_FRAME_JOURNAL_H */
