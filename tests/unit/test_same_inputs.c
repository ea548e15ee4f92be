/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * harness/same_inputs: whether a run may go on with what there is today
 */
#include "harness/same_inputs.h"

#include <check.h>
#include <string.h>

#include "tests/support/suite.h"

#define FILE_OF(sum) "{\"path\":\"/p\",\"sha256\":" sum "}"
#define RUN(rest) "{\"iplab\":\"1\",\"libslirp\":\"4.7\"," rest "}"
#define CLIENT(members) RUN("\"clients\":{\"c\":{\"summary\":\"x\"," members "}}")
#define SCENARIO(members) RUN("\"scenarios\":{\"a/b\":{" members "}}")

static const struct {
	const char *what, *then, *now;
	const char *says[3]; /* none: it is the same */
} rows[] = {
	{ "nothing goes in", RUN("\"clients\":{}"), RUN("\"clients\":{}"), { NULL } },
	{ "the same firmware",
	  CLIENT("\"firmware\":" FILE_OF("\"aa\"")),
	  CLIENT("\"firmware\":" FILE_OF("\"aa\"")),
	  { NULL } },
	{ "the same in another place",
	  CLIENT("\"firmware\":{\"path\":\"/q\",\"sha256\":\"aa\"}"),
	  CLIENT("\"firmware\":" FILE_OF("\"aa\"")),
	  { NULL } },
	{ "other words about it",
	  CLIENT("\"qemu_version\":\"7\""),
	  CLIENT("\"qemu_version\":\"8\""),
	  { NULL } },
	{ "another firmware",
	  CLIENT("\"firmware\":" FILE_OF("\"aa\"")),
	  CLIENT("\"firmware\":" FILE_OF("\"bb\"")),
	  { "firmware of client c, /p,", "sha256 bb", "then aa" } },
	{ "another QEMU",
	  CLIENT("\"qemu\":" FILE_OF("\"aa\"")),
	  CLIENT("\"qemu\":" FILE_OF("\"bb\"")),
	  { "qemu of client c" } },
	{ "another plugin",
	  CLIENT("\"clock_plugin\":" FILE_OF("\"aa\"")),
	  CLIENT("\"clock_plugin\":" FILE_OF("\"bb\"")),
	  { "clock_plugin of client c" } },
	{ "it is gone",
	  CLIENT("\"firmware\":" FILE_OF("\"aa\"")),
	  CLIENT("\"firmware\":" FILE_OF("null")),
	  { "/p", "sha256 none", "then aa" } },
	{ "it was not there",
	  CLIENT("\"firmware\":" FILE_OF("null")),
	  CLIENT("\"firmware\":" FILE_OF("\"bb\"")),
	  { "/p", "sha256 bb", "was not there" } },
	{ "it is still not there",
	  CLIENT("\"firmware\":" FILE_OF("null")),
	  CLIENT("\"firmware\":" FILE_OF("null")),
	  { NULL } },
	{ "a file that is not used any more",
	  CLIENT("\"image\":" FILE_OF("\"aa\"")),
	  CLIENT("\"x\":1"),
	  { "image of client c", "then aa" } },
	{ "a file that was not used",
	  CLIENT("\"x\":1"),
	  CLIENT("\"image\":" FILE_OF("\"bb\"")),
	  { "image of client c", "sha256 bb" } },
	{ "a base",
	  CLIENT("\"bases\":[" FILE_OF("\"aa\"") "," FILE_OF("\"ab\"") "]"),
	  CLIENT("\"bases\":[" FILE_OF("\"aa\"") "," FILE_OF("\"bb\"") "]"),
	  { "bases of client c", "then ab" } },
	{ "one base less",
	  CLIENT("\"bases\":[" FILE_OF("\"aa\"") "," FILE_OF("\"ab\"") "]"),
	  CLIENT("\"bases\":[" FILE_OF("\"aa\"") "]"),
	  { "bases of client c", "then ab" } },
	{ "a client of which nothing is left",
	  CLIENT("\"firmware\":" FILE_OF("\"aa\"")),
	  RUN("\"clients\":{}"),
	  { NULL } },
	{ "a scenario",
	  SCENARIO("\"file\":" FILE_OF("\"aa\"")),
	  SCENARIO("\"file\":" FILE_OF("\"bb\"")),
	  { "file of scenario a/b" } },
	{ "what is served",
	  SCENARIO("\"served\":{\"k.img\":" FILE_OF("\"aa\"") "}"),
	  SCENARIO("\"served\":{\"k.img\":" FILE_OF("\"bb\"") "}"),
	  { "k.img of scenario a/b, /p" } },
	{ "a daemon",
	  RUN("\"servers\":{\"d\":{\"program\":" FILE_OF("\"aa\"") "}}"),
	  RUN("\"servers\":{\"d\":{\"program\":" FILE_OF("\"bb\"") "}}"),
	  { "program of server d" } },
	{ "known failures",
	  RUN("\"known_failures\":[" FILE_OF("\"aa\"") "]"),
	  RUN("\"known_failures\":[" FILE_OF("\"bb\"") "]"),
	  { "known failures, /p" } },
	{ "another iplab", "{\"iplab\":\"1\"}", "{\"iplab\":\"2\"}", { "iplab is 2, and was 1" } },
	{ "another slirp",
	  "{\"iplab\":\"1\",\"libslirp\":\"4\"}",
	  "{\"iplab\":\"1\"}",
	  { "libslirp is not there" } },
	/* It lies in a folder that anybody may write to. */
	{ "nothing is what it should be",
	  "{\"iplab\":1,\"libslirp\":[],\"clients\":[1],\"known_failures\":{\"x\":[null]}}",
	  "{\"clients\":{\"c\":{\"firmware\":" FILE_OF("\"bb\"") "}}}",
	  { "firmware of client c", "was not there" } },
	{ "sums that are no texts",
	  CLIENT("\"firmware\":{\"sha256\":[1]}"),
	  CLIENT("\"firmware\":" FILE_OF("\"bb\"")),
	  { "firmware of client c" } },
};

START_TEST(inputs_are_compared)
{
	g_autoptr(JsonNode) then = json_from_string(rows[_i].then, NULL);
	g_autoptr(GError) error = NULL;
	bool same;

	ck_assert_ptr_nonnull(then);
	same = same_inputs(json_node_get_object(then), rows[_i].now, &error);
	ck_assert_msg(same == !rows[_i].says[0], "%s: %s", rows[_i].what,
		      error ? error->message : "the same");
	ck_assert(same || g_error_matches(error, SAME_INPUTS_ERROR, SAME_INPUTS_ERROR_CHANGED));
	for (unsigned i = 0; i < G_N_ELEMENTS(rows[_i].says) && rows[_i].says[i]; i++)
		ck_assert_msg(strstr(error->message, rows[_i].says[i]) != NULL, "%s: %s",
			      rows[_i].what, error->message);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("same_inputs");

	suite_add_rows(s, inputs_are_compared, N_ROWS(rows));
	return suite_run(s);
}
