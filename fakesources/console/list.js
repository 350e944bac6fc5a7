/** List of any length: the rows that can be seen are the only elements, and the keyboard moves between all of them. */

import { fill, h } from "./dom.js";

const OVERSCAN = 8;

/**
 * Grid of rows, the newest first. `items()` returns them the oldest first, each with a `number`; `cells(item)` returns the
 * elements of a row, and `open(item)` is called with the row that a person opens.
 */
export class List {
  constructor({ label, columns, items, cells, open, classes }) {
    Object.assign(this, { items, cells, open, classes });
    this.rows = new Map();
    this.current = null;
    this.heads = h("div", { class: "row head", role: "row", "aria-rowindex": "1" },
      columns.map(([name, title]) => h("span", { role: "columnheader", class: name }, title)));
    this.body = h("div", { class: "rows", role: "rowgroup" });
    this.element = h("div", {
      class: "list", role: "grid", "aria-label": label, tabindex: "0",
      on: { scroll: () => this.draw(), keydown: (event) => this.press(event), click: (event) => this.click(event) },
    }, h("div", { role: "rowgroup", class: "heads" }, this.heads), this.body);
    new ResizeObserver(() => this.update()).observe(this.element);
    this.count = 0;
  }

  /** Show the items anew; what a person looks at stays where it is while newer ones come. */
  update() {
    const items = this.items();
    const added = items.length - this.count;
    this.count = items.length;
    this.rowHeight = parseFloat(getComputedStyle(this.element).getPropertyValue("--row")) || 34;
    this.body.style.height = `${items.length * this.rowHeight}px`;
    this.element.setAttribute("aria-rowcount", items.length + 1);
    if (this.element.scrollTop > this.rowHeight && added > 0) this.element.scrollTop += added * this.rowHeight;
    this.draw();
  }

  /** Forget the rows as they were drawn. */
  reset() {
    this.rows.clear();
    fill(this.body);
    this.element.scrollTop = 0;
    this.count = this.items().length;
    this.update();
  }

  draw() {
    const items = this.items(), height = this.rowHeight ?? 34;
    const first = Math.max(0, Math.floor(this.element.scrollTop / height) - OVERSCAN);
    const last = Math.min(items.length, first + Math.ceil(this.element.clientHeight / height) + 2 * OVERSCAN);
    const seen = new Map();
    for (let index = first; index < last; index++) {
      const item = items[items.length - 1 - index];
      const row = this.rows.get(item.number) ?? this.make(item);
      row.style.transform = `translateY(${index * height}px)`;
      row.setAttribute("aria-rowindex", index + 2);
      row.classList.toggle("even", item.number % 2 === 0);
      const isCurrent = item.number === this.current;
      row.setAttribute("aria-selected", isCurrent);
      seen.set(item.number, row);
    }
    for (const [number, row] of this.rows) if (!seen.has(number)) row.remove();
    let next = this.body.firstElementChild;
    for (const row of seen.values()) { // in the order in which they are seen, also for those who hear them
      if (row === next) next = next.nextElementSibling;
      else this.body.insertBefore(row, next);
    }
    this.rows = seen;
    if (seen.has(this.current)) this.element.setAttribute("aria-activedescendant", `row-${this.current}`);
    else this.element.removeAttribute("aria-activedescendant");
  }

  make(item) {
    return h("div", { class: `row ${this.classes(item)}`, role: "row", id: `row-${item.number}` }, this.cells(item));
  }

  /** Select the row of a number, and bring it into view. */
  select(number) {
    this.current = number;
    const items = this.items();
    const index = items.length - 1 - items.findIndex((each) => each.number === number);
    if (number !== null && index < items.length) {
      const top = index * this.rowHeight, element = this.element, visible = element.clientHeight - this.heads.offsetHeight;
      if (top < element.scrollTop) element.scrollTop = top;
      else if (top + this.rowHeight > element.scrollTop + visible) element.scrollTop = top + this.rowHeight - visible;
    }
    this.draw();
  }

  click(event) {
    const row = event.target.closest(".rows > .row");
    const item = row && this.items().find((each) => `row-${each.number}` === row.id);
    if (item) this.choose(item);
  }

  choose(item) {
    this.select(item.number);
    this.open(item);
  }

  press(event) {
    const items = this.items();
    if (!items.length || event.target !== this.element) return;
    const at = items.findIndex((each) => each.number === this.current);
    const page = Math.max(1, Math.floor(this.element.clientHeight / this.rowHeight) - 2);
    const steps = { ArrowDown: -1, ArrowUp: 1, PageDown: -page, PageUp: page };
    let next = null;
    if (event.key in steps) next = at < 0 ? items.length - 1 : at + steps[event.key];
    else if (event.key === "Home") next = items.length - 1;
    else if (event.key === "End") next = 0;
    else if ((event.key === "Enter" || event.key === " ") && at >= 0) this.open(items[at]);
    else return;
    event.preventDefault();
    if (next !== null) this.select(items[Math.min(items.length - 1, Math.max(0, next))].number);
  }
}
