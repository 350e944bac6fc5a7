/** Clock of the fake: its time, and what moves it. */

import { get, post } from "./api.js";
import { button, field, fill, h } from "./dom.js";
import { attempt } from "./notices.js";
import { on } from "./store.js";

/** Return the clock with its menu. */
export function clock() {
  const time = h("time", {}), state = h("span", { class: "state" });
  const run = button("Freeze", () => change({ running: !reading.running }));
  const input = h("input", { type: "datetime-local", step: "1", "aria-label": "Time in UTC" });
  const menu = h("details", { class: "clock menu" },
    h("summary", {}, h("span", { class: "offscreen" }, "Clock "), time, state),
    h("div", { class: "box" },
      h("div", { class: "actions" }, button("+1 min", () => change({ advance: 60 })), button("+1 h", () => change({ advance: 3600 })), run),
      field("Set to (UTC)", h("div", { class: "joined" }, input,
        button("Set", () => input.value && change({ set: `${input.value.length === 16 ? `${input.value}:00` : input.value}Z` }))))));
  let reading = { now: "1970-01-01T00:00:00Z", running: false }, since = performance.now();

  function show() {
    const seconds = reading.running ? (performance.now() - since) / 1000 : 0;
    const now = new Date(Date.parse(reading.now) + seconds * 1000).toISOString();
    time.dateTime = now;
    const shown = `${now.slice(0, 10)} ${now.slice(11, 19)}`;
    if (time.textContent !== shown) fill(time, shown);
  }

  function read(value) {
    reading = value;
    since = performance.now();
    fill(state, value.running ? "running" : "frozen").className = `state ${value.running ? "running" : "frozen"}`;
    fill(run, value.running ? "Freeze" : "Run");
    if (document.activeElement !== input) input.value = value.now.slice(0, 19);
    show();
  }

  const change = (body) => attempt(async () => read(await post("/clock", body)));
  const update = () => get("/clock").then(read, () => {});
  on("clock", update);
  setInterval(show, 500);
  menu.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
  addEventListener("click", (event) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
  update();
  return menu;
}
