/** Types of client.js, the client of the control plane of fakesources. */

export interface Options {
  /** Token of the server; FAKESOURCES_TOKEN of the environment unless given. */
  token?: string;
  /** Name or number ("#2") of the account that all calls are about. */
  account?: string;
  fetch?: typeof globalThis.fetch;
}

export interface ApiFilter {
  api?: string;
}

export interface Filter extends ApiFilter {
  operation?: string;
  method?: string;
  status?: number;
  violations?: boolean;
  params?: Record<string, unknown>;
  after?: number;
}

export interface Violation {
  rule: string;
  api: string;
  operation: string;
  path: string;
  actual: string;
  expected: string;
  message: string;
  source: string;
  suggestion: string;
  side: "request" | "response";
  account: string;
  time: string;
  exchange: number;
  test: string;
}

export interface Exchange {
  number: number;
  time: string;
  api: string;
  operation: string;
  account: string;
  method: string;
  url: string;
  headers: [string, string][];
  params: Record<string, any>;
  status: number;
  response_headers: [string, string][];
  duration: number;
  error: string;
  fault: string;
  violations: Violation[];
  body?: string;
  response_body?: any;
}

export interface Fault {
  number: number;
  operation: string;
  account: string;
  type: string;
  remaining: number | null;
  count: number;
}

export interface FaultOptions {
  times?: number | null;
  when?: Record<string, unknown>;
}

export interface Row {
  id: any;
  [field: string]: any;
}

export interface Field {
  name: string;
  type: string;
  schema: Record<string, unknown>;
  description: string;
  required: boolean;
  secret: boolean;
  add: boolean;
  change: boolean;
}

export interface Table {
  api: string;
  account: string;
  number: number;
  name: string;
  fields: Field[];
  rows: Row[];
  total: number;
}

export interface Account {
  number: number;
  api: string;
  account: string;
  home: boolean;
}

export interface Expectation {
  number: number;
  rule: string;
  account: string;
  times: number;
  matched: Violation[];
}

export interface Rule {
  id: string;
  description: string;
  source: string;
  provenance: "documented" | "recorded" | "observed" | "decided";
  reason: string;
  editions: string[];
}

/** Point in which the fake is known to contradict a source. */
export interface Deviation {
  id: string;
  editions: string[];
  operations: string[];
  source: string;
  says: string;
  does: string;
  reason: string;
  rules: string[];
}

/** Duration in one or several units. */
export interface Duration {
  days?: number;
  hours?: number;
  minutes?: number;
  seconds?: number;
}

export declare class FakeSourcesError extends Error {
  constructor(text: string, code: string, status: number);
  readonly code: string;
  readonly status: number;
}

export declare class FakeSources {
  constructor(url?: string, options?: Options);
  readonly url: string;
  readonly journal: Journal;
  readonly faults: Faults;
  readonly clock: Clock;
  readonly violations: Violations;
  readonly snapshots: Snapshots;
  account(account: string): FakeSources;
  reset(filter?: ApiFilter): Promise<string[]>;
  state(): Promise<Record<string, any>>;
  load(state: Record<string, any>): Promise<string[]>;
  save(): Promise<string>;
  rows(api: string, name: string): Rows;
  tables(filter?: ApiFilter & { name?: string; start?: number; limit?: number }): Promise<Table[]>;
  accounts(filter?: ApiFilter): Promise<Account[]>;
  operations(filter?: ApiFilter): Promise<Record<string, any>[]>;
  openapi(api?: string): Promise<Record<string, any>>;
  actions(filter?: ApiFilter): Promise<Record<string, any>[]>;
  run(api: string, name: string, parameters?: Record<string, unknown>): Promise<any>;
  rates(filter?: ApiFilter): Promise<Record<string, any>[]>;
  coverage(): Promise<Record<string, any>>;
  rules(filter?: ApiFilter & { provenance?: Rule["provenance"] }): Promise<Rule[]>;
  rule(id: string): Promise<Rule[]>;
  deviations(filter?: ApiFilter): Promise<Deviation[]>;
  editions(): Promise<Record<string, any>>;
  version(): Promise<{ fakesources: string; python: string }>;
  test(name?: string): Promise<string>;
  expectViolation(rule: string, action: () => unknown, options?: { times?: number }): Promise<Violation[]>;
  expectations(): Promise<Expectation[]>;
  check(): Promise<void>;
}

export interface Journal {
  all(filter?: Filter & { limit?: number; wait?: number; bodies?: boolean }): Promise<Exchange[]>;
  wait(filter?: Filter, options?: { seconds?: number }): Promise<Exchange[]>;
  only(filter?: Filter): Promise<Exchange>;
  count(filter?: Filter): Promise<number>;
  get(number: number): Promise<{ exchange: Exchange; curl: string }>;
  clear(filter?: ApiFilter): Promise<number>;
}

export interface Faults {
  error(operation: string, name: string, options?: FaultOptions & { fields?: Record<string, unknown> }): Promise<Fault>;
  respond(
    operation: string,
    status: number,
    options?: FaultOptions & { body?: unknown; headers?: [string, string][] | Record<string, string> },
  ): Promise<Fault>;
  disconnect(
    operation: string,
    how: "reset" | "empty" | "truncated" | "timeout",
    options?: FaultOptions & { takes_effect?: boolean },
  ): Promise<Fault>;
  delay(operation: string, seconds: number, options?: FaultOptions): Promise<Fault>;
  hold(operation: string, options?: Pick<FaultOptions, "when">): Promise<Fault>;
  list(): Promise<Fault[]>;
  clear(number: number): Promise<Fault>;
  clear(): Promise<number>;
}

export interface Clock {
  now(): Promise<Date>;
  advance(by: number | Duration): Promise<Date>;
  set(time: Date | string): Promise<Date>;
  run(): Promise<Date>;
  freeze(): Promise<Date>;
}

export interface Violations {
  list(filter?: ApiFilter): Promise<Violation[]>;
  clear(filter?: ApiFilter): Promise<number>;
}

export interface Snapshots {
  take(name?: string): Promise<string>;
  list(): Promise<string[]>;
  restore(name: string): Promise<string>;
  diff(name: string): Promise<{ diff: { changes: Record<string, any>[] }; text: string }>;
  remove(name: string): Promise<string>;
}

export interface Rows {
  list(part?: { start?: number; limit?: number }): Promise<Row[]>;
  add(fields?: Record<string, unknown>): Promise<Row>;
  change(id: string | number, fields: Record<string, unknown>): Promise<Row>;
  remove(id: string | number): Promise<Row>;
}
