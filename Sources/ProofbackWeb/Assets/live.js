// Follows what goes on: a run or a drill on its page, all runs on home. Without it the pages say the same when they are loaded anew.
const units = ["bytes", "kB", "MB", "GB", "TB"];

function size(bytes) {
  let unit = 0;
  while (bytes >= 1000 && unit < units.length - 1) { bytes /= 1000; unit += 1; }
  return `${unit ? bytes.toFixed(1) : Math.round(bytes)} ${units[unit]}`;
}

function span(seconds) {
  if (seconds < 60) return `${Math.round(seconds)} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.round(seconds % 3600 / 60)} min`;
}

// Text is set only where it changes, so that screen readers are not told the same again.
function say(part, text) {
  if (part && part.textContent !== text) part.textContent = text;
}

// Shows positions in one element. The rate is that of the last seconds.
class Meter {
  constructor(root) {
    this.root = root;
    this.bar = root.querySelector("progress");
    this.points = [];
  }

  part(name) { return this.root.querySelector(`[data-part="${name}"]`); }

  show(at) {
    const now = performance.now() / 1000;
    if (at.stage !== this.stage) { this.stage = at.stage; this.points = []; }
    this.points.push([now, at.bytes]);
    while (this.points.length > 2 && now - this.points[0][0] > 5) this.points.shift();
    const [since, from] = this.points[0];
    const rate = now - since > 0.5 ? (at.bytes - from) / (now - since) : 0;
    if (at.stage) say(this.part("stage"), at.stage);
    const amount = at.bytes ? size(at.bytes) + (at.total ? ` of ${size(at.total)}` : "") : "";
    say(this.part("rate"), amount + (rate > 0 ? `, ${size(rate)}/s` : ""));
    if (this.bar && at.total) this.bar.value = at.bytes / at.total;
    else if (this.bar) this.bar.removeAttribute("value");
    this.left();
  }

  left() {
    const { started, expected } = this.root.dataset;
    if (!started || !expected) return;
    const left = Number(expected) - (Date.now() - Number(started)) / 1000;
    say(this.part("left"), left >= 1 ? `about ${span(left)} left` : "longer than usual");
  }
}

function followRun(run) {
  const meter = new Meter(run);
  const log = document.getElementById("log-text");
  const steps = new Map([...run.querySelectorAll("[data-stage]")].map((step) => [step.dataset.stage, step]));
  const source = new EventSource(`/runs/${run.dataset.run}/events?line=${run.dataset.line}`);
  source.addEventListener("position", (event) => {
    const at = JSON.parse(event.data);
    if (!run.querySelector("progress")) { location.reload(); return; }
    meter.show(at);
    const done = new Set(at.done.map((record) => record.name));
    const begun = new Set(at.begun);
    for (const [name, step] of steps) step.className = done.has(name) ? "done" : begun.has(name) ? "now" : "later";
  });
  source.addEventListener("log", (event) => {
    // Who looks for something sees what was found.
    if (run.dataset.find) return;
    const follows = log.scrollHeight - log.scrollTop - log.clientHeight < 40;
    const { texts } = JSON.parse(event.data);
    log.append((log.textContent ? "\n" : "") + texts.join("\n"));
    if (follows) log.scrollTop = log.scrollHeight;
  });
  source.addEventListener("ended", () => { source.close(); location.reload(); });
}

// Home: one question every two seconds for all runs, and a new picture when one began or ended.
function followAll() {
  const meters = new Map();
  const shown = () => [...document.querySelectorAll("#current [data-run]")];
  const running = () => shown().filter((row) => row.dataset.running === "true").map((row) => row.dataset.run);
  let timer = setTimeout(look, 1000);

  async function renew() {
    const answer = await fetch("/", { headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const id of ["home-head", "home-lists"]) {
      const part = page.getElementById(id);
      if (part) document.getElementById(id).replaceWith(part);
    }
    meters.clear();
  }

  async function look() {
    try {
      if (!document.hidden) {
        const answer = await fetch("/now");
        if (answer.redirected || !answer.ok) return;
        const positions = await answer.json();
        const known = running();
        const same = known.length === Object.keys(positions).length && known.every((id) => positions[id]);
        if (!same && !document.activeElement?.closest("#home-head, #home-lists")) await renew();
        for (const row of shown()) {
          if (!positions[row.dataset.run]) continue;
          if (!meters.has(row.dataset.run)) meters.set(row.dataset.run, new Meter(row));
          meters.get(row.dataset.run).show(positions[row.dataset.run]);
        }
      }
    } catch { /* the server is away for a moment */ }
    timer = setTimeout(look, 2000);
  }
  addEventListener("pagehide", () => clearTimeout(timer));
}

// A drill: its page every two seconds, of which the parts that are new are taken over.
function followDrill(drill) {
  let timer = setTimeout(look, 1000);

  async function look() {
    try {
      if (!document.hidden) {
        const answer = await fetch(location.pathname, { headers: { Accept: "text/html" } });
        if (answer.redirected || !answer.ok) return;
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const next = page.getElementById("drill");
        const rows = drill.querySelector("[data-part=rows]");
        const nextRows = next?.querySelector("[data-part=rows]");
        // At its beginning the damages, at its end all that it came to.
        if (!next || next.dataset.state !== drill.dataset.state || !rows !== !nextRows) { location.reload(); return; }
        for (const name of ["sentence", "now"]) {
          say(drill.querySelector(`[data-part=${name}]`), next.querySelector(`[data-part=${name}]`).textContent);
        }
        const bar = drill.querySelector("progress");
        const nextBar = next.querySelector("progress");
        [bar.max, bar.value] = [nextBar.max, nextBar.value];
        if (rows && rows.innerHTML !== nextRows.innerHTML) rows.replaceWith(nextRows);
      }
    } catch { /* the server is away for a moment */ }
    timer = setTimeout(look, 2000);
  }
  addEventListener("pagehide", () => clearTimeout(timer));
}

const run = document.getElementById("run");
if (run && run.dataset.state !== "ended") followRun(run);
if (document.getElementById("home-head")) followAll();
const drill = document.getElementById("drill");
if (drill && ["waiting", "running"].includes(drill.dataset.state)) followDrill(drill);

// The exact time in the reader's own zone, beside the server's.
for (const time of document.querySelectorAll("time[datetime]")) {
  const own = new Date(time.dateTime);
  if (!Number.isNaN(own.getTime())) {
    time.title += ` · ${own.toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" })} here`;
  }
}
