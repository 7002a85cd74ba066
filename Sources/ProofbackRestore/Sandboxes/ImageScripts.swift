/// What the shell of an image is asked about its container, in the words that all of them know.
enum ImageScripts {
  /// Every half second the bytes of removed files that are still open, of those that this user may see, one number a line.
  static let removedFiles = #"""
    while :; do
      find -L /proc/[0-9]*/fd -maxdepth 1 -type f -links 0 -printf '%D:%i %b\n' 2>/dev/null | sort -u | while read -r file blocks; do
        echo "$blocks"
      done | { sum=0; while read -r blocks; do sum=$((sum + blocks * 512)); done; echo "$sum"; }
      sleep 0.5 || exit 0
    done
    """#

  /// How often the kernel stopped a program for want of memory, and refused to start one. Of cgroup v2 and v1.
  static let counters = #"""
    cd /sys/fs/cgroup
    cat memory.events memory/memory.oom_control 2>/dev/null | while read -r key value; do
      [ "$key" = oom_kill ] && echo "memory $value"
    done
    cat pids.events pids/pids.events 2>/dev/null | while read -r key value; do [ "$key" = max ] && echo "processes $value"; done
    :
    """#
}
