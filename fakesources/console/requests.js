/** Tab of the requests: the journal as it grows, its filters, and one exchange in full. */

import { BASE, get, query, remove } from "./api.js";
import { button, duration, fill, h, many, pathOf, select, setOptions, statusClass, timeOfDay } from "./dom.js";
import { exchangeView } from "./exchange.js";
import { List } from "./list.js";
import { attempt, confirm, notice } from "./notices.js";
import { account, exchanges, on, operations } from "./store.js";

const COLUMNS = [
  ["time", "time"], ["operation", "operation"], ["method", "method"], ["path", "path"], ["account", "account"],
  ["marks", "marks"], ["status", "status"], ["took", "took"],
];
const STATUSES = [["", "any status"], ["2", "2xx"], ["3", "3xx"], ["4", "4xx"], ["5", "5xx"]];

const MASK = "***";

/** Return the tab. */
export function requestsTab(server) {
  const text = h("input", { type: "search", placeholder: "filter by text", "aria-label": "Text", spellcheck: "false" });
  const operation = select([["", "any operation"]], "", { "aria-label": "Operation" });
  const status = select(STATUSES, "", { "aria-label": "Status" });
  const violating = h("input", { type: "checkbox" });
  const pause = button("Pause", togglePause, { "aria-pressed": "false" });
  const total = h("span", { class: "total", role: "status" });
  const bar = h("div", { class: "bar", role: "search" }, text, operation, status,
    h("label", { class: "check" }, violating, "violations only"), total, pause, button("Clear", clear));
  const empty = emptyNote(server);
  const detail = h("div", { class: "detail", hidden: true });
  const list = new List({
    label: "Requests, the newest first", columns: COLUMNS, items: () => shown, cells, classes, open: (each) => (location.hash = `requests/${each.number}`),
  });
  const element = h("section", { class: "requests" }, bar, h("div", { class: "split" }, list.element, empty, detail));

  let shown = [], seen = 0, isPaused = false, opened = null, own = null;

  function matches(each) {
    const words = text.value.trim().toLowerCase();
    return (!operation.value || each.operation === operation.value) &&
      (!status.value || String(each.status)[0] === status.value) &&
      (!violating.checked || each.violations.length > 0) &&
      (!account || (own ? own.has(each.number) : each.api === account.api && each.account === account.account)) &&
      (!words || searched(each).includes(words));
  }

  /** Learn the numbers of the exchanges of an account whose name is a key, which no exchange shows. */
  async function learn(after) {
    if (!account || account.account !== MASK) own = null;
    else {
      own = after ? own : new Set();
      const filters = { account: `#${account.number}`, after, limit: server.health.limits.journal_exchanges };
      const found = await get(`/journal${query(filters)}`).catch(() => ({ exchanges: [] }));
      for (const each of found.exchanges) own?.add(each.number);
    }
  }

  /** Filter all exchanges again. */
  function filter() {
    shown = exchanges.filter(matches);
    seen = exchanges.at(-1)?.number ?? 0;
    list.reset();
    count();
  }

  /** Add the exchanges that have come since, and drop those that the journal has dropped. */
  async function grow() {
    if (isPaused) return count();
    if (own) await learn(seen);
    const first = exchanges[0]?.number ?? 0;
    let dropped = 0;
    while (dropped < shown.length && shown[dropped].number < first) dropped++;
    if (dropped) shown.splice(0, dropped);
    let start = exchanges.length;
    while (start > 0 && exchanges[start - 1].number > seen) start--;
    const fresh = exchanges.slice(start).filter(matches);
    shown.push(...fresh);
    seen = exchanges.at(-1)?.number ?? seen;
    if (operations.size + 1 !== operation.options.length) {
      setOptions(operation, [["", "any operation"], ...[...operations].sort().map((each) => [each, each || "(no operation)"])]);
    }
    list.update();
    count();
  }

  function count() {
    const waiting = isPaused ? exchanges.filter((each) => each.number > seen).length : 0;
    const of = shown.length === exchanges.length ? "" : ` of ${exchanges.length.toLocaleString("en")}`;
    fill(total, waiting ? `${many(waiting, "request")} since the pause` : shown.length.toLocaleString("en") + of);
    empty.hidden = exchanges.length > 0;
    list.element.hidden = !exchanges.length;
  }

  function togglePause() {
    isPaused = !isPaused;
    pause.setAttribute("aria-pressed", isPaused);
    fill(pause, isPaused ? "Resume" : "Pause");
    if (!isPaused) grow();
  }

  function clear() {
    confirm("Clear the requests?", "The journal of the fake becomes empty, for tests too. Rows and violations stay.", "Clear", async () => {
      await remove("/journal");
      notice("Requests cleared");
    });
  }

  async function open(number) {
    opened = number;
    list.select(number);
    if (number === null) {
      detail.hidden = true;
      element.classList.remove("opened");
      return;
    }
    element.classList.add("opened");
    detail.hidden = false;
    const isFound = await attempt(async () => {
      const view = await exchangeView(number, close);
      if (opened === number) fill(detail, view);
    });
    if (!isFound && opened === number) close();
    list.select(opened);
  }

  function close() {
    location.hash = "requests";
    list.element.focus();
  }

  let timer = null;
  text.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(filter, 80);
  });
  for (const control of [operation, status, violating]) control.addEventListener("change", filter);
  element.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && opened !== null) close();
  });
  on("exchanges", grow);
  on("cleared", () => {
    filter();
    if (opened !== null) location.hash = "requests";
  });
  on("account", async () => {
    await learn(0);
    filter();
  });
  filter();

  return { element, show: (rest) => open(rest ? Number(rest) : null) };
}

const texts = new WeakMap();

function searched(each) {
  if (!texts.has(each)) {
    const parts = [each.operation, each.method, each.url, each.account, each.status, each.error, JSON.stringify(each.params)];
    texts.set(each, parts.join(" ").toLowerCase());
  }
  return texts.get(each);
}

function classes(each) {
  return each.violations.length ? "violating" : each.fault ? "faulty" : "";
}

function cells(each) {
  const marks = [
    each.violations.length > 0 && h("span", { class: "mark-violation", title: many(each.violations.length, "violation") },
      h("span", { "aria-hidden": "true" }, "▲ "), String(each.violations.length), h("span", { class: "offscreen" }, " violations")),
    each.fault && h("span", { class: "mark-fault", title: `planned fault: ${each.fault}` }, "fault"),
  ];
  const values = {
    time: timeOfDay(each.time), operation: each.operation || h("i", {}, "no operation"), method: each.method,
    path: pathOf(each.url), account: each.account, marks, took: duration(each.duration),
    status: h("b", { class: statusClass(each.status) }, String(each.status)),
  };
  return COLUMNS.map(([name]) => h("span", { role: "gridcell", class: name }, values[name]));
}

function emptyNote(server) {
  const first = server.operations.find((each) => each.methods?.includes("GET") && each.paths?.[0]);
  const example = first ? `curl ${BASE}${first.paths[0]}` : `curl ${BASE}/…`;
  return h("div", { class: "empty", hidden: true },
    h("h2", {}, "No requests yet"),
    h("p", {}, "Point a client at this address, and every request appears here as it comes."),
    h("pre", { tabindex: "0" }, example));
}
