import Glibc
import Synchronization
public import SystemPackage

/// What the containers of one task share: folders that are volumes, seen by the worker below one folder of its own. One
/// definition for who writes the task down and for who works in it.
public struct TaskPlace: Sendable, Equatable {
  /// In the worker's container.
  public let folder: FilePath

  public init(_ folder: FilePath) { self.folder = folder }

  public static let usual = TaskPlace("/var/lib/proofback-task")

  /// The sandbox that runs in a task restore into: containers beside the worker's.
  public static let sandbox = "sidecar"

  /// User and group of the neighbours' programs. Images have a name for it (`nobody`), which `initdb` insists on.
  public static let user: UInt32 = 65534

  /// User of the worker's decoders, which may neither read its keys nor touch what the neighbours share.
  public static let decoderUser: UInt32 = 65520

  public func path(_ volume: TaskVolume) -> FilePath { folder.appending(volume.rawValue) }

  private static let told = Mutex<TaskPlace?>(nil)

  /// The task that this process works in; nil: none, and everything is sealed by namespaces. A container of a task can make
  /// none: the worker starts its decoders as other users there, and no program of a sandbox.
  public static var current: TaskPlace? { told.withLock { $0 } }

  /// For the worker's command, when its launcher says that it is in a task: before anything else, and for good.
  public static func enter(_ place: TaskPlace) { told.withLock { $0 = place } }
}

/// A volume of a task.
public enum TaskVolume: String, Sendable, CaseIterable {
  /// The worker's program, for the neighbour that runs programs of ours.
  case program
  case data, exchange
  case spoolServer = "spool-server"
  case spoolClient = "spool-client"
  case spoolTools = "spool-tools"
  case temporaryServer = "tmp-server"
  case temporaryClient = "tmp-client"
  case temporaryTools = "tmp-tools"
}

/// A container beside the worker's. It runs what it is told through its spool, and ends with the worker.
public enum TaskNeighbour: String, Sendable, CaseIterable {
  /// The DBMS's image: the server, with the data.
  case server
  /// The DBMS's image: its tools, which see the sockets and not the data.
  case client
  /// The worker's image: programs of ours.
  case tools

  public struct Mount: Sendable, Equatable {
    public var volume: TaskVolume
    public var inside: String
    public var isReadOnly = false
  }

  /// Where the spool is, inside.
  public static let spoolInside = "/.proofback"

  public var spool: TaskVolume {
    switch self {
    case .server: .spoolServer
    case .client: .spoolClient
    case .tools: .spoolTools
    }
  }

  public var temporary: TaskVolume {
    switch self {
    case .server: .temporaryServer
    case .client: .temporaryClient
    case .tools: .temporaryTools
    }
  }

  /// All that it can write to, but for memory; the spool belongs to the worker, and only its pipes can be written to.
  public var mounts: [Mount] {
    var mounts = [
      Mount(volume: spool, inside: Self.spoolInside), Mount(volume: temporary, inside: "/tmp"),
      Mount(volume: .exchange, inside: "/exchange"),
    ]
    if self != .client { mounts.append(Mount(volume: .data, inside: "/data")) }
    if self == .tools {
      let program = TaskPlace.usual.path(.program).string
      mounts.append(Mount(volume: .program, inside: program, isReadOnly: true))
    }
    return mounts
  }

  /// What the container runs; the seconds that it may live are its only argument.
  public static let entryPoint = ["/bin/sh", "-c", life, "proofback"]

  /// The shell that waits (process 1 of its container) reaps what is left by its parents; the one that reads starts jobs. It
  /// reads a pipe whose other end the worker holds: the container ends with the worker, however that ends, or when the time
  /// is over. Nothing but what POSIX has of a shell, and `sleep`.
  private static let life = #"""
    trap 'exit 0' TERM
    spool=\#(spoolInside)
    (sleep "$1"; kill -TERM $$) >/dev/null 2>&1 &
    PROOFBACK_CLOCK=$!
    export PROOFBACK_CLOCK
    (
      exec >/dev/null 2>&1
      until [ -p "$spool/jobs" ]; do sleep 0.1 || sleep 1; done
      exec 3<"$spool/jobs"
      while read -r job <&3; do
        (exec 3<&- 4>"$spool/$job/end"; /bin/sh "$spool/$job/run"; echo "ended $?" >&4) &
      done
    ) &
    wait $!
    exit 0
    """#
}
