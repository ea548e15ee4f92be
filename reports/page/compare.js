// SPDX-License-Identifier: GPL-2.0-or-later
// Two clients side by side: a row for each scenario that both ran.
"use strict";
{
	const get = (id) => document.getElementById("compare" + id);
	const one = get("-one"), other = get("-other");
	const { places } = JSON.parse(get("-data").textContent);
	const clocks = ["virtual", "wall"];
	const severalServers = new Set(places.map((p) => p.server)).size > 1;

	// Three digits that count, as everywhere in the page.
	function duration(ns) {
		const [v, unit] = ns < 999.5e6 ? [ns / 1e6, " ms"] : [ns / 1e9, " s"];

		return v.toFixed(v < 9.995 ? 2 : v < 99.95 ? 1 : 0) + unit;
	}

	function times(ratio) {
		return ratio.toPrecision(3) + " ×";
	}

	// What both ran, verdicts that differ first. Times of two clocks have no ratio.
	function pairs() {
		return places.flatMap(({ scenario, server, clients }) => {
			const a = clients[one.value], b = clients[other.value];

			if (!a || !b)
				return [];
			return [{
				name: scenario + (severalServers ? " (" + server + ")" : ""),
				a, b, differ: a.shares !== b.shares,
				clock: a.clock,
				ratio: a.ns && b.ns && a.clock === b.clock ? b.ns / a.ns : null,
			}];
		}).sort((x, y) => y.differ - x.differ);
	}

	function add(row, tag, text, className) {
		const cell = document.createElement(tag);

		cell.textContent = text;
		cell.className = className;
		if (tag === "th")
			cell.scope = row.parentNode.tagName === "THEAD" ? "col" : "row";
		row.append(cell);
	}

	function fill(all) {
		const table = get("-table"), head = table.createTHead();
		const body = document.createElement("tbody");
		const [a, b] = [one, other].map((s) => s.selectedOptions[0].textContent);

		table.replaceChildren(head, body);
		head.replaceChildren();
		const heads = head.insertRow();
		add(heads, "th", "Scenario", "");
		add(heads, "th", a, "");
		add(heads, "th", b, "");
		add(heads, "th", a, "n");
		add(heads, "th", b, "n");
		add(heads, "th", "clock", "");
		add(heads, "th", "ratio", "n");
		for (const p of all) {
			const row = body.insertRow();

			add(row, "th", p.name, "id");
			add(row, "td", p.a.verdicts, p.differ ? "warn" : "dim");
			add(row, "td", p.b.verdicts + (p.differ ? " (differs)" : ""), p.differ ? "warn" : "dim");
			add(row, "td", p.a.ns ? duration(p.a.ns) : "–", "n");
			add(row, "td", p.b.ns ? duration(p.b.ns) : "–", "n");
			add(row, "td", p.a.clock === p.b.clock ? p.clock : p.a.clock + ", " + p.b.clock, "dim");
			add(row, "td", p.ratio ? times(p.ratio) : "–", "n");
		}
	}

	// Each clock by itself: an instruction takes the time that the virtual one gives it.
	function sumOfClock(all, clock, a, b) {
		const ratios = all.filter((p) => p.ratio && p.clock === clock).map((p) => p.ratio);
		const mean = Math.exp(ratios.reduce((s, r) => s + Math.log(r), 0) / ratios.length);

		return ratios.length ? " On the " + clock + " clock " + b + " takes " + times(mean) +
			" the time of " + a + " to the payload (geometric mean of " + ratios.length +
			"), and is faster in " + ratios.filter((r) => r < 1).length + "." : "";
	}

	function sum(all) {
		const [a, b] = [one, other].map((s) => s.selectedOptions[0].textContent);
		const differ = all.filter((p) => p.differ).length;

		if (!all.length)
			return a + " and " + b + " ran nothing in common.";
		return "Of " + all.length + (all.length === 1 ? " scenario" : " scenarios") +
			" that both ran, verdicts differ in " + differ + "." +
			clocks.map((clock) => sumOfClock(all, clock, a, b)).join("");
	}

	function compare() {
		const all = pairs();

		fill(all);
		get("-sum").textContent = sum(all);
	}

	one.addEventListener("change", compare);
	other.addEventListener("change", compare);
	compare();
}
