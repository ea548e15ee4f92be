/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who watches a boot
 */
#include "harness/observer.h"

#include <string.h>

#include "harness/console.h"
#include "harness/expect.h"
#include "harness/lowcore.h"
#include "harness/marker.h"
#include "harness/signature.h"

#include "firmware/marker.h"

enum {
	NS_PER_MS = 1000 * 1000,
	/* So many instructions after the guest was last heard of it is looked at, then after four
	 * times as many, and so on. In a loop of program checks these are seconds of the host. */
	LOOK_INSNS = 1 << 18,
	LOOK_FACTOR = 4,
};

/* A milestone that the client tells on its console. */
struct told {
	const struct client_milestone *milestone;
	GRegex *line;
	bool reached;
};

struct Observer {
	struct observer_config cfg;
	Console *console;
	Milestones *milestones;
	Expect *expect;
	struct phase_limits limits;
	GPtrArray *gave_up, *handover; /* of GRegex */
	GArray *told;                  /* of struct told */
	struct evidence evidence;
	char *panic_reason;
	char *reason_line;               /* of the console: says why the client gave up */
	uint64_t look_ns, look_after_ns; /* next look at a silent guest, and its distance */
	bool over;
};

/* Raw: what a guest prints need not be UTF-8, and PCRE reads beyond the end of what is not. */
static GPtrArray *compile(char **patterns)
{
	GPtrArray *regexes = g_ptr_array_new_with_free_func((GDestroyNotify)g_regex_unref);

	for (; patterns && *patterns; patterns++)
		g_ptr_array_add(regexes,
				g_regex_new(*patterns, G_REGEX_OPTIMIZE | G_REGEX_RAW, 0, NULL));
	return regexes;
}

static bool matches(const GPtrArray *regexes, const char *line)
{
	for (unsigned i = 0; i < regexes->len; i++)
		if (g_regex_match(regexes->pdata[i], line, 0, NULL))
			return true;
	return false;
}

static void told_clear(void *told)
{
	g_regex_unref(((struct told *)told)->line);
}

static GArray *compile_milestones(const GPtrArray *milestones)
{
	GArray *all = g_array_new(FALSE, FALSE, sizeof(struct told));

	g_array_set_clear_func(all, told_clear);
	for (unsigned i = 0; i < milestones->len; i++) {
		const struct client_milestone *m = milestones->pdata[i];
		struct told t = {
			.milestone = m,
			.line = g_regex_new(m->line, G_REGEX_OPTIMIZE | G_REGEX_RAW, 0, NULL),
		};

		g_array_append_val(all, t);
	}
	return all;
}

static void say_milestone(Observer *o, uint64_t t_ns, const char *name)
{
	Journal *j = o->cfg.journal;

	journal_begin(j, t_ns, "milestone");
	journal_str(j, "name", name);
	journal_end(j);
	result_add_milestone(o->cfg.result, name, t_ns);
	if (o->cfg.progress)
		o->cfg.progress(o->cfg.self, name, t_ns);
}

static void on_reached(void *self, uint64_t t_ns, enum milestone_id id)
{
	say_milestone(self, t_ns, milestone_name(id));
}

/* A fixed one may have been seen on the wire before. */
static void reach_told(Observer *o, uint64_t t_ns, const char *line)
{
	for (unsigned i = 0; i < o->told->len; i++) {
		struct told *t = &g_array_index(o->told, struct told, i);

		if (t->reached || !g_regex_match(t->line, line, 0, NULL))
			continue;
		t->reached = true;
		if (t->milestone->id == MILESTONE_N)
			say_milestone(o, t_ns, t->milestone->name);
		else
			milestones_reach(o->milestones, t_ns, t->milestone->id);
	}
}

static void on_transferred(void *self, uint64_t t_ns, const char *file, uint64_t bytes)
{
	Observer *o = self;
	Journal *j = o->cfg.journal;

	journal_begin(j, t_ns, "transfer");
	journal_text(j, "file", (struct slice){ (const uint8_t *)file, strlen(file) });
	journal_u64(j, "bytes", bytes);
	journal_end(j);
	o->cfg.result->bytes_loaded += bytes;
	expect_event(o->expect, "transfer", (struct slice){ (const uint8_t *)file, strlen(file) });
}

static void on_payload(Observer *o, uint64_t t_ns, GHashTable *values)
{
	const char *crc = g_hash_table_lookup(values, "initrd_crc32");
	Result *r = o->cfg.result;

	o->evidence.payload = true;
	milestones_reach(o->milestones, t_ns, MILESTONE_PAYLOAD);
	expect_payload(o->expect, values);
	g_free(r->initrd_crc32);
	r->initrd_crc32 = crc && !g_str_equal(crc, MARKER_NONE) ? g_strdup(crc) : NULL;
	g_free(r->cmdline);
	r->cmdline = g_strdup(g_hash_table_lookup(values, "cmdline"));
}

static void on_marker(Observer *o, uint64_t t_ns, const char *line)
{
	g_autofree char *verb = NULL;
	GHashTable *values = marker_parse(line, &verb);

	if (!values)
		return;
	if (g_str_equal(verb, MARKER_PAYLOAD))
		on_payload(o, t_ns, values);
	g_hash_table_unref(values);
}

static void on_console_line(void *self, uint64_t t_ns, const char *line)
{
	Observer *o = self;
	Journal *j = o->cfg.journal;

	if (!*line)
		return;
	journal_begin(j, t_ns, "console");
	journal_str(j, "text", line);
	journal_end(j);
	reach_told(o, t_ns, line);
	if (matches(o->handover, line))
		milestones_reach(o->milestones, t_ns, MILESTONE_HANDOVER);
	if (matches(o->gave_up, line)) {
		g_free(o->reason_line);
		o->reason_line = g_strdup(line);
	}
	expect_console(o->expect, line);
	on_marker(o, t_ns, line);
}

Observer *observer_new(const struct observer_config *cfg)
{
	const struct scenario_boot *boot = &cfg->scenario->boot;
	Observer *o = g_new0(Observer, 1);
	struct milestone_roles roles = {
		.network = client_has_network(cfg->client),
		.config = boot->config,
		.kernel = boot->kernel,
		.initrd = boot->initrd,
	};
	struct milestones_ops ops = {
		.reached = on_reached,
		.transferred = on_transferred,
		.self = o,
	};

	o->cfg = *cfg;
	o->milestones = milestones_new(&roles, &ops);
	o->expect = expect_new(cfg->scenario);
	o->console = console_new(on_console_line, o);
	o->gave_up = compile(cfg->client->gave_up);
	o->handover = compile(cfg->client->handover);
	o->told = compile_milestones(cfg->client->milestones);
	o->limits = client_limits(cfg->client, &cfg->scenario->limits);
	o->evidence.gave_up_first = cfg->client->gave_up_first;
	o->evidence.gave_up_last = cfg->client->gave_up_last;
	return o;
}

bool observer_can_look(const Observer *o)
{
	const Client *c = o->cfg.client;

	return o->cfg.is_virtual && !c->os && feature_has(c->provides, "ccw");
}

/* It lives: what it does next is worth waiting for. */
static void heard(Observer *o, uint64_t now_ns)
{
	o->look_after_ns = (uint64_t)LOOK_INSNS << o->cfg.scenario->shift;
	o->look_ns = observer_can_look(o) ? now_ns + o->look_after_ns : UINT64_MAX;
}

void observer_power_on(Observer *o)
{
	heard(o, 0);
	milestones_reach(o->milestones, 0, MILESTONE_POWER_ON);
}

void observer_frame(Observer *o, uint64_t now_ns, bool to_guest, const struct frame *f)
{
	if (to_guest) {
		o->cfg.result->frames_out++;
	} else {
		o->cfg.result->frames_in++;
		heard(o, now_ns);
	}
	milestones_frame(o->milestones, now_ns, f);
	expect_frame(o->expect, f);
}

void observer_http(Observer *o, uint64_t now_ns, enum http_transfer what, const char *file,
		   uint64_t bytes)
{
	switch (what) {
	case HTTP_ASKED:
		expect_event(o->expect, "http.request",
			     (struct slice){ (const uint8_t *)file, strlen(file) });
		break;
	case HTTP_STARTED:
		milestones_transfer_started(o->milestones, now_ns, file);
		break;
	case HTTP_ENDED:
		milestones_transfer_ended(o->milestones, now_ns, file, bytes);
		break;
	}
}

void observer_console(Observer *o, uint64_t now_ns, const char *buf, size_t len)
{
	heard(o, now_ns);
	console_input(o->console, now_ns, buf, len);
}

static uint64_t psw_member(JsonObject *info, const char *name)
{
	return json_object_has_member(info, name) ? (uint64_t)json_object_get_int_member(info, name)
						  : 0;
}

static void on_panic(Observer *o, JsonObject *data)
{
	JsonObject *info = data && json_object_has_member(data, "info")
				   ? json_object_get_object_member(data, "info")
				   : NULL;

	o->evidence.panicked = true;
	o->over = true;
	if (!info)
		return;
	o->evidence.psw_mask = psw_member(info, "psw-mask");
	o->evidence.psw = psw_member(info, "psw-addr");
	if (json_object_has_member(info, "reason")) {
		g_free(o->panic_reason);
		o->panic_reason = g_strdup(json_object_get_string_member(info, "reason"));
	}
}

/* What an event carries, as JSON text: short, and QEMU's own words. */
static void journal_qmp_data(Journal *j, JsonObject *data)
{
	g_autoptr(JsonNode) node = NULL;
	g_autofree char *text = NULL;

	if (!data)
		return;
	node = json_node_init_object(json_node_alloc(), data);
	text = json_to_string(node, FALSE);
	journal_str(j, "data", text);
}

void observer_qmp(Observer *o, uint64_t now_ns, const char *event, JsonObject *data)
{
	Journal *j = o->cfg.journal;

	journal_begin(j, now_ns, "qmp");
	journal_str(j, "event", event);
	journal_qmp_data(j, data);
	journal_end(j);
	if (g_str_equal(event, "SHUTDOWN")) {
		o->evidence.shutdown = data && json_object_has_member(data, "guest") &&
				       json_object_get_boolean_member(data, "guest");
		/* Somebody else switches it off: a signal to QEMU, say. */
		o->evidence.qemu_exited = !o->evidence.shutdown;
		o->over = true;
	} else if (g_str_equal(event, "GUEST_PANICKED")) {
		on_panic(o, data);
	}
}

void observer_qemu_exited(Observer *o)
{
	if (!o->over)
		o->evidence.qemu_exited = true;
	o->over = true;
}

void observer_lowcore_before(Observer *o, const struct lowcore *l)
{
	if (l->known)
		o->evidence.before = *l;
}

static uint64_t cell_deadline_ns(const Observer *o)
{
	return (uint64_t)o->limits.cell_ms * NS_PER_MS;
}

unsigned observer_cell_ms(const Observer *o)
{
	return o->limits.cell_ms;
}

uint64_t observer_deadline_ns(const Observer *o)
{
	uint64_t phase_ns = milestones_deadline_ns(o->milestones, &o->limits);

	return MIN(phase_ns, o->cfg.is_virtual ? o->look_ns : cell_deadline_ns(o));
}

void observer_step(Observer *o, uint64_t now_ns)
{
	bool cell = !o->cfg.is_virtual && now_ns >= cell_deadline_ns(o);

	if (o->over || (!cell && now_ns < milestones_deadline_ns(o->milestones, &o->limits)))
		return;
	o->evidence.deadline = cell ? "cell" : phase_name(milestones_phase(o->milestones));
	o->over = true;
}

bool observer_wants_look(const Observer *o, uint64_t now_ns)
{
	return !o->over && now_ns >= o->look_ns;
}

void observer_out_of_time(Observer *o)
{
	o->evidence.deadline = "cell";
	o->over = true;
}

bool observer_is_over(const Observer *o)
{
	return o->over;
}

bool observer_qemu_has_exited(const Observer *o)
{
	return o->evidence.qemu_exited;
}

bool observer_has_machine(const Observer *o)
{
	return !o->evidence.shutdown && !o->evidence.qemu_exited;
}

/* What there is to know of a lowcore. */
static void collect_lowcore(Observer *o, const struct lowcore *last)
{
	const char *name = o->cfg.scenario->boot.kernel;
	struct evidence *e = &o->evidence;

	e->last = *last;
	e->os = o->cfg.client->os;
	e->handed_over = milestones_has(o->milestones, MILESTONE_HANDOVER) ||
			 !client_has_network(o->cfg.client);
	if (name) {
		g_autofree char *kernel = g_build_filename(o->cfg.tree, name, NULL);

		e->kernel = lowcore_of_kernel(kernel);
	}
}

bool observer_sees_loop(Observer *o, const struct lowcore *l)
{
	collect_lowcore(o, l);
	return ending_is_loop(&o->evidence);
}

void observer_look(Observer *o, uint64_t now_ns, const struct lowcore *l)
{
	o->evidence.looping = observer_sees_loop(o, l);
	o->over |= o->evidence.looping;
	o->look_after_ns *= LOOK_FACTOR;
	o->look_ns = now_ns + o->look_after_ns;
}

static void collect(Observer *o, uint64_t now_ns, const struct lowcore *last, int qemu_status)
{
	struct evidence *e = &o->evidence;

	console_finish(o->console, now_ns);
	collect_lowcore(o, last);
	e->qemu_status = qemu_status;
	e->panic_reason = o->panic_reason;
	e->says_why = o->reason_line;
	e->last_line = o->reason_line ? o->reason_line : console_last_line(o->console);
}

static void journal_ending(Observer *o, uint64_t now_ns, enum ending ending, const char *detail)
{
	Journal *j = o->cfg.journal;

	journal_begin(j, now_ns, "ending");
	journal_str(j, "class", ending_name(ending));
	journal_str(j, "detail", detail);
	journal_end(j);
}

static const char *last_milestone(const Result *r)
{
	unsigned n = r->milestones->len;

	return n ? g_array_index(r->milestones, struct milestone, n - 1).name : NULL;
}

void observer_judge(Observer *o, uint64_t now_ns, const struct lowcore *last, int qemu_status,
		    const char *qemu_said)
{
	Result *r = o->cfg.result;
	g_autofree char *detail = NULL, *kernel = NULL;
	struct expect_wrong wrong;
	struct expect_sums sums;
	enum ending ending;

	collect(o, now_ns, last, qemu_status);
	ending = ending_classify(&o->evidence, &detail);
	r->ending = g_strdup(ending_name(ending));
	journal_ending(o, now_ns, ending, detail);
	if (ending == ENDING_QEMU_DIED) {
		r->verdict = VERDICT_ERROR;
		r->reason = g_strdup_printf("%s%s%s", detail, qemu_said ? ": " : "",
					    qemu_said ? qemu_said : "");
		return;
	}
	if (o->evidence.handed_over)
		expect_handover(o->expect);
	sums = expect_sum_served(o->cfg.scenario, o->cfg.tree, &kernel);
	r->verdict = expect_verdict(o->expect, ending, detail, &sums, &wrong) ? VERDICT_PASS
									      : VERDICT_FAIL;
	r->reason = wrong.reason;
	if (wrong.what)
		r->signature = signature_of(&o->evidence, ending, last_milestone(r), wrong.what);
}

const GString *observer_console_raw(const Observer *o)
{
	return console_raw(o->console);
}

void observer_free(Observer *o)
{
	if (!o)
		return;
	console_free(o->console);
	milestones_free(o->milestones);
	expect_free(o->expect);
	g_ptr_array_unref(o->gave_up);
	g_ptr_array_unref(o->handover);
	g_array_unref(o->told);
	g_free(o->panic_reason);
	g_free(o->reason_line);
	g_free(o);
}
