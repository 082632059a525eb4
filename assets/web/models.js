// Which model answers, and how far its load is.

import { modelStates } from "./server.js";
import { chosenModel, chooseModel } from "./store.js";
import { number, t } from "./words.js";

const GROUPS = [
  [t("In memory"), (model) => model.state === "loaded"],
  [t("Being loaded"), (model) => model.state === "loading"],
  [t("Loaded when it is asked"), (model) => model.state === "installed"],
];
const WORDS = {
  loaded: t("In memory."),
  loading: t("Being loaded."),
  installed: t("It is loaded by the next message."),
};

export class Models {
  #select = document.getElementById("model");
  #dot = document.getElementById("dot");
  #precision = document.getElementById("precision");
  #words = document.getElementById("model-state");
  #progress = document.getElementById("load");
  #list = [];
  #failure = "";

  constructor() {
    this.#select.addEventListener("change", () => {
      chooseModel(this.#select.value);
      this.#show();
    });
  }

  /** The id of the model that the next message goes to; empty: the server chooses. */
  get chosen() {
    return this.#select.value;
  }

  /** Ask the server anew. quiet: no question for a key. */
  async refresh(quiet = true) {
    try {
      const { data } = await modelStates(quiet);
      this.#list = data.filter((model) => model.state !== "not_installed" && model.purpose !== "embeddings");
      this.#failure = "";
      this.#fill();
    } catch (error) {
      this.#failure = error.message;
    }
    this.#show();
  }

  /** What a load is at, in words; empty: nothing is being loaded. */
  get loadWords() {
    const model = this.#list.find((each) => each.state === "loading");
    if (!model) return "";
    const loading = t("Loading {title}", { title: model.title });
    const percent = model.load_fraction === null ? "" : `, ${number(Math.round(100 * model.load_fraction))} %`;
    return `${loading}${model.load_phase ? `: ${model.load_phase}` : ""}${percent}`;
  }

  #fill() {
    const signature = JSON.stringify(this.#list.map((model) => [model.id, model.title, model.state]));
    if (this.#select.dataset.signature === signature) return;
    this.#select.dataset.signature = signature;
    const wanted = chosenModel() ?? this.#list.find((model) => model.state === "loaded")?.id;
    this.#select.replaceChildren(...GROUPS.flatMap(([label, belongs]) => group(label, this.#list.filter(belongs))));
    if (this.#list.some((model) => model.id === wanted)) this.#select.value = wanted;
    if (this.#list.length === 0) this.#select.append(new Option(t("No model on this machine"), ""));
    this.#select.disabled = this.#list.length === 0;
  }

  #show() {
    const model = this.#list.find((each) => each.id === this.#select.value);
    const loading = this.#list.find((each) => each.state === "loading");
    this.#dot.dataset.state = this.#failure ? "failed" : loading ? "loading" : (model?.state ?? "");
    this.#precision.textContent = model?.loaded?.precision ?? model?.precision ?? "";
    this.#words.textContent = this.#failure || (WORDS[model?.state] ?? "");
    this.#select.title = this.#words.textContent;
    this.#progress.hidden = this.#failure !== "" || !loading;
    if (loading && loading.load_fraction !== null) this.#progress.value = loading.load_fraction;
    else this.#progress.removeAttribute("value");
  }
}

function group(label, models) {
  if (models.length === 0) return [];
  const node = document.createElement("optgroup");
  node.label = label;
  node.append(...models.map((model) => new Option(model.title || model.id, model.id)));
  return [node];
}
