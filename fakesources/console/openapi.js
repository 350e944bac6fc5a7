/** Operations of an OpenAPI document, readably. */

import { authorization } from "./api.js";
import { button, h, sources } from "./dom.js";
import { pretty } from "./json.js";
import { copy } from "./notices.js";

const METHODS = ["get", "post", "put", "patch", "delete", "options", "head"];
const MOST_DEPTH = 6;

/** Return the operations of a document in its order. */
export function operationsOf(document) {
  return Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    METHODS.filter((method) => item[method]).map((method) => {
      const operation = item[method];
      return { id: operation.operationId ?? `${method} ${path}`, method: method.toUpperCase(), path, summary: operation.summary ?? "", operation, shared: item.parameters ?? [] };
    }));
}

/** Return links to operations; the current one is marked. */
export function operationLinks(operations, view, chosen) {
  return h("ul", {}, operations.map((each, index) => {
    const isCurrent = each.id === chosen || (!chosen && index === 0);
    return h("li", {}, h("a", { href: `#contract/${view}/${each.id}`, class: isCurrent ? "current" : "", "aria-current": isCurrent ? "true" : null },
      h("span", { class: `method ${each.method.toLowerCase()}` }, each.method), h("span", {}, h("code", {}, each.path), h("small", {}, each.summary))));
  }));
}

/** Return one operation: its parameters, body and responses; with examples of calls for the control plane. */
export function operationView(document, { id, method, path, summary, operation, shared }, isControl, base) {
  const parameters = [...shared, ...(operation.parameters ?? [])].map((each) => resolve(document, each));
  const request = resolve(document, operation.requestBody);
  const page = operation.externalDocs?.url;
  return [
    h("h2", {}, h("span", { class: `method ${method.toLowerCase()}` }, method), " ", h("code", {}, path)),
    h("p", {}, h("code", { class: "faint" }, id)),
    h("p", { class: "lead" }, summary),
    operation.description && operation.description !== summary && h("p", {}, operation.description),
    page && h("p", {}, "Page: ", sources(page)),
    isControl && examples(document, { method, path, request, parameters }, base),
    parameters.length > 0 && [h("h3", {}, "Parameters"), h("dl", { class: "schema" }, parameters.map((each) => [
      h("dt", {}, h("code", {}, each.name), each.required && h("b", { class: "required", title: "required" }, "*")),
      h("dd", {}, h("span", { class: "type" }, `${each.in} · ${typeOf(document, each.schema)}`), " ", each.description ?? each.schema?.description ?? ""),
    ]))],
    request && [h("h3", {}, "Request body"), bodies(document, request.content)],
    h("h3", {}, "Responses"),
    Object.entries(operation.responses ?? {}).map(([status, given]) => {
      const response = resolve(document, given);
      return h("details", { open: status.startsWith("2") }, h("summary", {}, h("b", { class: `s${status[0]}` }, status), " ", firstLine(response.description)), bodies(document, response.content));
    }),
  ];
}

function firstLine(text = "") {
  return text.split("\n")[0];
}

function bodies(document, content = {}) {
  return Object.entries(content).map(([media, { schema, example, examples }]) => {
    const shown = example ?? resolve(document, Object.values(examples ?? {})[0])?.value;
    return h("div", {}, h("p", { class: "hint" }, media), schema && schemaView(document, schema, 0),
      shown !== undefined && h("details", {}, h("summary", {}, "Example"), typeof shown === "string" ? h("pre", { tabindex: "0" }, shown) : pretty(shown)));
  });
}

/** Return a schema as a list of its properties. */
function schemaView(document, given, depth) {
  const schema = merged(document, given);
  const branches = schema.oneOf ?? schema.anyOf;
  const inner = schema.type === "array" || schema.items ? merged(document, schema.items ?? {}) : schema;
  const properties = Object.entries(inner.properties ?? {});
  if (!properties.length || depth >= MOST_DEPTH) {
    return h("p", { class: "type" }, typeOf(document, schema), branches && depth < 2 && h("ul", {}, branches.map((each) => h("li", {}, schemaView(document, each, depth + 1)))));
  }
  const required = new Set(inner.required ?? []);
  return h("dl", { class: "schema" }, properties.map(([name, each]) => {
    const property = merged(document, each), item = merged(document, property.items ?? {});
    const hasMore = Object.keys(property.properties ?? item.properties ?? {}).length > 0;
    return [
      h("dt", {}, h("code", {}, name), required.has(name) && h("b", { class: "required", title: "required" }, "*")),
      h("dd", {}, h("span", { class: "type" }, typeOf(document, property)), " ", property.description ?? "",
        hasMore && depth + 1 < MOST_DEPTH && h("details", {}, h("summary", {}, "its fields"), schemaView(document, property, depth + 1))),
    ];
  }));
}

function typeOf(document, given) {
  const schema = merged(document, given ?? {});
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((each) => JSON.stringify(each)).join(" | ");
  if (schema.oneOf ?? schema.anyOf) return [...new Set((schema.oneOf ?? schema.anyOf).map((each) => typeOf(document, each)))].join(" or ");
  const type = [].concat(schema.type ?? (schema.properties ? "object" : "any")).join(" or ");
  const bounds = [schema.minimum !== undefined && `≥ ${schema.minimum}`, schema.maximum !== undefined && `≤ ${schema.maximum}`, schema.format, schema.pattern && `/${schema.pattern}/`];
  const item = schema.items ? ` of ${typeOf(document, schema.items)}` : "";
  return [type + item, ...bounds].filter(Boolean).join(", ");
}

function merged(document, given) {
  const schema = resolve(document, given);
  return schema?.allOf ? Object.assign({}, ...schema.allOf.map((each) => merged(document, each)), { ...schema, allOf: undefined }) : schema;
}

function resolve(document, value, depth = 0) {
  if (value === null || typeof value !== "object" || !value.$ref || depth > 20) return value ?? (depth ? {} : value);
  let found = document;
  for (const part of value.$ref.replace(/^#\/?/, "").split("/").filter(Boolean)) {
    found = found?.[decodeURIComponent(part).replaceAll("~1", "/").replaceAll("~0", "~")];
  }
  const { $ref, ...beside } = value;
  return { ...resolve(document, found, depth + 1), ...beside };
}

/** Return a call of an operation as curl and as JavaScript, each with a button that copies it. */
function examples(document, { method, path, request, parameters }, base) {
  const json = request?.content?.["application/json"];
  const body = json?.example ?? resolve(document, Object.values(json?.examples ?? {})[0])?.value;
  const server = document.servers?.[0]?.url ?? "";
  const target = /^https?:/.test(server) || !server ? base + path : base + server.replace(/\/$/, "") + path;
  const url = target + queryOf(parameters.filter((each) => each.in === "query" && each.required));
  const text = body === undefined ? "" : JSON.stringify(body);
  const needsToken = "Authorization" in authorization(); // which the examples name without showing it
  const flags = [method === "GET" ? "" : `-X ${method} `, needsToken ? '-H "Authorization: Bearer $FAKESOURCES_TOKEN" ' : "", body === undefined ? "" : "-H 'Content-Type: application/json' ", `'${url}'`, body === undefined ? "" : ` \\\n  -d '${text.replaceAll("'", "'\\''")}'`];
  const headers = [needsToken && "Authorization: `Bearer ${token}`", body !== undefined && '"Content-Type": "application/json"'].filter(Boolean);
  const options = [method !== "GET" && `method: "${method}"`, headers.length && `headers: {${headers.join(", ")}}`, body !== undefined && `body: JSON.stringify(${text})`].filter((each) => each);
  const script = `const response = await fetch("${url}"${options.length ? `, {\n  ${options.join(",\n  ")},\n}` : ""});\nconst result = await response.json();`;
  return h("div", { class: "calls" }, [["curl", `curl ${flags.join("")}`], ["JavaScript", script]].map(([name, code]) =>
    h("div", {}, h("div", { class: "joined" }, h("h3", { class: "grow" }, name), button("Copy", () => copy(code, name), { "aria-label": `Copy ${name}`, class: "quiet" })), h("pre", { tabindex: "0" }, code))));
}

function queryOf(parameters) {
  return parameters.length ? `?${parameters.map((each) => `${each.name}=${each.example ?? each.name.toUpperCase()}`).join("&")}` : "";
}
