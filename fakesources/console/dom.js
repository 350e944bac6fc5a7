/** Elements of the page, made without markup: texts are never read as HTML. */

/** Return an element. Of the attributes, `on` are listeners by event; null and false leave one out. */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "on") {
      for (const [event, listener] of Object.entries(value)) element.addEventListener(event, listener);
    } else if (["value", "checked", "disabled", "open", "hidden", "selected"].includes(name)) {
      element[name] = value;
    } else if (value !== null && value !== false && value !== undefined) {
      element.setAttribute(name, value === true ? "" : value);
    }
  }
  return fill(element, ...children);
}

/** Replace the content of an element. */
export function fill(element, ...children) {
  element.replaceChildren(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** Return a button. */
export function button(label, listener, attributes = {}) {
  return h("button", { type: "button", ...attributes, on: { click: listener } }, label);
}

/** Return a labelled control of a form. */
export function field(label, control, hint = "") {
  return h("label", { class: "field" }, h("span", { class: "label" }, label), control, hint && h("span", { class: "hint" }, hint));
}

/** Return a select of [value, label] pairs. */
export function select(options, value = "", attributes = {}) {
  const element = h("select", attributes);
  setOptions(element, options, value);
  return element;
}

/** Replace the options of a select; a value that is no longer among them becomes the first one. */
export function setOptions(element, options, value = element.value) {
  fill(element, options.map(([each, label]) => h("option", { value: each }, label)));
  element.value = options.some(([each]) => each === value) ? value : (options[0]?.[0] ?? "");
}

/** Return the source of a rule or an operation: addresses as links. */
export function sources(text) {
  if (!text) return [];
  return text.split(", ").flatMap((part, index) => [
    index ? ", " : "",
    /^https?:\/\//.test(part) ? h("a", { href: part, rel: "noreferrer", target: "_blank" }, part) : part,
  ]);
}

/** Return a count with its noun: "1 exchange", "2 exchanges". */
export function many(count, noun) {
  return `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
}

/** Return the class of a status, for its colour. */
export function statusClass(status) {
  return status >= 500 ? "s5" : status >= 400 ? "s4" : status >= 300 ? "s3" : "s2";
}

/** Return the time of day of an ISO time in UTC. */
export function timeOfDay(iso) {
  return iso.slice(11, 19);
}

/** Return path and query of a URL. */
export function pathOf(url) {
  return url.replace(/^[a-z]+:\/\/[^/?]*/, "") || "/";
}

/** Return a duration in milliseconds for people; empty where it is not known. */
export function duration(milliseconds) {
  if (milliseconds === undefined || milliseconds === null) return "";
  if (milliseconds >= 1000) return `${(milliseconds / 1000).toFixed(1)} s`;
  return `${milliseconds < 10 ? milliseconds.toFixed(1) : Math.round(milliseconds)} ms`;
}
