// The server's API: the key, errors, streams, models, figures.

import { keyOrNull } from "./store.js";
import { t } from "./words.js";

/** What went wrong, in the API's words. kind: http, network, key, cut. */
export class ServerError extends Error {
  constructor(kind, message, fields = {}) {
    super(message);
    Object.assign(this, { kind, status: 0, code: null, retryAfterS: 0 }, fields);
  }
}

let askForKey = async () => null;
let asking = null;

/** ask(wasWrong) lets the user give a key, or null. */
export function onKeyNeeded(ask) {
  askForKey = ask;
}

/** A response that is fine. Asks for the key where one is needed. Throws ServerError, and AbortError if it was stopped. */
export async function request(path, options = {}) {
  for (;;) {
    const key = keyOrNull();
    const response = await sent(path, options, key);
    if (response.ok) return response;
    if (response.status !== 401 || options.quiet) throw await errorOf(response);
    if (key !== keyOrNull()) continue; // somebody else was told it meanwhile
    options.signal?.throwIfAborted();
    asking ??= askForKey(key !== null).finally(() => (asking = null));
    const given = await asking;
    if (given === null) throw new ServerError("key", t("This server needs a key."), { status: 401 });
  }
}

async function sent(path, { body, signal } = {}, key) {
  const headers = key === null ? {} : { Authorization: `Bearer ${key}` };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  const method = body === undefined ? "GET" : "POST";
  try {
    return await fetch(new URL(path, document.baseURI), {
      method, headers, signal, body: body && JSON.stringify(body), cache: "no-store", credentials: "omit", redirect: "error",
    });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new ServerError("network", t("The server does not answer."));
  }
}

async function errorOf(response) {
  let error = {};
  try {
    error = (await response.json()).error ?? {};
  } catch {
    // a proxy's page, perhaps
  }
  return new ServerError("http", error.message ?? t("The server answers with status {status}.", { status: response.status }), {
    ...fieldsOf(error),
    status: response.status,
    retryAfterS: Number(response.headers.get("Retry-After")) || 0,
  });
}

function fieldsOf(error) {
  return { code: error.code ?? null, promptTokens: error.n_prompt_tokens, contextTokens: error.n_ctx };
}

/** The events of an answer, as {text} and at last {timings, reason}. Throws ServerError if it does not end well. */
export async function* answer(messages, model, signal) {
  const response = await request("v1/chat/completions", { body: { model, messages, stream: true }, signal });
  for await (const data of events(response.body)) {
    if (data === "[DONE]") return;
    const chunk = JSON.parse(data);
    if (chunk.error) throw new ServerError("http", chunk.error.message, { ...fieldsOf(chunk.error), status: 200 });
    const choice = chunk.choices?.[0];
    if (choice?.delta?.content) yield { text: choice.delta.content };
    if (choice?.finish_reason) yield { reason: choice.finish_reason, timings: chunk.timings };
  }
  throw new ServerError("cut", t("The connection was lost before the answer was whole."));
}

async function* events(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      const parts = (rest + value).split("\n\n");
      rest = parts.pop();
      for (const part of parts) if (part.startsWith("data: ")) yield part.slice(6);
    }
  } catch (error) {
    if (error.name === "AbortError" || error instanceof ServerError) throw error;
    throw new ServerError("cut", t("The connection was lost before the answer was whole."));
  } finally {
    reader.cancel().catch(() => {});
  }
}

/** What the window shows to its audience, picture by picture; {number: 0} while that is nothing. */
export async function* pictures(signal) {
  const response = await request("stage", { quiet: true, signal });
  for await (const data of events(response.body)) yield JSON.parse(data);
}

/** All models with their state, and the machine's memory. quiet: does not ask for a key. */
export async function modelStates(quiet = false) {
  return (await request("models", { quiet })).json();
}

/** Prometheus' figures as {name: sum over labels}. */
export async function figures() {
  const text = await (await request("metrics", { quiet: true })).text();
  const found = {};
  for (const line of text.split("\n")) {
    const match = /^llmdesk_(\w+)(?:\{[^}]*\})? (\S+)$/.exec(line);
    if (match) found[match[1]] = (found[match[1]] ?? 0) + Number(match[2]);
  }
  return found;
}
