// One conversation: what was said, the answer under way, and what happens when that fails. No word that was typed is lost.

import { cardOf } from "./cards.js";
import { answer } from "./server.js";
import { shownSpeed, SpeedMeter } from "./speed.js";
import { keepLastChat, keepMessages, lastChat, messages } from "./store.js";
import { number, t } from "./words.js";

const SAVE_MS = 500;
const WAIT_MS = 700;

export class Chat {
  #list;
  #models;
  #page;
  #messages = [];
  #answer = null; // {stop, node, message}
  #savedMs = 0;

  /** page: speed(text), running(is), compose(text). */
  constructor(conversation, models, page) {
    this.#list = conversation;
    this.#models = models;
    this.#page = page;
  }

  get isRunning() {
    return this.#answer !== null;
  }

  get isEmpty() {
    return this.#messages.length === 0;
  }

  /** What this tab had before it was loaded anew. */
  restore(found = messages()) {
    this.#messages = found;
    this.#list.clear();
    this.#showAll();
    if (found.at(-1)?.role === "user") this.#failed({ kind: "interrupted" });
  }

  send(text) {
    this.#messages.push({ role: "user", text });
    this.#save();
    this.#list.closeCard();
    this.#list.addPrompt(text);
    this.#list.toEnd();
    this.#run();
  }

  /** Another answer to the last prompt. The one that is there goes when the new one begins. */
  again() {
    if (this.isRunning) return;
    const before = this.#messages.at(-1)?.role === "assistant" ? this.#messages.pop() : null;
    if (this.#messages.length === 0) return;
    this.#redraw();
    this.#run(before);
  }

  stop() {
    this.#answer?.stop.abort();
  }

  /** Begin anew; the chat that ends can be brought back. */
  startNew() {
    this.stop();
    if (!this.isEmpty) keepLastChat(this.#messages);
    this.#messages = [];
    this.#save();
    this.#list.clear();
    this.#page.speed("–");
  }

  bringBack() {
    const found = lastChat();
    this.startNew();
    keepLastChat(null);
    this.restore(found);
    this.#save();
  }

  /** The last prompt goes back to where it was typed. */
  takeBack() {
    while (this.#messages.at(-1)?.role === "assistant") this.#messages.pop();
    const prompt = this.#messages.pop();
    this.#save();
    this.#redraw();
    if (prompt) this.#page.compose(prompt.text);
  }

  async #run(before = null) {
    const message = { role: "assistant", text: "" };
    const turn = { stop: new AbortController(), message, node: this.#list.addAnswer(true), before, list: this.#messages };
    this.#answer = turn;
    this.#page.running(true);
    const waiting = this.#wait(turn);
    let failure = null;
    try {
      await this.#read(turn);
    } catch (error) {
      if (error.name === "AbortError") message.note = t("stopped");
      else failure = error;
    }
    clearInterval(waiting);
    this.#end(turn, failure);
  }

  async #read(turn) {
    const said = turn.list.filter((each) => each.text).map(({ role, text }) => ({ role, content: text }));
    const meter = new SpeedMeter();
    const startMs = performance.now();
    let firstMs = null;
    for await (const event of answer(said, this.#models.chosen, turn.stop.signal)) {
      const nowMs = performance.now();
      if (event.text) {
        firstMs ??= nowMs;
        turn.message.text += event.text;
        meter.add(nowMs);
        this.#draw(turn, meter, nowMs);
      } else if (event.timings) {
        turn.message.figures = figuresOf(event.timings, firstMs === null ? null : firstMs - startMs);
        if (event.reason === "length") turn.message.note = t("cut at the limit of its length");
      }
    }
  }

  /** At most once per frame. */
  #draw(turn, meter, nowMs) {
    if (turn.frame) return;
    turn.frame = requestAnimationFrame(() => {
      turn.frame = 0;
      if (this.#answer !== turn || turn.list !== this.#messages) return;
      turn.node.update(turn.message.text);
      this.#list.follow();
      if (nowMs - (turn.shownMs ?? -1000) > 250) {
        turn.shownMs = nowMs;
        this.#page.speed(shownSpeed(meter.rate(performance.now())));
      }
      if (nowMs - this.#savedMs > SAVE_MS) this.#save([...turn.list, { ...turn.message, note: t("not whole: the page was loaded anew") }]);
    });
  }

  #wait(turn) {
    const startMs = performance.now();
    turn.node.wait(t("Waiting for the first word"));
    return setInterval(async () => {
      if (turn.message.text) return;
      await this.#models.refresh();
      const seconds = Math.round((performance.now() - startMs) / 1000);
      turn.node.wait(this.#models.loadWords || t("Waiting for the first word, {seconds} s", { seconds }));
    }, WAIT_MS);
  }

  #end(turn, failure) {
    cancelAnimationFrame(turn.frame);
    const isMine = turn.list === this.#messages; // else a new chat has begun
    if (this.#answer === turn) {
      this.#answer = null;
      this.#page.running(false);
    }
    const { message } = turn;
    if (failure?.kind === "cut" || (failure && message.text)) message.note = t("not whole");
    const kept = message.text || !(failure || turn.before) ? message : turn.before;
    if (kept && (kept.text || kept.note)) turn.list.push(kept);
    if (!isMine) return keepLastChat(turn.list);
    this.#save();
    if (kept === message) this.#whole(turn, message);
    else this.#redraw();
    if (failure) this.#failed(failure);
    this.#models.refresh();
    this.#list.follow();
  }

  #whole(turn, message) {
    this.#finish(turn.node, message, true);
    this.#page.speed(message.figures?.[0]?.[0] ?? "–");
    this.#list.announce(message.note ? t("Answer {note}.", { note: message.note }) : t("Answer complete."));
  }

  #failed(failure) {
    const [title, text, names] = cardOf(failure);
    const actions = {
      again: [t("Try again"), () => this.again()],
      key: [t("Enter the key"), () => this.again()],
      back: [t("Change the prompt"), () => this.takeBack()],
      fresh: [t("Ask it in a new chat"), () => this.#askFresh()],
    };
    this.#list.showCard(title, text, names.map((name) => actions[name]));
  }

  #askFresh() {
    const prompt = this.#messages.findLast((each) => each.role === "user");
    this.startNew();
    this.#page.compose(prompt.text);
  }

  #redraw() {
    this.#list.clear();
    this.#showAll();
  }

  #showAll() {
    this.#messages.forEach((message, index) => {
      if (message.role === "user") this.#list.addPrompt(message.text);
      else this.#finish(this.#list.addAnswer(false), message, index === this.#messages.length - 1);
    });
    this.#list.toEnd();
  }

  #finish(node, message, isLast) {
    node.finish(message.text, message.figures ?? [], message.note ?? "", isLast ? () => this.again() : null);
  }

  #save(list = this.#messages) {
    this.#savedMs = performance.now();
    keepMessages(list);
  }
}

function figuresOf(timings, firstMs) {
  const figures = [
    [shownSpeed(timings.predicted_per_second || null), "tok/s"],
    [number(timings.predicted_n), timings.predicted_n === 1 ? t("token") : t("tokens")],
  ];
  if (firstMs !== null) figures.push([number(firstMs / 1000, 1), t("s to the first word")]);
  return figures;
}
