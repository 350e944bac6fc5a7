/** JSON for people: indented, coloured, with violations at the values they are about. */

import { button, h } from "./dom.js";

const MOST_LINES = 1500;

/** Return a JSON value as lines; `notes` are elements by JSON path, shown below the line of the path. */
export function pretty(value, notes = new Map()) {
  const lines = [...linesOf(value, "$", "", null, "", notes)];
  const block = h("pre", { class: "json", tabindex: "0" }, lines.slice(0, MOST_LINES));
  if (lines.length > MOST_LINES) {
    const more = button(`Show the other ${(lines.length - MOST_LINES).toLocaleString("en")} lines`, () => {
      more.remove();
      block.append(...lines.slice(MOST_LINES));
    });
    return h("div", {}, block, more);
  }
  return block;
}

function* linesOf(value, path, indent, name, comma, notes) {
  const label = name === null ? [] : [h("span", { class: "key" }, JSON.stringify(name)), ": "];
  const note = notes.get(path);
  const line = (...parts) => h("span", { class: note ? "line noted" : "line" }, indent, ...parts, "\n");
  const after = note ? [h("span", { class: "line note-line" }, note)] : [];
  const isList = Array.isArray(value);
  const inner = isList ? value.map((each, index) => [index, each]) : value && typeof value === "object" ? Object.entries(value) : [];
  if (!inner.length) {
    yield line(...label, leaf(value), comma);
    yield* after;
    return;
  }
  yield line(...label, isList ? "[" : "{");
  yield* after;
  for (const [index, [key, each]] of inner.entries()) {
    const step = isList ? `[${key}]` : /^[A-Za-z_]\w*$/.test(key) ? `.${key}` : `['${key}']`;
    yield* linesOf(each, path + step, `${indent}  `, isList ? null : key, index < inner.length - 1 ? "," : "", notes);
  }
  yield h("span", { class: "line" }, indent, isList ? "]" : "}", comma, "\n");
}

function leaf(value) {
  if (value !== null && typeof value === "object") return Array.isArray(value) ? "[]" : "{}";
  return h("span", { class: value === null ? "null" : typeof value }, JSON.stringify(value));
}

/** Return a body: a JSON value, or a text that may be one. */
export function body(value, notes) {
  if (value === null || value === undefined || value === "") return h("p", { class: "none" }, "no body");
  if (typeof value !== "string") return pretty(value, notes);
  try {
    return pretty(JSON.parse(value), notes);
  } catch {
    return h("pre", { tabindex: "0" }, value);
  }
}
