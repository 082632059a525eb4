// OpenAI's own JavaScript client.
"use strict";

const OpenAI = require("openai");

const MODEL = process.env.LLMDESK_MODEL;
const NOT_THERE = ["unsupported_parameter", "not_found"];
const SCHEMA = { type: "object", properties: { city: { type: "string", maxLength: 20 } }, required: ["city"] };
const client = new OpenAI({
  baseURL: `${process.env.LLMDESK_URL}/v1`,
  apiKey: process.env.LLMDESK_CLIENT_KEY,
  maxRetries: 0,
});
const messages = [{ role: "user", content: "What is the capital of France?" }];
let failures = 0;

async function step(what, act, mayBeMissing = false) {
  try {
    tell("OK", what, await act());
  } catch (error) {
    if (mayBeMissing && NOT_THERE.includes(error.code)) {
      tell("not there", what, error.message);
      return;
    }
    failures += 1;
    tell("FAIL", what, error.stack);
  }
}

function tell(end, what, said) {
  console.log(`${end.padEnd(9)} openai (JavaScript): ${what}: ${String(said).replaceAll("\n", " ").slice(0, 300)}`);
}

function check(holds, what) {
  if (!holds) throw new Error(what);
}

async function main() {
  await step("models.list", async () => (await client.models.list()).data.map((model) => model.id));
  await step("chat", async () => {
    const reply = await client.chat.completions.create({ model: MODEL, messages, max_tokens: 24, temperature: 0 });
    check(reply.choices[0].message.content.includes("Paris"), "no Paris");
    return reply.choices[0].message.content;
  });
  await step("chat, streamed", async () => {
    const stream = await client.chat.completions.create({ model: MODEL, messages, max_tokens: 24, stream: true });
    let text = "";
    for await (const chunk of stream) text += chunk.choices[0]?.delta?.content ?? "";
    check(text, "no text");
    return text;
  });
  await step("chat, left in the middle", async () => {
    const stream = await client.chat.completions.create({ model: MODEL, messages, max_tokens: 400, stream: true });
    for await (const _ of stream) break;
    stream.controller.abort();
    return "left";
  });
  await step("structured output", async () => {
    const response_format = { type: "json_schema", json_schema: { name: "place", schema: SCHEMA, strict: true } };
    const reply = await client.chat.completions.create({ model: MODEL, messages, response_format, max_tokens: 60 });
    return JSON.stringify(JSON.parse(reply.choices[0].message.content));
  });
  await step("responses", async () => {
    const reply = await client.responses.create({ model: MODEL, input: "Say hello.", max_output_tokens: 12 });
    check(reply.output_text, "no text");
    return reply.output_text;
  });
  await step("responses, streamed", async () => {
    const kinds = [];
    const stream = await client.responses.create({ model: MODEL, input: "Hi.", max_output_tokens: 8, stream: true });
    for await (const event of stream) kinds.push(event.type);
    return `${kinds.length} events, the last ${kinds.at(-1)}`;
  });
  const embed = () => client.embeddings.create({ model: process.env.LLMDESK_EMBEDDING_MODEL ?? MODEL, input: "rain" });
  await step("embeddings", async () => (await embed()).data[0].embedding.length, true);
  await step("tools", async () => {
    const tools = [{ type: "function", function: { name: "get_weather", parameters: SCHEMA } }];
    const asked = { model: MODEL, messages, tools, tool_choice: "required", max_tokens: 100 };
    const reply = await client.chat.completions.create(asked);
    return JSON.stringify(reply.choices[0].message.tool_calls);
  }, true);
  await step("errors", async () => {
    try {
      await client.models.retrieve("owner/nope");
    } catch (error) {
      check(error instanceof OpenAI.NotFoundError && error.code === "model_not_found", error.message);
      return "NotFoundError";
    }
    throw new Error("no error");
  });
  process.exit(failures ? 1 : 0);
}

main();
