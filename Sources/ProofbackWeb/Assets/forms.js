// Makes forms shorter to fill in: what does not apply is hidden, what a location is understood as and the next times are
// shown while one types, and a name is proposed. Without it everything is there, and the server says the same on submit.

function after(pause, work) {
  let timer;
  return () => { clearTimeout(timer); timer = setTimeout(work, pause); };
}

// Only the newest answer counts.
function asker(path) {
  let number = 0;
  return async (query) => {
    const own = ++number;
    try {
      const answer = await fetch(`${path}?${new URLSearchParams(query)}`);
      if (!answer.ok || answer.redirected) return null;
      const value = await answer.json();
      return own === number ? value : null;
    } catch { return null; }
  };
}

function field(form, name) { return form.elements.namedItem(name); }

function showReading(form) {
  const location = field(form, "location");
  if (!location || !location.id) return;
  const place = document.createElement("p");
  place.className = "hint understood";
  place.id = `${location.id}-understood`;
  place.setAttribute("role", "status");
  const hint = document.getElementById(`${location.id}-hint`) ?? location;
  hint.after(place);
  const ask = asker("/locations/reading");
  const look = after(300, async () => {
    const reading = await ask(["server", "location", "file"].map((name) => [name, field(form, name)?.value ?? ""]));
    if (!reading) return;
    place.classList.toggle("unclear", Boolean(reading.problem));
    place.textContent = reading.problem ?? (reading.understood ? `Understood as ${reading.understood}` : "");
  });
  location.addEventListener("input", look);
  for (const name of ["server", "file"]) field(form, name)?.addEventListener("input", look);
  if (location.value) look();
}

function showWhatApplies(form) {
  const parts = [...form.querySelectorAll("[data-when]")];
  const look = () => {
    for (const part of parts) {
      const [name, ...values] = part.dataset.when.split(" ");
      part.hidden = !values.includes(field(form, name).value);
    }
  };
  form.addEventListener("change", look);
  look();
}

function showTimes(form) {
  const list = form.querySelector('[data-part="times"]');
  const problem = form.querySelector('[data-part="times-problem"]');
  const names = ["frequency", "time", "weekday", "monthday", "cron", "timeZone", "repetition", "times", "until"];
  const ask = asker("/schedules/preview");
  const look = after(300, async () => {
    const answer = await ask(names.map((name) => [name, field(form, name).value]));
    if (!answer) return;
    list.replaceChildren(...answer.times.map((text) => {
      const line = document.createElement("li");
      line.textContent = text;
      return line;
    }));
    problem.textContent = answer.problem ?? "";
  });
  form.querySelector("fieldset").addEventListener("input", look);
}

function proposeName(form) {
  const name = field(form, "name");
  let proposed = "";
  const look = () => {
    if (name.value !== proposed) return;
    const file = field(form, "file")?.value || (field(form, "location").value.split("/").pop() ?? "");
    proposed = file.replace(/[.*?[].*$/, "").replace(/^[ _@-]+|[ _@-]+$/g, "").slice(0, 80);
    name.value = proposed;
  };
  for (const source of ["location", "file"]) field(form, source)?.addEventListener("input", look);
}

// The browser knows the zone of who fills in a new schedule.
function proposeZone(form) {
  const zone = field(form, "timeZone");
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (form.action.endsWith("/schedules") && zone.value === "UTC" && own && !field(form, "location").value) {
    zone.value = own;
    zone.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

// A field that was refused says so to whoever does not see it, and the first of them is where one goes on.
function showProblems() {
  let first;
  [...document.querySelectorAll("form p.problem")].forEach((problem, number) => {
    const label = problem.closest("label") ?? problem;
    let before = label.previousElementSibling;
    while (before && !before.matches("input, select, textarea")) before = before.previousElementSibling;
    if (!before) return;
    problem.id ||= `problem-${number}`;
    before.setAttribute("aria-invalid", "true");
    const described = [before.getAttribute("aria-describedby"), problem.id].filter(Boolean).join(" ");
    before.setAttribute("aria-describedby", described);
    first ??= before;
  });
  const check = document.querySelector("p.checked");
  if (first) { first.focus(); first.scrollIntoView({ block: "center" }); }
  else if (check) check.scrollIntoView({ block: "center" });
}

for (const part of document.querySelectorAll(".without-script")) part.hidden = true;
for (const form of document.querySelectorAll("form")) {
  if (field(form, "location")) showReading(form);
  if (form.querySelector("[data-when]")) showWhatApplies(form);
}
for (const form of document.querySelectorAll("form.schedule")) {
  showTimes(form);
  proposeName(form);
  proposeZone(form);
}
showProblems();
