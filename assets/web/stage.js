// The audience's view: what the server writes per second, for all who ask it, and its memory.

import { figures, modelStates } from "./server.js";
import { shownSpeed } from "./speed.js";

const EVERY_MS = 1000;
const SAMPLES = 60;
const WIDTH = 600;
const HEIGHT = 120;
const GB = 1e9;

export class Stage {
  #turn = 0; // of showing; what belongs to an earlier one ends
  #counts = []; // {ms, tokens}
  #rates = [];
  #limitBytes = 0;

  show(isShown) {
    this.#turn += 1;
    if (isShown) this.#look(this.#turn);
  }

  async #look(turn) {
    if (turn !== this.#turn) return;
    const startMs = performance.now();
    try {
      if (!this.#limitBytes) this.#limitBytes = limitOf((await modelStates(true)).memory);
      const found = await figures();
      this.#add(performance.now(), found);
      this.#tell(found);
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
    const step = WIDTH / (SAMPLES - 1);
    const from = WIDTH - (this.#rates.length - 1) * step;
    const points = this.#rates.map((tps, index) => `${(from + index * step).toFixed(1)} ${(HEIGHT - 1 - (tps / top) * (HEIGHT - 4)).toFixed(1)}`);
    const line = `M${points.join("L")}`;
    document.getElementById("graph-line").setAttribute("d", line);
    document.getElementById("graph-area").setAttribute("d", `${line}V${HEIGHT}H${from.toFixed(1)}Z`);
    text("graph-legend", `${top} tok/s · ${SAMPLES} s`);
    const now = shownSpeed(this.#rates.at(-1));
    document.getElementById("graph").setAttribute("aria-label", `Tokens per second in the last minute, now ${now}, at most ${shownSpeed(Math.max(...this.#rates))}`);
  }

  #tell(found) {
    const used = found.process_resident_memory_bytes ?? 0;
    const percent = this.#limitBytes ? Math.min(100, (100 * used) / this.#limitBytes) : 0;
    text("memory-used", `${(used / GB).toFixed(1)} GB`);
    text("memory-limit", this.#limitBytes ? `of ${(this.#limitBytes / GB).toFixed(1)} GB` : "");
    document.getElementById("memory-bar").style.width = `${percent}%`;
    const meter = document.getElementById("memory");
    meter.setAttribute("aria-valuenow", percent.toFixed(0));
    meter.setAttribute("aria-valuetext", `${(used / GB).toFixed(1)} gigabytes`);
    text("stage-note", noteOf(found.requests_processing ?? 0, found.requests_deferred ?? 0));
  }
}

const limitOf = (memory) => memory.limit_bytes || memory.total_bytes;

function noteOf(running, waiting) {
  if (running + waiting === 0) return "Nobody asks anything just now.";
  const answers = running === 1 ? "1 answer is being written" : `${running} answers are being written`;
  return waiting ? `${answers}, ${waiting} more ${waiting === 1 ? "waits" : "wait"}.` : `${answers}.`;
}

/** The next of 1, 2, 5, 10, 20 ... */
function niceTop(most) {
  const power = 10 ** Math.floor(Math.log10(Math.max(most, 1)));
  return [1, 2, 5, 10].map((step) => step * power).find((top) => top >= most) ?? 10;
}

function text(id, words) {
  const node = document.getElementById(id);
  if (node.textContent !== words) node.textContent = words;
}
