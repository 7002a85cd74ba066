import ProofbackCore
import ProofbackSystem

/// What a neighbour's shell is given as a job's `run`: POSIX, every text in quotes of ours.
enum SidecarScripts {
  /// Its standard streams are pipes of the job; it says its process id, and becomes the program.
  /// - Parameters:
  ///   - job: its folder, inside.
  ///   - addresses: bytes of address space that the program may have.
  static func run(
    _ program: SandboxProgram, job: String, hasInput: Bool, hasOutput: Bool, limits: Limits, addresses: UInt64
  ) -> String {
    let variables = program.environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    let words = (variables + [program.executable.string] + program.arguments).map(quoted).joined(separator: " ")
    let executable = quoted(program.executable.string)
    return """
      [ -x \(executable) ] && [ ! -d \(executable) ] || { echo missing >&4; exit 127; }
      \(streams(job, hasInput, hasOutput))
      echo "begun $$" >&4
      umask 7
      ulimit -c 0
      ulimit -f \(max(1, limits.diskBytes / 512))
      ulimit -v \(addresses / 1024)
      ulimit -u \(limits.processes) 2>/dev/null || ulimit -p \(limits.processes) 2>/dev/null
      plain=
      for tool in /usr/bin/setpriv /bin/setpriv; do [ -x "$tool" ] && { plain="$tool --no-new-privs"; break; }; done
      set -- $plain /usr/bin/env -i \(words)
      exec 4>&-
      cd / && exec "$@"

      """
  }

  /// A script of ours with its arguments, for what a program must not be asked.
  static func run(_ script: String, _ arguments: [String], job: String) -> String {
    """
    \(streams(job, false, true))
    echo "begun $$" >&4
    set -- \(arguments.map(quoted).joined(separator: " "))
    \(script)

    """
  }

  private static func streams(_ job: String, _ hasInput: Bool, _ hasOutput: Bool) -> String {
    "exec <\(hasInput ? job + "/in" : "/dev/null") >\(hasOutput ? job + "/out" : "/dev/null") 2>\(job)/err"
  }

  /// One word, whatever is in it.
  static func quoted(_ text: String) -> String { "'" + text.replacing("'", with: #"'\''"#) + "'" }

  /// Ends a program ($1: its process id, $2: TERM or KILL), or with `all` all programs of the container. TERM goes to the program
  /// alone. KILL goes to all that descends from it, and to what was left by its parent: tools of a DBMS don't leave daemons.
  static let stop = #"""
    root=$1
    [ "$2" = TERM ] && { kill -TERM "$root"; exit 0; }
    read_status() {
      name=; state=; parent=
      while read -r key value rest; do
        case $key in Name:) name=$value ;; State:) state=$value ;; PPid:) parent=$value; break ;; esac
      done 2>/dev/null <"/proc/$1/status"
    }
    keeper=$PPID
    read_status $keeper
    loop=$parent
    rounds=0
    while [ $rounds -lt 100 ]; do
      rounds=$((rounds + 1)); family=" $root "; grown=1; seen=
      while [ $grown = 1 ]; do
        grown=0
        for folder in /proc/[0-9]*; do
          pid=${folder#/proc/}
          case " 1 $$ $keeper $loop $PROOFBACK_CLOCK " in *" $pid "*) continue ;; esac
          case "$family$seen" in *" $pid "*) [ "$pid" = "$root" ] || continue ;; esac
          read_status "$pid"
          case $state in Z | X | '') continue ;; esac
          [ "$pid" = "$root" ] && { seen="$seen $pid "; continue; }
          [ "$parent" = "$PROOFBACK_CLOCK" ] && continue
          if [ "$root" = all ]; then
            [ "$parent" = "$loop" ] && continue
            seen="$seen $pid "; continue
          fi
          [ "$parent" = 1 ] || case $family in *" $parent "*) true ;; *) false ;; esac || continue
          family="$family$pid "; seen="$seen $pid "; grown=1
        done
      done
      [ -z "$seen" ] && exit 0
      kill -KILL $seen 2>/dev/null
    done
    exit 1
    """#
}
