/** Header: the server, its editions and address, the account that is shown, the clock, violations and reset. */

import { BASE, get, post } from "./api.js";
import { clock } from "./clock.js";
import { button, fill, h, many, setOptions } from "./dom.js";
import { attempt, confirm, copy, notice } from "./notices.js";
import { coalesced, emit, on, setAccount } from "./store.js";

const STATUS = {
  live: ["live", "Connected: exchanges are shown as they happen"],
  polling: ["polling", "This server has no events: the page asks every second"],
  lost: ["lost", "The server does not answer: the page tries again"],
};

/** Fill the header. */
export function header(place, server) {
  const connection = h("span", { class: "connection", role: "status" });
  const badge = h("a", { class: "badge", href: "#violations", hidden: true });
  fill(
    place,
    h("h1", {}, h("span", { class: "mark", "aria-hidden": "true" }), "fakesources", h("small", {}, server.health.version)),
    connection,
    h("ul", { class: "editions", "aria-label": "Editions" },
      Object.entries(server.editions).map(([api, { edition }]) => h("li", {}, api, " ", h("b", {}, edition)))),
    h("div", { class: "address" }, h("code", {}, BASE), button("Copy", () => copy(BASE, "Address"), { "aria-label": "Copy the address" })),
    h("div", { class: "right" }, badge, accounts(), clock(), button("Reset", reset, { class: "danger" })),
  );
  on("connection", (status) => {
    const [text, title] = STATUS[status];
    fill(connection, text).className = `connection ${status}`;
    connection.title = title;
    if (status !== "lost") for (const name of ["violations", "faults", "clock", "snapshots", "state"]) emit(name);
  });
  const count = coalesced(() => countViolations(badge), 100);
  on("violations", count);
  count();
}

async function countViolations(badge) {
  const { violations, dropped } = await get("/violations").catch(() => ({ violations: [], dropped: 0 }));
  const count = violations.length + dropped;
  badge.hidden = !count;
  fill(badge, many(count, "violation"));
  const onTab = document.getElementById("tab-violations-count");
  onTab.hidden = !count;
  fill(onTab, count > 999 ? "999+" : String(count));
}

/** Return the choice of the account that the tabs show. */
function accounts() {
  const choice = h("select", { "aria-label": "Account", class: "account" });
  let known = [];
  const update = async () => {
    known = await get("/accounts").then(({ accounts }) => accounts, () => known);
    const options = known.map((each, index) => [String(index), `${each.api} ${each.home ? "home " : ""}${labelOf(each)}`]);
    setOptions(choice, [["", "all accounts"], ...options]);
  };
  choice.addEventListener("change", () => setAccount(choice.value === "" ? null : known[Number(choice.value)]));
  let timer = null;
  for (const name of ["counts", "cleared", "state"]) on(name, () => (timer ??= setTimeout(() => { timer = null; update(); }, 300)));
  update();
  return choice;
}

function labelOf(account) {
  return /\w/.test(account.account) ? account.account : `#${account.number}`;
}

function reset() {
  confirm(
    "Reset the fake?",
    "Rows, ids, clock, requests and faults go back to the start, for every account. Violations stay.",
    "Reset",
    async () => {
      await post("/reset");
      notice("Reset");
      attempt(async () => emit("state"));
    },
  );
}
