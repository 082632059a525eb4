// The audience's view: what the server writes per second, for all who ask it, and its memory.

import { MarkdownView } from "./markdown.js";
import { figures, modelStates, pictures } from "./server.js";
import { shownSpeed } from "./speed.js";
import { number, t, together } from "./words.js";

const EVERY_MS = 1000;
const AGAIN_MS = 3000;
const SAMPLES = 60;
const WIDTH = 600;
const HEIGHT = 120;
const GB = 1e9;
const NEAR_PX = 80;

export class Stage {
  #turn = 0; // of showing; what belongs to an earlier one ends
  #counts = []; // {ms, tokens}
  #rates = [];
  #limitBytes = 0;
  #picture = null; // what the window shows, if it shows anything
  #shown = { prompt: null, answer: "", view: null };
  #watching = null;

  show(isShown) {
    this.#turn += 1;
    this.#watching?.abort();
    this.#watching = null;
    if (!isShown) return;
    this.#look(this.#turn);
    this.#watch(this.#turn, (this.#watching = new AbortController()).signal);
  }

  /** The window's own answer comes by itself. */
  async #watch(turn, signal) {
    while (turn === this.#turn) {
      try {
        for await (const picture of pictures(signal)) {
          if (turn !== this.#turn) return;
          this.#take(picture);
        }
      } catch {
        if (turn !== this.#turn) return;
        this.#take({ number: 0 });
      }
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
  }

  #take(picture) {
    const had = this.#picture !== null;
    this.#picture = picture.number ? picture : null;
    document.body.dataset.shows = this.#picture ? "window" : "server";
    if (!this.#picture) {
      if (had) this.#rates = [];
      return;
    }
    this.#rates = picture.rates.slice(-2 * SAMPLES);
    text("big", picture.tps ? shownSpeed(picture.tps) : "–");
    if (this.#rates.length > 1) this.#draw();
    this.#tellMemory(picture.rss_bytes);
    document.getElementById("stage-replay").hidden = !picture.is_replay;
    const share = picture.bandwidth_percent;
    document.getElementById("stage-bandwidth").hidden = share === null;
    if (share !== null) {
      text("bandwidth-used", `${number(share)} %`);
      text("bandwidth-limit", t("of {most}", { most: `${number(picture.bandwidth_gbps)} GB/s` }));
      document.getElementById("bandwidth-bar").style.width = `${share}%`;
    }
    this.#showWords(picture);
    const count = number(picture.watchers);
    const watching = picture.watchers === 1 ? t("1 is watching.") : t("{count} are watching.", { count });
    text("stage-note", together(t("{title}, on this machine.", { title: picture.title || "llmdesk" }), watching));
  }

  #showWords({ prompt, answer, is_writing: isWriting }) {
    const shown = this.#shown;
    const place = document.getElementById("stage-answer");
    const main = document.getElementById("main");
    const follows = prompt !== shown.prompt || main.scrollHeight - main.scrollTop - main.clientHeight < NEAR_PX;
    text("stage-prompt", prompt);
    document.getElementById("stage-prompt").hidden = !prompt;
    if (prompt !== shown.prompt || !answer.startsWith(shown.answer) || !shown.view) {
      place.replaceChildren();
      this.#shown = { prompt, answer: "", view: new MarkdownView(place) };
    }
    if (answer !== this.#shown.answer) this.#shown.view.update(answer);
    this.#shown.answer = answer;
    place.classList.toggle("live", isWriting);
    if (follows) main.scrollTop = main.scrollHeight; // who has scrolled back reads on in peace
  }

  async #look(turn) {
    if (turn !== this.#turn) return;
    const startMs = performance.now();
    try {
      if (!this.#limitBytes) this.#limitBytes = limitOf((await modelStates(true)).memory);
      if (!this.#picture) {
        const found = await figures();
        this.#add(performance.now(), found);
        this.#tell(found);
      }
    } catch (error) {
      text("stage-note", error.message);
      text("big", "–");
      this.#counts = [];
    }
    setTimeout(() => this.#look(turn), Math.max(100, EVERY_MS - (performance.now() - startMs)));
  }

  #add(ms, found) {
    this.#counts = [...this.#counts.slice(-2), { ms, tokens: found.time_per_output_token_seconds_count ?? 0 }];
    const [first, last] = [this.#counts[0], this.#counts.at(-1)];
    if (last === first) return;
    const tps = Math.max(0, (1000 * (last.tokens - first.tokens)) / (last.ms - first.ms));
    this.#rates = [...this.#rates.slice(1 - SAMPLES), tps];
    text("big", tps > 0 ? shownSpeed(tps) : "–");
    this.#draw();
  }

  #draw() {
    const top = niceTop(Math.max(...this.#rates));
    const places = this.#picture ? 2 * SAMPLES : SAMPLES; // the window tells twice a second
    const step = WIDTH / (places - 1);
    const from = WIDTH - (this.#rates.length - 1) * step;
    const points = this.#rates.map((tps, index) => `${(from + index * step).toFixed(1)} ${(HEIGHT - 1 - (tps / top) * (HEIGHT - 4)).toFixed(1)}`);
    const line = `M${points.join("L")}`;
    document.getElementById("graph-line").setAttribute("d", line);
    document.getElementById("graph-area").setAttribute("d", `${line}V${HEIGHT}H${from.toFixed(1)}Z`);
    const highest = Math.max(...this.#rates);
    text("graph-legend", `${highest > 0 ? `${number(top, top % 1 ? 1 : 0)} tok/s · ` : ""}${SAMPLES} s`);
    const now = shownSpeed(this.#rates.at(-1));
    const most = shownSpeed(highest);
    const words = t("Tokens per second in the last minute, now {now}, at most {most}", { now, most });
    document.getElementById("graph").setAttribute("aria-label", words);
  }

  #tell(found) {
    this.#tellMemory(found.process_resident_memory_bytes ?? 0);
    text("stage-note", noteOf(found.requests_processing ?? 0, found.requests_deferred ?? 0));
  }

  #tellMemory(used) {
    const percent = this.#limitBytes ? Math.min(100, (100 * used) / this.#limitBytes) : 0;
    text("memory-used", `${number(used / GB, 1)} GB`);
    text("memory-limit", this.#limitBytes ? t("of {most}", { most: `${number(this.#limitBytes / GB, 1)} GB` }) : "");
    document.getElementById("memory-bar").style.width = `${percent}%`;
    const meter = document.getElementById("memory");
    meter.setAttribute("aria-valuenow", percent.toFixed(0));
    meter.setAttribute("aria-valuetext", t("{count} gigabytes", { count: number(used / GB, 1) }));
  }
}

const limitOf = (memory) => memory.limit_bytes || memory.total_bytes;

function noteOf(running, waiting) {
  if (running + waiting === 0) return t("Nobody asks anything just now.");
  const count = number(running);
  const answers = running === 1 ? t("1 answer is being written.") : t("{count} answers are being written.", { count });
  if (waiting === 0) return answers;
  return together(answers, waiting === 1 ? t("1 more waits.") : t("{count} more wait.", { count: number(waiting) }));
}

/** As the window's graphs: the next of 1, 1.5, 2, 3, 4, 5, 7.5 times a power of ten, with a little room above. */
function niceTop(most) {
  const highest = Math.max(1.05 * most, 1);
  const power = 10 ** Math.floor(Math.log10(highest));
  return [1, 1.5, 2, 3, 4, 5, 7.5, 10].map((step) => step * power).find((top) => top >= highest);
}

function text(id, words) {
  const node = document.getElementById(id);
  if (node.textContent !== words) node.textContent = words;
}
