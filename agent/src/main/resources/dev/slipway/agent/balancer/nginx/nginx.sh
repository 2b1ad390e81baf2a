#!/bin/sh
# Slipway's hand on an nginx: shows its processes and the file that Slipway owns there, and changes
# that file. Nothing is believed for its exit status: new workers are, which are looked for here,
# and what they tell, which the agent asks them.
#
#   sh nginx.sh look FILE PID                              PID: a worker, or 0
#   sh nginx.sh await FILE MASTER TICK                     until workers have begun after that
#   sh nginx.sh owner FILE BECOME [-c CONFIG]              lines of all files that may be about it
#   sh nginx.sh change FILE MASTER BECOME [-c CONFIG]      standard input: the whole new file
#
# Needs a POSIX shell, coreutils (or busybox) and grep.

set -u
LC_ALL=C
PATH=${PATH:-/usr/bin:/bin}:/usr/local/sbin:/usr/sbin:/sbin
export LC_ALL PATH
umask 022

PATIENCE=1000 # for new workers, in ticks: ten seconds

say() {
  printf 'slipway %s\n' "$*"
}

# What is asked at every look sets a variable, for each $(...) costs the machine a process.

# know_process PID: sets `parent`, and `begun` to when it began, in ticks of the machine's clock.
know_process() {
  { IFS= read -r stat <"/proc/$1/stat"; } 2>/dev/null || return 1
  # The name in parentheses may hold blanks and parentheses.
  # shellcheck disable=SC2086
  set -- ${stat##*) }
  parent=$2 begun=${20}
}

# now: about now, in the same ticks, as whoever prints is a process of its own.
now() {
  know_process self
  printf '%s\n' "$begun"
}

# know_title PID: sets `title` to what a process says it is, which ends without a newline.
know_title() {
  title=''
  { IFS= read -r title <"/proc/$1/cmdline"; } 2>/dev/null || :
}

# know_master PID: sets `master` to that of a worker, which is not there if it was killed alone.
know_master() {
  know_process "$1" || return 1
  master=$parent
  know_title "$master"
  case $title in 'nginx: master process'*) ;; *) return 1 ;; esac
}

# know_children PID: sets `children`. Not every kernel lists them.
know_children() {
  if ! [ -r "/proc/$1/task/$1/children" ]; then
    children=$(grep -lsE "^PPid:[[:space:]]+$1\$" /proc/[0-9]*/status | tr -dc '0-9\n')
    return 0
  fi
  # One that ends while they are listed may hide another, but not twice.
  children=none before=''
  until [ "$children" = "$before" ]; do
    before=$children children=''
    { IFS= read -r children <"/proc/$1/task/$1/children"; } 2>/dev/null || :
  done
}

# workers MASTER: a line for each, with when it began and whether it takes new requests.
workers() {
  know_children "$1"
  for pid in $children; do
    know_title "$pid"
    case $title in
      'nginx: worker process is shutting down'*) state=leaving ;;
      'nginx: worker process'*) state=working ;;
      *) continue ;;
    esac
    know_process "$pid" || continue
    say worker "$pid" "$begun" "$state"
  done
}

verb_look() {
  if [ "$2" != 0 ] && know_master "$2" && know_process "$master"; then
    say master "$master" "$begun" "$(now)"
    workers "$master"
  fi
  [ -e "$1" ] || return 0
  say file
  cat -- "$1"
}

# renewed MASTER TICK: whether whoever takes new requests has begun after that.
renewed() {
  all=$(workers "$1")
  fresh=no
  while read -r _ _ _ first state; do
    [ "$state" = working ] || continue
    [ "$first" -gt "$2" ] || return 1
    fresh=yes
  done <<END
$all
END
  [ "$fresh" = yes ]
}

# ask ARGUMENT ...: lets nginx do something, and shows all that it says.
ask() {
  if [ "$become" = sudo ] && [ "$(id -u)" != 0 ]; then
    sudo -n -- nginx "$@" 2>&1
  else
    nginx "$@" 2>&1
  fi
}

end() {
  rm -f -- "$beside/former-$$" "$beside/mine-$$" "$beside/new-$$"
  say end "$*" | tr '\n' ' '
  echo
  exit 0
}

# Puts the former file back, unless another agent has written since.
restore() {
  [ "$(stat -c %i "$file")" != "$(stat -c %i "$beside/mine-$$")" ] ||
    mv -f -- "$beside/former-$$" "$file"
}

place() {
  find "$beside" -maxdepth 1 -type f \( -name 'former-*' -o -name 'mine-*' -o -name 'new-*' \) \
    -mmin +60 -exec rm -f -- {} + 2>/dev/null
  [ -e "$file" ] || : >"$file"
  { cp -p -- "$file" "$beside/former-$$" && cp -p -- "$file" "$beside/new-$$" &&
    cat >"$beside/new-$$" && sync "$beside/new-$$" "$beside/former-$$" &&
    ln -f -- "$beside/new-$$" "$beside/mine-$$" && mv -f -- "$beside/new-$$" "$file" &&
    sync "$(dirname -- "$file")"; } 2>&1
}

# wait_for MASTER TICK: whether they came in time.
wait_for() {
  since=$(now)
  until renewed "$1" "$2"; do
    [ "$(now)" -lt "$((since + PATIENCE))" ] || return 1
    sleep 0.05
  done
}

verb_await() {
  beside=$1.slipway
  wait_for "$2" "$3" || end refused "no new workers came"
  end 'done'
}

verb_owner() {
  become=$2 beside=$1.slipway
  shift 2
  said=$(ask -T -q "$@") || end refused "nginx -T fails: $said"
  printf '%s\n' "$said" | grep -E '^# configuration file |slipway|mirror'
  end 'done'
}

verb_change() {
  file=$1 master=$2 become=$3 beside=$1.slipway
  shift 3
  # A change that was begun is ended also when the connection is lost meanwhile.
  trap '' HUP PIPE
  said=$(place) || end refused "$file cannot be written: $said"
  said=$(ask -t -q "$@") || {
    restore
    again=$(ask -t -q "$@") ||
      end refused "nginx -t fails, and does so without the change too: $again"
    end refused "nginx -t fails with the change: $said"
  }
  began=$(now)
  # A worker that begins after this has another tick.
  sleep 0.02
  said=$(ask "$@" -s reload) || {
    restore
    end refused "nginx -s reload fails: $said"
  }
  wait_for "$master" "$began" || {
    restore
    ask "$@" -s reload >/dev/null
    end refused "nginx -t and -s reload say that all is well, but no new workers came:" \
      "it keeps its former configuration, and its error log says why"
  }
  end 'done'
}

verb=$1
shift
"verb_$verb" "$@"
