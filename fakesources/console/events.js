/** Events of the server as they happen: a stream read by fetch, or, where the server has none, the journal polled. */

import { authorization, get, renewToken } from "./api.js";

const ADDRESS = new URL("../events", import.meta.url).href;
const POLL_MILLISECONDS = 1000;
const RETRY_MILLISECONDS = [500, 1000, 2000, 5000];

/**
 * Call `receive(event, value)` with every event after an exchange, and `report(status)` with "live", "polling" or "lost".
 * It goes on until the page is left: a stream that ends is opened again where it ended, and at the first exchange where
 * another server has taken the place of the last one.
 */
export async function follow(receive, report) {
  let after = 0, instance = null;
  const noted = (event, value) => {
    if (event === "exchange") after = value.number;
    if (event === "state" && value.changed.includes("journal")) after = 0;
    receive(event, value);
  };
  for (let failures = 0; ; ) {
    try {
      const last = instance;
      ({ instance } = await get("/health"));
      if (last !== null && last !== instance) noted("state", { changed: ["journal"] });
      const response = await fetch(`${ADDRESS}?after=${after}`, { headers: authorization(), credentials: "omit" });
      if (response.status === 401) {
        if (await renewToken()) continue;
        return;
      }
      if (response.ok) report("live");
      else if (response.status !== 501) throw new Error(`status ${response.status}`);
      failures = 0;
      await (response.ok ? read(response.body, noted) : poll(after, noted, report));
    } catch {
      // The server has stopped, or the network failed: try again below.
    }
    report("lost");
    await pause(RETRY_MILLISECONDS[Math.min(failures++, RETRY_MILLISECONDS.length - 1)]);
  }
}

async function read(body, receive) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const blocks = (rest + value).split("\n\n");
    rest = blocks.pop();
    for (const block of blocks) {
      const event = /^event: (.*)$/m.exec(block)?.[1];
      const data = /^data: (.*)$/m.exec(block)?.[1];
      if (event && data) receive(event, JSON.parse(data));
    }
  }
}

/** Ask for what has come, again and again. It ends with the error of the first request that fails. */
async function poll(after, receive, report) {
  for (let known = null; ; await pause(POLL_MILLISECONDS)) {
    const { exchanges, removals } = await get(`/journal?after=${after}&limit=1000`);
    report("polling");
    if (known !== null && known !== removals) {
      receive("state", { changed: ["journal"] });
      after = 0;
    } else {
      for (const each of exchanges) receive("exchange", each);
      after = exchanges.at(-1)?.number ?? after;
    }
    known = removals;
    receive("state", { changed: ["violations", "faults", "clock", "snapshots"] });
  }
}

function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
