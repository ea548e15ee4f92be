/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Charts of a page: lines of points, one for each client
 */
#include "reports/chart.h"

#include "reports/page.h"

static void write_axis(struct json_out *j, const char *key, const struct chart_axis *a)
{
	json_begin_object(j, key);
	json_text(j, "label", a->label);
	json_text(j, "unit", a->unit);
	if (a->max > 0)
		json_double(j, "max", a->max);
	json_end_object(j);
}

void chart_begin(struct chart *c, GString *out, const char *caption, const struct chart_axis *x,
		 const struct chart_axis *y, bool stepped)
{
	*c = (struct chart){ .out = out, .data = g_string_new(NULL) };
	c->j.s = c->data;
	page_printf(out, "<figure class=\"chart\"><figcaption>%s</figcaption>\n", caption);
	json_begin_object(&c->j, NULL);
	json_text(&c->j, "caption", caption);
	write_axis(&c->j, "x", x);
	write_axis(&c->j, "y", y);
	json_bool(&c->j, "stepped", stepped);
	json_begin_list(&c->j, "lines");
}

void chart_line(struct chart *c, const char *name)
{
	json_begin_object(&c->j, NULL);
	json_text(&c->j, "name", name);
	json_begin_list(&c->j, "points");
}

void chart_point(struct chart *c, double x, double y)
{
	json_begin_list(&c->j, NULL);
	json_double(&c->j, NULL, x);
	json_double(&c->j, NULL, y);
	json_end_list(&c->j);
}

void chart_estimate(struct chart *c, double x, double y, double low, double high)
{
	json_begin_list(&c->j, NULL);
	json_double(&c->j, NULL, x);
	json_double(&c->j, NULL, y);
	json_double(&c->j, NULL, low);
	json_double(&c->j, NULL, high);
	json_end_list(&c->j);
}

void chart_line_end(struct chart *c)
{
	json_end_list(&c->j);
	json_end_object(&c->j);
}

void chart_end(struct chart *c)
{
	json_end_list(&c->j);
	json_end_object(&c->j);
	page_json(c->out, NULL, c->data->str);
	g_string_append(c->out, "</figure>\n");
	g_string_free(c->data, TRUE);
}
