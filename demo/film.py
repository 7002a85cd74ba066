"""Films the demo: what `demo/run` writes on a terminal, and what its server shows in a browser."""

import argparse
import html
import json
import os
import pathlib
import re
import subprocess
import sys
import time

from playwright.sync_api import Page, expect, sync_playwright

ROOT = pathlib.Path(__file__).resolve().parents[1]
SIZE = {"width": 1280, "height": 720}
COLUMNS, ROWS = 104, 30
# How long the terminal's part is in the film, whatever the machine needed; and how long nothing may seem to happen.
TERMINAL_SECONDS, LONGEST_PAUSE = 46, 2.5
COLOURS = {"31": "#ff7b72", "32": "#7ee787", "33": "#e3b341", "34": "#79c0ff"}
LOOK = """<style>body { margin: 0; background: #0d1117; color: #e6edf3; height: 100vh; overflow: hidden }
pre { margin: 0; padding: 22px 34px; font: 18.4px/22.4px 'DejaVu Sans Mono', monospace }</style><pre></pre>"""


def main():
    options = arguments()
    os.environ["PLAYWRIGHT_BROWSERS_PATH"] = str(debian_ffmpeg(options.work))
    screens, said = terminal(options.proofback, options.work)
    server = re.search(r"address\s+(\S+)\s+user\s+(\S+)\s+password\s+(\S+)", said)
    if not server:
        sys.exit(f"the demo did not come to its end:\n{said}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        parts = [film(browser, options.work / "terminal", lambda page: replay(page, screens)),
                 film(browser, options.work / "browser", lambda page: visit(page, *server.groups()))]
        browser.close()
    join(parts, options.work, options.output)
    print(f"{options.output}: {seconds(options.output):.0f} s, {options.output.stat().st_size / 1e6:.1f} MB")


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--proofback", required=True)
    parser.add_argument("--work", type=pathlib.Path, required=True)
    parser.add_argument("--output", type=pathlib.Path, required=True)
    return parser.parse_args()


def debian_ffmpeg(work: pathlib.Path) -> pathlib.Path:
    """Playwright records with an ffmpeg that it would fetch; Debian's does the same, where it is looked for."""
    import playwright
    listed = json.loads((pathlib.Path(playwright.__file__).parent / "driver/package/browsers.json").read_text())
    revision = next(one["revision"] for one in listed["browsers"] if one["name"] == "ffmpeg")
    folder = work / "browsers" / f"ffmpeg-{revision}"
    folder.mkdir(parents=True)
    (folder / "ffmpeg-linux").symlink_to("/usr/bin/ffmpeg")
    return work / "browsers"


# The terminal: tmux knows what a terminal shows at each moment.

def terminal(proofback: str, work: pathlib.Path) -> tuple[list[tuple[float, str]], str]:
    """Each screen with the second that it was first seen at, and all that was written."""
    socket = ["tmux", "-S", str(work / "tmux")]
    command = f"TERM=xterm-256color demo/run '{proofback}' 2>&1; touch '{work}/done'; sleep 60"
    subprocess.run([*socket, "new-session", "-d", "-x", str(COLUMNS), "-y", str(ROWS), "-s", "film", "bash", "-c", command],
                   cwd=ROOT, check=True)
    subprocess.run([*socket, "set-option", "-g", "history-limit", "10000"], check=True)
    screens, started = [], time.monotonic()
    try:
        while not (work / "done").exists():
            if time.monotonic() - started > 600:
                sys.exit("the demo takes too long")
            screen = captured(socket, "-e")
            if not screens or screens[-1][1] != screen:
                screens.append((time.monotonic() - started, screen))
            time.sleep(0.12)
        screens.append((time.monotonic() - started, captured(socket, "-e")))
        return screens, captured(socket, "-S", "-")
    finally:
        subprocess.run([*socket, "kill-server"], check=False)


def captured(socket: list[str], *options: str) -> str:
    return subprocess.run([*socket, "capture-pane", "-p", *options, "-t", "film"], check=True, capture_output=True, text=True).stdout


def shown(screen: str) -> str:
    """A screen with SGR sequences as HTML."""
    said, style = [], []
    for piece in re.split(r"(\x1b\[[0-9;]*m)", screen):
        if not piece.startswith("\x1b["):
            said.append(f'<span style="{";".join(style)}">{html.escape(piece)}</span>' if style else html.escape(piece))
            continue
        for code in piece[2:-1].split(";"):
            if code in ("", "0", "39", "22"):
                style = []
            elif code == "1":
                style = [*style, "font-weight:bold;color:#fff"]
            elif code == "2":
                style = [*style, "color:#8b949e"]
            elif code in COLOURS:
                style = [*style, f"color:{COLOURS[code]}"]
    return "".join(said)


def replay(page: Page, screens: list[tuple[float, str]]):
    pauses = [min(LONGEST_PAUSE, later[0] - earlier[0]) for earlier, later in zip(screens, screens[1:])] + [2.5]
    scale = min(1.0, TERMINAL_SECONDS / sum(pauses))
    page.set_content(LOOK)
    due = time.monotonic()
    for (_, screen), pause in zip(screens, pauses):
        page.evaluate("text => document.querySelector('pre').innerHTML = text", shown(screen))
        # Against the clock, so that what drawing takes is not added up.
        due += pause * scale
        page.wait_for_timeout(max(0, (due - time.monotonic()) * 1000))


# The browser: what the server of `demo/serve` has.

def caption(page: Page, text: str, pause: float):
    page.evaluate("""text => {
      let line = document.getElementById('film-caption');
      if (!line) { line = document.createElement('div'); line.id = 'film-caption'; document.body.append(line); }
      line.textContent = text;
      Object.assign(line.style, { position: 'fixed', left: '0', right: '0', bottom: '0', padding: '14px 28px', zIndex: 99,
        font: '600 21px sans-serif', background: '#0d1117', color: '#fff', textAlign: 'center' });
    }""", text)
    page.wait_for_timeout(pause * 1000)


def scroll(page: Page, distance: int):
    for _ in range(12):
        page.mouse.wheel(0, distance / 12)
        page.wait_for_timeout(60)


def visit(page: Page, address: str, user: str, password: str):
    page.goto(f"{address}/login")
    page.get_by_label("Login", exact=True).press_sequentially(user, delay=60)
    page.get_by_label("Password", exact=True).fill(password)
    caption(page, "The same on a server, every night by itself", 2)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url("**/")
    caption(page, "Home answers one question: do the backups come back?", 5)
    page.get_by_role("link", name="observatory, old server").first.click()
    page.wait_for_load_state()
    caption(page, "A backup that can't be trusted says why, and what to do", 4.5)
    scroll(page, 420)
    page.wait_for_timeout(2000)
    page.goto(f"{address}/")
    page.get_by_role("link", name="observatory", exact=True).first.click()
    page.wait_for_load_state()
    caption(page, "A schedule, its last results, and a button to prove the backup now", 4)
    page.get_by_role("button", name="Run Now").first.click()
    page.wait_for_url("**/runs/*")
    caption(page, "Fetched, decrypted, restored in a sealed sandbox, every row read: live", 3)
    expect(page.get_by_role("heading", level=1)).to_contain_text("was restored", timeout=90_000)
    caption(page, "Proven: what came back is what the dump claims", 4)
    scroll(page, 700)
    caption(page, "Tables, rows and indexes, held against the proof before; then everything is destroyed", 5)
    scroll(page, -700)
    page.goto(f"{address}/schedules/new")
    caption(page, "Paths, SSH, buckets; MySQL, MariaDB, PostgreSQL, MongoDB, SQLite; gpg, age, zstd, gzip …", 4)
    page.get_by_text("Where it is restored", exact=True).click()
    scroll(page, 260)
    caption(page, "Here, in a container of any version, or on a machine in AWS that exists for this run alone", 4)
    page.goto(f"{address}/")
    caption(page, "Proofback: proof that your backups come back", 3.5)


def film(browser, folder: pathlib.Path, act) -> pathlib.Path:
    context = browser.new_context(viewport=SIZE, record_video_dir=folder, record_video_size=SIZE, color_scheme="light", locale="en-GB")
    context.set_default_timeout(30_000)
    page = context.new_page()
    try:
        act(page)
    except Exception:
        page.screenshot(path=ROOT / ".build/film-failed.png")
        raise
    finally:
        context.close()
    return pathlib.Path(page.video.path())


def join(parts: list[pathlib.Path], work: pathlib.Path, output: pathlib.Path):
    (work / "parts").write_text("".join(f"file '{part}'\n" for part in parts))
    subprocess.run(
        ["ffmpeg", "-hide_banner", "-loglevel", "error", "-y", "-f", "concat", "-safe", "0", "-i", work / "parts", "-r", "12", "-c:v",
         "libvpx-vp9", "-crf", "38", "-b:v", "0", "-row-mt", "1", "-cpu-used", "4", "-an", output], check=True)


def seconds(path: pathlib.Path) -> float:
    done = subprocess.run(["ffprobe", "-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0", path],
                          check=True, capture_output=True, text=True)
    return float(done.stdout)


if __name__ == "__main__":
    main()
