// SPDX-License-Identifier: GPL-2.0-or-later
// The filter of the page of conformance: words that must all be in a row, and a verdict.
"use strict";
const words = document.getElementById("words");
const verdict = document.getElementById("verdict");
const count = document.getElementById("count");
const areas = [...document.querySelectorAll("section[data-area]")];

function apply() {
	const wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean);
	let shown = 0;

	for (const area of areas) {
		let any = 0;

		for (const row of area.querySelectorAll("tbody tr")) {
			const text = row.textContent.toLowerCase();
			const fits = wanted.every((w) => text.includes(w)) &&
				(!verdict.value || row.dataset.verdicts.split(" ").includes(verdict.value));

			row.hidden = !fits;
			any += fits;
		}
		area.hidden = !any;
		shown += any;
	}
	count.textContent = shown + (shown === 1 ? " check" : " checks");
}

words.addEventListener("input", apply);
verdict.addEventListener("change", apply);
document.getElementById("filter").addEventListener("submit", (e) => e.preventDefault());
apply();
