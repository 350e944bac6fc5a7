/** Rows of one type of an account: a table, and forms to add, change and remove rows. */

import { patch, post, query, remove } from "./api.js";
import { button, field, h, many, select } from "./dom.js";
import { ask, confirm, notice } from "./notices.js";

const SHOWN = 50;
const NARROW = 6;
const FIRST = ["id", "name", "title", "tag", "text", "status"];
const closed = new Set();

/** Return a table of rows; `changed` is called after a change. */
export function tableView(table, changed) {
  const key = `${table.api} ${table.number} ${table.name}`;
  const total = table.total ?? table.rows.length;
  const body = h("tbody", {}, table.rows.slice(0, SHOWN).map((row) => rowView(table, row, changed)));
  const more = table.rows.length > SHOWN && button(`Show ${(table.rows.length - SHOWN).toLocaleString("en")} more`, () => {
    body.append(...table.rows.slice(SHOWN).map((row) => rowView(table, row, changed)));
    more.remove();
  });
  const columns = columnsOf(table);
  const canAdd = table.fields.some((each) => each.add !== false);
  const details = h("details", { open: !closed.has(key), class: "table" },
    h("summary", {}, h("h3", {}, table.name), " ", h("span", { class: "count" }, total.toLocaleString("en"))),
    table.rows.length > 0 && h("div", { class: "wide", tabindex: "0", role: "region", "aria-label": `${table.name} of ${table.api} ${table.account}` },
      h("table", {}, h("thead", {}, h("tr", {}, columns.map((name) => h("th", { scope: "col" }, name)), h("td", {}))), body)),
    h("div", { class: "actions" }, more, total > table.rows.length && h("span", { class: "hint" }, `${many(total - table.rows.length, "row")} more`),
      canAdd && button(`Add to ${table.name}`, () => edit(table, null, changed))));
  details.addEventListener("toggle", () => (details.open ? closed.delete(key) : closed.add(key)));
  return details;
}

function columnsOf(table) {
  const simple = table.fields.filter((each) => !/object|array/.test(each.type)).map((each) => each.name);
  const telling = FIRST.filter((name) => name === "id" || simple.includes(name));
  return [...new Set([...telling, ...simple])].filter((name) => table.rows.some((row) => name in row)).slice(0, NARROW);
}

function rowView(table, row, changed) {
  const path = `/rows/${table.api}/${table.name}/${encodeURIComponent(row.id)}${query({ account: `#${table.number}` })}`;
  const canChange = table.fields.some((each) => each.change !== false);
  return h("tr", {},
    columnsOf(table).map((name) => h("td", {}, name === "id" ? h("code", {}, String(row.id)) : shown(row[name]))),
    h("td", { class: "buttons" },
      canChange && button("Edit", () => edit(table, row, changed), { "aria-label": `Edit ${row.id}` }),
      button("Remove", () => confirm(`Remove ${row.id}?`, `The row leaves ${table.name}, with the rows that belong to it.`, "Remove", async () => {
        await remove(path);
        notice("Row removed");
        await changed();
      }), { "aria-label": `Remove ${row.id}` })));
}

function shown(value) {
  if (value === null || value === undefined) return h("span", { class: "none" }, "–");
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > 80 ? h("span", { title: text }, `${text.slice(0, 80)}…`) : text;
}

/** Show a form for a row: a new one, or the values of one that may be changed. A masked value is never sent back. */
function edit(table, row, changed) {
  const usable = table.fields.filter((each) => (row ? each.change : each.add) !== false && (!row || each.name !== "id"));
  const inputs = usable.map((each) => [each, control(each, row?.[each.name], row !== null)]);
  const path = `/rows/${table.api}/${table.name}`, account = query({ account: `#${table.number}` });
  return ask(row ? `Edit ${row.id}` : `Add to ${table.name}`,
    h("div", { class: "fields" }, inputs.map(([each, input]) => field(`${each.name}${each.required && !row ? " *" : ""}`, input.element, hint(each)))),
    row ? "Save" : "Add", async () => {
      const given = {};
      for (const [each, input] of inputs) {
        const value = input.read();
        if (value !== undefined) given[each.name] = value;
      }
      if (row && !Object.keys(given).length) return;
      await (row ? patch(`${path}/${encodeURIComponent(row.id)}${account}`, given) : post(path + account, given));
      notice(row ? "Row changed" : "Row added");
      await changed();
    });
}

function hint(each) {
  return [each.type, each.description, each.secret && "secret: empty leaves it as it is"].filter(Boolean).join(" · ");
}

/** Return the control of a field, and a function that reads it: undefined where it was left as it is. */
export function control(each, value, isChange = false) {
  const types = new Set((each.schema?.anyOf ?? [each.schema ?? {}]).flatMap((schema) => schema.type ?? []));
  const choices = each.schema?.enum ?? (types.size === 1 && types.has("boolean") ? [true, false] : null);
  const before = value === undefined || each.secret ? "" : typeof value === "string" ? value : JSON.stringify(value, null, isLong(value) ? 1 : 0);
  if (choices) {
    const options = [["", isChange && value !== undefined ? `as it is (${JSON.stringify(value)})` : "–"], ...choices.map((choice) => [JSON.stringify(choice), String(choice)])];
    const element = select(options, "");
    return { element, read: () => (element.value === "" ? undefined : JSON.parse(element.value)) };
  }
  const isText = types.has("string") || !types.size;
  const attributes = { spellcheck: "false", autocomplete: "off", ...(each.secret ? { placeholder: "secret" } : {}) };
  const element = isLong(value) || types.has("object") || types.has("array")
    ? h("textarea", { rows: 4, ...attributes, value: before })
    : h("input", { ...attributes, value: before });
  return {
    element,
    read() {
      if (element.value === before) return undefined;
      if (isText && types.size <= 1) return element.value;
      try {
        return JSON.parse(element.value);
      } catch {
        return element.value;
      }
    },
  };
}

function isLong(value) {
  return (typeof value === "string" && value.length > 80) || (value !== null && typeof value === "object");
}
