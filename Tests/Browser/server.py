"""A real `proofback serve` with a state of its own."""

import pathlib
import re
import subprocess
import threading

from ports import free_port


class Server:
    def __init__(self, program: str, folder: pathlib.Path, *options: str):
        self.program = program
        self.folder = folder
        self.state = folder / "state"
        self.backups = folder / "backups"
        self.backups.mkdir()
        self.origin = f"http://127.0.0.1:{free_port()}"
        # Who kills this test takes the server along, and the server its workers.
        self.process = subprocess.Popen(
            ["/usr/bin/setpriv", "--pdeathsig", "KILL", program, "serve", "--state-folder", str(self.state), "--listen",
             self.origin.removeprefix("http://"), *options],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.log: list[str] = []
        threading.Thread(target=self._keep_log, daemon=True).start()
        self.setup_path = None
        for line in self.process.stdout:
            if found := re.search(r"/setup\?token=\S+", line):
                self.setup_path = found.group()
            if "proofback serves" in line:
                return
        raise RuntimeError(f"the server ended: {''.join(self.log)}")

    def _keep_log(self):
        for line in self.process.stderr:
            self.log.append(line)

    def stop(self):
        """Ends it, and says how it ended."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        return self.process.returncode
