/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The statistical models: pure functions of draws
 *
 * Jitter is computed in units of 2^-32 of its size. The normal distribution comes from a table that
 * is summed up at the start, with no floating point that a compiler may contract on one machine and
 * not on another: exp(-x*x/2) at steps of h is a product of powers of exp(-h*h/2).
 */
#include "server/impair_model.h"

#include <assert.h>

typedef unsigned __int128 u128;

/* Numbers from 0 to 1 as parts of this. */
#define ONE (UINT64_C(1) << 63)

/* 1 as a factor of jitter. */
#define UNIT_BITS 32
#define UNIT (INT64_C(1) << UNIT_BITS)

uint64_t impair_scale(uint64_t draw, uint64_t n)
{
	return (uint64_t)((u128)draw * n >> 64);
}

bool impair_hit(uint64_t draw, unsigned ppm)
{
	return impair_scale(draw, IMPAIR_PPM) < ppm;
}

/* --- jitter --- */

static uint64_t mul(uint64_t a, uint64_t b)
{
	return (uint64_t)((u128)a * b >> 63);
}

/* exp(-x), for x up to 1, by its series. */
static uint64_t exp_minus(uint64_t x)
{
	uint64_t term = ONE, sum = ONE;

	for (unsigned i = 1; term; i++) {
		term = mul(term, x) / i;
		sum = i % 2 ? sum - term : sum + term;
	}
	return sum;
}

void impair_normal_init(struct impair_normal *n)
{
	enum {
		PER_UNIT = IMPAIR_NORMAL_PER_SIGMA * IMPAIR_NORMAL_PER_SIGMA, /* h*h is 1/this */
	};
	const uint64_t square = exp_minus(ONE / PER_UNIT); /* exp(-h*h) */
	uint64_t height = ONE, factor = exp_minus(ONE / PER_UNIT / 2), next;
	uint64_t area[IMPAIR_NORMAL_CELLS];
	u128 total = 0, sum = 0;

	for (unsigned i = 0; i < IMPAIR_NORMAL_CELLS; i++) {
		/* From x to x + h the height falls by exp(-x*h - h*h/2). */
		next = mul(height, factor);
		factor = mul(factor, square);
		area[i] = height / 2 + next / 2;
		total += area[i];
		height = next;
	}
	for (unsigned i = 0; i < IMPAIR_NORMAL_CELLS; i++) {
		/* Both are below 2^72: without their last 8 bits the product fits. */
		n->below[i] = (uint64_t)(((sum >> 8) << 63) / (total >> 8));
		sum += area[i];
	}
	n->below[IMPAIR_NORMAL_CELLS] = ONE;
}

/* How many sigma: the top bit is the sign, the others say where in the half curve. */
static int64_t normal(const struct impair_normal *n, uint64_t draw)
{
	uint64_t v = draw & (ONE - 1), width;
	unsigned low = 0, high = IMPAIR_NORMAL_CELLS, mid;
	int64_t t;

	while (high - low > 1) {
		mid = (low + high) / 2;
		if (n->below[mid] <= v)
			low = mid;
		else
			high = mid;
	}
	width = n->below[high] - n->below[low];
	t = (int64_t)(((u128)low << UNIT_BITS) / IMPAIR_NORMAL_PER_SIGMA);
	t += (int64_t)(((u128)(v - n->below[low]) << UNIT_BITS) / width / IMPAIR_NORMAL_PER_SIGMA);
	return draw & ONE ? -t : t;
}

/* Of a number below 2^126. */
static uint64_t cube_root(u128 v)
{
	uint64_t root = 0;

	for (int bit = 41; bit >= 0; bit--) {
		u128 r = root | UINT64_C(1) << bit;

		if (r * r * r <= v)
			root = (uint64_t)r;
	}
	return root;
}

/* Pareto of shape 3: x = u^(-1/3) from 1 on, with mean 3/2 and deviation sqrt(3)/2. */
static int64_t pareto(uint64_t draw)
{
	static const int64_t sigma = INT64_C(29756406294); /* sqrt(3)/2 of 2^35 */
	const uint64_t u_min = UINT64_C(1) << 44;          /* 2^-20 of 2^64 */
	uint64_t u = u_min + impair_scale(draw, UINT64_MAX - u_min), rest;
	u128 cube = ((u128)1 << 127) / u;
	int64_t x;

	/* 2^169 / u, in two steps: its root is x in units of 2^-35. */
	rest = (uint64_t)(((u128)1 << 127) % u);
	cube = (cube << 42) + ((u128)rest << 42) / u;
	x = (int64_t)cube_root(cube);
	return (int64_t)((__int128)(x - (INT64_C(3) << 34)) * UNIT / sigma);
}

static int64_t jitter(enum impair_distribution d, const struct impair_normal *n, uint64_t draw,
		      uint64_t draw2)
{
	static const int64_t sqrt10 = INT64_C(13581879131); /* of 2^32 */

	switch (d) {
	case IMPAIR_UNIFORM:
		return (int64_t)impair_scale(draw, 2 * (uint64_t)UNIT + 1) - UNIT;
	case IMPAIR_NORMAL:
		return normal(n, draw);
	case IMPAIR_PARETO:
		return pareto(draw);
	case IMPAIR_PARETONORMAL:
		return (int64_t)((__int128)(normal(n, draw) + 3 * pareto(draw2)) * UNIT / sqrt10);
	}
	assert(false); /* refused by impair_new() */
	return 0;
}

int64_t impair_jitter_ns(enum impair_distribution d, const struct impair_normal *n,
			 uint64_t jitter_ns, uint64_t draw, uint64_t draw2)
{
	return (int64_t)((__int128)jitter(d, n, draw, draw2) * (__int128)jitter_ns / UNIT);
}

/* --- models with memory --- */

static int ge_start(const struct impair_side *s, uint64_t draw)
{
	uint64_t sum = (uint64_t)s->ge_p_ppm + s->ge_r_ppm;

	return sum && impair_scale(draw, sum) < s->ge_p_ppm ? IMPAIR_BAD : IMPAIR_GOOD;
}

static int ge_next(const struct impair_side *s, int state, uint64_t draw)
{
	bool moves = impair_hit(draw, state == IMPAIR_GOOD ? s->ge_p_ppm : s->ge_r_ppm);

	return (state == IMPAIR_GOOD) == moves ? IMPAIR_BAD : IMPAIR_GOOD;
}

/* Where it is in the long run: what goes to and fro between two neighbours is the same. */
static int s4_start(const struct impair_side *s, uint64_t draw)
{
	/* A burst without pauses: they are never left, which must not matter. */
	uint64_t p23 = s->s4_p32_ppm ? s->s4_p23_ppm : IMPAIR_PPM;
	uint64_t gap = s->s4_p31_ppm * p23 * IMPAIR_PPM;
	uint64_t lost = s->s4_p13_ppm * p23 * IMPAIR_PPM;
	uint64_t burst = (uint64_t)s->s4_p13_ppm * s->s4_p32_ppm * IMPAIR_PPM;
	uint64_t isolated = s->s4_p14_ppm * p23 * s->s4_p31_ppm;
	uint64_t v;

	if (!s->s4_p13_ppm) { /* no bursts: no way back is needed from there */
		gap = IMPAIR_PPM;
		isolated = s->s4_p14_ppm;
	}
	v = impair_scale(draw, gap + lost + burst + isolated);
	if (v < gap)
		return IMPAIR_GAP;
	if (v - gap < lost)
		return IMPAIR_LOST;
	return v - gap - lost < burst ? IMPAIR_BURST : IMPAIR_ISOLATED;
}

static int s4_next(const struct impair_side *s, int state, uint64_t draw)
{
	uint64_t v = impair_scale(draw, IMPAIR_PPM);

	switch (state) {
	case IMPAIR_GAP:
		if (v < s->s4_p13_ppm)
			return IMPAIR_LOST;
		return v - s->s4_p13_ppm < s->s4_p14_ppm ? IMPAIR_ISOLATED : IMPAIR_GAP;
	case IMPAIR_BURST:
		return v < s->s4_p23_ppm ? IMPAIR_LOST : IMPAIR_BURST;
	case IMPAIR_LOST:
		if (v < s->s4_p31_ppm)
			return IMPAIR_GAP;
		return v - s->s4_p31_ppm < s->s4_p32_ppm ? IMPAIR_BURST : IMPAIR_LOST;
	default: /* IMPAIR_ISOLATED: one slot long */
		return IMPAIR_GAP;
	}
}

static const struct {
	const char *name, *slot_model, *epoch_model; /* what draws are keyed by */
	int (*start)(const struct impair_side *s, uint64_t draw);
	int (*next)(const struct impair_side *s, int state, uint64_t draw);
} chain_info[] = {
	[IMPAIR_CHAIN_GE] = { "gemodel", "gemodel.slot", "gemodel.epoch", ge_start, ge_next },
	[IMPAIR_CHAIN_4STATE] = { "state", "state.slot", "state.epoch", s4_start, s4_next },
};

int impair_chain_state(struct impair_chain *c, const struct impair_side *s, uint64_t slot)
{
	uint64_t epoch = slot / IMPAIR_EPOCH_SLOTS;
	uint64_t draw;

	if (c->state < 0 || slot < c->slot || c->slot / IMPAIR_EPOCH_SLOTS != epoch) {
		draw = packet_id_draw_slot(c->dir, epoch, c->seed, chain_info[c->kind].epoch_model);
		c->state = chain_info[c->kind].start(s, draw);
		c->slot = epoch * IMPAIR_EPOCH_SLOTS;
	}
	while (c->slot < slot) {
		c->slot++;
		draw = packet_id_draw_slot(c->dir, c->slot, c->seed,
					   chain_info[c->kind].slot_model);
		c->state = chain_info[c->kind].next(s, c->state, draw);
	}
	return c->state;
}

const char *impair_chain_name(enum impair_chain_kind k)
{
	return chain_info[k].name;
}

/* --- rate --- */

uint64_t impair_serialise_ns(size_t len, unsigned rate_kbit)
{
	uint64_t bits_ns = (uint64_t)len * 8 * 1000000; /* at 1 kbit a second */

	return (bits_ns + rate_kbit - 1) / rate_kbit;
}
