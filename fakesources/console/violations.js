/** Tab of the violations: what the real API would accept silently, by rule. */

import { get, query, remove } from "./api.js";
import { button, fill, h, many, sources } from "./dom.js";
import { explained } from "./exchange.js";
import { attempt } from "./notices.js";
import { account, accountFilter, coalesced } from "./store.js";

const LINKS = 24;

/** Return the tab. */
export function violationsTab() {
  const total = h("span", { class: "total", role: "status" });
  const clear = button("Clear", () => attempt(async () => {
    await remove(`/violations${query(accountFilter())}`);
    await refresh();
  }, "Violations cleared"));
  const groups = h("div", { class: "scroll cards" });
  const element = h("section", { class: "violations" }, h("div", { class: "bar" }, total, clear), groups);

  let shown = "";

  const refresh = coalesced(async () => {
    await attempt(async () => {
      const { violations, dropped } = await get(`/violations${query(accountFilter())}`);
      const text = JSON.stringify([violations, dropped, account]);
      if (text === shown) return; // what a person reads stays as it is
      shown = text;
      const rules = Map.groupBy ? Map.groupBy(violations, (each) => each.rule) : grouped(violations);
      fill(total, many(violations.length, "violation"), " of ", many(rules.size, "rule"), dropped ? `; ${dropped} older ones were dropped` : "");
      fill(clear, account ? "Clear those of this account" : "Clear all").disabled = !violations.length;
      const cards = [...rules].sort((a, b) => b[1].length - a[1].length).map(([rule, found]) => card(rule, found));
      fill(groups, cards.length ? cards : h("div", { class: "empty" }, h("h2", {}, "No violations"),
        h("p", {}, "A violation is something that the real API accepts silently, such as a misspelt parameter: requests with one are answered, and listed here.")));
    });
  }, 100);

  return { element, show: refresh, refresh };
}

function grouped(violations) {
  const found = new Map();
  for (const each of violations) found.set(each.rule, [...(found.get(each.rule) ?? []), each]);
  return found;
}

function card(rule, found) {
  const distinct = new Map(found.map((each) => [`${each.path}\n${each.actual}\n${each.expected}`, each]));
  const first = found[0];
  return h("article", { class: "finding" },
    h("h2", {}, h("code", {}, rule), h("span", { class: "count finding" }, `${found.length}×`)),
    first.message && h("p", {}, first.message),
    h("dl", {}, [...distinct.values()].slice(0, 5).map((each) => [h("dt", {}, h("code", {}, each.path)), h("dd", {}, explained(each))]),
      first.source && [h("dt", {}, "source"), h("dd", {}, sources(first.source))]),
    h("p", { class: "links" }, "requests ", found.filter((each) => each.exchange).slice(-LINKS).reverse().map((each) =>
      [h("a", { href: `#requests/${each.exchange}` }, `#${each.exchange}`), " "]),
      found.length > LINKS && `and ${found.length - LINKS} more`));
}
