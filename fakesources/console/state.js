/** Tab of the state: rows of every type by account, rate credits, snapshots and state files. */

import { get, post, query } from "./api.js";
import { button, field, fill, h, many } from "./dom.js";
import { attempt, ask, notice } from "./notices.js";
import { control, tableView } from "./rows.js";
import { snapshotsView } from "./snapshots.js";
import { accountFilter, coalesced } from "./store.js";

/** Return the tab. */
export function stateTab() {
  const tables = h("div", { class: "tables" });
  const snapshots = snapshotsView();
  const element = h("section", { class: "state scroll" }, tables, snapshots.element);
  let shown = "";

  const refresh = coalesced(async () => {
    await attempt(async () => {
      const filter = query(accountFilter());
      const [{ tables: found }, { rates }, { actions }] = await Promise.all([get(`/rows${filter}`), get(`/rates${filter}`), get("/actions")]);
      const text = JSON.stringify([found, rates, actions, filter]);
      if (text === shown) return; // what a person reads or types stays as it is
      shown = text;
      fill(tables, accountsView(found, rates, actions, refresh));
    });
    await snapshots.refresh();
  }, 250);

  return { element, show: refresh, refresh };
}

function accountsView(tables, rates, actions, changed) {
  if (!tables.length) {
    return h("div", { class: "empty" }, h("h2", {}, "No account yet"), h("p", {}, "An account comes into being with its first request."));
  }
  const accounts = new Map();
  for (const table of tables) {
    const key = `${table.api} ${table.number}`;
    accounts.set(key, [...(accounts.get(key) ?? []), table]);
  }
  return [...accounts.values()].map((own) => {
    const [{ api, account: name, number }] = own;
    const credits = rates.filter((each) => each.api === api && each.number === number);
    const offered = actions.filter((each) => each.api === api);
    return h("section", { class: "card", "aria-label": `${api} ${name}` },
      h("div", { class: "card-head" }, h("h2", {}, api, " ", h("span", { class: "name" }, name || "home")), h("span", { class: "number" }, `#${number}`),
        credits.map(creditView), offered.map((each) => actionButton(each, number, changed))),
      own.map((table) => tableView(table, changed)));
  });
}

function creditView(rate) {
  const left = rate.remaining ?? 0, limit = rate.limit || 1;
  const meter = h("meter", { min: 0, max: limit, low: limit * 0.1, value: left, "aria-label": "rate credits left" });
  return h("span", { class: "credits" }, meter, ` ${left.toLocaleString("en")} of ${many(rate.limit, "credit")}`);
}

function actionButton(action, number, changed) {
  return button(action.name, () => {
    const inputs = action.parameters.map((each) => [each, control(each)]);
    const content = [h("p", {}, action.summary), ...inputs.map(([each, input]) =>
      field(`${each.name}${each.required ? " *" : ""}`, input.element, [each.type, each.description].filter(Boolean).join(" · ")))];
    ask(action.name, content, "Run", async () => {
      const given = Object.fromEntries(inputs.map(([each, input]) => [each.name, input.read()]).filter(([, value]) => value !== undefined));
      const path = `/actions/${action.api}/${action.name}${query({ account: `#${number}` })}`;
      const { result } = await post(path, Object.keys(given).length ? given : undefined);
      notice(result === null || result === undefined ? `${action.name} was run` : `${action.name}: ${JSON.stringify(result)}`);
      await changed();
    });
  }, { title: action.summary });
}
