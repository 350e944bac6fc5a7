/** What the page knows: exchanges as they come, and who wants to know of changes. */

import { follow } from "./events.js";

const listeners = new Map();

/** Call a function with each change of a name: "exchanges", "account", "connection", or a part of the state. */
export function on(name, listener) {
  if (!listeners.has(name)) listeners.set(name, []);
  listeners.get(name).push(listener);
}

/** Tell the listeners of a name, those of several changes in one frame once. */
const pending = new Map();
export function emit(name, value) {
  if (!pending.size) setTimeout(flush, 16);
  pending.set(name, value);
}

function flush() {
  const changes = [...pending];
  pending.clear();
  for (const [name, value] of changes) for (const listener of listeners.get(name) ?? []) listener(value);
}

/** Exchanges of the journal without bodies, the oldest first; `limit` is that of the server's journal. */
export const exchanges = [];
let limit = 1000;

/** Operation ids that an exchange had. */
export const operations = new Set();

/** The account that the page shows: its number, name and API; null for all of them. */
export let account = null;

export function setAccount(value) {
  account = value;
  emit("account", value);
}

/** Return the query parameters that stand for the account; none for all of them. */
export function accountFilter() {
  if (!account) return {};
  return { api: account.api, account: `#${account.number}` };
}

/** Return a function that calls another one and then pauses; calls of it meanwhile become one more. */
export function coalesced(action, pauseMilliseconds) {
  let isBusy = false, isStale = false;
  return async () => {
    isStale = true;
    if (isBusy) return;
    isBusy = true;
    while (isStale) {
      isStale = false;
      await action();
      await new Promise((resolve) => setTimeout(resolve, pauseMilliseconds));
    }
    isBusy = false;
  };
}

/** Begin to follow the server. */
export function start(limits) {
  limit = limits.journal_exchanges ?? limit;
  follow(receive, (status) => emit("connection", status));
}

function receive(event, value) {
  if (event === "exchange") {
    exchanges.push(value);
    operations.add(value.operation);
    if (exchanges.length > limit) exchanges.splice(0, exchanges.length - limit);
    emit("exchanges");
    emit("counts");
  } else if (event === "violation") {
    emit("violations");
  } else {
    if (value.changed.includes("journal")) {
      exchanges.length = 0;
      emit("cleared");
    }
    for (const name of value.changed) emit(name);
  }
}
