// NODE_OPTIONS=--experimental-vm-modules npx jest, with jest.config.json beside it
import { afterEach, beforeEach, expect, test } from "@jest/globals";

import { FakeSources } from "./fakesources.mjs";
import { feedNames } from "./shop.mjs";

const fake = new FakeSources(process.env.FAKESOURCES_URL);

beforeEach(() => fake.reset());
afterEach(() => fake.check());

test("feeds are listed", async () => {
  await fake.rows("curator", "feeds").add({ name: "Cats" });

  expect(await feedNames(fake.url, "key")).toContain("Cats");
  expect(await fake.journal.count({ operation: "curator.feeds.list" })).toBe(1);
});

test("an outage is an error", async () => {
  await fake.faults.respond("curator.feeds.list", 503);

  await expect(feedNames(fake.url, "key")).rejects.toThrow("503");
});
