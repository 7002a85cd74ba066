// Follows a run while it goes on, and shows the page anew when it has ended.
const run = document.getElementById("run");
if (run && run.dataset.state !== "ended") {
  const stage = document.getElementById("stage");
  const rate = document.getElementById("rate");
  const bar = document.getElementById("progress");
  const units = ["bytes", "kB", "MB", "GB", "TB"];
  const size = (bytes) => {
    let unit = 0;
    while (bytes >= 1000 && unit < units.length - 1) { bytes /= 1000; unit += 1; }
    return `${unit ? bytes.toFixed(1) : bytes} ${units[unit]}`;
  };
  const source = new EventSource(`/runs/${run.dataset.run}/events`);
  source.addEventListener("position", (event) => {
    const at = JSON.parse(event.data);
    if (at.stage && stage.textContent !== at.stage) stage.textContent = at.stage;
    rate.textContent = at.bytes ? size(at.bytes) + (at.total ? ` of ${size(at.total)}` : "") : "";
    if (at.total) bar.value = at.bytes / at.total; else bar.removeAttribute("value");
  });
  source.addEventListener("ended", () => { source.close(); location.reload(); });
}
