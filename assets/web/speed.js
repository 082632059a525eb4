// Tokens per second as they come, over the last two seconds.

import { number } from "./words.js";

const WINDOW_MS = 2000;

export class SpeedMeter {
  #times = [];

  /** A token came. */
  add(nowMs) {
    this.#times.push(nowMs);
    const from = this.#times.findIndex((time) => time >= nowMs - WINDOW_MS);
    if (from > 0) this.#times.splice(0, from);
  }

  /** null: not two tokens yet. While nothing comes it falls. */
  rate(nowMs) {
    const times = this.#times;
    if (times.length < 2) return null;
    const tokens = times.length - 1;
    const perToken = (times.at(-1) - times[0]) / tokens;
    const idle = nowMs - times.at(-1) > 3 * perToken + 200;
    const span = (idle ? nowMs : times.at(-1)) - times[0];
    return span > 0 ? (1000 * tokens) / span : null;
  }
}

/** 9.3, 31.4, 314: as everywhere in llmdesk (tps_text). */
export function shownSpeed(tps) {
  if (tps === null || !Number.isFinite(tps)) return "–";
  return number(tps, tps < 99.95 ? 1 : 0);
}
