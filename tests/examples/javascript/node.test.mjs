// node --test node.test.mjs
import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { FakeSources, FakeSourcesError } from "./fakesources.mjs";
import { feedNames } from "./shop.mjs";

const fake = new FakeSources(); // at FAKESOURCES_URL

beforeEach(() => fake.reset());
afterEach(() => fake.check()); // a contract violation fails the test

test("feeds are listed", async () => {
  const feed = await fake.rows("curator", "feeds").add({ name: "Cats" });

  assert.ok((await feedNames(fake.url, "key")).includes("Cats"));
  const exchange = await fake.journal.only({ operation: "curator.feeds.list" });
  assert.equal(exchange.status, 200);
  await fake.rows("curator", "feeds").change(feed.id, { name: "Dogs" });
  assert.ok((await feedNames(fake.url, "key")).includes("Dogs"));
  assert.equal((await fake.rows("curator", "feeds").remove(feed.id)).name, "Dogs");
});

test("an outage is an error", async () => {
  await fake.faults.respond("curator.feeds.list", 503, { headers: { "Retry-After": "5" } });

  await assert.rejects(feedNames(fake.url, "key"), /503/);
  assert.deepEqual(await fake.faults.list(), []);
});

test("a violation that is meant does not count", async () => {
  const [violation] = await fake.expectViolation("curator.feeds.create.unknown-parameter", () =>
    fetch(`${fake.url}/v1/feeds?api_key=key`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ name: "Cats", nmae: "Cats" }),
    }),
  );

  assert.equal(violation.suggestion, "name");
});

test("errors of the client say what was expected", async () => {
  await assert.rejects(fake.journal.only({ operation: "curator.feeds.lst" }), (error) => {
    assert.ok(error instanceof FakeSourcesError);
    assert.equal(error.status, 400);
    assert.match(error.message, /did you mean 'curator.feeds.list'/);
    return true;
  });
});

test("time, snapshots and accounts", async () => {
  const before = await fake.clock.now();
  const name = await fake.snapshots.take("clean");
  const later = await fake.clock.advance({ hours: 1 });
  await fake.account("bob").rows("datasift", "sources").add({ name: "Rock" });

  assert.equal(later - before, 3_600_000);
  assert.match((await fake.snapshots.diff(name)).text, /datasift bob sources/);
  const [bob] = (await fake.accounts({ api: "datasift" })).filter((each) => each.account === "bob");
  assert.equal((await fake.account(`#${bob.number}`).rows("datasift", "sources").list()).length, 1);
  await fake.account("bob").reset();
  assert.equal((await fake.account("bob").rows("datasift", "sources").list()).length, 0);
  await fake.snapshots.restore(name);
  assert.equal((await fake.clock.now()).getTime(), before.getTime());
});
