/** Console: its tabs, and the tab that the address names. */

import { get, onMissingToken } from "./api.js";
import { contractTab } from "./contract.js";
import { coverageTab } from "./coverage.js";
import { fill, h } from "./dom.js";
import { faultsTab } from "./faults.js";
import { header } from "./header.js";
import { askForToken, notice } from "./notices.js";
import { requestsTab } from "./requests.js";
import { stateTab } from "./state.js";
import { on, start } from "./store.js";
import { violationsTab } from "./violations.js";

const TABS = [
  ["requests", "Requests", requestsTab],
  ["violations", "Violations", violationsTab],
  ["state", "State", stateTab],
  ["faults", "Faults", faultsTab],
  ["coverage", "Coverage", coverageTab],
  ["contract", "Contract", contractTab],
];

const made = new Map();
let server = null;

/** Show the tab of the address: its name, and what it is to show after a slash. */
function show() {
  const [name, ...rest] = decodeURIComponent(location.hash.slice(1)).split("/");
  const [id, title, make] = TABS.find(([each]) => each === name) ?? TABS[0];
  if (!made.has(id)) {
    const tab = make(server);
    tab.element.id = `panel-${id}`;
    tab.element.classList.add("panel");
    tab.element.setAttribute("role", "tabpanel");
    tab.element.setAttribute("aria-labelledby", `tab-${id}`);
    made.set(id, tab);
    document.getElementById("main").append(tab.element);
  }
  for (const [each, tab] of made) tab.element.hidden = each !== id;
  for (const [each] of TABS) {
    const link = document.getElementById(`tab-${each}`);
    link.setAttribute("aria-selected", each === id);
    link.tabIndex = each === id ? 0 : -1;
    if (each === id) link.scrollIntoView({ block: "nearest", inline: "nearest" });
  }
  document.title = `${title} · fakesources`;
  made.get(id).show(rest.join("/"));
}

/** Make a tab show itself anew while it is seen. */
function refresh(...ids) {
  for (const id of ids) {
    const tab = made.get(id);
    if (tab && !tab.element.hidden) tab.refresh?.();
  }
}

function tabs() {
  const count = h("span", { class: "count finding", id: "tab-violations-count", hidden: true });
  const links = TABS.map(([id, title]) =>
    h("a", { href: `#${id}`, id: `tab-${id}`, role: "tab", "aria-controls": "main" }, title, id === "violations" && count));
  const list = h("div", { role: "tablist", "aria-label": "Console" }, links);
  list.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const at = links.indexOf(document.activeElement);
    if (!step || at < 0) return;
    event.preventDefault();
    const next = links[(at + step + links.length) % links.length];
    next.focus();
    location.hash = next.getAttribute("href");
  });
  return list;
}

async function main() {
  onMissingToken(askForToken);
  fill(document.getElementById("tabs"), tabs());
  try {
    const { operations } = await get("/operations"); // the first call that needs the token, where there is one
    const [health, editions] = await Promise.all([get("/health"), get("/editions")]);
    server = { health, editions, operations };
  } catch (error) {
    fill(document.getElementById("main"), h("section", { class: "empty" }, h("h2", {}, "No access"), h("p", {}, error.message)));
    return;
  }
  header(document.getElementById("header"), server);
  addEventListener("hashchange", show);
  on("violations", () => refresh("violations"));
  on("faults", () => refresh("faults"));
  on("state", () => refresh("state"));
  on("clock", () => refresh("state"));
  on("snapshots", () => refresh("state"));
  on("counts", () => refresh("state", "faults", "coverage"));
  on("cleared", () => refresh("coverage", "state"));
  on("account", () => refresh("violations", "state"));
  start(server.health.limits);
  show();
}

main().catch((error) => notice(error.message, "finding"));
