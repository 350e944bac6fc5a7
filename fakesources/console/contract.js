/** Tab of the contract: the OpenAPI document of each API and of the control plane, and the rules with the deviations. */

import { BASE, get } from "./api.js";
import { fill, h, many, select } from "./dom.js";
import { attempt } from "./notices.js";
import { operationLinks, operationView, operationsOf } from "./openapi.js";
import { deviationsView, rulesView } from "./rules.js";

/** Return the tab. */
export function contractTab(server) {
  const views = [
    ...Object.keys(server.editions).map((api) => [api, api]),
    ["control", "control plane"],
    ["rules", "rules"],
    ["deviations", "deviations"],
  ];
  const links = views.map(([id, label]) => h("a", { href: `#contract/${id}`, class: "choice" }, label));
  const text = h("input", { type: "search", placeholder: "filter", "aria-label": "Filter", spellcheck: "false" });
  const provenance = select([["", "any provenance"], ...["documented", "recorded", "observed", "decided"].map((each) => [each, each])], "", { "aria-label": "Provenance" });
  const total = h("span", { class: "total", role: "status" });
  const index = h("nav", { class: "index scroll", "aria-label": "Operations" }), page = h("article", { class: "page scroll", tabindex: "0", "aria-label": "Contract" });
  const split = h("div", { class: "reading" }, index, page);
  const documents = new Map();
  const rules = rulesView(), deviations = deviationsView();
  const element = h("section", { class: "contract" },
    h("div", { class: "bar" }, h("nav", { class: "views", "aria-label": "Part of the contract" }, links), text, provenance, total), split);
  let view = views[0][0], chosen = "";

  /** Return a document; while it is being made, nothing of another one is shown. */
  async function documentOf(api) {
    if (!documents.has(api)) {
      documents.set(api, get(api === "control" ? "/openapi.json" : `/openapi/${api}`));
      fill(index);
      fill(page, h("p", { class: "hint", role: "status" }, "The document is being made…"));
    }
    return documents.get(api);
  }

  async function draw() {
    for (const link of links) {
      const isCurrent = link.getAttribute("href") === `#contract/${view}`;
      link.classList.toggle("current", isCurrent);
      if (isCurrent) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
    const words = text.value.trim().toLowerCase();
    provenance.hidden = view !== "rules";
    const wanted = view, isList = view === "rules" || view === "deviations";
    split.classList.toggle("single", isList);
    if (isList) {
      const found = view === "rules" ? await rules(words, provenance.value, chosen) : await deviations(words, chosen);
      if (view !== wanted) return; // another one was chosen meanwhile
      fill(page, found.elements);
      fill(total, many(found.count, view.slice(0, -1)));
      return;
    }
    const document = await documentOf(view);
    if (view !== wanted) return; // another one was chosen meanwhile
    const operations = operationsOf(document).filter((each) => !words || `${each.id} ${each.method} ${each.path} ${each.summary}`.toLowerCase().includes(words));
    fill(total, many(operations.length, "operation"));
    fill(index, operationLinks(operations, view, chosen));
    const found = operations.find((each) => each.id === chosen) ?? operations[0];
    fill(page, found ? operationView(document, found, view === "control", BASE) : h("p", {}, "No operation has these words."));
    page.scrollTop = 0;
  }

  text.addEventListener("input", () => attempt(draw));
  provenance.addEventListener("change", () => attempt(draw));

  return {
    element,
    show(rest) {
      const [name, ...id] = rest.split("/");
      view = views.some(([each]) => each === name) ? name : view;
      chosen = id.join("/");
      if (chosen && (view === "rules" || view === "deviations")) text.value = provenance.value = ""; // a link is to one of all
      attempt(draw);
    },
  };
}
