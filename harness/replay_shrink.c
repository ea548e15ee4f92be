/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A failure out of a bundle, shrunk to what it needs
 */
#include "harness/replay_shrink.h"

ShrunkCase *replay_shrink(const Replay *r, const char *dir, unsigned n_workers,
			  replay_shrink_progress_fn progress, void *self, GError **error)
{
	const Result *was = replay_recorded(r);
	g_autofree char *text = NULL, *folder = NULL;
	struct attempt a;
	struct shrink_case c;

	if (!was->signature) {
		g_set_error(error, SHRINK_CASE_ERROR, SHRINK_CASE_ERROR_OTHER,
			    "the boot is a %s without a signature; only a fail can be shrunk",
			    verdict_name(was->verdict));
		return NULL;
	}
	replay_attempt(r, &a);
	if (!g_file_get_contents(a.scenario->path, &text, NULL, error))
		return NULL;
	folder = g_path_get_dirname(a.scenario->path);
	c = (struct shrink_case){
		.client = a.client,
		.overrides = a.overrides,
		.server = a.server,
		.seed = a.seed,
		.is_virtual = a.is_virtual,
		.name = a.scenario->name,
		.text = text,
		.folder = folder,
		.signature = was->signature,
		.dir = dir,
		.n_workers = n_workers,
		.n_boots_max = SHRINK_CASE_N_BOOTS,
		.progress = progress,
		.self = self,
	};
	return shrink_case(&c, error);
}
