import Foundation
import ProofbackTestSupport

/// A TCP proxy that cuts connections: a program of its own that does what a file says. `open`; `cut`: none lives and none
/// is made; a number: each is cut after so many bytes to the server.
final class CuttingProxy: Sendable {
  let port: Int
  private let file: String
  private let process: Process

  private static let script = """
    import asyncio, sys
    listen, target, path = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    live = set()
    def mode():
        return open(path).read().strip()
    async def pump(reader, writer, budget):
        try:
            while data := await reader.read(4096):
                if budget is not None:
                    data = data[:budget]
                    budget -= len(data)
                writer.write(data)
                await writer.drain()
                if budget == 0:
                    writer.transport.abort()
                    return
        except OSError:
            pass
        finally:
            writer.close()
    async def serve(reader, writer):
        if mode() == "cut":
            return writer.transport.abort()
        try:
            back, forth = await asyncio.open_connection("127.0.0.1", target)
        except OSError:
            return writer.transport.abort()
        pair = (writer, forth)
        live.add(pair)
        budget = int(mode()) if mode().isdigit() else None
        await asyncio.gather(pump(reader, forth, budget), pump(back, writer, None))
        live.discard(pair)
    async def main():
        await asyncio.start_server(serve, "127.0.0.1", listen)
        print("listening", flush=True)
        while True:
            await asyncio.sleep(0.02)
            if mode() == "cut":
                for pair in list(live):
                    for side in pair:
                        side.transport.abort()
    asyncio.run(main())
    """

  init(to target: Int, folder: String) throws {
    port = try ServeKit.freePort()
    file = folder + "/proxy"
    try "open".write(toFile: file, atomically: true, encoding: .utf8)
    process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
    process.arguments = ["-c", Self.script, "\(port)", "\(target)", file]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    _ = output.fileHandleForReading.availableData
  }

  deinit {
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }

  func set(_ mode: String) throws { try mode.write(toFile: file, atomically: true, encoding: .utf8) }
}
