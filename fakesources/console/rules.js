/** Rules of the contract: everything that is enforced or emitted, with its source. */

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

function ruleView(rule) {
  return h("section", { class: "rule" },
    h("h2", {}, h("code", {}, rule.id), " ", h("span", { class: `provenance ${rule.provenance}` }, rule.provenance)),
    h("p", {}, rule.description),
    rule.reason && h("p", { class: "hint" }, rule.reason),
    h("p", { class: "hint" }, sources(rule.source), rule.editions?.length ? ` · ${rule.editions.join(", ")}` : ""));
}
