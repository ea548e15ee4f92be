/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pages of HTML
 */
#include "reports/page.h"

#include <stdarg.h>
#include <string.h>

#include "reports/text.h"

/* A file of the source tree, with a NUL behind it. */
#define EMBED(symbol, path)                                                                        \
	__asm__(".section .rodata\n" #symbol ":\n.global " #symbol "\n.incbin \"" path             \
		"\"\n.byte 0\n.previous\n")

extern const char page_css[];

EMBED(page_css, "reports/page/page.css");
EMBED(page_filter_js, "reports/page/filter.js");
EMBED(page_compare_js, "reports/page/compare.js");
EMBED(page_charts_js, "reports/page/charts.js");
EMBED(page_chart_library_js, IPLAB_CHART_JS);

void page_text(GString *out, const char *text)
{
	g_autofree char *safe = text_safe(text);
	g_autofree char *escaped = g_markup_escape_text(safe, -1);

	g_string_append(out, escaped);
}

void page_prose(GString *out, const char *text)
{
	g_auto(GStrv) parts = g_strsplit(text, "`", -1);

	for (unsigned i = 0; parts[i]; i++)
		page_printf(out, i % 2 ? "<code>%s</code>" : "%s", parts[i]);
}

void page_printf(GString *out, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	for (const char *p = format; *p; p++) {
		if (*p != '%') {
			g_string_append_c(out, *p);
			continue;
		}
		p++;
		if (*p == 'u')
			g_string_append_printf(out, "%u", va_arg(args, unsigned));
		else if (*p == 's')
			page_text(out, va_arg(args, const char *));
		else
			g_assert_not_reached();
	}
	va_end(args);
}

void page_begin(GString *out, const char *title)
{
	page_printf(out,
		    "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
		    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
		    "style-src 'unsafe-inline'; script-src 'unsafe-inline'\">\n"
		    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
		    "<title>%s</title>\n<style>\n",
		    title);
	g_string_append(out, page_css);
	page_printf(out, "</style>\n</head>\n<body>\n<main>\n<h1>%s</h1>\n", title);
}

void page_filter(GString *out, const char *hint, const char *const *verdicts, const char *one,
		 const char *many)
{
	page_printf(out,
		    "<form id=\"filter\" role=\"search\"><label for=\"words\">Filter</label>"
		    "<input type=\"search\" id=\"words\" placeholder=\"%s\">"
		    "<label for=\"verdict\">only</label><select id=\"verdict\">"
		    "<option value=\"\">all</option>",
		    hint);
	for (; *verdicts; verdicts++)
		page_printf(out, "<option>%s</option>", *verdicts);
	page_printf(out,
		    "</select><output id=\"count\" data-one=\"%s\" data-many=\"%s\"></output>"
		    "</form>\n",
		    one, many);
}

void page_json(GString *out, const char *id, const char *json)
{
	g_string_append(out, "<script type=\"application/json\"");
	if (id)
		page_printf(out, " id=\"%s\"", id);
	g_string_append_c(out, '>');
	/* No text in it may end the element, or begin a comment. */
	for (; *json; json++) {
		if (*json == '<')
			g_string_append(out, "\\u003c");
		else
			g_string_append_c(out, *json);
	}
	g_string_append(out, "</script>\n");
}

void page_end(GString *out, const char *const *scripts)
{
	g_string_append(out, "</main>\n");
	for (; *scripts; scripts++)
		g_string_append_printf(out, "<script>\n%s</script>\n", *scripts);
	g_string_append(out, "</body>\n</html>\n");
}
