import Dispatch

/// Threads for work that reads and writes the state, which may have to wait for the disk and for other writers: the
/// runtime's own few threads go on meanwhile.
public final class StateThreads: TaskExecutor {
  private let queue = DispatchQueue(label: "state", attributes: .concurrent)

  public init() {}

  public func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
  }
}
