/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The netboot image: bring-up
 *
 * Finds memory and card, and leaves the rest to boot.c. The card is the one that the machine was
 * booted from, if it says so, else the first.
 */
#include <stdbool.h>

#include "firmware/lib/css.h"
#include "firmware/lib/diag308.h"
#include "firmware/lib/sclp.h"
#include "firmware/lib/start.h"
#include "firmware/lib/string.h"
#include "firmware/lib/stsi.h"
#include "firmware/lib/virtio_net.h"
#include "firmware/lwip/address.h"
#include "firmware/lwip/boot.h"
#include "firmware/lwip/fetch.h"
#include "firmware/lwip/net.h"
#include "firmware/lwip/profile.h"
#include "firmware/lwip/say.h"

extern uint8_t __image_start[], __image_end[];

/* For one request to the machine at a time. */
static uint8_t page[DIAG308_PAGE_LEN] __attribute__((aligned(DIAG308_PAGE_LEN)));
_Static_assert(sizeof(page) == STSI_PAGE_LEN, "one page serves both");

static struct virtio_net card;
static struct place place;
static struct boot boot;
static struct dhcp_identity who;

static uint64_t page_down(uint64_t addr)
{
	return addr & ~(uint64_t)(PLACE_PAGE - 1);
}

/* The workspace ends where the image begins. */
static void find_memory(void)
{
	uint64_t bytes, start = (uintptr_t)__image_start, end = (uintptr_t)__image_end;

	if (sclp_read_memory(&bytes))
		give_up(WAIT_NO_MEMORY, "the machine does not say how much memory it has");
	if (start < sizeof(struct boot_workspace) + PLACE_LOW_LEN || end > bytes)
		give_up(WAIT_NO_MEMORY, "there is too little memory: 128 MiB are needed");
	start = page_down(start - sizeof(struct boot_workspace));
	boot.work = (struct boot_workspace *)(uintptr_t)start;
	place_init(&place, NULL, bytes, start, page_down(end + PLACE_PAGE - 1));
	boot.place = &place;
}

/* Whether this is the device that the machine was booted from. */
static bool is_wanted(const struct iplb *iplb, const struct css_device *dev)
{
	return !iplb || ((iplb->ssid & 3) == dev->ssid && iplb->devno == dev->devno);
}

static bool find_card(uint32_t *schid)
{
	const struct iplb *iplb = (const struct iplb *)page;
	struct css_device dev;
	uint32_t next = 0;
	uint8_t model;

	if (diag308_store(page) != DIAG308_RC_OK || iplb->type != IPLB_TYPE_CCW)
		iplb = NULL;
	css_enable_sets();
	while (!css_next(&next, &dev))
		if (is_wanted(iplb, &dev) && !virtio_ccw_identify(dev.schid, &model) &&
		    model == VIRTIO_NET_MODEL) {
			*schid = dev.schid;
			return true;
		}
	return false;
}

static void say_mac(void)
{
	char buf[20];
	struct text t = TEXT_INIT(buf);

	for (unsigned i = 0; i < VIRTIO_NET_MAC_LEN; i++) {
		if (i)
			text_add_char(&t, ':');
		text_add_hex(&t, card.mac[i], 2, text_hex_lower);
	}
	say_name("  MAC address: ", slice_of(buf), "");
}

static void open_card(void)
{
	uint32_t schid;

	if (!find_card(&schid))
		give_up(WAIT_NO_NIC, "there is no virtio network card to boot from");
	if (virtio_net_open(&card, schid))
		give_up(WAIT_NIC, "the network card cannot be set up");
	if (net_init(&card))
		give_up(WAIT_NIC, "lwIP does not take the network card");
	memcpy(who.mac, card.mac, sizeof(who.mac));
	who.has_uuid = !stsi_read_uuid(who.uuid, page);
	say_mac();
}

void image_main(uint64_t entry, void *arg)
{
	(void)entry, (void)arg;
	say(profile.name);
	find_memory();
	open_card();
	fetch_init(address_idle);
	say("  Asking for an address (DHCP)");
	boot.who = &who;
	address_get(&boot.lease, &who);
	boot_run(&boot);
}
