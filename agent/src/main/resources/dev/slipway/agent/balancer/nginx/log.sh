#!/bin/sh
# Counts what nginx has logged of its servers since a place in its access log.
#
#   sh log.sh FILE INODE OFFSET MAX    INODE 0: from its end; MAX: so many bytes at most
#
# A line of it is what nginx tells of all servers that it asked for one request: their addresses, statuses and times,
# each apart by a comma or, after an internal redirect, by a colon. Prints the place after the last whole line.
#
# Needs a POSIX shell, coreutils (or busybox) and awk.

set -u
LC_ALL=C
export LC_ALL

file=$1 inode=$2 offset=$3 max=$4

end() {
  printf 'slipway end %s\n' "$*"
  exit 0
}

now=$(stat -L -c '%i %s' -- "$file" 2>/dev/null) || end missing
size=${now#* }
[ -r "$file" ] || end unreadable
# Another file, or one that was cut or has run away: what it holds already was not watched.
if [ "${now% *}" != "$inode" ] || [ "$size" -lt "$offset" ] || [ "$((size - offset))" -gt "$max" ]; then
  printf 'slipway begins %s %s\n' "${now% *}" "$size"
  end 'done'
fi
tail -c "+$((offset + 1))" -- "$file" | head -c "$((size - offset))" |
  awk -v offset="$offset" -v size="$size" '
    function slot(seconds,    at) {
      for (at = 0; at < 17 && seconds * 1000 >= 2 ^ at; at++);
      return at
    }
    function count(line,    fields, hosts, states, times, all, i) {
      if (split(line, fields, "|") != 3) { foreign++; return }
      all = split(fields[1], hosts, /, | : /)
      if (split(fields[2], states, /, | : /) != all || split(fields[3], times, /, | : /) != all) { foreign++; return }
      for (i = 1; i <= all; i++) {
        # A client that went away first says nothing of the server.
        if (states[i] !~ /^[1-5][0-9][0-9]$/) continue
        requests[hosts[i]]++
        if (states[i] >= 500) errors[hosts[i]]++
        if (times[i] ~ /^[0-9.]+$/) slots[hosts[i] " " slot(times[i])]++
      }
    }
    { if (NR > 1) count(former); former = $0; read += length($0) + 1 }
    END {
      # The last line may be half written.
      if (NR > 0 && offset + read <= size) count(former)
      else if (NR > 0) read -= length(former) + 1
      printf "slipway place %.0f %d\n", offset + read, foreign
      for (host in requests) {
        printf "slipway tally %s %d %d", host, requests[host], errors[host]
        for (i = 0; i <= 17; i++) printf " %d", slots[host " " i]
        print ""
      }
    }'
end 'done'
