// The map of a workflow: drag, add and connect by mouse and by keyboard. Every change is a form of
// the page, sent to its own address; the answer is the page's part `draft`, so the form is the truth.
const one = (selector, within = document) => within.querySelector(selector);
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const drawn = (name, facts) => {
  const part = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [fact, value] of Object.entries(facts)) part.setAttribute(fact, value);
  return part;
};
const GRID = 22, COLUMN = 286, ROW = 132, WIDTH = 176, HEIGHT = 72, MOST_UNDO = 60;
const snapped = value => Math.round(value / GRID) * GRID;

const map = () => one("#drawing"), canvas = () => one("#wf-canvas"), svg = () => one("#wf-canvas svg.wf");
const words = () => map().dataset;
const stages = () => all("#wf-canvas .stage"), steps = () => all("#wf-canvas .step");
const stepsAt = key => steps().filter(step => step.dataset.from === key || step.dataset.to === key);
const nameOf = key => one(`#wf-canvas [data-named="${CSS.escape(key)}"]`);
const stageWith = key => one(`#wf-canvas .stage[data-stage="${CSS.escape(key)}"]`);
const stepWith = key => one(`#wf-canvas .step[data-step="${CSS.escape(key)}"]`);
const placeOf = stage => ({ x: Number(stage.dataset.x), y: Number(stage.dataset.y) });
const isDrawn = () => words().arrange === "drawn";
const isTyping = event => event.target.closest?.("input, textarea, select");

// ---- what is said, not only shown ----
function say(text) { one("#wf-say").textContent = text; }
const filled = (text, facts) => text.replace(/\{(\w+)\}/g, (_all, name) => facts[name]);
const findings = () => all("#findings .findings li").map(line => line.textContent.replace(/\s+/g, " ").trim());
function sayChecks(before, first = "") {
  const after = findings();
  const fresh = after.filter(line => !before.includes(line)), gone = before.filter(line => !after.includes(line));
  const said = [...fresh.map(what => filled(words().sayNew, { what })), ...gone.map(what => filled(words().saySolved, { what }))];
  say([first, ...said.slice(0, 4), words().checks].join(" ").trim());
}

// ---- what is chosen: a stage or a step, and the stage from which a step is being drawn ----
let chosen = { kind: "", key: "" }, origin = "", zoom = 0;
function choose(kind, key, { focus = false } = {}) {
  chosen = { kind, key };
  for (const part of all("#wf-canvas .chosen")) part.classList.remove("chosen");
  const part = kind === "stage" ? stageWith(key) : kind === "step" ? stepWith(key) : null;
  part?.classList.add("chosen");
  if (kind === "step") nameOf(key)?.classList.add("chosen");
  const stop = kind === "stage" ? part : kind === "step" ? stageWith(part?.dataset.from ?? "") : null;
  for (const stage of stages()) stage.setAttribute("tabindex", "-1");
  (stop ?? stages()[0])?.setAttribute("tabindex", "0");
  if (focus && stop) { stop.focus({ preventScroll: true }); show(stop); }
  if (kind === "step" && part) say(part.dataset.says);
  miniature();
}
const here = () => chosen.kind === "stage" ? stageWith(chosen.key) : chosen.kind === "step" ? stageWith(stepWith(chosen.key)?.dataset.from ?? "") : null;

// The canvas scrolls, never the page: nobody loses the place where he reads.
function show(stage) {
  const box = stage.getBoundingClientRect(), frame = canvas().getBoundingClientRect(), edge = 24;
  const beyond = (low, high, from, to) => low < from + edge ? low - from - edge : Math.max(0, high - to + edge);
  canvas().scrollLeft += beyond(box.left, box.right, frame.left, frame.right);
  canvas().scrollTop += beyond(box.top, box.bottom, frame.top, frame.bottom);
}

// ---- changes: one after another, each with the edition that the page shows ----
const before = [], after = [];
let line = Promise.resolve();
const text = () => one("#drawing-text")?.value ?? "";
function ask(verb, address, values = {}) {
  const turn = () => htmx.ajax(verb, typeof address === "function" ? address() : address, {
    source: "#draft", target: "#draft", swap: "outerHTML",
    values: verb === "POST"
      ? { csrfmiddlewaretoken: one("#draft [name=csrfmiddlewaretoken]").value, edition: one("#draft").dataset.edition, arrange: words().arrange, ...values }
      : values,
  });
  line = line.then(turn, turn);
  return line;
}
async function change(address, values, { said = "", undo = true } = {}) {
  await line.catch(() => null);
  const was = text(), edition = one("#draft").dataset.edition, found = findings(), kept = keep();
  await ask("POST", address, values);
  enter(kept);
  const isChanged = one("#draft").dataset.edition !== edition;
  if (isChanged && undo) { before.push(was); if (before.length > MOST_UNDO) before.shift(); after.length = 0; }
  showUndo();
  const refused = one("#draft > .banner");
  if (refused) say(refused.textContent.trim()); else sayChecks(found, isChanged ? said : "");
  return isChanged;
}
async function open(address, { focus = "" } = {}) {
  const kept = keep();
  await ask("GET", address.split("#")[0]);
  enter(kept);
  if (focus) write(focus);
}
// Where one writes next: what stands there is replaced by what is typed.
function write(focus) { const field = one(focus); field?.focus(); field?.select?.(); }
// A change is undone by giving the page the drawing that it showed before.
async function turnBack(from, to) {
  await line.catch(() => null);
  const then = from.pop();
  if (then === undefined) { say(words().sayNothing); return; }
  const now = text(), isBack = await change(words().draft, { action: "replace", text: then }, { undo: false, said: words().sayUndone });
  if (isBack) to.push(now);
  showUndo();
}
function showUndo() {
  one("[data-act=undo]", map()).disabled = !before.length;
  one("[data-act=redo]", map()).disabled = !after.length;
}

// What a swap must not take away: where the map was scrolled to, and where the keyboard was.
function keep() {
  const active = document.activeElement;
  return {
    left: canvas().scrollLeft, top: canvas().scrollTop, origin: originOf(svg()),
    stage: active?.closest?.("#wf-canvas .stage")?.dataset.stage ?? (canvas().contains(active) ? chosen.key : ""),
    inMap: map().contains(active), id: active?.id ?? "",
  };
}
const originOf = drawing => ({ x: drawing.viewBox.baseVal.x, y: drawing.viewBox.baseVal.y });
function enter(kept) {
  begin();
  if (!kept) return;
  // The drawing grows to the left too: what was under the eye stays there.
  const now = originOf(svg());
  canvas().scrollLeft = kept.left + (kept.origin.x - now.x) * zoom;
  canvas().scrollTop = kept.top + (kept.origin.y - now.y) * zoom;
  (kept.inMap ? here() ?? stageWith(kept.stage) ?? canvas() : document.getElementById(kept.id))?.focus({ preventScroll: true });
  map().dataset.shows = one("#draft").dataset.edition;
}

// ---- size ----
const sizeOf = drawing => ({ width: Number(drawing.dataset.width), height: Number(drawing.dataset.height) });
function scale(factor) {
  zoom = Math.min(2, Math.max(.2, factor));
  const { width, height } = sizeOf(svg()), { x, y } = originOf(svg());
  // The drawing fills its frame, so that a stage can be put anywhere in it.
  const wide = Math.max(width * zoom, canvas().clientWidth), high = Math.max(height * zoom, canvas().clientHeight - 1);
  svg().setAttribute("viewBox", `${x} ${y} ${wide / zoom} ${high / zoom}`);
  svg().setAttribute("width", wide);
  svg().setAttribute("height", high);
  miniature();
}

// ---- the small map: where in the whole the eye is; shown while the whole does not fit ----
function miniature() {
  const box = one("#wf-mini"), frame = canvas();
  if (!box || !zoom) return;
  box.hidden = frame.scrollWidth <= frame.clientWidth + 1 && frame.scrollHeight <= frame.clientHeight + 1;
  if (box.hidden) return;
  const small = drawn("svg", { viewBox: svg().getAttribute("viewBox") });
  for (const stage of stages()) {
    const { x, y } = placeOf(stage);
    small.append(drawn("rect", { class: stage.classList.contains("chosen") ? "there chosen" : "there", x, y, width: WIDTH, height: HEIGHT, rx: 12 }));
  }
  small.append(drawn("rect", { class: "eye", rx: 8 }));
  box.replaceChildren(small);
  follow();
}
function follow() {
  const eye = one("#wf-mini .eye"), { x, y } = originOf(svg());
  if (!eye) return;
  const seen = { x: x + canvas().scrollLeft / zoom, y: y + canvas().scrollTop / zoom, width: canvas().clientWidth / zoom, height: canvas().clientHeight / zoom };
  for (const [fact, value] of Object.entries(seen)) eye.setAttribute(fact, value);
}
function lookAt(event) {
  const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(one("#wf-mini svg").getScreenCTM().inverse()), { x, y } = originOf(svg());
  canvas().scrollTo((at.x - x) * zoom - canvas().clientWidth / 2, (at.y - y) * zoom - canvas().clientHeight / 2);
}
document.addEventListener("scroll", event => { if (event.target.id === "wf-canvas") follow(); }, { capture: true, passive: true });
for (const name of ["pointerdown", "pointermove"]) {
  document.addEventListener(name, event => { if (event.buttons === 1 && event.target.closest?.("#wf-mini svg")) { event.preventDefault(); lookAt(event); } });
}
function fit(least = .2) {
  const { width, height } = sizeOf(svg());
  scale(Math.max(least, Math.min(1, canvas().clientWidth / width, (canvas().clientHeight - 1) / height)));
}
function pointOf(event) {
  const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg().getScreenCTM().inverse());
  return { x: point.x, y: point.y };
}

// ---- what can be done ----
const addressOf = (kind, key) => `${kind === "stage" ? words().stages : words().steps}${encodeURIComponent(key)}/`;
function place(stage, at) {
  if (!isDrawn()) { say(words().sayLanes); return; }
  const { x, y } = placeOf(stage), to = { x: snapped(at.x), y: snapped(at.y) };
  if (to.x === x && to.y === y) { stage.setAttribute("transform", `translate(${x} ${y})`); return; }
  choose("stage", stage.dataset.stage);
  change(addressOf("stage", stage.dataset.stage), { action: "place", x: to.x, y: to.y });
}
function join(from, to, { focus = "" } = {}) {
  stopConnecting();
  const begin = stageWith(from), end = stageWith(to);
  const kind = Number(end.dataset.rank) < Number(begin.dataset.rank) ? "back" : "forward";
  return change(words().steps, { begin: from, end: to, kind }).then(() => { if (focus) write(focus); });
}
function connect() {
  const stage = here();
  if (!stage) { say(words().sayChoose); return; }
  origin = stage.dataset.stage;
  stage.classList.add("origin");
  stage.focus();
  say(filled(words().sayConnect, { name: stage.dataset.name }));
}
function aim(stage) {
  for (const part of all("#wf-canvas .target")) part.classList.remove("target");
  stage?.classList.add("target");
}
function stopConnecting() {
  origin = "";
  aim(null);
  for (const part of all("#wf-canvas .origin")) part.classList.remove("origin");
  one("#wf-canvas .rubber")?.remove();
}
function freePlace(stage) {
  const at = stage ? { x: placeOf(stage).x + COLUMN, y: placeOf(stage).y } : { x: 0, y: 0 };
  const isFull = () => stages().some(other => Math.abs(placeOf(other).x - at.x) < WIDTH && Math.abs(placeOf(other).y - at.y) < HEIGHT);
  while (isFull()) at.y += ROW;
  return { x: snapped(at.x), y: snapped(at.y) };
}
function add(at) {
  const dialog = one("#wf-new"), form = one("form", dialog), stage = here(), joined = one("[data-if-chosen]", form);
  const to = at ?? freePlace(stage);
  form.elements.x.value = snapped(to.x);
  form.elements.y.value = snapped(to.y);
  joined.hidden = !stage;
  form.elements.joined.checked = Boolean(stage);
  if (stage) form.elements.state.value = stage.dataset.state;
  if (stage) { const told = one("[data-words]", joined); told.textContent = filled(told.dataset.words, { name: stage.dataset.name }); }
  dialog.showModal();
  form.elements.name.focus();
}
async function addAsked(form) {
  const from = form.elements.joined.checked ? here()?.dataset.stage : "", known = stages().map(stage => stage.dataset.stage);
  const { name, state, x, y } = form.elements;
  const values = { name: name.value, state: state.value, ...(isDrawn() ? { x: x.value, y: y.value } : {}) };
  form.closest("dialog").close();
  if (!await change(words().stages, values)) return;
  const fresh = stages().map(stage => stage.dataset.stage).find(key => !known.includes(key));
  if (from && fresh) await join(from, fresh);
  if (fresh) choose("stage", fresh, { focus: true });
}
function remove() {
  const { kind, key } = chosen, part = kind === "stage" ? stageWith(key) : kind === "step" ? stepWith(key) : null;
  if (!part) { say(words().sayChoose); return; }
  const count = stepsAt(key).length;
  const dialog = one("#wf-gone");
  one("h2", dialog).textContent = filled(kind === "stage" ? words().askStage : words().askStep, { name: part.dataset.name, count });
  dialog.returnValue = "";
  dialog.addEventListener("close", () => {
    if (dialog.returnValue === "yes") change(addressOf(kind, key), { action: "delete" }); else here()?.focus();
  }, { once: true });
  dialog.showModal();
}
const ACTS = {
  add: () => add(), connect, remove,
  undo: () => turnBack(before, after), redo: () => turnBack(after, before),
  in: () => scale(zoom * 1.2), out: () => scale(zoom / 1.2), fit: () => { fit(); canvas().scrollTo(0, 0); },
  close: () => one("#wf-new").close(),
};

// ---- the keyboard: one stop of the tab key; arrows go from stage to stage ----
const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
function nearest(stage, [dx, dy]) {
  const from = placeOf(stage), key = stage.dataset.stage;
  const joined = new Set(stepsAt(key).flatMap(step => [step.dataset.from, step.dataset.to]));
  const ways = stages().filter(other => other !== stage).map(other => {
    const x = placeOf(other).x - from.x, y = placeOf(other).y - from.y, along = x * dx + y * dy;
    return { other, along, cost: (along + 2 * Math.abs(x * dy + y * dx)) * (joined.has(other.dataset.stage) ? .5 : 1) };
  });
  return ways.filter(way => way.along > 0).sort((way, next) => way.cost - next.cost)[0]?.other;
}
let nudging = null, nudgeEnds;
function nudge(stage, [dx, dy]) {
  if (!isDrawn()) { say(words().sayLanes); return; }
  const at = nudging?.stage === stage ? nudging.at : placeOf(stage);
  nudging = { stage, at: { x: at.x + dx * GRID, y: at.y + dy * GRID } };
  lift(stage, nudging.at);
  clearTimeout(nudgeEnds);
  nudgeEnds = setTimeout(() => { const ended = nudging; nudging = null; place(ended.stage, ended.at); }, 450);
}
function nextStep() {
  const stage = here();
  if (!stage) { say(words().sayChoose); return; }
  const ways = steps().filter(step => step.dataset.from === stage.dataset.stage);
  if (!ways.length) { say(filled(words().sayNoSteps, { name: stage.dataset.name })); return; }
  const at = ways.findIndex(step => chosen.kind === "step" && step.dataset.step === chosen.key);
  choose("step", ways[(at + 1) % ways.length].dataset.step);
}
function openChosen() {
  const { kind, key } = chosen;
  if (key) open(`${words().draft}?${kind}=${encodeURIComponent(key)}&arrange=${words().arrange}`, { focus: kind === "stage" ? "#stage-name" : "#step-name" });
}
function pressed(event, stage) {
  const way = WAYS[event.key];
  if (way && event.shiftKey) { nudge(stage, way); return true; }
  if (way) {
    const next = nearest(stage, way);
    if (next && origin) aim(next);
    if (next) choose("stage", next.dataset.stage, { focus: true });
    return true;
  }
  if (event.key === "Enter") { if (origin) join(origin, stage.dataset.stage); else openChosen(); return true; }
  if (event.key === "Escape") { if (origin) say(words().sayStopped); stopConnecting(); choose("stage", stage.dataset.stage); return true; }
  if (event.key === "Delete" || event.key === "Backspace") { remove(); return true; }
  if (event.key === "s") { nextStep(); return true; }
  return false;
}
// Before the keys of the whole page hear it.
addEventListener("keydown", event => {
  if (one("dialog[open]") || isTyping(event) || !map()) return;
  if ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === "z") { ACTS[event.shiftKey ? "redo" : "undo"](); event.preventDefault(); return; }
  const stage = event.target.closest?.("#wf-canvas .stage");
  if (!stage || event.metaKey || event.ctrlKey || event.altKey) return;
  if (pressed(event, stage)) { event.preventDefault(); event.stopImmediatePropagation(); }
}, { capture: true });
document.addEventListener("focusin", event => {
  const stage = event.target.closest?.("#wf-canvas .stage");
  if (stage && !(chosen.kind === "step" && here() === stage)) choose("stage", stage.dataset.stage);
});

// ---- the pointer: a stage is dragged, its handle draws a step, the ground moves the map ----
let grip = null;
function lift(stage, at) {
  stage.setAttribute("transform", `translate(${at.x} ${at.y})`);
  stage.classList.add("moving");
  for (const step of stepsAt(stage.dataset.stage)) for (const part of [step, nameOf(step.dataset.step)]) part?.classList.add("waiting");
}
function stageUnder(event) { return document.elementFromPoint(event.clientX, event.clientY)?.closest?.("#wf-canvas .stage"); }
function rubber(from, to) {
  const start = placeOf(from), line = one("#wf-canvas .rubber") ?? svg().appendChild(drawn("path", { class: "rubber" }));
  const x = start.x + WIDTH, y = start.y + HEIGHT / 2, bend = Math.max(40, Math.abs(to.x - x) / 2);
  line.setAttribute("d", `M${x} ${y}C${x + bend} ${y} ${to.x - bend} ${to.y} ${to.x} ${to.y}`);
}
function handle(stage) {
  for (const old of all("#wf-canvas .handle")) old.remove();
  if (!stage) return;
  const grip = stage.appendChild(drawn("g", { class: "handle", transform: `translate(${WIDTH} ${HEIGHT / 2})`, "aria-hidden": "true" }));
  grip.append(drawn("circle", { class: "around", r: 14 }), drawn("circle", { class: "grip", r: 7 }), drawn("path", { d: "M-3 0h6M0-3v6" }));
}
document.addEventListener("pointerover", event => {
  if (grip) return;
  const stage = event.target.closest?.("#wf-canvas .stage");
  if (!stage || !one(".handle", stage)) handle(stage);
});
document.addEventListener("pointerdown", event => {
  if (event.button !== 0 || !event.target.closest?.("#wf-canvas svg.wf")) return;
  const stage = event.target.closest(".stage"), start = pointOf(event);
  if (event.target.closest(".handle")) grip = { kind: "join", stage, start };
  else if (stage) grip = { kind: "move", stage, start, from: placeOf(stage), isMoved: false };
  else if (!event.target.closest(".step") && event.pointerType === "mouse") grip = { kind: "pan", x: event.clientX, y: event.clientY, left: canvas().scrollLeft, top: canvas().scrollTop };
  if (grip && grip.kind !== "pan") { event.preventDefault(); stage.focus({ preventScroll: true }); }
});
document.addEventListener("pointermove", event => {
  if (!grip) return;
  if (grip.kind === "pan") { canvas().scrollTo(grip.left - event.clientX + grip.x, grip.top - event.clientY + grip.y); return; }
  const at = pointOf(event);
  if (grip.kind === "join") { rubber(grip.stage, at); aim(stageUnder(event)); return; }
  const dx = at.x - grip.start.x, dy = at.y - grip.start.y;
  if (!isDrawn() || (!grip.isMoved && Math.hypot(dx, dy) * zoom < 4)) return;
  grip.isMoved = true;
  lift(grip.stage, { x: snapped(grip.from.x + dx), y: snapped(grip.from.y + dy) });
});
let isDragged = false;
document.addEventListener("pointerup", event => {
  const ended = grip;
  grip = null;
  if (!ended || ended.kind === "pan") return;
  isDragged = ended.kind === "join" || ended.isMoved;
  if (isDragged) setTimeout(() => { isDragged = false; }, 0);
  const stage = stageUnder(event), at = pointOf(event);
  if (ended.kind === "move") { if (ended.isMoved) place(ended.stage, { x: ended.from.x + at.x - ended.start.x, y: ended.from.y + at.y - ended.start.y }); }
  else if (stage && stage !== ended.stage) join(ended.stage.dataset.stage, stage.dataset.stage, { focus: "#step-name" });
  else stopConnecting();
});
addEventListener("pointercancel", () => { grip = null; stopConnecting(); });
document.addEventListener("dragstart", event => { if (event.target.closest?.("#wf-canvas")) event.preventDefault(); });
document.addEventListener("dblclick", event => {
  if (!isDrawn() || !event.target.closest?.("#wf-canvas svg.wf") || event.target.closest(".stage, .step")) return;
  const at = pointOf(event);
  add({ x: at.x - WIDTH / 2, y: at.y - HEIGHT / 2 });
});
document.addEventListener("wheel", event => {
  if (event.ctrlKey && event.target.closest?.("#wf-canvas")) { event.preventDefault(); scale(zoom * (event.deltaY < 0 ? 1.1 : .9)); }
}, { passive: false });

// ---- clicks: what opens a form opens it in place; a finding leads to its place on the map ----
document.addEventListener("click", event => {
  if (!map() || event.metaKey || event.ctrlKey || event.shiftKey) return;
  const act = event.target.closest("#drawing [data-act]")?.dataset.act;
  if (act) { ACTS[act](); return; }
  const stage = event.target.closest("#wf-canvas .stage");
  if (stage && (isDragged || origin)) { event.preventDefault(); if (!isDragged && origin !== stage.dataset.stage) join(origin, stage.dataset.stage); return; }
  const step = event.target.closest("#wf-canvas .step");
  if (step) { choose("step", step.dataset.step); open(`${words().draft}?step=${encodeURIComponent(step.dataset.step)}&arrange=${words().arrange}`); return; }
  const link = event.target.closest("#draft a[href]"), address = link?.getAttribute("href") ?? "";
  if (!link || !address.startsWith(words().draft)) return;
  event.preventDefault();
  const isFinding = Boolean(link.closest("#findings")), query = new URL(address, location.href).searchParams;
  if (!query.has("arrange") && link.dataset.open === undefined) query.set("arrange", words().arrange);
  open(`${words().draft}?${query}`).then(() => {
    if (isFinding && here()) here().focus();
    else if (!stage && link.dataset.open === undefined) one("#inspector")?.focus();
    if (here()) show(here());
  });
});
// Forms that change the draft are sent in place too; publishing, discarding and files load the page.
document.addEventListener("submit", event => {
  const form = event.target;
  if (form.closest("#wf-new")) { event.preventDefault(); addAsked(form); return; }
  const action = form.getAttribute("action") ?? "";
  const isPiece = form.closest("#draft") && (action.startsWith(words().stages) || action.startsWith(words().steps));
  if (!isPiece) return;
  event.preventDefault();
  const values = new FormData(form, event.submitter), sent = {};
  for (const name of new Set(values.keys())) sent[name] = values.getAll(name).length > 1 ? values.getAll(name) : values.get(name);
  const { edition, csrfmiddlewaretoken, ...said } = sent;
  change(action, said);
});

// ---- begin: once for the page, and again for each answer ----
function begin() {
  if (!map()) return;
  one(".wf-tools", map()).hidden = false;
  for (const part of all("[data-do]", map())) part.hidden = false;
  const marked = one("#wf-canvas .stage.chosen"), step = one("#wf-canvas .step.chosen");
  if (step) choose("step", step.dataset.step);
  else if (marked) choose("stage", marked.dataset.stage);
  else choose("", "");
  if (zoom) scale(zoom); else fit(.85);
  showUndo();
  if (here()) show(here());
}
begin();
