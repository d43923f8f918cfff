// The journey's picture by keyboard and pointer. Without it every stay is a link to its line in the log.
const one = (selector, within = document) => within.querySelector(selector);
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const figure = one("figure.journey"), drawing = figure && one("svg.j", figure), frame = drawing?.parentElement;
const stays = drawing ? all("a[href^='#leg-']", drawing) : [];
const middle = stay => { const box = one(".hit", stay).getBBox(); return [box.x + box.width / 2, box.y + box.height / 2]; };

// ---- the line of now moves each minute, and says the time ----
const now = drawing && one("line.now", drawing), time = drawing && one(".now-label", drawing);
if (now && time) {
  const opened = Date.now(), from = Number(now.getAttribute("x1")), hourly = Number(now.dataset.inAnHour) - from, words = time.textContent;
  setInterval(() => {
    const minutes = Math.round((Date.now() - opened) / 60000), along = `translate(${(hourly * minutes / 60).toFixed(1)} 0)`;
    for (const part of [now, time]) part.setAttribute("transform", along);
    time.textContent = words.replace(/(\d\d):(\d\d)/, (_all, hours, rest) => {
      const moved = Number(hours) * 60 + Number(rest) + minutes;
      return [Math.floor(moved / 60) % 24, moved % 60].map(part => String(part).padStart(2, "0")).join(":");
    });
  }, 60000);
}

// ---- keys: left and right along the way, up and down to the lane beside it, at about the same time ----
function beside(stay, direction) {
  const [x, y] = middle(stay);
  const there = stays.map(other => [other, ...middle(other)]).filter(([, , top]) => (top - y) * direction > 4);
  const lane = Math.min(...there.map(([, , top]) => Math.abs(top - y)));
  return there.filter(([, , top]) => Math.abs(Math.abs(top - y) - lane) < 4)
    .sort((a, b) => Math.abs(a[1] - x) - Math.abs(b[1] - x))[0]?.[0];
}
function go(stay) {
  if (!stay) return false;
  stay.focus({ preventScroll: true });
  stay.scrollIntoView({ block: "nearest", inline: "nearest" });
  return true;
}
drawing?.addEventListener("keydown", event => {
  const here = stays.indexOf(event.target.closest("a"));
  if (here < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
  const to = {
    ArrowRight: () => stays[here + 1], ArrowLeft: () => stays[here - 1], Home: () => stays[0], End: () => stays.at(-1),
    ArrowUp: () => beside(stays[here], -1), ArrowDown: () => beside(stays[here], 1),
  }[event.key];
  if (to) { event.preventDefault(); go(to()); }
});

// ---- a card with the words of the log at the stay that is looked at ----
const card = document.createElement("div");
card.className = "journey-card";
card.setAttribute("aria-hidden", "true");
card.hidden = true;
frame?.append(card);
function show(stay) {
  const line = one(`${stay.getAttribute("href")} > div`), when = one(`${stay.getAttribute("href")} > .when`);
  if (!line) return;
  card.replaceChildren(...[line, when].filter(Boolean).map(part => part.cloneNode(true)));
  card.hidden = false;
  const at = one(".hit", stay).getBoundingClientRect(), box = frame.getBoundingClientRect();
  const left = at.left - box.left + frame.scrollLeft, room = frame.scrollLeft + frame.clientWidth - card.offsetWidth - 8;
  card.style.left = `${Math.max(frame.scrollLeft + 8, Math.min(left, room))}px`;
  const below = at.bottom - box.top + 6;
  card.style.top = `${below + card.offsetHeight > frame.clientHeight ? Math.max(4, at.top - box.top - card.offsetHeight - 6) : below}px`;
}
for (const stay of stays) {
  for (const name of ["mouseenter", "focus"]) stay.addEventListener(name, () => show(stay));
  for (const name of ["mouseleave", "blur"]) stay.addEventListener(name, () => { card.hidden = true; });
}
drawing?.addEventListener("keydown", event => { if (event.key === "Escape") card.hidden = true; });

// ---- step through: one stay after the other ----
const play = one("[data-journey=play]");
if (play && stays.length > 1) {
  const label = one("span", play), begin = label.textContent;
  let going;
  const stop = () => { clearInterval(going); going = undefined; label.textContent = begin; };
  play.hidden = false;
  play.addEventListener("click", () => {
    if (going) { stop(); return; }
    let place = Math.max(0, stays.indexOf(document.activeElement));
    label.textContent = play.dataset.words;
    go(stays[place]);
    going = setInterval(() => { place += 1; if (!go(stays[place])) stop(); }, 1400);
  });
  addEventListener("keydown", event => { if (event.key === "Escape" && going) stop(); });
}

// ---- brush: pull over the strip to see a part; it begins and ends where stays do ----
const brush = one("[data-journey=brush]");
if (brush) {
  const stops = brush.dataset.stops.split(" ").map(Number), mark = document.createElement("span");
  const last = stops.length - 2;
  mark.className = "brush";
  brush.append(mark);
  const shown = (first, end) => { mark.style.left = `${stops[first] * 100}%`; mark.style.width = `${(stops[end + 1] - stops[first]) * 100}%`; };
  const stayAt = event => {
    const box = brush.getBoundingClientRect(), share = (event.clientX - box.left) / box.width;
    return Math.max(0, Math.min(last, stops.findLastIndex(stop => stop <= share)));
  };
  let from;
  shown(brush.dataset.first - 1, brush.dataset.last - 1);
  brush.addEventListener("pointerdown", event => { from = stayAt(event); brush.setPointerCapture(event.pointerId); shown(from, from); });
  brush.addEventListener("pointermove", event => { if (from !== undefined) shown(Math.min(from, stayAt(event)), Math.max(from, stayAt(event))); });
  brush.addEventListener("pointerup", event => {
    const ends = [from, stayAt(event)].sort((a, b) => a - b), address = new URL(location.href);
    from = undefined;
    address.searchParams.set("from", ends[0] + 1);
    address.searchParams.set("to", ends[1] + 1);
    address.hash = "";
    location.assign(address);
  });
}

// ---- PNG and PDF are made here, of the SVG file: nothing leaves the browser ----
const file = one("[data-journey=file]"), SHARP = 2.5;
async function painted() {
  const image = new Image();
  image.src = file.href;
  await image.decode();
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [image.naturalWidth * SHARP, image.naturalHeight * SHARP];
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  return canvas;
}
const blobOf = (canvas, type) => new Promise(done => { canvas.toBlob(done, type, .94); });
function keep(blob, ending) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = `${file.dataset.name}.${ending}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}
// One page, A4 across, that holds the picture as a JPEG.
async function pdfOf(canvas) {
  const picture = new Uint8Array(await (await blobOf(canvas, "image/jpeg")).arrayBuffer());
  const [wide, high, edge] = [842, 595, 24], scale = Math.min((wide - 2 * edge) / canvas.width, (high - 2 * edge) / canvas.height);
  const [width, height] = [canvas.width * scale, canvas.height * scale].map(size => size.toFixed(2));
  const paint = `q ${width} 0 0 ${height} ${edge} ${(high - edge - height).toFixed(2)} cm /P Do Q`;
  const objects = [
    "<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>",
    `<</Type/Page/Parent 2 0 R/MediaBox[0 0 ${wide} ${high}]/Resources<</XObject<</P 5 0 R>>>>/Contents 4 0 R>>`,
    `<</Length ${paint.length}>>stream\n${paint}\nendstream`,
    [`<</Type/XObject/Subtype/Image/Width ${canvas.width}/Height ${canvas.height}/ColorSpace/DeviceRGB/BitsPerComponent 8/Filter/DCTDecode/Length ${picture.length}>>stream\n`, picture, "\nendstream"],
  ];
  const parts = ["%PDF-1.4\n"], places = [];
  const size = () => parts.reduce((sum, part) => sum + part.length, 0);
  objects.forEach((object, place) => { places.push(size()); parts.push(`${place + 1} 0 obj\n`, ...[object].flat(), "\nendobj\n"); });
  const table = size();
  parts.push(`xref\n0 6\n0000000000 65535 f \n${places.map(place => `${String(place).padStart(10, "0")} 00000 n \n`).join("")}trailer<</Size 6/Root 1 0 R>>\nstartxref\n${table}\n%%EOF\n`);
  return new Blob(parts, { type: "application/pdf" });
}
const makers = { png: async canvas => blobOf(canvas, "image/png"), pdf: pdfOf };
for (const [ending, make] of Object.entries(makers)) {
  const button = one(`[data-journey=${ending}]`);
  if (!button || !file) continue;
  button.hidden = false;
  button.addEventListener("click", async () => { button.disabled = true; keep(await make(await painted()), ending); button.disabled = false; });
}
