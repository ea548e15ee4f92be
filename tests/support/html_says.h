/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a page of HTML says at some place
 */
#ifndef TESTS_SUPPORT_HTML_SAYS_H
#define TESTS_SUPPORT_HTML_SAYS_H

#include <check.h>
#include <glib.h>
#include <libxml/HTMLparser.h>
#include <libxml/xpath.h>

/* What @xpath finds in @html, as text, is @want. */
static inline void assert_html_says(const GString *html, const char *xpath, const char *want)
{
	htmlDocPtr doc = htmlReadMemory(html->str, (int)html->len, NULL, "UTF-8",
					HTML_PARSE_NONET | HTML_PARSE_NOERROR);
	xmlXPathContext *context;
	xmlXPathObject *found;
	xmlChar *got;

	ck_assert(doc != NULL);
	context = xmlXPathNewContext(doc);
	found = xmlXPathEvalExpression(BAD_CAST xpath, context);
	ck_assert_ptr_nonnull(found);
	got = xmlXPathCastToString(found);
	ck_assert_msg(g_str_equal(got, want), "%s: \"%s\", not \"%s\"", xpath, (char *)got, want);
	xmlFree(got);
	xmlXPathFreeObject(found);
	xmlXPathFreeContext(context);
	xmlFreeDoc(doc);
}

#endif /* TESTS_SUPPORT_HTML_SAYS_H */
