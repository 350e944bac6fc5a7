/** Rules of the contract: everything that is enforced or emitted, with its source; and the deviations from sources. */

import { get } from "./api.js";
import { button, h, sources } from "./dom.js";

const SHOWN = 60;

/** Return a function that lists the rules with some words, of a provenance, or with an id, and counts them. */
export function rulesView() {
  let loaded = null;
  return async (words, provenance, id) => {
    loaded ??= (await get("/rules")).rules;
    const found = loaded.filter((each) =>
      (!provenance || each.provenance === provenance) && (!id || each.id === id) &&
      (!words || `${each.id} ${each.description} ${each.source} ${each.reason}`.toLowerCase().includes(words)));
    const list = h("div", { class: "rules" });
    const show = (from) => {
      list.append(...found.slice(from, from + SHOWN).map(ruleView));
      if (found.length > from + SHOWN) {
        const more = button(`Show ${Math.min(SHOWN, found.length - from - SHOWN)} more of ${(found.length - from - SHOWN).toLocaleString("en")}`, () => {
          more.remove();
          show(from + SHOWN);
        });
        list.append(more);
      }
    };
    show(0);
    return { elements: [list], count: found.length };
  };
}

/** Return a function that lists the deviations with some words, or with an id or a rule, and counts them. */
export function deviationsView() {
  let loaded = null;
  return async (words, id) => {
    loaded ??= (await get("/deviations")).deviations;
    const found = loaded.filter((each) =>
      (!id || each.id === id || each.rules.includes(id)) && (!words || JSON.stringify(each).toLowerCase().includes(words)));
    return { elements: [h("div", { class: "rules" }, found.map(deviationView))], count: found.length };
  };
}

function deviationView(deviation) {
  const rules = deviation.rules.map((id) => h("a", { href: `#contract/rules/${id}` }, h("code", {}, id)));
  return h("section", { class: "rule" },
    h("h2", {}, h("code", {}, deviation.id)),
    h("dl", {},
      h("dt", {}, "the source says"), h("dd", {}, deviation.says),
      h("dt", {}, "the fake does"), h("dd", {}, deviation.does),
      h("dt", {}, "because"), h("dd", {}, deviation.reason)),
    h("p", { class: "hint" }, sources(deviation.source), deviation.editions.length ? ` · ${deviation.editions.join(", ")}` : "",
      ...rules.flatMap((link) => [" · ", link])));
}

function ruleView(rule) {
  return h("section", { class: "rule" },
    h("h2", {}, h("code", {}, rule.id), " ", h("span", { class: `provenance ${rule.provenance}` }, rule.provenance)),
    h("p", {}, rule.description),
    rule.reason && h("p", { class: "hint" }, rule.reason),
    h("p", { class: "hint" }, sources(rule.source), rule.editions?.length ? ` · ${rule.editions.join(", ")}` : ""));
}
