/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether the figures of a direction make sense, and which models they turn on
 */
#include "server/impair_config.h"

#include <stddef.h>

#include "server/impair_model.h"

static const struct {
	const char *name;
	size_t offset;
} ppm_fields[] = {
	{ "loss_ppm", offsetof(struct impair_side, loss_ppm) },
	{ "ge_p_ppm", offsetof(struct impair_side, ge_p_ppm) },
	{ "ge_r_ppm", offsetof(struct impair_side, ge_r_ppm) },
	{ "ge_loss_bad_ppm", offsetof(struct impair_side, ge_loss_bad_ppm) },
	{ "ge_loss_good_ppm", offsetof(struct impair_side, ge_loss_good_ppm) },
	{ "s4_p13_ppm", offsetof(struct impair_side, s4_p13_ppm) },
	{ "s4_p31_ppm", offsetof(struct impair_side, s4_p31_ppm) },
	{ "s4_p32_ppm", offsetof(struct impair_side, s4_p32_ppm) },
	{ "s4_p23_ppm", offsetof(struct impair_side, s4_p23_ppm) },
	{ "s4_p14_ppm", offsetof(struct impair_side, s4_p14_ppm) },
	{ "duplicate_ppm", offsetof(struct impair_side, duplicate_ppm) },
	{ "reorder_ppm", offsetof(struct impair_side, reorder_ppm) },
	{ "corrupt_ppm", offsetof(struct impair_side, corrupt_ppm) },
};

static unsigned ppm_at(const struct impair_side *s, size_t offset)
{
	unsigned v;

	memcpy(&v, (const char *)s + offset, sizeof(v));
	return v;
}

static bool check_ranges(const struct impair_side *s, enum packet_dir dir, GError **error)
{
	const struct {
		const char *name;
		uint64_t value, max;
	} others[] = {
		{ "delay_ns", s->delay_ns, IMPAIR_NS_MAX },
		{ "jitter_ns", s->jitter_ns, IMPAIR_NS_MAX },
		{ "distribution", (uint64_t)s->distribution, IMPAIR_PARETONORMAL },
	};
	const char *name = NULL;
	uint64_t value = 0, max = IMPAIR_PPM;

	for (size_t i = 0; i < G_N_ELEMENTS(ppm_fields) && !name; i++) {
		value = ppm_at(s, ppm_fields[i].offset);
		name = value > max ? ppm_fields[i].name : NULL;
	}
	for (size_t i = 0; i < G_N_ELEMENTS(others) && !name; i++) {
		value = others[i].value;
		max = others[i].max;
		name = value > max ? others[i].name : NULL;
	}
	if (!name)
		return true;
	g_set_error(error, IMPAIR_CONFIG_ERROR, IMPAIR_CONFIG_ERROR_RANGE,
		    "%s: %s is %" G_GUINT64_FORMAT ", allowed are 0 to %" G_GUINT64_FORMAT,
		    packet_dir_name(dir), name, value, max);
	return false;
}

bool impair_side_check(const struct impair_side *s, enum packet_dir dir, GError **error)
{
	const char *wrong = NULL;

	if (!check_ranges(s, dir, error))
		return false;
	if ((impair_side_has_ge(s) || impair_side_has_4state(s)) && !s->slot_ns)
		wrong = "slot_ns is 0, allowed with Gilbert-Elliott and 4-state is more";
	else if (impair_side_has_ge(s) && s->ge_p_ppm && !s->ge_r_ppm)
		wrong = "r is 0, allowed with p is more, or the bad state never ends";
	else if (s->s4_p13_ppm + s->s4_p14_ppm > IMPAIR_PPM)
		wrong = "p13 and p14 together are over 1000000, allowed is up to that";
	else if (s->s4_p31_ppm + s->s4_p32_ppm > IMPAIR_PPM)
		wrong = "p31 and p32 together are over 1000000, allowed is up to that";
	else if (s->s4_p13_ppm && !s->s4_p31_ppm)
		wrong = "p31 is 0, allowed with p13 is more, or no burst of losses ever ends";
	else if (s->s4_p32_ppm && !s->s4_p23_ppm)
		wrong = "p23 is 0, allowed with p32 is more, or no burst of losses ever ends";
	else if (s->reorder_ppm && !s->delay_ns && !s->jitter_ns && !s->rate_kbit)
		wrong = "reorder is allowed with a delay, a jitter or a rate only: there is "
			"nothing to overtake";
	if (!wrong)
		return true;
	g_set_error(error, IMPAIR_CONFIG_ERROR, IMPAIR_CONFIG_ERROR_MODEL, "%s: %s",
		    packet_dir_name(dir), wrong);
	return false;
}

bool impair_side_has_ge(const struct impair_side *s)
{
	return (s->ge_p_ppm && s->ge_loss_bad_ppm) || s->ge_loss_good_ppm;
}

bool impair_side_has_4state(const struct impair_side *s)
{
	return s->s4_p13_ppm || s->s4_p14_ppm;
}

bool impair_side_is_down(const struct impair_side *s, uint64_t now_ns)
{
	return s->down_ns && now_ns >= s->down_ns && (!s->up_ns || now_ns < s->up_ns);
}

bool impair_side_is_idle(const struct impair_side *s)
{
	return !s->delay_ns && !s->jitter_ns && !s->loss_ppm && !impair_side_has_ge(s) &&
	       !impair_side_has_4state(s) && !s->duplicate_ppm && !s->reorder_ppm &&
	       !s->corrupt_ppm && !s->rate_kbit && !s->mtu && !s->down_ns;
}
