/** Tab of the coverage: which documented operations, parameters, errors and responses this run has met. */

import { get } from "./api.js";
import { fill, h, many } from "./dom.js";
import { coalesced } from "./store.js";

const KINDS = ["parameters", "errors", "responses", "changes"];

/** Return the tab. */
export function coverageTab() {
  const element = h("section", { class: "coverage scroll" });
  const open = new Set();
  let shown = "";

  const refresh = coalesced(async () => {
    const coverage = await get("/coverage").catch(() => null);
    const text = JSON.stringify(coverage);
    if (!coverage || text === shown) return;
    shown = text;
    fill(element, picture(coverage, open));
  }, 400);

  return { element, show: refresh, refresh };
}

function picture({ operations, total }, open) {
  const apis = [...new Set(operations.map((each) => each.api))];
  const own = operations.filter((each) => each.id !== each.api); // without the errors of every operation
  const called = own.filter((each) => each.calls).length;
  return [
    h("div", { class: "sum" }, ring(total.percent),
      h("div", {}, h("h2", {}, `${total.percent} % of the contract was met`),
        h("p", {}, `${total.met.toLocaleString("en")} of ${many(total.of, "documented thing")}: parameters, errors, responses and changes of the state. `,
          `${called} of ${many(own.length, "operation")} were called.`),
        h("ul", { class: "legend" }, KINDS.map((kind) => h("li", {}, h("span", { class: `cell met ${kind}` }), kind)), h("li", {}, h("span", { class: "cell missed" }), "not met")))),
    apis.map((api) => {
      const rows = operations.filter((each) => each.api === api);
      const met = rows.reduce((sum, each) => sum + each.met, 0), of = rows.reduce((sum, each) => sum + each.of, 0);
      return h("section", { class: "card", "aria-label": api },
        h("div", { class: "card-head" }, h("h2", {}, api), h("span", { class: "hint" }, `${percent(met, of)} %`)),
        rows.map((each) => operationView(each, open)));
    }),
  ];
}

function operationView(each, open) {
  const details = h("details", { class: each.calls || each.id === each.api ? "operation" : "operation uncalled", open: open.has(each.id) },
    h("summary", {},
      each.id === each.api ? h("span", { class: "id" }, "errors of every operation") : h("code", { class: "id" }, each.id),
      h("span", { class: "calls" }, each.id === each.api ? "" : each.calls ? many(each.calls, "call") : "not called"),
      h("span", { class: "cells", "aria-hidden": "true" }, KINDS.map((kind) => [
        (each[kind]?.met ?? []).map((name) => h("span", { class: `cell met ${kind}`, title: `${kind}: ${name}` })),
        (each[kind]?.missed ?? []).map((name) => h("span", { class: `cell missed ${kind}`, title: `${kind}: ${name}, not met` })),
      ])),
      h("span", { class: "percent" }, each.of ? `${percent(each.met, each.of)} %` : "")),
    each.id !== each.api && h("p", {}, each.summary),
    h("dl", {}, KINDS.filter((kind) => each[kind]?.met.length || each[kind]?.missed.length).map((kind) => [
      h("dt", {}, kind),
      h("dd", {}, each[kind].met.map((name) => [h("code", { class: "met" }, String(name)), " "]),
        each[kind].missed.map((name) => [h("code", { class: "missed" }, String(name)), " "])),
    ])));
  details.addEventListener("toggle", () => (details.open ? open.add(each.id) : open.delete(each.id)));
  return details;
}

function percent(met, of) {
  return of ? Math.floor((met * 100) / of) : 0;
}

/** Return a ring that is filled as far as the percentage. */
function ring(value) {
  const element = (name, attributes) => {
    const made = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, each] of Object.entries(attributes)) made.setAttribute(key, each);
    return made;
  };
  const picture = element("svg", { viewBox: "0 0 36 36", class: "ring", role: "img", "aria-label": `${value} per cent` });
  const circle = { cx: 18, cy: 18, r: 15.9, fill: "none", "stroke-width": 4 };
  picture.append(element("circle", { ...circle, class: "track" }), element("circle", { ...circle, class: "part", pathLength: 100, "stroke-dasharray": `${value} 100`, transform: "rotate(-90 18 18)" }));
  const text = element("text", { x: 18, y: 21, "text-anchor": "middle" });
  text.textContent = `${Math.floor(value)}%`;
  picture.append(text);
  return picture;
}
