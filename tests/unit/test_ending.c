/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * harness/ending: one word for how a boot ended, from all there is
 */
#include "harness/ending.h"

#include <check.h>
#include <string.h>

#include "tests/support/suite.h"

/* Lowcores: before the client broke anything; then as a program check with this code leaves it. */
#define BEFORE                                                                                     \
	{                                                                                          \
		.known = true                                                                      \
	}
#define CHECKED(code)                                                                              \
	{                                                                                          \
		true, 0x00040000 | (code), 0x0000000180000000, 0x12345, 0x200                      \
	}
/* What the lowcore of a kernel file holds: bytes that look like anything. */
#define KERNEL                                                                                     \
	{                                                                                          \
		true, 0x00040005, 0xaaaa, 0xbbbb, 0xcccc                                           \
	}

/* Statuses as of waitpid(): Linux keeps the exit code in the second byte, the signal in the first.
 */
enum {
	EXITED_1 = 1 << 8,
	BY_SIGKILL = 9,
	BY_SIGSEGV_WITH_CORE = 11 | 0x80,
};

static const struct {
	const char *what;
	struct evidence e;
	enum ending want;
	const char *says; /* part of the detail */
} rows[] = {
	{ "the payload spoke and switched off",
	  { .payload = true, .shutdown = true, .last_line = "@iplab payload" },
	  ENDING_PAYLOAD,
	  "payload" },
	{ "a shutdown without a word of the payload",
	  { .shutdown = true, .last_line = "reboot: Power down" },
	  ENDING_SHUTDOWN,
	  "reboot: Power down" },
	{ "a shutdown and a silent console", { .shutdown = true }, ENDING_SHUTDOWN, "nothing" },
	{ "an operating system's page faults before it switched off",
	  { .payload = true, .shutdown = true, .before = BEFORE, .last = CHECKED(0x11) },
	  ENDING_PAYLOAD,
	  "" },

	{ "a client that is an operating system gave up, and switched off",
	  { .shutdown = true, .says_why = true, .last_line = "no lease" },
	  ENDING_GAVE_UP,
	  "no lease" },
	{ "the same words, but the payload spoke",
	  { .shutdown = true, .payload = true, .says_why = true, .last_line = "no lease" },
	  ENDING_PAYLOAD,
	  "payload" },
	{ "the same words, but the kernel was started, and switched off",
	  { .shutdown = true, .handed_over = true, .says_why = true, .last_line = "no lease" },
	  ENDING_SHUTDOWN,
	  "no lease" },

	{ "the client gave up",
	  { .panicked = true,
	    .panic_reason = "disabled-wait",
	    .before = BEFORE,
	    .last = BEFORE,
	    .last_line = "TFTP error: file not found" },
	  ENDING_GAVE_UP,
	  "file not found" },
	{ "the client gave up in silence",
	  { .panicked = true, .panic_reason = "disabled-wait" },
	  ENDING_GAVE_UP,
	  "nothing on the console" },
	{ "QEMU did not say why", { .panicked = true, .last_line = "bye" }, ENDING_GAVE_UP, "bye" },
	{ "a give-up, and the lowcore is not known",
	  { .panicked = true, .last = CHECKED(5), .last_line = "bye" },
	  ENDING_GAVE_UP,
	  "bye" },
	{ "a give-up, and the end of the lowcore is not known",
	  { .panicked = true, .before = BEFORE, .last_line = "bye" },
	  ENDING_GAVE_UP,
	  "bye" },
	{ "a program check of long ago",
	  { .panicked = true, .before = CHECKED(5), .last = CHECKED(5), .last_line = "bye" },
	  ENDING_GAVE_UP,
	  "bye" },

	{ "a crash in the firmware",
	  { .panicked = true,
	    .panic_reason = "disabled-wait",
	    .before = BEFORE,
	    .last = CHECKED(0x05),
	    .last_line = "Loading" },
	  ENDING_CRASH,
	  "program check 0x0005 at 0x12345 in the client" },
	{ "the same code as before at another address",
	  { .panicked = true, .before = { true, 0x00040005, 1, 2, 3 }, .last = CHECKED(5) },
	  ENDING_CRASH,
	  "0x12345" },
	{ "the same address with another mask",
	  { .panicked = true, .before = { true, 0x00040005, 1, 0x12345, 3 }, .last = CHECKED(5) },
	  ENDING_CRASH,
	  "0x0005" },
	{ "a crash after hand-over",
	  { .panicked = true,
	    .handed_over = true,
	    .before = BEFORE,
	    .kernel = KERNEL,
	    .last = CHECKED(0x01) },
	  ENDING_CRASH,
	  "after hand-over" },
	{ "the kernel's bytes are no program check",
	  { .panicked = true,
	    .handed_over = true,
	    .before = BEFORE,
	    .kernel = KERNEL,
	    .last = KERNEL,
	    .last_line = "bye" },
	  ENDING_GAVE_UP,
	  "bye" },
	{ "the kernel's bytes matter only after hand-over",
	  { .panicked = true, .before = BEFORE, .kernel = KERNEL, .last = KERNEL },
	  ENDING_CRASH,
	  "0x0005" },
	{ "a kernel file that is not known",
	  { .panicked = true, .handed_over = true, .before = BEFORE, .last = CHECKED(1) },
	  ENDING_CRASH,
	  "after hand-over" },
	{ "an operating system lives with program checks",
	  { .deadline = "kernel", .os = true, .before = BEFORE, .last = CHECKED(6) },
	  ENDING_HANG,
	  "deadline of kernel" },
	{ "an operating system that panics",
	  { .panicked = true,
	    .panic_reason = "disabled-wait",
	    .psw = 0x12345678,
	    .os = true,
	    .before = BEFORE,
	    .last = CHECKED(6) },
	  ENDING_CRASH,
	  "disabled-wait at PSW" },
	{ "a Linux client that says why its init ended",
	  { .panicked = true,
	    .panic_reason = "disabled-wait",
	    .psw = 0x12345678,
	    .last_line = "no config found",
	    .says_why = true },
	  ENDING_CRASH,
	  "0x12345678; the client says: no config found" },
	{ "a wait with a code in its address",
	  { .panicked = true,
	    .panic_reason = "disabled-wait",
	    .psw_mask = 0x0002000180000000,
	    .psw = 0xdead },
	  ENDING_CRASH,
	  "disabled-wait at PSW 0x0002000180000000 0xdead" },
	{ "a wait with one of the client's own codes",
	  { .panicked = true,
	    .panic_reason = "disabled-wait",
	    .psw = 0x1021,
	    .gave_up_first = 0x1000,
	    .gave_up_last = 0x1021,
	    .last_line = "! not found" },
	  ENDING_GAVE_UP,
	  "! not found" },
	{ "a wait with a code that is none of them",
	  { .panicked = true, .psw = 0x1022, .gave_up_first = 0x1000, .gave_up_last = 0x1021 },
	  ENDING_CRASH,
	  "0x1022" },
	{ "one of its codes, and a program check",
	  { .panicked = true,
	    .psw = 0x1000,
	    .gave_up_first = 0x1000,
	    .gave_up_last = 0x1021,
	    .before = BEFORE,
	    .last = CHECKED(1) },
	  ENDING_CRASH,
	  "in the client" },
	{ "one of its codes, of a payload",
	  { .panicked = true,
	    .psw = 0x1000,
	    .gave_up_first = 0x1000,
	    .gave_up_last = 0x1021,
	    .handed_over = true },
	  ENDING_CRASH,
	  "0x1000" },
	{ "a loop that QEMU sees",
	  { .panicked = true, .panic_reason = "pgmint-loop" },
	  ENDING_CRASH,
	  "pgmint-loop" },
	{ "a panic is looked at before a shutdown",
	  { .panicked = true, .shutdown = true, .payload = true, .psw = 1 },
	  ENDING_CRASH,
	  "panic" },

	{ "a crash after hand-over, looping silently",
	  { .handed_over = true,
	    .deadline = "payload",
	    .before = BEFORE,
	    .kernel = KERNEL,
	    .last = CHECKED(0x01) },
	  ENDING_CRASH,
	  "looping silently" },
	{ "a crash in the client, looping silently",
	  { .deadline = "dhcp", .before = BEFORE, .last = CHECKED(0x06) },
	  ENDING_CRASH,
	  "in the client, looping silently" },

	{ "a hang",
	  { .deadline = "kernel", .last_line = "Receiving data" },
	  ENDING_HANG,
	  "deadline of kernel passed; last on the console: Receiving data" },
	{ "a hang with a silent console", { .deadline = "cell" }, ENDING_HANG, "cell" },
	{ "a payload that spoke and did not stop",
	  { .deadline = "payload", .payload = true, .last_line = "@iplab payload" },
	  ENDING_HANG,
	  "payload" },
	{ "no deadline and nothing else", { .last_line = "x" }, ENDING_HANG, "nothing" },

	{ "QEMU was killed",
	  { .qemu_exited = true, .qemu_status = BY_SIGKILL },
	  ENDING_QEMU_DIED,
	  "signal 9" },
	{ "QEMU crashed",
	  { .qemu_exited = true, .qemu_status = BY_SIGSEGV_WITH_CORE },
	  ENDING_QEMU_DIED,
	  "signal 11" },
	{ "QEMU gave up",
	  { .qemu_exited = true, .qemu_status = EXITED_1 },
	  ENDING_QEMU_DIED,
	  "status 1" },
	{ "QEMU ended well, and nobody asked it to",
	  { .qemu_exited = true },
	  ENDING_QEMU_DIED,
	  "status 0" },
	{ "QEMU died after the payload spoke",
	  { .qemu_exited = true, .payload = true, .qemu_status = BY_SIGKILL },
	  ENDING_QEMU_DIED,
	  "signal 9" },
};

START_TEST(evidence_is_judged)
{
	g_autofree char *detail = NULL;
	enum ending got = ending_classify(&rows[_i].e, &detail);

	ck_assert_msg(got == rows[_i].want, "%s: %s (%s)", rows[_i].what, ending_name(got), detail);
	ck_assert_msg(strstr(detail, rows[_i].says) != NULL, "%s: %s", rows[_i].what, detail);
}
END_TEST

static const struct {
	const char *what;
	uint16_t code;
	bool everyday;
} code_rows[] = {
	{ "no check at all", 0x00, true },
	{ "operation", 0x01, false },
	{ "privileged operation", 0x02, false },
	{ "protection", 0x04, false },
	{ "addressing", 0x05, false },
	{ "specification", 0x06, false },
	{ "just before segment translation", 0x0f, false },
	{ "segment translation", 0x10, true },
	{ "page translation", 0x11, true },
	{ "translation specification", 0x12, false },
	{ "just before ASCE type", 0x37, false },
	{ "ASCE type", 0x38, true },
	{ "region first", 0x39, true },
	{ "region second", 0x3a, true },
	{ "region third", 0x3b, true },
	{ "just behind region third", 0x3c, false },
	{ "monitor event", 0x40, false },
	{ "PER", 0x80, true },
	{ "PER with another one", 0x81, false },
};

/* A page fault is what an operating system lives on: one in a kernel that hangs is no crash. */
START_TEST(everyday_checks_are_no_crash)
{
	struct evidence e = { .handed_over = true,
			      .deadline = "payload",
			      .before = BEFORE,
			      .last = CHECKED(code_rows[_i].code) };
	g_autofree char *detail = NULL;
	enum ending got = ending_classify(&e, &detail);

	ck_assert_msg(got == (code_rows[_i].everyday ? ENDING_HANG : ENDING_CRASH), "%s: %s",
		      code_rows[_i].what, detail);
}
END_TEST

START_TEST(all_have_names)
{
	for (int i = 0; i < ENDING_N; i++)
		ck_assert_str_eq(ending_words[i], ending_name((enum ending)i));
	ck_assert_ptr_null(ending_words[ENDING_N]);
}
END_TEST

#define AT(code, old, new)                                                                         \
	{                                                                                          \
		true, code, 1, old, new                                                            \
	}

static const struct {
	const char *what;
	struct evidence e;
	bool want;
} loop_rows[] = {
	{ "no instruction where program checks are handled",
	  { .before = BEFORE, .last = AT(0x00020001, 2, 0) },
	  true },
	{ "one that cannot be fetched",
	  { .before = BEFORE, .last = AT(0x00020010, 0x7474, 0x7474) },
	  true },
	{ "a longer instruction",
	  { .before = BEFORE, .last = AT(0x00060005, 0x106, 0x100) },
	  true },
	{ "a program check elsewhere",
	  { .before = BEFORE, .last = AT(0x00020001, 2, 0x100) },
	  false },
	{ "the second instruction of what handles it",
	  { .before = BEFORE, .last = AT(0x00020001, 0x104, 0x100) },
	  false },
	{ "none at all", { .before = BEFORE, .last = AT(0, 0, 0) }, false },
	{ "it was so before",
	  { .before = AT(0x00020001, 2, 0), .last = AT(0x00020001, 2, 0) },
	  false },
	{ "nobody knows what was before", { .last = AT(0x00020001, 2, 0) }, false },
	{ "an operating system",
	  { .os = true, .before = BEFORE, .last = AT(0x00020001, 2, 0) },
	  false },
	{ "bytes of the kernel that look like one",
	  { .handed_over = true,
	    .before = BEFORE,
	    .kernel = AT(0x74747474, 0x7474, 0x7474),
	    .last = AT(0x74747474, 0x7474, 0x7474) },
	  false },
	{ "a kernel that is none",
	  { .handed_over = true,
	    .before = BEFORE,
	    .kernel = AT(0x74747474, 0x7474, 0x7474),
	    .last = AT(0x00020010, 0x7474, 0x7474) },
	  true },
};

START_TEST(loops_are_seen)
{
	ck_assert_msg(ending_is_loop(&loop_rows[_i].e) == loop_rows[_i].want, "%s",
		      loop_rows[_i].what);
}
END_TEST

START_TEST(a_loop_is_a_crash)
{
	const struct evidence e = { .looping = true, .last = AT(0x00020010, 0x7474, 0x7474) };
	g_autofree char *detail = NULL;

	ck_assert_int_eq(ending_classify(&e, &detail), ENDING_CRASH);
	ck_assert_ptr_nonnull(strstr(detail, "0x0010 at 0x7474"));
	ck_assert_ptr_nonnull(strstr(detail, "looping"));
}
END_TEST

int main(void)
{
	Suite *s = suite_create("ending");

	suite_add_rows(s, evidence_is_judged, N_ROWS(rows));
	suite_add_rows(s, everyday_checks_are_no_crash, N_ROWS(code_rows));
	suite_add(s, all_have_names);
	suite_add_rows(s, loops_are_seen, N_ROWS(loop_rows));
	suite_add(s, a_loop_is_a_crash);
	return suite_run(s);
}
