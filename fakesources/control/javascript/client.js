/**
 * Client of the control plane of fakesources, for tests in JavaScript: https://pypi.org/project/fakesources/
 *
 * One module without dependencies, for Node.js 18 and newer and for browsers. Every call returns a promise; an error
 * response is a FakeSourcesError with the server's text. The words are those of Python: `fake.faults.error(...)`,
 * `fake.journal.only(...)`, `fake.clock.advance(...)`. client.d.ts beside it has the types.
 */

const ROOT = "/_fakesources";

/** An error response of the control plane: its text, its name (such as "no-such-row") and its status. */
export class FakeSourcesError extends Error {
  constructor(text, code, status) {
    super(text);
    this.name = "FakeSourcesError";
    this.code = code;
    this.status = status;
  }
}

/** One server. `account` is the name or the number ("#2") of an account that all calls are about. */
export class FakeSources {
  constructor(url = defaultUrl(), { token = defaultToken(), account, fetch = globalThis.fetch } = {}) {
    if (typeof url !== "string" || !/^https?:\/\//.test(url)) {
      throw new TypeError(`url: expected the address of a server, such as http://127.0.0.1:8080, got ${JSON.stringify(url)}`);
    }
    if (typeof fetch !== "function") {
      throw new TypeError("fetch: expected a function; this environment has none, so give one: new FakeSources(url, { fetch })");
    }
    this.url = url.replace(/\/+$/, "");
    this._options = { token, account, fetch };
    this.journal = new Journal(this);
    this.faults = new Faults(this);
    this.clock = new Clock(this);
    this.violations = new Violations(this);
    this.snapshots = new Snapshots(this);
  }

  /** Return a client of the same server whose calls are about one account. */
  account(account) {
    return new FakeSources(this.url, { ...this._options, account });
  }

  /** Reset everything but the violations, or the account of this client. */
  async reset({ api } = {}) {
    return (await this._call("POST", "/reset", { query: this._filter({ api }) })).reset;
  }

  /** Return the whole state, with secrets. */
  state() {
    return this._call("GET", "/state");
  }

  /** Replace the whole state. */
  async load(state) {
    return (await this._call("PUT", "/state", { body: state })).reset;
  }

  /** Write the state to the file that the server was started with, and return its path. */
  async save() {
    return (await this._call("POST", "/state/save")).saved;
  }

  /** Rows of one type of an API: fake.rows("curator", "feeds"). */
  rows(api, name) {
    return new Rows(this, api, name);
  }

  /** Return the tables of all rows, with their fields: { api, name, start, limit } filter them. */
  async tables(filter = {}) {
    return (await this._call("GET", "/rows", { query: this._filter(filter) })).tables;
  }

  /** Return the accounts, with the numbers that stand for them. */
  async accounts({ api } = {}) {
    return (await this._call("GET", "/accounts", { query: { api } })).accounts;
  }

  /** Return the operations of the faked APIs, with their parameters and errors. */
  async operations({ api } = {}) {
    return (await this._call("GET", "/operations", { query: { api } })).operations;
  }

  /** Return the OpenAPI document of a faked API, or of the control plane. */
  openapi(api) {
    return api === undefined ? this._call("GET", "/openapi.json") : this._call("GET", `/openapi/${part(api)}`);
  }

  /** Return the actions that the APIs offer besides their rows. */
  async actions({ api } = {}) {
    return (await this._call("GET", "/actions", { query: { api } })).actions;
  }

  /** Run an action, such as fake.run("curator", "posts.deliver"), and return its result. */
  async run(api, name, parameters = {}) {
    const path = `/actions/${part(api)}/${part(name)}`;
    return (await this._call("POST", path, { query: this._filter(), body: parameters })).result;
  }

  /** Return the rate credits of the accounts. */
  async rates({ api } = {}) {
    return (await this._call("GET", "/rates", { query: this._filter({ api }) })).rates;
  }

  /** Return which documented operations, parameters and errors the calls have met. */
  coverage() {
    return this._call("GET", "/coverage");
  }

  /** Return the rules: { api, provenance } filter them. */
  async rules(filter = {}) {
    return (await this._call("GET", "/rules", { query: filter })).rules;
  }

  /** Return the rule with an id, once for each group of editions. */
  async rule(id) {
    return (await this._call("GET", `/rules/${part(id)}`)).rules;
  }

  /** Return the points in which the fake is known to contradict a source. */
  async deviations({ api } = {}) {
    return (await this._call("GET", "/deviations", { query: { api } })).deviations;
  }

  /** Return the edition of each API, and the available ones. */
  editions() {
    return this._call("GET", "/editions");
  }

  /** Return the versions of the package and of Python. */
  version() {
    return this._call("GET", "/version");
  }

  /** Name the running test: violations are listed with it. Without a name, clear it. */
  async test(name) {
    const { account } = this._options;
    const changed = name === undefined
      ? this._call("DELETE", "/test", { query: { account } })
      : this._call("PUT", "/test", { body: { name, account } });
    return (await changed).test;
  }

  /**
   * Run a function whose calls violate a rule, once or `times`, and return the violations, which do not count.
   *
   * Throws FakeSourcesError where they did not happen.
   */
  async expectViolation(rule, action, { times } = {}) {
    const body = { rule, times, account: this._options.account };
    const { number } = await this._call("POST", "/expectations", { body });
    let failed = true;
    try {
      await action();
      failed = false;
    } finally {
      if (failed) await this._call("DELETE", `/expectations/${number}`).catch(() => undefined);
    }
    return (await this._call("DELETE", `/expectations/${number}`)).matched;
  }

  /** Return the expectations that have not ended. */
  async expectations() {
    return (await this._call("GET", "/expectations")).expectations;
  }

  /** Clear the violations; throw an Error that lists them if there were any. */
  async check() {
    const found = await this.violations.list();
    await this.violations.clear();
    if (found.length) throw new Error(found.map(violationText).join("\n"));
  }

  async _call(method, path, { query, body } = {}) {
    const { token, fetch } = this._options;
    const headers = {};
    if (token) headers.Authorization = `Bearer ${token}`;
    if (body !== undefined) headers["Content-Type"] = "application/json";
    const content = body === undefined ? undefined : JSON.stringify(body);
    const response = await fetch(`${this.url}${ROOT}${path}${search(query)}`, { method, headers, body: content });
    const text = await response.text();
    let value;
    try {
      value = JSON.parse(text);
    } catch {
      throw new FakeSourcesError(`${method} ${ROOT}${path}: expected JSON, got status ${response.status}: ${text.slice(0, 200)}`, "not-json", response.status);
    }
    if (!response.ok) throw new FakeSourcesError(value.error, value.name, response.status);
    return value;
  }

  _filter(filter = {}) {
    return { ...filter, account: this._options.account };
  }
}

/** Recorded exchanges. Filters: operation, api, method, status, violations, params, after. */
class Journal {
  constructor(fake) {
    this._fake = fake;
  }

  /** Return the exchanges that match, the latest 200 unless `limit` is given; with `bodies`, with their bodies. */
  async all(filter = {}) {
    return (await this._fake._call("GET", "/journal", { query: this._fake._filter(filter) })).exchanges;
  }

  /** Return the exchanges that match, once there is one, or an empty list after `wait` seconds. */
  wait(filter = {}, { seconds = 10 } = {}) {
    return this.all({ ...filter, wait: seconds });
  }

  /** Return the one exchange that matches; throw FakeSourcesError with the nearest one where there is not exactly one. */
  async only(filter = {}) {
    return (await this._fake._call("GET", "/journal/only", { query: this._fake._filter(filter) })).exchange;
  }

  /** Return the number of exchanges that match. */
  async count(filter = {}) {
    return (await this._fake._call("GET", "/journal/count", { query: this._fake._filter(filter) })).count;
  }

  /** Return one exchange with its bodies, and the curl command that repeats it: { exchange, curl }. */
  get(number) {
    return this._fake._call("GET", `/journal/${part(number)}`);
  }

  /** Remove the exchanges, those of the account or of one API, and return their number. */
  async clear({ api } = {}) {
    return (await this._fake._call("DELETE", "/journal", { query: this._fake._filter({ api }) })).cleared;
  }
}

/** Planned faults. Each call returns the fault, whose `number` clears it. */
class Faults {
  constructor(fake) {
    this._fake = fake;
  }

  /** Respond to the next calls of an operation with a documented error: { times, when, fields }. */
  error(operation, name, options = {}) {
    return this._plan({ operation, error: name, ...options });
  }

  /** Respond with any status: { body, headers, times, when }. */
  respond(operation, status, options = {}) {
    return this._plan({ operation, respond: status, ...options });
  }

  /** Fail the connection, "reset", "empty", "truncated" or "timeout": { times, when, takes_effect }. */
  disconnect(operation, how, options = {}) {
    return this._plan({ operation, disconnect: how, ...options });
  }

  /** Delay responses by seconds: { times, when }. */
  delay(operation, seconds, options = {}) {
    return this._plan({ operation, delay: seconds, ...options });
  }

  /** Hold every call until the fault is cleared: { when }. */
  hold(operation, options = {}) {
    return this._plan({ operation, hold: true, ...options });
  }

  /** Return the planned faults. */
  async list() {
    return (await this._fake._call("GET", "/faults")).faults;
  }

  /** Clear one fault by its number, or all of them; release what is held. */
  async clear(number) {
    if (number !== undefined) return this._fake._call("DELETE", `/faults/${part(number)}`);
    const { account } = this._fake._options;
    return (await this._fake._call("DELETE", "/faults", { query: { account } })).cleared;
  }

  _plan(fault) {
    return this._fake._call("POST", "/faults", { body: { ...fault, account: this._fake._options.account } });
  }
}

/** The fake's clock. Times are Dates or texts in ISO 8601. */
class Clock {
  constructor(fake) {
    this._fake = fake;
  }

  /** Return the fake's time as a Date. */
  async now() {
    return new Date((await this._fake._call("GET", "/clock")).now);
  }

  /** Advance by seconds, or by { days, hours, minutes, seconds }. */
  advance(by) {
    const { days = 0, hours = 0, minutes = 0, seconds = 0 } = typeof by === "number" ? { seconds: by } : by;
    return this._change({ advance: ((days * 24 + hours) * 60 + minutes) * 60 + seconds });
  }

  /** Set the time. */
  set(time) {
    return this._change({ set: time instanceof Date ? time.toISOString() : time });
  }

  /** Follow real time. */
  run() {
    return this._change({ running: true });
  }

  /** Stand still. */
  freeze() {
    return this._change({ running: false });
  }

  async _change(body) {
    return new Date((await this._fake._call("POST", "/clock", { body })).now);
  }
}

/** Contract violations: what the real API would accept silently. */
class Violations {
  constructor(fake) {
    this._fake = fake;
  }

  /** Return the violations, those of the account or of one API. */
  async list({ api } = {}) {
    return (await this._fake._call("GET", "/violations", { query: this._fake._filter({ api }) })).violations;
  }

  /** Clear them and return their number. */
  async clear({ api } = {}) {
    return (await this._fake._call("DELETE", "/violations", { query: this._fake._filter({ api }) })).cleared;
  }
}

/** Snapshots of the state, by name. */
class Snapshots {
  constructor(fake) {
    this._fake = fake;
  }

  /** Take a snapshot and return its name. */
  async take(name) {
    return (await this._fake._call("POST", "/snapshots", { body: { name } })).snapshot;
  }

  /** Return the names. */
  async list() {
    return (await this._fake._call("GET", "/snapshots")).snapshots;
  }

  /** Restore a snapshot, or the account's part of it. */
  async restore(name) {
    const { account } = this._fake._options;
    return (await this._fake._call("POST", `/snapshots/${part(name)}/restore`, { query: { account } })).snapshot;
  }

  /** Compare a snapshot with the present state: { diff, text }. */
  diff(name) {
    const { account } = this._fake._options;
    return this._fake._call("GET", `/snapshots/${part(name)}/diff`, { query: { account } });
  }

  /** Delete a snapshot. */
  async remove(name) {
    return (await this._fake._call("DELETE", `/snapshots/${part(name)}`)).snapshot;
  }
}

/** Rows of one type of an API, of the home account or of the client's. */
class Rows {
  constructor(fake, api, name) {
    this._fake = fake;
    this._api = api;
    this._name = name;
  }

  /** Return the rows, secrets masked: { start, limit } choose a part. */
  async list({ start, limit } = {}) {
    const tables = await this._fake.tables({ api: this._api, name: this._name, start, limit });
    const accounts = this._fake._options.account === undefined ? await this._fake.accounts({ api: this._api }) : [];
    const home = accounts.find((each) => each.home);
    return tables.filter((each) => home === undefined || each.number === home.number).flatMap((each) => each.rows);
  }

  /** Add a row and return it; fields that are left out get the values of an example. */
  async add(fields = {}) {
    const path = `/rows/${part(this._api)}/${part(this._name)}`;
    return (await this._fake._call("POST", path, { query: this._fake._filter(), body: fields })).row;
  }

  /** Change some fields of a row and return it. */
  async change(id, fields) {
    const path = `/rows/${part(this._api)}/${part(this._name)}/${part(id)}`;
    return (await this._fake._call("PATCH", path, { query: this._fake._filter(), body: fields })).row;
  }

  /** Remove a row and return it. */
  async remove(id) {
    const path = `/rows/${part(this._api)}/${part(this._name)}/${part(id)}`;
    return (await this._fake._call("DELETE", path, { query: this._fake._filter() })).row;
  }
}

function search(query = {}) {
  const parts = Object.entries(query)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(typeof value === "string" ? value : JSON.stringify(value))}`);
  return parts.length ? `?${parts.join("&")}` : "";
}

function part(value) {
  return encodeURIComponent(String(value));
}

function violationText(each) {
  const hint = each.suggestion ? `; did you mean '${each.suggestion}'?` : "";
  return `${each.operation} ${each.path}: expected ${each.expected}, got ${each.actual}${hint} [${each.rule}]`;
}

function environment(name) {
  return globalThis.process?.env?.[name];
}

function defaultUrl() {
  return environment("FAKESOURCES_URL") ?? (import.meta.url.startsWith("http") ? new URL("..", import.meta.url).href : undefined);
}

function defaultToken() {
  return environment("FAKESOURCES_TOKEN");
}
