/// What runs in a container besides the DBMS's programs: the image's own shell, in the words that all of them know.
enum DockerScripts {
  /// Where programs leave their process ids; in memory.
  static let notes = "/.proofback"

  /// The container's life: it tells the programs in the folders that are its arguments, then it ends when the worker's end of
  /// its standard input is closed, however that comes, or when the time is over ($0, seconds). Being process 1, the
  /// waiting shell also reaps whatever was left by its parent.
  static let life = #"""
    for tool in timeout cat env; do command -v $tool >/dev/null || { echo "no $tool" >&2; exit 3; }; done
    for folder; do for path in "$folder"/*; do [ -f "$path" ] && [ -x "$path" ] && echo "has $path"; done; done
    echo ready; timeout -s KILL "$0" cat; :
    """#

  /// Notes its process id in $0 and becomes the program. What it makes, its group may use: clients are of that group.
  static let enter = #"umask 7; echo $$ >"$0" && exec "$@""#

  /// Ends a program ($0: its note, $1: TERM or KILL). TERM goes to the program alone. KILL goes to all that descends from
  /// it, and to what was left by its parent: tools of a DBMS don't leave daemons.
  static let stop = #"""
    tries=0
    until [ -s "$0" ]; do tries=$((tries + 1)); [ $tries -gt 40 ] && exit 0; sleep 0.05; done
    read -r root <"$0"
    [ "$1" = TERM ] && { kill -TERM "$root"; exit 0; }
    rounds=0
    while [ $rounds -lt 50 ]; do
      rounds=$((rounds + 1)); family=" $root "; grown=1; seen=0
      while [ $grown = 1 ]; do
        grown=0
        for folder in /proc/[0-9]*; do
          pid=${folder#/proc/}; name=; state=; parent=
          [ "$pid" = $$ ] && continue
          while read -r key value rest; do
            case $key in Name:) name=$value ;; State:) state=$value ;; PPid:) parent=$value; break ;; esac
          done 2>/dev/null <"$folder/status"
          [ "$pid" = 1 ] && continue
          case $state in Z | X | '') continue ;; esac
          if [ "$pid" = "$root" ]; then seen=1; continue; fi
          case $family in *" $pid "*) continue ;; esac
          if [ "$parent" = 1 ] && [ "$name" != timeout ] || case $family in *" $parent "*) true ;; *) false ;; esac; then
            family="$family$pid "; grown=1; seen=1
          fi
        done 2>/dev/null
      done
      [ $seen = 0 ] && exit 0
      kill -KILL $family 2>/dev/null
    done
    """#
}
