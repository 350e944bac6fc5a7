/** One exchange in full: request and response side by side, with violations at their place. */

import { get } from "./api.js";
import { button, duration, h, many, pathOf, sources, statusClass } from "./dom.js";
import { body } from "./json.js";
import { copy } from "./notices.js";

/** Return the view of an exchange; its bodies are fetched now. `close` is called when a person closes it. */
export async function exchangeView(number, close) {
  const { exchange, curl } = await get(`/journal/${number}`);
  const inRequest = exchange.violations.filter((each) => each.side !== "response");
  const inResponse = exchange.violations.filter((each) => each.side === "response");
  return [
    h("div", { class: "detail-head" },
      h("h2", { tabindex: "-1" }, h("span", { class: "number" }, `#${exchange.number}`), " ", exchange.operation || "no operation",
        " ", h("b", { class: `status ${statusClass(exchange.status)}` }, String(exchange.status))),
      h("p", { class: "facts" }, [`${exchange.time.slice(0, 10)} ${exchange.time.slice(11, 19)} UTC`, exchange.account && `account ${exchange.account}`,
        duration(exchange.duration), exchange.error, exchange.fault && `fault ${exchange.fault}`].filter(Boolean).join(" · ")),
      h("div", { class: "actions" },
        button("Copy as curl", () => copy(curl, "curl command")),
        exchange.operation && h("a", { class: "button", href: `#faults/${exchange.operation}` }, "Plan a fault for this operation"),
        button("Close", close, { class: "quiet", "aria-label": "Close the exchange" }))),
    h("div", { class: "sides" },
      h("section", { "aria-label": "Request" },
        h("h3", {}, "Request"), h("p", { class: "target" }, h("b", {}, exchange.method), " ", pathOf(exchange.url)),
        notes(inRequest), parameters(exchange.params, inRequest), headers("Headers", exchange.headers),
        h("h4", {}, "Body"), body(exchange.body, marks(inRequest))),
      h("section", { "aria-label": "Response" },
        h("h3", {}, "Response"), h("p", { class: "target" }, h("b", { class: statusClass(exchange.status) }, String(exchange.status)), " ", exchange.error),
        notes(inResponse), headers("Headers", exchange.response_headers),
        h("h4", {}, "Body"), body(exchange.response_body, marks(inResponse)))),
  ];
}

/** Return what a violation is about, in one line. */
export function explained(violation) {
  return [
    violation.actual && [h("span", { class: "was" }, violation.actual), ", "],
    "expected ", violation.expected,
    violation.suggestion && [". Did you mean ", h("b", {}, violation.suggestion), "?"],
  ];
}

function notes(violations) {
  return violations.length > 0 && h("ul", { class: "notes", "aria-label": many(violations.length, "violation") },
    violations.map((each) => h("li", {},
      h("code", {}, each.rule), h("p", {}, h("code", {}, each.path), ": ", explained(each)),
      each.message && h("p", { class: "hint" }, each.message, " ", sources(each.source)))));
}

function marks(violations) {
  return new Map(violations.map((each) => [each.path, h("span", { class: "note-text" }, "▲ ", explained(each))]));
}

function parameters(params, violations) {
  const names = Object.keys(params);
  if (!names.length) return null;
  const about = (name) => violations.some((each) => each.path === `$.${name}` || each.path.startsWith(`$.${name}.`) || each.path.startsWith(`$.${name}[`));
  return h("details", { open: true }, h("summary", {}, "Parameters"),
    h("dl", { class: "parameters" }, names.map((name) => [
      h("dt", { class: about(name) ? "noted" : "" }, name, about(name) && h("span", { class: "note-text" }, " ▲")),
      h("dd", {}, h("code", {}, typeof params[name] === "string" ? params[name] : JSON.stringify(params[name]))),
    ])));
}

function headers(title, pairs) {
  return h("details", {}, h("summary", {}, `${title} (${pairs.length})`),
    h("dl", {}, pairs.map(([name, value]) => [h("dt", {}, name), h("dd", {}, h("code", {}, value))])));
}
