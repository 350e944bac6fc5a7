/** Calls of the control plane. The token is a header of every call, and kept for this tab alone. */

const TOKEN = "fakesources.token";
const ROOT = new URL("..", import.meta.url).href.replace(/\/$/, "");

/** Address of the server without a slash at its end. */
export const BASE = ROOT.slice(0, ROOT.lastIndexOf("/"));

/** Error response of the control plane, in its words. */
export class ControlError extends Error {
  constructor(status, name, message) {
    super(message);
    this.status = status;
    this.name = name;
  }
}

let askForToken = async () => null;

/** Set the function that asks a person for the token; it returns null where there is none. */
export function onMissingToken(ask) {
  askForToken = ask;
}

/** Return the headers that authorize a call. */
export function authorization() {
  const token = sessionStorage.getItem(TOKEN);
  return token ? { Authorization: `Bearer ${token}` } : {};
}

let asking = null;

/** Ask for the token, once for all calls that need it at a time. Return whether there is one. */
export async function renewToken() {
  asking ??= askForToken(sessionStorage.getItem(TOKEN) !== null).finally(() => (asking = null));
  const token = await asking;
  if (token !== null) sessionStorage.setItem(TOKEN, token);
  return token !== null;
}

/** Return the response to a call, whatever its status; a missing token is asked for. */
export async function send(method, path, { body, signal } = {}) {
  for (;;) {
    const headers = { Accept: "application/json", ...authorization() };
    if (body !== undefined) headers["Content-Type"] = "application/json";
    const response = await fetch(ROOT + path, {
      method, headers, signal, body: body === undefined ? undefined : JSON.stringify(body), credentials: "omit",
    });
    if (response.status !== 401 || !(await renewToken())) return response;
  }
}

/** Return the JSON value of a response; raise ControlError for an error. */
export async function call(method, path, body, signal) {
  const response = await send(method, path, { body, signal });
  const text = await response.text();
  let value = null;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ControlError(response.status, "", text || `status ${response.status}`);
  }
  if (!response.ok) throw new ControlError(response.status, value.name ?? "", value.error ?? text);
  return value;
}

export const get = (path, signal) => call("GET", path, undefined, signal);
export const post = (path, body) => call("POST", path, body);
export const put = (path, body) => call("PUT", path, body);
export const patch = (path, body) => call("PATCH", path, body);
export const remove = (path) => call("DELETE", path);

/** Return a query string of the parameters that have a value. */
export function query(parameters) {
  const given = Object.entries(parameters).filter(([, value]) => value !== "" && value !== null && value !== undefined);
  return given.length ? `?${new URLSearchParams(given)}` : "";
}
