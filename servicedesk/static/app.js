// The product's one module. Pages work without it; it makes them quicker.
const one = (selector, within = document) => within.querySelector(selector);
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const root = document.documentElement;
const words = document.body.dataset;

// What the browser remembers for a person: theme, keys, drafts. It may be forbidden (private windows).
const memory = {
  get(name) { try { return localStorage.getItem(name); } catch { return null; } },
  set(name, value) { try { localStorage.setItem(name, value); } catch { /* nothing is lost but comfort */ } },
  drop(name) { try { localStorage.removeItem(name); } catch { /* nothing to drop */ } },
};

// ---- light and dark ----
const theme = memory.get("theme");
if (theme) root.dataset.theme = theme;
function switchTheme() {
  const isDark = root.dataset.theme === "dark"
    || (root.dataset.theme !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  root.dataset.theme = isDark ? "light" : "dark";
  memory.set("theme", root.dataset.theme);
}

// ---- short messages ----
function toast(text, { stays = false } = {}) {
  const box = one("#toasts");
  if (!box || !text) return;
  const line = document.createElement("div");
  line.className = "toast";
  if (stays) line.setAttribute("role", "alert");
  const said = document.createElement("span");
  said.textContent = text;
  line.append(said);
  if (stays) {
    const close = document.createElement("button");
    close.type = "button";
    close.textContent = words.close;
    close.addEventListener("click", () => line.remove());
    line.append(close);
  } else {
    setTimeout(() => line.remove(), 6000);
  }
  box.append(line);
}

// A refused request answers with a whole page; its sentence is what the person needs.
document.addEventListener("htmx:responseError", event => {
  const page = new DOMParser().parseFromString(event.detail.xhr.responseText, "text/html");
  const said = all("[data-refusal]", page).map(part => part.textContent.trim()).join(" ");
  toast(said || words.failed, { stays: true });
});
for (const name of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, () => toast(words.offline, { stays: true }));
}

// ---- drafts: what somebody types survives a reload, until a page shows that it has arrived ----
const draftName = form => `draft:${location.host}:${form.dataset.draft}`;
const keep = form => {
  const text = one("textarea", form).value;
  if (text) memory.set(draftName(form), text); else memory.drop(draftName(form));
  return text;
};
const say = (form, text) => { const saved = one("[data-saved]", form); if (saved) saved.textContent = text; };
let waiting;
document.addEventListener("input", event => {
  const form = event.target.closest("form[data-draft]");
  if (!form || event.target.type === "file") return;
  clearTimeout(waiting);
  waiting = setTimeout(() => say(form, keep(form) ? words.draftSaved : ""), 400);
});
document.addEventListener("submit", event => {
  const form = event.target.closest("form[data-draft]");
  if (!form) return;
  clearTimeout(waiting);
  keep(form);
});
// What was sent is not sent twice by an impatient hand; after a while, or back on the page, it may be.
document.addEventListener("submit", event => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.classList.contains("htmx-request")) return event.preventDefault();
  // Later, when every listener has had its say: some send the form in place.
  setTimeout(() => { if (!event.defaultPrevented) form.classList.add("htmx-request"); });
  setTimeout(() => form.classList.remove("htmx-request"), 8000);
});
addEventListener("pageshow", () => all("form.htmx-request").forEach(form => form.classList.remove("htmx-request")));
// Letters and digits only: what was typed as Markdown stands on the page without its marks.
const letters = text => text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "");
function hasArrived(form, draft) {
  const begins = letters(draft).slice(0, 120);
  return all(".prose", form.closest("main") ?? document).some(part => letters(part.textContent).includes(begins));
}
function restoreDrafts() {
  for (const form of all("form[data-draft]")) {
    const area = one("textarea", form), draft = memory.get(draftName(form));
    if (!draft) continue;
    if (form.dataset.refused === undefined && hasArrived(form, draft)) memory.drop(draftName(form));
    else if (!area.value) { area.value = draft; say(form, words.draftRestored); }
  }
}

// ---- conversation: newest message in sight ----
function showNewest() { const thread = one("#thread"); if (thread) thread.scrollTop = thread.scrollHeight; }

// ---- what a person looks for: the field that was refused, the current page of a menu that scrolls ----
function showPlace() {
  one(".settings > nav [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
  one("main [aria-invalid=true]")?.focus();
  // A map moves within its frame, so that the page stays where it is.
  const here = one(".wf-figure .stage.here"), frame = here?.closest(".wf-canvas");
  if (frame) frame.scrollLeft += here.getBoundingClientRect().left - frame.getBoundingClientRect().left - frame.clientWidth / 3;
}

// ---- clocks: words come from the server; the page only notices when one runs out ----
function watchClocks() {
  const now = Date.now() / 1000;
  for (const clock of all(".clock[data-due]")) {
    if (Number(clock.dataset.due) <= now && !clock.matches(".breached, .met, .paused")) {
      clock.classList.remove("soon");
      clock.classList.add("breached");
      one("[data-words]", clock).textContent = words.overdue;
    }
  }
}
setInterval(watchClocks, 30000);

// ---- keyboard: single keys and `g` chords; never while typing; can be switched off ----
const isTyping = event => event.target.closest?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable=true]");
const keysAreOff = () => memory.get("keys") === "off";
let chord = "", chordEnds;
function move(step) {
  const rows = all(".case > a, .board-card h3 a, .table td a");
  if (!rows.length) return;
  const here = rows.findIndex(row => row === document.activeElement);
  const current = here >= 0 ? here : rows.findIndex(row => row.ariaCurrent === "true");
  const next = rows[Math.max(0, Math.min(rows.length - 1, current + step))];
  next.focus();
  next.scrollIntoView({ block: "nearest" });
}
// The palette: results are the page of the search itself; up and down go through them.
function openPalette() {
  const field = one("#search-words") ?? one("#palette-words");
  if (!field) return false;
  field.closest("dialog")?.showModal();
  field.focus();
  field.select();
  return true;
}
function moveInPalette(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key], box = event.target.closest?.("#palette, main:has(#search-words)");
  if (!step || !box) return false;
  const stops = [one("input[type=search]", box), ...all("a.mini", box)];
  stops[Math.max(0, Math.min(stops.length - 1, stops.indexOf(event.target) + step))].focus();
  event.preventDefault();
  return true;
}
function press(key) {
  if (key === "j") return move(1);
  if (key === "k") return move(-1);
  if (key === "?") return openKeys();
  const target = one(`[data-key="${CSS.escape(key)}"]`);
  if (!target) return false;
  if (target.matches("input[type=radio]")) { target.checked = true; one("textarea", target.form)?.focus(); }
  else if (target.matches("summary")) { target.parentElement.open = true; one("input:not([type=hidden]), select, textarea, button", target.parentElement)?.focus(); }
  else if (target.matches("input[type=checkbox]")) target.click();
  else if (target.matches("textarea, input")) target.focus();
  else target.click();
  return true;
}
addEventListener("keydown", event => {
  if ((event.metaKey || event.ctrlKey) && event.key === "Enter") {
    const form = event.target.closest?.("form[data-draft]");
    if (form) { event.preventDefault(); form.requestSubmit(); }
    return;
  }
  if ((event.metaKey || event.ctrlKey) && event.key === "k" && openPalette()) { event.preventDefault(); return; }
  if (event.key === "Escape") {
    const open = event.target.closest?.("details[open]");
    if (open) { open.open = false; one("summary", open).focus(); return; }
    if (event.target.matches?.("form[data-draft] textarea")) event.target.blur();
    return;
  }
  if (moveInPalette(event)) return;
  if (isTyping(event) || event.metaKey || event.ctrlKey || event.altKey || one("dialog[open]") || keysAreOff()) return;
  clearTimeout(chordEnds);
  if (!chord && event.key === "g") { chord = "g "; chordEnds = setTimeout(() => { chord = ""; }, 900); return; }
  const key = chord + event.key;
  chord = "";
  if (key === "x") {
    const mark = one("input[type=checkbox]", document.activeElement?.closest?.(".case") ?? document.createElement("i"));
    if (mark) { event.preventDefault(); mark.click(); }
    return;
  }
  if (press(key) !== false) event.preventDefault();
});

// The list of keys is read from the page itself, so it never names one that does nothing.
function openKeys() {
  const dialog = one("#keys"), list = one("#keys-list");
  if (!dialog) return false;
  const known = all("[data-key], [data-key-told]").map(part => [part.dataset.key ?? part.dataset.keyTold, part.dataset.keyName || part.getAttribute("aria-label") || part.textContent.trim()]);
  if (one(".case, .board-card, .table td a")) known.unshift(["j", words.keyNext], ["k", words.keyPrevious]);
  if (one(".pick")) known.push(["x", words.keyChoose]);
  list.replaceChildren(...known.map(([key, name]) => {
    const item = document.createElement("li"), marks = document.createElement("span");
    marks.append(...key.split(" ").map(part => Object.assign(document.createElement("kbd"), { textContent: part })));
    item.append(name, marks);
    return item;
  }));
  one("#keys-off").checked = keysAreOff();
  dialog.showModal();
  return true;
}

document.addEventListener("click", event => {
  const act = event.target.closest("[data-do]")?.dataset.do;
  if (act === "theme") switchTheme();
  if (act === "keys") openKeys();
  if (act === "find" && openPalette()) event.preventDefault();
  // A click beside an open menu closes it.
  for (const menu of all("details.menu-act[open], details.me[open]")) if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("change", event => {
  if (event.target.id === "keys-off") { if (event.target.checked) memory.set("keys", "off"); else memory.drop("keys"); }
  const counted = event.target.closest("form")?.querySelector("[data-chosen]");
  if (counted) counted.textContent = all(".pick input:checked", event.target.form).length;
});
// Buttons that only scripts can serve are hidden until there are scripts.
for (const part of all("[data-do]")) part.hidden = false;

// ---- live: one stream for all tabs of a browser; an event says what changed, never how ----
// The page asks for itself and compares: a bar is shown only when a person would see a difference.
const told = part => {
  const copy = part.cloneNode(true);
  for (const moving of all(".clock, time, form, .more, #known", copy)) moving.remove();
  return copy.textContent.replace(/\s+/g, " ").trim();
};
async function compare(shown) {
  const answer = await fetch(location.href, { headers: { "X-Live": "1" } }).catch(() => null);
  if (!answer?.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.getElementById(shown.id);
  if (fresh && shown.isConnected && told(fresh) !== told(shown)) one("#live-bar")?.removeAttribute("hidden");
}
const asked = new Map();
function heard({ type, id }) {
  for (const [shown, pause] of [[one(`[data-live-of="${type}:${Number(id)}"]`), 1500], [one(`[data-live-of="${type}"]`), 15000]]) {
    if (!shown || asked.has(shown)) continue;
    asked.set(shown, setTimeout(() => { asked.delete(shown); compare(shown); }, pause));
  }
}
function listen(url) {
  const channel = "BroadcastChannel" in window ? new BroadcastChannel("live") : null;
  if (channel) channel.onmessage = event => heard(event.data);
  const lead = () => new Promise(() => {
    const stream = new EventSource(url, { withCredentials: true });
    stream.addEventListener("change", event => {
      let message;
      try { message = JSON.parse(event.data); } catch { return; }
      if (!/^[a-z_]+$/.test(message.type)) return;
      heard(message);
      channel?.postMessage(message);
    });
  });
  if (navigator.locks) navigator.locks.request("live", lead); else lead();
}
if (words.live) listen(words.live);

for (const name of ["htmx:afterSwap", "htmx:after:swap"]) {
  document.addEventListener(name, () => { restoreDrafts(); showNewest(); showPlace(); watchClocks(); });
}
restoreDrafts();
showNewest();
showPlace();
