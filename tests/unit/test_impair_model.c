/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * server/impair_model: what draws become
 *
 * The statistics are over 100,000 keyed draws with fixed seeds, so they are the same each time.
 * Each is held to the value that chi-square exceeds in one of a hundred cases.
 */
#include "server/impair_model.h"

#include <check.h>
#include <math.h>

#include "tests/support/suite.h"

enum {
	N_DRAWS = 100000,
	SEED = 7,
	N_BINS = 20,
	JITTER_NS = 1000000,
};

/* The value exceeded in 1 % of cases, by degrees of freedom: of any table of chi-square. */
static double chi_square_limit(unsigned df)
{
	static const double limits[] = {
		[1] = 6.635, [2] = 9.210, [3] = 11.345, [15] = 30.578, [19] = 36.191, [63] = 92.010,
	};

	ck_assert(df < sizeof(limits) / sizeof(limits[0]) && limits[df] > 0);
	return limits[df];
}

/* @share: of the bins, together 1. */
static void assert_fits(const char *what, const unsigned *seen, const double *share,
			unsigned n_bins)
{
	double n = 0, chi = 0;

	for (unsigned i = 0; i < n_bins; i++)
		n += seen[i];
	for (unsigned i = 0; i < n_bins; i++)
		chi += (seen[i] - n * share[i]) * (seen[i] - n * share[i]) / (n * share[i]);
	ck_assert_msg(chi <= chi_square_limit(n_bins - 1), "%s: chi-square %.2f, at most %.2f",
		      what, chi, chi_square_limit(n_bins - 1));
}

static void assert_even(const char *what, const unsigned *seen, unsigned n_bins)
{
	double share[100];

	for (unsigned i = 0; i < n_bins; i++)
		share[i] = 1.0 / n_bins;
	assert_fits(what, seen, share, n_bins);
}

static void assert_near(const char *what, double got, double want, double within)
{
	ck_assert_msg(fabs(got - want) <= within, "%s: %.5f, not %.5f within %.5f", what, got, want,
		      within);
}

/* The draw about the @i-th block of a file. */
static uint64_t draw(const char *model, unsigned i)
{
	const struct packet_id id = {
		.dir = PACKET_TO_GUEST,
		.kind = FRAME_TFTP_DATA,
		.transaction = 0xfeed,
		.position = (uint64_t)i * 1428,
		.attempt = 1,
	};

	return packet_id_draw(&id, SEED, model);
}

/* --- draws --- */

START_TEST(draws_are_even)
{
	unsigned high[64] = { 0 }, low[64] = { 0 };

	for (unsigned i = 0; i < N_DRAWS; i++) {
		high[impair_scale(draw("loss", i), 64)]++;
		low[draw("loss", i) % 64]++;
	}
	assert_even("high bits", high, 64);
	assert_even("low bits", low, 64);
}
END_TEST

static const struct {
	const char *what, *model;
	unsigned ppm;
} share_rows[] = {
	{ "loss of 0.1 %", "loss", 1000 },           { "loss of 1 %", "loss", 10000 },
	{ "loss of 10 %", "loss", 100000 },          { "loss of 20 %", "loss", 200000 },
	{ "loss of 99.9 %", "loss", 999000 },        { "duplicates of 5 %", "duplicate", 50000 },
	{ "reordering of 25 %", "reorder", 250000 }, { "corruption of 2 %", "corrupt", 20000 },
	{ "loss in a bad slot", "gemodel", 700000 },
};

START_TEST(share_is_as_asked)
{
	double p = share_rows[_i].ppm / 1e6, share[2] = { 1 - p, p };
	unsigned seen[2] = { 0 };

	for (unsigned i = 0; i < N_DRAWS; i++)
		seen[impair_hit(draw(share_rows[_i].model, i), share_rows[_i].ppm)]++;
	assert_fits(share_rows[_i].what, seen, share, 2);
}
END_TEST

START_TEST(never_and_always)
{
	ck_assert(!impair_hit(0, 0));
	ck_assert(!impair_hit(UINT64_MAX, 0));
	ck_assert(impair_hit(0, 1));
	ck_assert(!impair_hit(UINT64_MAX, 999999));
	ck_assert(impair_hit(UINT64_MAX, 1000000));
	ck_assert_uint_eq(impair_scale(0, 10), 0);
	ck_assert_uint_eq(impair_scale(UINT64_MAX, 10), 9);
	ck_assert_uint_eq(impair_scale(UINT64_MAX, 1), 0);
}
END_TEST

/* Losses of one packet say nothing of those of the next, nor of its second attempt. */
START_TEST(neighbours_are_independent)
{
	static const double share[4] = { 0.81, 0.09, 0.09, 0.01 };
	unsigned pairs[4] = { 0 }, models[4] = { 0 };

	for (unsigned i = 0; i < N_DRAWS; i++) {
		bool hit = impair_hit(draw("loss", 2 * i), 100000);

		pairs[hit * 2 + impair_hit(draw("loss", 2 * i + 1), 100000)]++;
		models[hit * 2 + impair_hit(draw("duplicate", 2 * i), 100000)]++;
	}
	assert_fits("pairs of packets", pairs, share, 4);
	assert_fits("pairs of models", models, share, 4);
}
END_TEST

/* --- jitter --- */

static struct impair_normal table;

static int64_t jitter(enum impair_distribution d, unsigned i)
{
	return impair_jitter_ns(d, &table, JITTER_NS, draw("jitter", i), draw("jitter.2", i));
}

/* Pareto of mean 0 and deviation 1 at u, its longest 2^-20 cut off. */
static double pareto_at(double u)
{
	u = ldexp(1, -20) + u * (1 - ldexp(1, -20));
	return (pow(u, -1.0 / 3) - 1.5) / (sqrt(3) / 2);
}

static double normal_below(double x)
{
	return erfc(-x / sqrt(2)) / 2;
}

static double pareto_below(double x)
{
	double u = pow(x * sqrt(3) / 2 + 1.5, -3);

	return 1 - (u - ldexp(1, -20)) / (1 - ldexp(1, -20));
}

static double paretonormal_below(double x)
{
	const int steps = 20000;
	double sum = 0;

	for (int i = 0; i < steps; i++)
		sum += normal_below(x * sqrt(10) - 3 * pareto_at((i + 0.5) / steps));
	return sum / steps;
}

static double uniform_below(double x)
{
	return (x + 1) / 2;
}

static const struct {
	const char *name;
	enum impair_distribution d;
	double (*below)(double x);
	double low, high; /* the bins lie between, with one more at each end */
	double deviation, deviation_within;
} jitter_rows[] = {
	{ "uniform", IMPAIR_UNIFORM, uniform_below, -0.9, 0.9, 0.57735, 0.003 },
	{ "normal", IMPAIR_NORMAL, normal_below, -2.7, 2.7, 1, 0.007 },
	{ "pareto", IMPAIR_PARETO, pareto_below, -0.55, 2, 0.986, 0.05 },
	{ "paretonormal", IMPAIR_PARETONORMAL, paretonormal_below, -1, 2, 0.99, 0.05 },
};

START_TEST(jitter_fits_its_distribution)
{
	double low = jitter_rows[_i].low, high = jitter_rows[_i].high, before = 0, now;
	double width = (high - low) / (N_BINS - 2), share[N_BINS], sum = 0, squares = 0;
	unsigned seen[N_BINS] = { 0 };

	impair_normal_init(&table);
	for (unsigned i = 0; i < N_DRAWS; i++) {
		double t = (double)jitter(jitter_rows[_i].d, i) / JITTER_NS;
		double bin = floor((t - low) / width) + 1;

		seen[(unsigned)fmax(0, fmin(N_BINS - 1, bin))]++;
		sum += t;
		squares += t * t;
	}
	for (unsigned i = 0; i < N_BINS; i++, before = now) {
		now = i < N_BINS - 1 ? jitter_rows[_i].below(low + i * width) : 1;
		share[i] = now - before;
	}
	assert_fits(jitter_rows[_i].name, seen, share, N_BINS);
	assert_near("mean", sum / N_DRAWS, 0, 0.01);
	assert_near("deviation", sqrt(squares / N_DRAWS - sum / N_DRAWS * (sum / N_DRAWS)),
		    jitter_rows[_i].deviation, jitter_rows[_i].deviation_within);
}
END_TEST

/* Delays are the same to the nanosecond on every machine: these were computed once. */
static const struct {
	uint64_t draw;
	int64_t uniform, normal, pareto, paretonormal; /* draw2 is draw */
} exact_rows[] = {
	{ 0, -1000000000, 0, 115578211549, 109647118918 },
	{ UINT64_C(1) << 62, -500000000, 674491745, 100920293, 309034414 },
	{ UINT64_C(1) << 63, 0, 0, -277219755, -262993751 },
	{ UINT64_C(0xdeadbeefcafe0123), 739677302, -1125631335, -522409950, -851557477 },
	{ UINT64_MAX, 1000000000, -7999989442, -577350269, -3077541346 },
};

START_TEST(jitter_is_exact)
{
	const int64_t want[] = {
		[IMPAIR_UNIFORM] = exact_rows[_i].uniform,
		[IMPAIR_NORMAL] = exact_rows[_i].normal,
		[IMPAIR_PARETO] = exact_rows[_i].pareto,
		[IMPAIR_PARETONORMAL] = exact_rows[_i].paretonormal,
	};
	uint64_t d = exact_rows[_i].draw;

	impair_normal_init(&table);
	for (int k = IMPAIR_UNIFORM; k <= IMPAIR_PARETONORMAL; k++) {
		int64_t got =
			impair_jitter_ns((enum impair_distribution)k, &table, 1000000000, d, d);

		ck_assert_msg(got == want[k], "draw %d, distribution %d: %" G_GINT64_FORMAT, _i, k,
			      got);
	}
}
END_TEST

START_TEST(normal_quantiles_are_right)
{
	/* Half of the draws are below 0.674490 sigma of the half curve, and so on. */
	static const struct {
		double half, sigma;
	} rows[] = { { 0.5, 0.674490 },
		     { 0.9, 1.644854 },
		     { 0.99, 2.575829 },
		     { 0.9999, 3.890592 },
		     { 0.999999, 4.891638 } };

	impair_normal_init(&table);
	for (int i = 0; i < N_ROWS(rows); i++) {
		uint64_t d = (uint64_t)ldexp(rows[i].half, 63);
		int64_t plus = impair_jitter_ns(IMPAIR_NORMAL, &table, 1000000000, d, 0);
		int64_t minus = impair_jitter_ns(IMPAIR_NORMAL, &table, 1000000000,
						 d | UINT64_C(1) << 63, 0);

		assert_near("sigma", (double)plus / 1e9, rows[i].sigma, 0.00002);
		ck_assert_int_eq(minus, -plus);
	}
}
END_TEST

/* --- models with memory --- */

static const struct impair_side ge_side = { .ge_p_ppm = 20000, .ge_r_ppm = 250000 };

static bool is_bad(struct impair_chain *c, uint64_t slot)
{
	return impair_chain_state(c, &ge_side, slot) == IMPAIR_BAD;
}

START_TEST(gilbert_elliott_fits)
{
	struct impair_chain c = IMPAIR_CHAIN_INIT(IMPAIR_CHAIN_GE, PACKET_TO_GUEST, SEED);
	double p = 0.02, r = 0.25, memory = 1 - p - r, bad_share = p / (p + r), spread;
	unsigned from_good[2] = { 0 }, from_bad[2] = { 0 }, lengths[16] = { 0 };
	double share[16], length = 0;
	bool before = is_bad(&c, 0);

	for (uint64_t slot = 1; slot < N_DRAWS; slot++) {
		bool now = is_bad(&c, slot);

		if (before)
			from_bad[!now]++;
		else
			from_good[now]++;
		if (before && !now)
			lengths[(unsigned)fmin(length, 16) - 1]++;
		length = now ? (before ? length + 1 : 1) : 0;
		before = now;
	}
	assert_fits("good to bad", from_good, (double[]){ 1 - p, p }, 2);
	assert_fits("bad to good", from_bad, (double[]){ 1 - r, r }, 2);
	for (int i = 0; i < 16; i++)
		share[i] = i < 15 ? r * pow(1 - r, i) : pow(1 - r, 15);
	assert_fits("burst lengths", lengths, share, 16);
	/* The mean of dependent slots has this deviation; 2.576 of them are left in 99 %. */
	spread = sqrt(bad_share * (1 - bad_share) / N_DRAWS * (1 + memory) / (1 - memory));
	assert_near("share of bad slots", (from_bad[0] + from_bad[1]) / (double)N_DRAWS, bad_share,
		    2.576 * spread);
}
END_TEST

static const struct impair_side s4_side = {
	.s4_p13_ppm = 30000,
	.s4_p31_ppm = 200000,
	.s4_p32_ppm = 300000,
	.s4_p23_ppm = 400000,
	.s4_p14_ppm = 20000,
};

START_TEST(four_states_fit)
{
	static const double share[5][5] = {
		[IMPAIR_GAP] = { 0, 0.95, 0, 0.03, 0.02 },
		[IMPAIR_BURST] = { 0, 0, 0.6, 0.4, 0 },
		[IMPAIR_LOST] = { 0, 0.2, 0.3, 0.5, 0 },
		[IMPAIR_ISOLATED] = { 0, 1, 0, 0, 0 },
	};
	/* In the long run: proportional to p31 p23, p13 p32, p13 p23, p14 p31 p23. */
	static const double weight[5] = { 0, 0.08, 0.009, 0.012, 0.0016 };
	struct impair_chain c = IMPAIR_CHAIN_INIT(IMPAIR_CHAIN_4STATE, PACKET_TO_GUEST, SEED);
	unsigned moves[5][5] = { { 0 } }, in[5] = { 0 };
	int before = impair_chain_state(&c, &s4_side, 0);

	for (uint64_t slot = 1; slot < N_DRAWS; slot++) {
		int now = impair_chain_state(&c, &s4_side, slot);

		if (slot % IMPAIR_EPOCH_SLOTS)
			moves[before][now]++;
		in[now]++;
		before = now;
	}
	for (int from = IMPAIR_GAP; from <= IMPAIR_ISOLATED; from++) {
		unsigned seen[5], n = 0;
		double of[5];

		for (int to = IMPAIR_GAP; to <= IMPAIR_ISOLATED; to++) {
			if (share[from][to] <= 0) {
				ck_assert_uint_eq(moves[from][to], 0);
				continue;
			}
			seen[n] = moves[from][to];
			of[n++] = share[from][to];
		}
		if (n > 1)
			assert_fits("moves", seen, of, n);
		assert_near("share of slots", in[from] / (double)N_DRAWS, weight[from] / 0.1026,
			    0.015);
	}
}
END_TEST

/* Where chains begin is where they are in the long run. */
START_TEST(epochs_begin_anywhere)
{
	static const double weight[4] = { 0.08 / 0.1026, 0.009 / 0.1026, 0.012 / 0.1026,
					  0.0016 / 0.1026 };
	unsigned bad[2] = { 0 }, states[4] = { 0 };

	for (uint64_t epoch = 0; epoch < N_DRAWS; epoch++) {
		struct impair_chain ge = IMPAIR_CHAIN_INIT(IMPAIR_CHAIN_GE, 0, SEED);
		struct impair_chain s4 = IMPAIR_CHAIN_INIT(IMPAIR_CHAIN_4STATE, 0, SEED);
		uint64_t slot = epoch * IMPAIR_EPOCH_SLOTS;

		bad[is_bad(&ge, slot)]++;
		states[impair_chain_state(&s4, &s4_side, slot) - IMPAIR_GAP]++;
	}
	assert_fits("Gilbert-Elliott", bad, (double[]){ 0.25 / 0.27, 0.02 / 0.27 }, 2);
	for (int i = 0; i < 4; i++)
		assert_fits("four states", (unsigned[]){ N_DRAWS - states[i], states[i] },
			    (double[]){ 1 - weight[i], weight[i] }, 2);
}
END_TEST

START_TEST(state_does_not_depend_on_the_questions)
{
	struct impair_chain all = IMPAIR_CHAIN_INIT(IMPAIR_CHAIN_GE, PACKET_TO_GUEST, SEED);
	struct impair_chain some = all, back = all;
	bool states[40000];

	for (uint64_t slot = 0; slot < 40000; slot++)
		states[slot] = is_bad(&all, slot);
	for (uint64_t slot = 3; slot < 40000; slot += 97)
		ck_assert(is_bad(&some, slot) == states[slot]);
	for (uint64_t slot = 39999; slot > 997; slot -= 997)
		ck_assert(is_bad(&back, slot) == states[slot]);
}
END_TEST

START_TEST(directions_and_seeds_differ)
{
	struct impair_chain a = IMPAIR_CHAIN_INIT(IMPAIR_CHAIN_GE, PACKET_TO_GUEST, SEED);
	struct impair_chain b = IMPAIR_CHAIN_INIT(IMPAIR_CHAIN_GE, PACKET_FROM_GUEST, SEED);
	struct impair_chain c = IMPAIR_CHAIN_INIT(IMPAIR_CHAIN_GE, PACKET_TO_GUEST, SEED + 1);
	unsigned differ_b = 0, differ_c = 0;

	for (uint64_t slot = 0; slot < 2000; slot++) {
		differ_b += is_bad(&a, slot) != is_bad(&b, slot);
		differ_c += is_bad(&a, slot) != is_bad(&c, slot);
	}
	ck_assert_uint_gt(differ_b, 100);
	ck_assert_uint_gt(differ_c, 100);
}
END_TEST

/* The longest gap there is costs an epoch, not itself. */
START_TEST(long_gaps_are_short)
{
	struct impair_chain c = IMPAIR_CHAIN_INIT(IMPAIR_CHAIN_GE, PACKET_TO_GUEST, SEED);
	bool last = is_bad(&c, UINT64_MAX);

	for (uint64_t slot = 0; slot < UINT64_MAX / 2; slot += UINT64_MAX / 64)
		is_bad(&c, slot);
	ck_assert(is_bad(&c, UINT64_MAX) == last);
}
END_TEST

static const struct {
	const char *what;
	enum impair_chain_kind kind;
	struct impair_side side;
	int want;
} fixed_rows[] = {
	{ "no way into the bad state", IMPAIR_CHAIN_GE, { .ge_r_ppm = 1 }, IMPAIR_GOOD },
	{ "nothing at all", IMPAIR_CHAIN_GE, { 0 }, IMPAIR_GOOD },
	{ "no way out of the bad state: refused, but it has an answer",
	  IMPAIR_CHAIN_GE,
	  { .ge_p_ppm = 1 },
	  IMPAIR_BAD },
	{ "no losses", IMPAIR_CHAIN_4STATE, { .s4_p31_ppm = 5 }, IMPAIR_GAP },
};

START_TEST(chains_without_a_choice)
{
	struct impair_chain c = IMPAIR_CHAIN_INIT(fixed_rows[_i].kind, PACKET_TO_GUEST, SEED);

	for (uint64_t slot = 0; slot < 100000; slot += 977)
		ck_assert_msg(impair_chain_state(&c, &fixed_rows[_i].side, slot) ==
				      fixed_rows[_i].want,
			      "%s", fixed_rows[_i].what);
}
END_TEST

/* Only single losses, with a share of p14 / (1 + p14). */
START_TEST(isolated_losses_alone)
{
	const struct impair_side side = { .s4_p14_ppm = 100000 };
	struct impair_chain c = IMPAIR_CHAIN_INIT(IMPAIR_CHAIN_4STATE, PACKET_TO_GUEST, SEED);
	unsigned n_lost = 0;
	int before = IMPAIR_GAP;

	for (uint64_t slot = 0; slot < N_DRAWS; slot++) {
		int now = impair_chain_state(&c, &side, slot);

		if (now != IMPAIR_GAP && now != IMPAIR_ISOLATED)
			ck_abort_msg("state %d", now);
		if (slot % IMPAIR_EPOCH_SLOTS && now == IMPAIR_ISOLATED && before != IMPAIR_GAP)
			ck_abort_msg("two isolated losses are neighbours");
		n_lost += now == IMPAIR_ISOLATED;
		before = now;
	}
	assert_near("loss", n_lost / (double)N_DRAWS, 0.1 / 1.1, 0.003);
}
END_TEST

/* --- rate --- */

static const struct {
	const char *what;
	size_t len;
	unsigned rate_kbit;
	uint64_t want_ns;
} rate_rows[] = {
	{ "1,000 bytes at 8 Mbit/s take 1 ms", 1000, 8000, 1000000 },
	{ "nothing takes no time", 0, 1, 0 },
	{ "parts of a nanosecond are rounded up", 1, 3000000, 3 },
	{ "the longest frame at the lowest rate", 65536, 1, UINT64_C(524288000000) },
	{ "the highest rate", 1514, UINT32_MAX, 3 },
};

START_TEST(rate_takes_time)
{
	uint64_t got = impair_serialise_ns(rate_rows[_i].len, rate_rows[_i].rate_kbit);

	ck_assert_msg(got == rate_rows[_i].want_ns, "%s: %" G_GUINT64_FORMAT, rate_rows[_i].what,
		      got);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("impair_model");

	suite_add(s, draws_are_even);
	suite_add_rows(s, share_is_as_asked, N_ROWS(share_rows));
	suite_add(s, never_and_always);
	suite_add(s, neighbours_are_independent);
	suite_add_rows(s, jitter_fits_its_distribution, N_ROWS(jitter_rows));
	suite_add_rows(s, jitter_is_exact, N_ROWS(exact_rows));
	suite_add(s, normal_quantiles_are_right);
	suite_add(s, gilbert_elliott_fits);
	suite_add(s, four_states_fit);
	suite_add(s, epochs_begin_anywhere);
	suite_add(s, state_does_not_depend_on_the_questions);
	suite_add(s, directions_and_seeds_differ);
	suite_add(s, long_gaps_are_short);
	suite_add_rows(s, chains_without_a_choice, N_ROWS(fixed_rows));
	suite_add(s, isolated_losses_alone);
	suite_add_rows(s, rate_takes_time, N_ROWS(rate_rows));
	return suite_run(s);
}
