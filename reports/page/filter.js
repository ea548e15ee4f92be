// SPDX-License-Identifier: GPL-2.0-or-later
// The filter of a page: words that must all be in a row, and a verdict. A row is what has
// data-verdicts: a row of a table, or several of them.
"use strict";
const words = document.getElementById("words");
const verdict = document.getElementById("verdict");
const count = document.getElementById("count");
const areas = [...document.querySelectorAll("section[data-area]")].map((area) => ({
	area,
	rows: [...area.querySelectorAll("[data-verdicts]")].map((row) => ({
		row,
		text: null, // of all that is in it, once somebody asks
		verdicts: row.dataset.verdicts.split(" "),
	})),
}));

function has(entry, word) {
	entry.text ??= entry.row.textContent.toLowerCase();
	return entry.text.includes(word);
}

function apply() {
	const wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean);
	let shown = 0;

	for (const { area, rows } of areas) {
		let any = 0;

		for (const entry of rows) {
			const fits = wanted.every((w) => has(entry, w)) &&
				(!verdict.value || entry.verdicts.includes(verdict.value));

			entry.row.hidden = !fits;
			any += fits;
		}
		area.hidden = !any;
		shown += any;
	}
	count.textContent = shown + " " + (shown === 1 ? count.dataset.one : count.dataset.many);
}

words.addEventListener("input", apply);
verdict.addEventListener("change", apply);
document.getElementById("filter").addEventListener("submit", (e) => e.preventDefault());
apply();
