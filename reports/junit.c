/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * JUnit XML, for the test tabs of GitLab and Jenkins
 *
 * One suite for a run. Both programs group by `classname`, which is client.server here (Jenkins
 * takes what is before the last dot for a package), and GitLab does not show suites at all: a
 * suite for each client and server would say the same twice. GitLab keeps one case of each
 * classname and name, so the seed is part of the name. GitLab shows the text of a failure,
 * Jenkins also its `message`: the reason stands in both. There is no `type`: GitLab's XML reader
 * takes that attribute for instructions of its own. Neither knows known failures: one is skipped
 * with its reason, as pytest writes it, and one that did not happen is a failure.
 */
#include "reports/junit.h"

#include <inttypes.h>
#include <libxml/xmlwriter.h>

#include "reports/rate.h"
#include "reports/result.h"

typedef xmlTextWriter Writer;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Writer, xmlFreeTextWriter)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(xmlBuffer, xmlBufferFree)

/* XML 1.0 2.2, "Char" */
static bool is_xml_char(gunichar c)
{
	return c == '\t' || c == '\n' || c == '\r' || (c >= 0x20 && c <= 0xd7ff) ||
	       (c >= 0xe000 && c <= 0xfffd) || (c >= 0x10000 && c <= 0x10ffff);
}

/* What XML cannot say, and what is no UTF-8, becomes U+FFFD. */
static char *xml_text(const char *text)
{
	GString *s = g_string_new(NULL);

	while (*text) {
		gunichar c = g_utf8_get_char_validated(text, -1);
		bool broken = c == (gunichar)-1 || c == (gunichar)-2;

		g_string_append_unichar(s, !broken && is_xml_char(c) ? c : 0xfffd);
		text = broken ? text + 1 : g_utf8_next_char(text);
	}
	return g_string_free(s, FALSE);
}

static void write_attribute(Writer *w, const char *name, const char *value)
{
	g_autofree char *text = xml_text(value);

	xmlTextWriterWriteAttribute(w, BAD_CAST name, BAD_CAST text);
}

static void write_text(Writer *w, const char *value)
{
	g_autofree char *text = xml_text(value);

	xmlTextWriterWriteString(w, BAD_CAST text);
}

/* Seconds; by hand, for the decimal point must not depend on the locale. */
static void write_time(Writer *w, uint64_t ns)
{
	uint64_t us = ns / 1000;

	xmlTextWriterWriteFormatAttribute(w, BAD_CAST "time", "%" PRIu64 ".%06" PRIu64,
					  us / 1000000, us % 1000000);
}

static void write_count(Writer *w, const char *name, unsigned n)
{
	xmlTextWriterWriteFormatAttribute(w, BAD_CAST name, "%u", n);
}

static void write_totals(Writer *w, const char *name, const GPtrArray *results)
{
	unsigned n[VERDICT_N] = { 0 };
	uint64_t wall_ns = 0;

	for (unsigned i = 0; i < results->len; i++) {
		const Result *r = results->pdata[i];

		n[r->verdict]++;
		wall_ns += r->wall_ns;
	}
	write_attribute(w, "name", name);
	write_count(w, "tests", results->len);
	write_count(w, "failures", n[VERDICT_FAIL] + n[VERDICT_XPASS]);
	write_count(w, "errors", n[VERDICT_ERROR]);
	write_count(w, "skipped", n[VERDICT_SKIP] + n[VERDICT_XFAIL]);
	write_time(w, wall_ns);
}

static void write_reason(Writer *w, const char *element, const Result *r)
{
	const char *reason = r->reason ? r->reason : "no reason was given";

	xmlTextWriterStartElement(w, BAD_CAST element);
	write_attribute(w, "message", reason);
	write_text(w, reason);
	xmlTextWriterEndElement(w);
}

static void write_verdict(Writer *w, const Result *r)
{
	switch (r->verdict) {
	case VERDICT_FAIL:
	case VERDICT_XPASS:
		write_reason(w, "failure", r);
		break;
	case VERDICT_ERROR:
		write_reason(w, "error", r);
		break;
	case VERDICT_SKIP:
	case VERDICT_XFAIL:
		write_reason(w, "skipped", r);
		break;
	case VERDICT_FLAKY: /* Jenkins shows it; GitLab takes it for a pass */
		write_reason(w, "flakyFailure", r);
		break;
	case VERDICT_PASS:
	case VERDICT_N:
		break;
	}
}

static void write_case(Writer *w, const Result *r)
{
	g_autofree char *class = g_strdup_printf("%s.%s", r->client, r->server);
	g_autofree char *seed = g_strdup_printf("%" PRIu64, r->seed);
	g_autofree char *name = g_strdup_printf("%s[%s]", r->scenario, r->about ? r->about : seed);
	g_autofree char *folder = g_strdup_printf("cells/%s\n", r->cell);

	xmlTextWriterStartElement(w, BAD_CAST "testcase");
	write_attribute(w, "classname", class);
	write_attribute(w, "name", name);
	write_time(w, r->wall_ns);
	write_verdict(w, r);
	if (!r->about) {
		xmlTextWriterStartElement(w, BAD_CAST "system-out");
		write_text(w, folder);
		xmlTextWriterEndElement(w);
	}
	xmlTextWriterEndElement(w);
}

static void write_document(Writer *w, const char *suite_name, const GPtrArray *results)
{
	xmlTextWriterSetIndent(w, 1);
	xmlTextWriterStartDocument(w, NULL, "UTF-8", NULL);
	xmlTextWriterStartElement(w, BAD_CAST "testsuites");
	write_totals(w, suite_name, results);
	xmlTextWriterStartElement(w, BAD_CAST "testsuite");
	write_totals(w, suite_name, results);
	for (unsigned i = 0; i < results->len; i++)
		write_case(w, results->pdata[i]);
}

/*
 * Into memory, which fails only when there is none left: so single calls are not looked at, and it
 * ends as it does with GLib.
 */
static void append_document(GString *out, const char *suite_name, const GPtrArray *results)
{
	g_autoptr(xmlBuffer) buffer = xmlBufferCreate();
	g_autoptr(Writer) w = buffer ? xmlNewTextWriterMemory(buffer, 0) : NULL;

	if (!w)
		g_error("out of memory");
	write_document(w, suite_name, results);
	if (xmlTextWriterEndDocument(w) < 0)
		g_error("out of memory");
	g_string_append_len(out, (const char *)xmlBufferContent(buffer), xmlBufferLength(buffer));
}

void junit_report(GString *out, const struct report *r)
{
	append_document(out, "iplab", r->results);
}

bool junit_write(const char *path, const char *suite_name, GPtrArray *results, GError **error)
{
	g_autoptr(GPtrArray) drifts = NULL, all = rates_with_drifts(results, &drifts);
	g_autoptr(GString) text = g_string_new(NULL);
	g_autoptr(GError) problem = NULL;

	append_document(text, suite_name, all);
	/* A temporary file beside it, renamed when it is complete. */
	if (!g_file_set_contents(path, text->str, (gssize)text->len, &problem)) {
		g_set_error(error, RESULT_ERROR, RESULT_ERROR_FILE, "%s", problem->message);
		return false;
	}
	return true;
}
