#!/bin/sh
# Slipway's hand on a host: what changes an application's releases, links and services goes
# through here, under one lock and with the epoch of the agent checked.
#
#   sh slipway.sh NONCE VERB [key=value ...] [-- word ...]
#
# A line of output counts only if it begins with NONCE, so what a login shell prints does no harm.
# The last such line is `end done|refused|failed TEXT`; without it nobody knows what happened.
# Needs a POSIX shell, coreutils (or busybox), tar, and flock and setsid of util-linux.

set -u
LC_ALL=C
PATH=${PATH:-/usr/bin:/bin}:/usr/local/sbin:/usr/sbin:/sbin
CDPATH=
export LC_ALL PATH
unset SLIPWAY_PLACE ENV
umask 022

nonce=${1:?}
verb=${2:?}
shift 2

base='' store='' counter='' become='' user='' group='' slot='' role='' directory='' release=''
environment='' content='' bytes=0 inodes=0 keep='' target='' part='' service='' unit='' timeout=30
run=.slipway/run port='' address='' token='' into=manifests unitfiles='' looked_at='' epoch=''
recalled='' links='' nl='
'

AUDIT_BYTES_MAX=262144
AUDIT_LINES_KEPT=1000
LOG_LINES=50
RUN_BYTES=65536
UNITS=/etc/systemd/system
LOCK_SECONDS=120

# ---- answers ----

say() {
  set -- "$*"
  case $1 in *[[:cntrl:]]*) set -- "$(printf %s "$1" | tr '[:cntrl:]' ' ')" ;; esac
  printf '%s %s\n' "$nonce" "$1"
}

succeed() {
  finish 'done' "$@"
}

finish() {
  say end "$@"
  exit 0
}

refuse() {
  [ -z "$token" ] || printf 'refused\n' >".slipway/hold-$token" 2>/dev/null
  finish refused "$@"
}

# Prints the lines of a file that an operator would look at first.
tell() {
  [ ! -s "$1" ] || tail -n "$LOG_LINES" -- "$1" | while IFS= read -r line || [ -n "$line" ]; do
    say log "$line"
  done
}

# ---- rights and durable writing ----

sudoes() {
  [ "$become" = sudo ] && [ "$(id -u)" != 0 ]
}

# Runs a command with the rights of the service manager.
root() {
  if sudoes; then
    sudo -n -- "$@"
  else
    "$@"
  fi
}

# Runs a command with the rights of the application's owner, if it has one of its own.
as_owner() {
  ! sudoes || [ -z "$user" ] || [ "$user" = "$(id -un)" ] || sudo -n -u "$user" -- "$@"
}

# within SECONDS FILE COMMAND ...: runs a command as root and waits for it; the file gets what it
# says. Nobody but root can end what sudo runs, so it is left to itself when the time is over, and
# sudoers needs no line that holds a time.
within() {
  limit=$(($1 * 10)) heard=$2 ended=.slipway/tmp-ended-$nonce
  shift 2
  if ! sudoes; then
    timeout "$((limit / 10))" "$@" >"$heard" 2>&1
    return
  fi
  rm -f "$ended"
  {
    root "$@" >"$heard" 2>&1
    echo "$?" >"$ended"
  } </dev/null >/dev/null 2>&1 8>&- 9>&- &
  until [ -s "$ended" ]; do
    [ "$limit" -gt 0 ] || return 124
    limit=$((limit - 1))
    sleep 0.1
  done
  read -r status <"$ended"
  return "$status"
}

# let_by_sudo FILE COMMAND ...: refuses if sudo says in the file that it did not run the command.
let_by_sudo() {
  heard=$1
  shift
  sudoes || return 0
  why=$(grep -m 1 -e 'a password is required' -e 'must have a tty' -e 'not allowed' \
    -e 'may not run sudo' -e 'not in the sudoers' -e 'sudo:.* not found' "$heard") || return 0
  case $why in
    *tty*) line="Defaults:$(id -un) !requiretty" ;;
    *) line=$(sudoers_line "$@") ;;
  esac
  refuse "sudo does not let $(id -un) do this ($why); run slipway bootstrap," \
    "or add to sudoers: $line"
}

sudoers_line() {
  line="$(id -un) ALL=(root) NOPASSWD: $(command -v -- "$1")"
  shift
  for word do line="$line $(printf %s "$word" | sed 's/[,:=\\]/\\&/g')"; done
  printf '%s\n' "$line"
}

# Gives a path to the application's owner, if it has one.
give() {
  [ -n "$user" ] || return 0
  root chown -h -- "$user:$group" "$@" 2>&1 ||
    refuse "cannot give '$1' to $user:$group; run slipway bootstrap, which makes it"
}

# put PATH MODE: standard input becomes the file, whole and durable or not at all.
put() {
  (umask 077 && cat >".slipway/tmp-$nonce") && chmod "$2" ".slipway/tmp-$nonce" &&
    sync ".slipway/tmp-$nonce" && mv -f -- ".slipway/tmp-$nonce" "$1" && sync "$(dirname -- "$1")"
}

cannot_write() {
  refuse "cannot write $here/$1: no space left, or a read-only file system"
}

digest_of() {
  set -- "$(sha256sum <"$1")"
  printf %s "${1%% *}"
}

# ---- the place, the lock and the epoch ----

enter() {
  case $base in /?*) ;; *) refuse "'$base' is not an absolute path" ;; esac
  if ! cd -P -- "$base" 2>/dev/null; then
    [ ! -e "$base" ] || refuse "$base cannot be entered: no right, or not a directory"
    return 1
  fi
  here=$PWD
  [ "$here" != / ] || refuse "the root directory cannot be a deployPath"
  for own in .slipway releases shared env; do
    [ ! -L "$own" ] || refuse "$here/$own is a link; Slipway needs a directory of its own there"
  done
}

check_names() {
  for name in "$slot" "$role" "$directory" "$token"; do
    case $name in
      releases | shared | env | .* | -* | *[!A-Za-z0-9._+~-]*)
        refuse "'$name' is not a name of a slot or release" ;;
    esac
  done
}

begin() {
  enter || refuse "$base does not exist"
  for tool in flock sha256sum tar sync timeout; do
    command -v "$tool" >/dev/null 2>&1 ||
      refuse "$tool is missing; install util-linux and coreutils"
  done
  {
    mkdir -p .slipway/slots .slipway/partial .slipway/manifests .slipway/pending .slipway/log &&
      (umask 077 && : >>.slipway/lock)
  } 2>/dev/null ||
    refuse "cannot write in $here/.slipway: no space left, a read-only file system or no right"
  lock
  check_epoch
  rm -f .slipway/tmp-*
  audit begin
}

lock() {
  exec 9>>.slipway/lock
  waited=0
  until flock -n 9; do
    [ "$waited" -lt "$((LOCK_SECONDS * 10))" ] ||
      refuse "another act holds $here/.slipway/lock for more than $LOCK_SECONDS s"
    waited=$((waited + 1))
    sleep 0.1
  done
}

read_epoch() {
  held_store='' held_counter=0
  [ ! -s .slipway/epoch ] || read -r held_store held_counter <.slipway/epoch
  case $held_counter in
    '' | *[!0-9]*)
      refuse "$here/.slipway/epoch cannot be read; look at it, then run slipway takeover" ;;
  esac
}

check_epoch() {
  case $counter in '' | *[!0-9]*) refuse "'$counter' is not an epoch" ;; esac
  read_epoch
  if [ -n "$held_store" ] && [ "$held_store" != "$store" ]; then
    refuse_epoch "this place belongs to the store $held_store, not to $store;" \
      "run slipway takeover if that one is gone for good"
  elif [ "$counter" -lt "$held_counter" ]; then
    refuse_epoch "an agent with the newer epoch $held_counter has acted here, this one has $counter"
  elif [ -z "$held_store" ] || [ "$counter" -gt "$held_counter" ]; then
    store_epoch
  fi
}

store_epoch() {
  printf '%s %s\n' "$store" "$counter" | put .slipway/epoch 644 || cannot_write .slipway/epoch
}

refuse_epoch() {
  audit refused
  refuse "$@"
}

audit() {
  printf '%s %s %s %s %s slot=%s directory=%s release=%s\n' "$(date -u +%Y-%m-%dT%H:%M:%SZ)" \
    "$store" "$counter" "$1" "$verb" "$part" "$directory" "$release" 2>/dev/null >>.slipway/audit
  [ "$(wc -c <.slipway/audit)" -le "$AUDIT_BYTES_MAX" ] ||
    tail -n "$AUDIT_LINES_KEPT" .slipway/audit | put .slipway/audit 644
}

# ---- what lies here ----

is_complete() {
  [ -d "releases/$1" ] && [ ! -L "releases/$1" ] && [ -f ".slipway/manifests/$1" ]
}

# Whether the files are there, and commands have to run before the release is complete.
is_pending() {
  [ -d "releases/$1" ] && [ ! -L "releases/$1" ] && [ -f ".slipway/pending/$1" ]
}

# What is asked often sets a variable, for each $(...) costs the host a process.

# value_of FILE NAME: sets `value` to that of the first line `NAME VALUE`, or to nothing.
value_of() {
  value=''
  [ -f "$1" ] || return 0
  recall "$1"
  value_in "$text" "$2"
}

# value_in LINES NAME: the same for lines that are known.
value_in() {
  value=''
  case $nl$1 in
    *"$nl$2 "*)
      value=$nl$1
      value=${value#*"$nl$2 "}
      value=${value%%"$nl"*} ;;
  esac
}

# recall FILE: sets `text` to its lines. A shell reads byte by byte, so a verb that changes nothing
# reads a file once.
recall() {
  [ "$recalled" != "$1" ] || return 0
  text=''
  while IFS= read -r line; do text=$text$line$nl; done <"$1"
  case $verb in look | process) recalled=$1 ;; esac
}

# field FILE NAME: prints it.
field() {
  value_of "$@"
  printf '%s\n' "$value"
}

# Sets `link` to what the slot's link points at, and `file` to the record of that, or to nothing.
# The record of an act that was cut off between its two renames is still called `next`.
find_record() {
  file='' link=''
  [ -L "$slot" ] || return 0
  value_in "$links" "$slot"
  link=${value:-$(readlink -- "$slot")}
  for file in ".slipway/slots/$slot.link" ".slipway/slots/$slot.next"; do
    value_of "$file" directory
    [ "releases/$value" != "$link" ] || return 0
  done
  file=''
}

# know_links SLOT@ROLE ...: sets `links` to a line `SLOT TARGET` for each, if one process can tell.
know_links() {
  for part do
    shift
    [ ! -L "${part%%@*}" ] || set -- "$@" "${part%%@*}"
  done
  [ $# -gt 0 ] || return 0
  targets=$(readlink -- "$@" 2>/dev/null)$nl || return 0
  for part do
    links="$links$part ${targets%%"$nl"*}$nl"
    targets=${targets#*"$nl"}
  done
  # After a target of two lines each would be taken for that of another slot.
  [ -z "$targets" ] || links=''
}

record() {
  find_record
  printf '%s\n' "$file"
}

# ---- staging ----

verb_room() {
  begin
  remove_partials
  ! is_complete "$directory" || succeed present
  ! is_pending "$directory" || succeed pending
  [ ! -e "releases/$directory" ] ||
    refuse "$here/releases/$directory exists and is not Slipway's; move it away"
  need=$((bytes / 1024 + inodes * 4 + 1024))
  free=$(free_kib .)
  [ "$free" -ge "$need" ] ||
    refuse "no space left in $here: the release needs $need KiB, $free KiB are free"
  free=$(df -Pi . 2>/dev/null | awk 'NR == 2 && $2 > 0 { print $4 }')
  case $free in
    '' | *[!0-9]*) ;;
    *) [ "$free" -ge "$inodes" ] ||
      refuse "no inodes left in $here: the release needs $inodes, $free are free" ;;
  esac
  succeed room
}

free_kib() {
  df -Pk -- "$1" | {
    read -r _
    read -r _ _ _ kib _
    printf '%s\n' "$kib"
  }
}

# How much has room where the application lies, or is to lie.
verb_free() {
  at=$base
  until [ -d "$at" ]; do at=$(dirname -- "$at"); done
  say free "$(free_kib "$at")"
  succeed
}

# Removes what cut-off uploads and removals left. An upload that is going on holds its own lock.
remove_partials() {
  for partial in .slipway/partial/*; do
    [ -d "$partial" ] || continue
    (flock -n 8 && remove_tree "$partial") 8>>"$partial/lock"
  done
}

remove_tree() {
  # What commands made belongs to the application's owner.
  ! sudoes || [ -z "$user" ] ||
    as_owner find "$1" -type d -user "$user" -exec chmod ug+rwx {} + 2>/dev/null
  find "$1" -type d -user "$(id -u)" -exec chmod u+rwx {} +
  rm -rf -- "$1"
}

verb_stage() {
  begin
  ! is_complete "$directory" || succeed present
  ! is_pending "$directory" || succeed pending
  work=.slipway/partial/$nonce
  { mkdir "$work" && exec 8>>"$work/lock" && flock -n 8 && mkdir "$work/files"; } ||
    refuse "cannot write in $here/.slipway/partial"
  # An upload may take long. Nothing depends on it yet, so others need not wait.
  exec 9>&-
  # The time of a file is that of its arrival, so that no cache takes it for an older one.
  if ! why=$(tar -xmof - -C "$work/files" 2>&1); then
    [ "$(free_kib .)" -ge 64 ] || drop "no space left in $here"
    drop "unpacking failed: $(printf '%s\n' "$why" | head -n 1)"
  fi
  [ -z "$(find "$work/files" ! -type f ! -type d ! -type l)" ] || drop "the release holds a device"
  manifest "$work/files" "$work/manifest" || drop "the files cannot be read back"
  found=$(digest_of "$work/manifest")
  [ "$found" = "$content" ] ||
    drop "the files that arrived are not those that were sent: expected $content, found $found"
  for word do link_shared "$word"; done
  # What others may not read is for the application, which is of its own group.
  [ -z "$user" ] ||
    find "$work/files" -type f ! -perm -004 -exec chgrp -- "$group" {} + 2>/dev/null ||
    drop "cannot give files to the group $group; run slipway bootstrap, which lets $(id -un) in"
  seal "$work/files" || drop "the files cannot be made durable"
  lock
  check_epoch
  publish
  succeed staged
}

# Files that nobody changes any more, on the disk.
seal() {
  find "$1" -type f -user "$(id -u)" -exec chmod a-w,u-s,g-s {} + &&
    find "$1" -type d -user "$(id -u)" -exec chmod 555 {} + && chmod 755 "$1" && sync -f "$1"
}

# The release is complete when its directory and its manifest are both there.
publish() {
  if ! is_complete "$directory" && ! is_pending "$directory"; then
    [ ! -e "releases/$directory" ] || drop "$here/releases/$directory exists and is not Slipway's"
    {
      mkdir -p releases && put ".slipway/$into/$directory" 644 <"$work/manifest" &&
        mv -- "$work/files" "releases/$directory" && label "releases/$directory" &&
        chmod 555 "releases/$directory" &&
        sync releases "releases/$directory"
    } || drop "cannot write in $here/releases"
  fi
  remove_tree "$work"
}

# Gives files the context that the host's policy (SELinux) has for where they lie now.
label() {
  ! command -v restorecon >/dev/null 2>&1 || restorecon -R -- "$here/$1" >/dev/null 2>&1 || :
}

drop() {
  remove_tree "$work"
  refuse "$@"
}

# manifest DIRECTORY FILE: writes `<sha256> <mode> <size> <path>` for everything, sorted by path.
manifest() (
  out=$PWD/$2
  cd -- "$1" || exit 1
  find . -type f | sed 's|^\./||' | tr '\n' '\0' >"$out.names"
  xargs -0 -r sha256sum -- <"$out.names" | sed 's/^\\//' | cut -c 1-64 >"$out.sums"
  xargs -0 -r stat -c '%a %s %n' -- <"$out.names" >"$out.stats"
  {
    paste -d ' ' "$out.sums" "$out.stats"
    find . -type l | sed 's|^\./||' | while IFS= read -r path; do
      set -- "$(printf %s "$(readlink -- "$path")" | sha256sum)"
      printf '%s link %s %s\n' "${1%% *}" "$(stat -c %s -- "$path")" "$path"
    done
    find . -mindepth 1 -type d -empty | sed 's|^\./||' | while IFS= read -r path; do
      set -- "$(sha256sum </dev/null)"
      printf '%s dir 0 %s\n' "${1%% *}" "$path"
    done
  } | sort -t ' ' -k 4 >"$out"
)

# link_shared dir:PATH|file:PATH: the path in the new release leads into shared/.
link_shared() {
  kind=${1%%:*} path=${1#*:}
  case /$path/ in
    *//* | */./* | */../*) drop "'$path' is not a path below the release" ;;
  esac
  case $path in *[[:cntrl:]]*) drop "'$path' holds a control character" ;; esac
  [ -e shared ] || { mkdir shared && give shared; } || drop "cannot make $here/shared"
  at=$work/files up=../.. below=shared rest=$path
  while [ "$rest" != "${rest#*/}" ]; do
    at=$at/${rest%%/*} below=$below/${rest%%/*} up=$up/.. rest=${rest#*/}
    { [ ! -L "$at" ] && mkdir -p -- "$at"; } || drop "'$path': a directory on the way is a link"
    shared_directory "$below"
  done
  if [ "$kind" = dir ]; then
    [ -e "$below/$rest" ] || shared_directory "$below/$rest"
  elif [ ! -e "$below/$rest" ] && [ ! -L "$below/$rest" ]; then
    {
      { (umask 027 && : >"$below/$rest") 2>/dev/null || root touch -- "$below/$rest"; } &&
        root chmod 640 -- "$below/$rest" && give "$below/$rest"
    } || drop "cannot make $here/$below/$rest; run slipway bootstrap, which makes it"
  fi
  rm -rf -- "${at:?}/$rest"
  ln -s -- "$up/shared/$path" "$at/$rest" || drop "cannot link '$path'"
}

shared_directory() {
  [ ! -L "$1" ] || drop "$here/$1 is a link that leads out of shared/ or nowhere"
  [ -d "$1" ] || { { mkdir -- "$1" 2>/dev/null || root mkdir -- "$1"; } && give "$1"; } ||
    [ -d "$1" ] || # another upload has made it meanwhile
    drop "cannot make $here/$1; run slipway bootstrap, which makes it"
}

# ---- commands of a release ----

# Runs what belongs to having the release here, after which it is complete.
verb_install() {
  begin
  part='!run'
  ! is_complete "$directory" || succeed present
  is_pending "$directory" || refuse "the files of $directory are not here"
  own=releases/$directory
  { open_up "$own"; } 2>/dev/null || refuse "cannot let ${user:-anybody} write in $here/$own;" \
    "run slipway bootstrap, or join the group $group"
  commands "$@"
  [ "$(id -u)" != 0 ] || [ -z "$user" ] || chown -hR 0:0 -- "$own"
  seal "$own" || refuse "the files cannot be made durable"
  { chmod 555 "$own" && mv -f -- ".slipway/pending/$directory" ".slipway/manifests/$directory" &&
    sync .slipway/manifests; } || cannot_write ".slipway/manifests/$directory"
  note_run 'done'
  succeed staged
}

# Lets the commands write in a release that is not complete.
open_up() {
  find "$1" ! -type l -user "$(id -u)" -exec chmod u+w {} + || return 1
  [ -z "$user" ] || [ "$user" = "$(id -un)" ] || {
    chgrp -hR -- "$group" "$1" &&
      find "$1" ! -type l -user "$(id -u)" -exec chmod g+w {} +
  }
}

# Runs a task; what came of it is remembered until the next one.
verb_run() {
  begin
  part='!run'
  is_complete "$directory" || refuse "the release $directory is not staged here"
  commands "$@"
  note_run 'done'
  succeed ran
}

# Runs what the release in a slot has for a moment of its life; other slots have theirs meanwhile.
verb_hook() {
  begin
  run=.slipway/hook!$part part="!hook-$part"
  is_complete "$directory" || refuse "the release $directory is not staged here"
  commands "$@"
  note_run 'done'
  succeed ran
}

# Tells whether the run that has this token ended well; changes nothing.
verb_ran() {
  enter || succeed not
  ran='' whose='' how=''
  [ ! -s "$run" ] || read -r ran whose how <"$run"
  [ "$ran $how" != "$token done" ] || succeed ran
  part='!run'
  [ -z "$(descendants)" ] || succeed running
  succeed not
}

note_run() {
  printf '%s %s %s\n' "$token" "$nonce" "$1" | put "$run" 644 || cannot_write "$run"
}

# Runs every command, one after the other, as the owner and with the variables that standard input
# says. The words are `N=word`, where N is the number of the command. Of a former run nothing is
# left when this one begins, and nothing of this one at its end.
commands() {
  variables=$(cat)
  arrived=$(printf '%s\n' "$variables" | sha256sum)
  [ "${arrived%% *}" = "$environment" ] || refuse "the environment did not arrive whole"
  end_descendants 0 || fail "processes of a former run stay: $(descendants | tr '\n' ' ')"
  rm -f "$run"!ended-*
  note_run running
  log=.slipway/log/${run#.slipway/}.log over=$(($(date +%s) + timeout)) number=1
  while has_command "$number" "$@"; do
    command_within "$number" "$@"
    number=$((number + 1))
  done
  check_epoch
}

has_command() {
  wanted=$1
  shift
  for word do case $word in "$wanted="*) return 0 ;; esac; done
  return 1
}

is_own_run() {
  read -r ran whose how <"$run" && [ "$whose" = "$nonce" ]
}

# Begins and ends with the lock held. Commands may take long: others need not wait meanwhile, and a
# later run ends this one.
command_within() {
  wanted=$1 late=''
  shift
  for word do
    shift
    case $word in "$wanted="*) set -- "$@" "${word#*=}" ;; esac
  done
  ended=$run!ended-$nonce-$wanted
  { { as_marked "$@"; echo "$?" >"$ended"; } 2>&1 | tail -c "$RUN_BYTES" >"$log"; } \
    </dev/null >/dev/null 2>&1 8>&- 9>&- &
  pipe=$!
  exec 9>&-
  until [ -s "$ended" ] || ! is_own_run; do
    [ "$(date +%s)" -lt "$over" ] || { late=yes && break; }
    sleep 0.1
  done
  lock
  # What runs now is marked as this one's was.
  is_own_run || refuse "a later run took the place of this one"
  # A command may leave something behind that would go on unseen.
  if [ -n "$late" ]; then end_descendants 5; else end_descendants 0; fi
  waited=0
  while kill -0 "$pipe" 2>/dev/null && [ "$waited" -lt 50 ]; do
    waited=$((waited + 1))
    sleep 0.1
  done
  status=''
  [ ! -s "$ended" ] || read -r status <"$ended"
  rm -f "$ended"
  [ "$late$status" != 0 ] || return 0
  note_run failed
  [ -z "$late" ] || fail_with "$log" "'$1' did not end within $timeout s and was killed"
  fail_with "$log" "'$1' ended with status $status"
}

# Runs a command in the release as its owner, and marks it, so that it can be found and ended.
as_marked() {
  set -- sh -c "$runner" slipway "$here/releases/$directory" "$here#$part" "$@"
  if [ -n "$user" ] && [ "$user" != "$(id -un)" ]; then
    if [ "$(id -u)" = 0 ]; then
      set -- setpriv --reuid="$user" --regid="$group" --init-groups "$@"
    elif [ "$become" = sudo ]; then
      set -- sudo -n -u "$user" -g "$group" -- "$@"
    else
      echo "only root can run this as $user; use become: sudo, or log in as $user"
      return 126
    fi
  fi
  printf '%s\n' "$variables" | "$@"
}

# The arguments are the directory, the mark and a command; the variables come in, and are seen in
# no list of arguments and no file.
# shellcheck disable=SC2016 # for another shell
runner='
  variables=$(cat)
  exec </dev/null
  umask 002
  cd -P -- "$1" || exit 127
  mark=$2
  shift 2
  unset LC_ALL
  set -a
  eval "$variables"
  SLIPWAY_PLACE=$mark
  set +a
  exec "$@"'

# ---- links ----

verb_activate() {
  begin
  is_complete "$directory" || refuse "the release $directory is not staged here"
  [ -L "$slot" ] || [ ! -e "$slot" ] || refuse "$here/$slot is not a link; move it away"
  mkdir -p env || refuse "cannot make $here/env"
  # Under another name than put's, which is used below.
  (umask 077 && cat >".slipway/tmp-env-$nonce") || refuse "cannot write in $here/.slipway"
  [ "$(digest_of ".slipway/tmp-env-$nonce")" = "$environment" ] ||
    refuse "the environment did not arrive whole"
  unit_files
  new=.slipway/slots/$slot.next
  service_record "$@" >".slipway/tmp-record-$nonce"
  if activated; then
    succeed "was active"
  fi
  forget_runs
  rm -f ".slipway/slots/$slot.foreign"
  put "$new" 644 <".slipway/tmp-record-$nonce" || cannot_write "$new"
  put "env/$slot.env" 640 <".slipway/tmp-env-$nonce" || cannot_write "env/$slot.env"
  [ -z "$group" ] || chgrp -- "$group" "env/$slot.env" 2>/dev/null ||
    root chgrp -- "$group" "env/$slot.env" 2>/dev/null ||
    refuse "cannot give env/$slot.env to the group $group; run slipway bootstrap, or join the group"
  since pending
  point "releases/$directory"
  since "$(start_of self)"
  mv -f -- "$new" ".slipway/slots/$slot.link" && sync .slipway/slots
  touch -- ".slipway/manifests/$directory"
  succeed active
}

activated() {
  [ "$(readlink -- "$slot")" = "releases/$directory" ] &&
    [ -f "env/$slot.env" ] && [ "$(digest_of "env/$slot.env")" = "$environment" ] &&
    cmp -s ".slipway/slots/$slot.link" ".slipway/tmp-record-$nonce"
}

service_record() {
  printf 'directory %s\nrelease %s\nservice %s\nunit %s\nuser %s\ngroup %s\n' \
    "$directory" "$release" "$service" "$unit" "$user" "$group"
  for word do printf 'word %s\n' "$word"; done
}

# What was started before the link was set is no process of this release, whatever its role.
forget_runs() {
  rm -f ".slipway/slots/$slot.run" ".slipway/slots/$slot@"*.run
}

# since TICKS: what began later than that was started from what the link points at.
since() {
  know_boot
  printf '%s %s\n' "$boot" "$1" | put ".slipway/slots/$slot.since" 644 ||
    cannot_write ".slipway/slots/$slot.since"
}

# Sets the slot's link by renaming a new one over it.
point() {
  rm -f ".slipway/tmp-link-$nonce"
  {
    ln -s -- "$1" ".slipway/tmp-link-$nonce" &&
      mv -fT -- ".slipway/tmp-link-$nonce" "$slot" && sync .
  } || refuse "cannot set the link $here/$slot"
}

verb_relink() {
  begin
  [ -L "$slot" ] || [ ! -e "$slot" ] || refuse "$here/$slot is not a link; move it away"
  [ -e "$target" ] || refuse "'$target' does not exist any more"
  ! relinked || succeed "was linked"
  unit_files
  forget
  foreign=.slipway/slots/$slot.foreign
  printf 'target %s\n' "$target" | put "$foreign" 644 || cannot_write "$foreign"
  since pending
  point "$target"
  since "$(start_of self)"
  succeed linked
}

relinked() {
  [ "$(readlink -- "$slot")" = "$target" ] && [ -z "$(record)" ] &&
    [ "$(field ".slipway/slots/$slot.foreign" target)" = "$target" ]
}

verb_clear() {
  begin
  [ -L "$slot" ] || [ ! -e "$slot" ] || refuse "$here/$slot is not a link; move it away"
  unit_files
  forget
  { rm -f -- "$slot" && sync .; } || refuse "cannot remove the link $here/$slot"
  succeed clear
}

forget() {
  forget_runs
  rm -f ".slipway/slots/$slot.next" ".slipway/slots/$slot.link" ".slipway/slots/$slot.foreign" \
    ".slipway/slots/$slot.since" "env/$slot.env"
}

# ---- unit files ----

# Installs the unit files that the release brings for the slot, each named FILE/UNIT, and takes away
# those that were brought before and are not any more.
unit_files() {
  list=.slipway/slots/$slot.units
  [ -n "$unitfiles" ] || [ -f "$list" ] || return 0
  mkdir -p .slipway/units || cannot_write .slipway/units
  brought=' '
  for pair in $unitfiles; do
    brought="$brought${pair#*/} "
  done
  before=$(cat "$list" 2>/dev/null)
  # Both while it is being done: whatever is cut off is done again.
  lines "$brought" "$before" | put "$list" 644 || cannot_write "$list"
  for pair in $unitfiles; do
    install_unit "${pair%%/*}" "${pair#*/}"
  done
  for former in $before; do
    case $brought in *" $former "*) ;; *) remove_unit "$former" ;; esac
  done
  read_units
  lines "$brought" | put "$list" 644 || cannot_write "$list"
}

lines() {
  printf '%s\n' "$*" | tr -s ' ' '\n' | sed '/^$/d'
}

# install_unit FILE UNIT: what is there and was not installed by this application is another's.
install_unit() {
  own=.slipway/units/$2 new=.slipway/tmp-unit-$nonce
  cat <"releases/$directory/.slipway/units/$1" >"$new" || refuse "the release brings no file $1"
  # A hook may have been there since, and is not to become root by it.
  sent=$(awk -v path=".slipway/units/$1" '$4 == path { print $1 }' ".slipway/manifests/$directory")
  [ "$(digest_of "$new")" = "$sent" ] ||
    refuse "the file $1 of the release is not the one that was sent; deploy another release"
  if cmp -s -- "$new" "$UNITS/$2"; then
    [ -f "$own" ] || put "$own" 644 <"$new" || cannot_write "$own"
    return 0
  fi
  [ -f "$own" ] || { [ ! -e "$UNITS/$2" ] && [ ! -L "$UNITS/$2" ]; } ||
    refuse "$UNITS/$2 is there and is not Slipway's; move it away, or leave unitFile out"
  unit_changes "$2"
  put "$own" 644 <"$new" || cannot_write "$own"
  why=$(root install -m 644 -o root -g root -- "$base/$own" "$UNITS/$2" 2>&1) ||
    refuse "cannot install $UNITS/$2 ($why); run slipway bootstrap, which allows it"
}

remove_unit() {
  unit_changes "$1"
  why=$(root rm -f -- "$UNITS/$1" 2>&1) ||
    refuse "cannot remove $UNITS/$1 ($why); run slipway bootstrap, which allows it"
  rm -f -- ".slipway/units/$1"
}

unit_changes() {
  echo "$1" | put .slipway/units-changed 644 || cannot_write .slipway/units-changed
}

# Lets systemd read what was changed, also what was changed before something was cut off.
read_units() {
  [ -e .slipway/units-changed ] || return 0
  why=$(root systemctl --no-ask-password daemon-reload 2>&1) ||
    refuse "systemd cannot read its units again ($why); run slipway bootstrap, which allows it"
  rm -f .slipway/units-changed
}

# ---- processes ----

# Sets `boot` to what tells this boot of the host from others.
know_boot() {
  { IFS= read -r boot </proc/sys/kernel/random/boot_id; } 2>/dev/null || boot=unknown
}

# Sets state (running, stopped, unknown), mark, restarts and detail of the slot's service, and the
# origin (recorded, other, former) of what runs.
observe() {
  state=unknown mark='' restarts=0 detail='' main='' sockets=''
  know_boot
  "observe_$service" "$@"
  origin=other
  [ "$state" = running ] || return 0
  value_of ".slipway/slots/$part.run" mark
  if [ "$value" = "$mark" ]; then
    origin=recorded
  elif is_former; then
    origin=former
  fi
  ! is_of_another || origin=former
}

# Whether what runs began before the slot's link was set, or cannot be shown to have begun later.
is_former() {
  case $service/$unit in none/* | linked/* | */*.timer) return 1 ;; esac
  [ -s ".slipway/slots/$slot.since" ] || return 1
  read -r booted began <".slipway/slots/$slot.since"
  [ "$booted" = "$boot" ] || return 1
  [ -n "$main" ] && [ "$began" != pending ] || return 0
  started=$(start_of "$main")
  [ "${started:-0}" -le "$began" ]
}

# Whether the main process itself, where it may be looked into, says that it is of another release.
is_of_another() {
  case $service in systemd | process) ;; *) return 1 ;; esac
  [ -n "$main" ] || return 1
  if [ "$looked_at" != "$slot" ]; then
    find_record
    value_of "$file" release
    known=$value
  fi
  of=$known
  # What this script itself has started runs what it was started with.
  if [ "$service/$origin" = process/recorded ]; then
    value_of ".slipway/slots/$part.run" release
    [ -z "$of" ] || [ "$value" != "$of" ] || return 1
  fi
  # Most stand where their release begins; a path says which one the others stand in.
  # shellcheck disable=SC3013 # all shells that the tests run this in know it
  if ! [ "/proc/$main/cwd/" -ef "$slot/" ]; then
    case $(readlink -- "/proc/$main/cwd" 2>/dev/null)/ in
      "$here/$link"/*) ;;
      "$here"/releases/*) return 0 ;;
    esac
  fi
  # It was told the beginning of the digest only, which is of this length today.
  said=${of##*@} said=${said#????????????}
  ! grep -qzxF -e "SLIPWAY_RELEASE=${of%"$said"}" "/proc/$main/environ" 2>/dev/null || return 1
  said=$({ tr '\0' '\n' <"/proc/$main/environ" | sed -n 's/^SLIPWAY_RELEASE=//p'; } 2>/dev/null)
  case $of in "$said"*) return 1 ;; esac
}

observe_none() {
  state=stopped detail='nothing is linked'
  [ ! -L "$slot" ] || { state=running && mark=files/$(readlink -- "$slot"); }
}

observe_() {
  detail='no release was activated here'
  [ -L "$slot" ] || state=stopped
}

observe_systemd() {
  active=''
  shown=$(systemctl show -p LoadState -p ActiveState -p SubState -p InvocationID -p NRestarts \
    -p Result -p MainPID -p TriggeredBy -- "$unit" 2>&1) || { detail=$shown && return 0; }
  active=$(property ActiveState) sub=$(property SubState) restarts=$(property NRestarts)
  case ${restarts:-x} in *[!0-9]*) restarts=0 ;; esac
  main=$(property MainPID) sockets=$(property TriggeredBy)
  case $main in 0) main='' ;; esac
  case $active/$sub in
    */auto-restart | inactive/* | failed/*)
      state=stopped detail="$active, $sub, $(property Result), $(property LoadState)" ;;
    */*) state=running mark=$boot/$(property InvocationID) ;;
  esac
  # A unit that was not stopped with its slot has no part in it until the slot is started again.
  if [ "$state" = running ] && [ "$(field ".slipway/slots/$part.run" mark)" = resting ]; then
    state=stopped detail="the slot rests, and $unit runs on"
  fi
}

observe_reload() {
  observe_systemd
}

observe_linked() {
  observe_systemd
}

# Whether systemd itself holds the unit's port: who calls while the unit restarts is not refused.
is_socket_held() {
  for trigger in $sockets; do
    case $trigger in
      *.socket) ! systemctl is-active --quiet -- "$trigger" || return 0 ;;
    esac
  done
  return 1
}

# Whether the unit is left alone when the slot is to stop. Where the slot's link stays in use and
# systemd holds the port, a stopped unit would only be started again from the former release.
runs_on() {
  case $service/$slot in
    reload/* | linked/*) return 0 ;;
    systemd/current) is_socket_held ;;
    *) return 1 ;;
  esac
}

property() {
  printf '%s\n' "$shown" | sed -n "s/^$1=//p"
}

observe_process() {
  state=stopped detail='no process was started here'
  if [ -f ".slipway/slots/$part.run" ]; then
    value_of ".slipway/slots/$part.run" pid
    pid=$value detail="process $value has ended"
    know_start "$pid"
    mark=$boot/$pid/$start
    value_of ".slipway/slots/$part.run" mark
    [ "$mark" != "$value" ] || state=running
  else
    # One that was started for a former release, or by an act that was cut off.
    pid=$(descendants | head -n 1)
    [ -z "$pid" ] || { know_start "$pid" && state=running mark=$boot/$pid/$start; }
  fi
  main=$pid
}

# Sets `start` to when a process started, in ticks since boot, or to nothing if it is gone or only
# a zombie.
know_start() {
  start=''
  { IFS= read -r stat <"/proc/$1/stat"; } 2>/dev/null || return 0
  # The name in parentheses may hold blanks and parentheses; what follows are numbers.
  # shellcheck disable=SC2086 # the words of the rest are wanted
  set -- ${stat##*) }
  case $1 in Z | X) ;; *) start=${20} ;; esac
}

# Prints it; for `self`, about now, as whoever prints is a process of its own.
start_of() {
  know_start "$1"
  [ -z "$start" ] || printf '%s\n' "$start"
}

observe_commands() {
  if in_place status timeout "$timeout" -- "$@" >/dev/null 2>&1; then
    # Commands do not tell one process from the next; the record does as far as it can.
    state=running mark=$boot/unrecorded
    recorded=$(field ".slipway/slots/$part.run" mark)
    case $recorded in "$boot"/*) mark=$recorded ;; esac
  else
    state=stopped detail='the status command says so'
  fi
}

# The arguments are the place, the slot, the part and a command, which runs in the slot's release
# with its environment and is marked as the part's.
# shellcheck disable=SC2016 # for another shell
child='
  exec </dev/null
  cd -P -- "$1/$2" || exit 127
  unset LC_ALL
  set -a
  [ ! -f "$1/env/$2.env" ] || . "$1/env/$2.env"
  SLIPWAY_PLACE=$1#$3
  set +a
  shift 3
  exec "$@"'

# in_place TAG [PREFIX ...] -- [WORD ...]: runs the words that begin with `TAG=` in the slot's
# release, below the prefix.
in_place() {
  tag=$1 seen=''
  shift
  for word do
    shift
    case $seen$word in
      --) seen=yes: ;;
      "yes:$tag="*) set -- "$@" "${word#*=}" ;;
      yes:*) ;;
      *) set -- "$@" "$word" ;;
    esac
  done
  sh -c "$child" slipway "$here" "$slot" "$part" "$@" 8>&- 9>&-
}

# Prints the processes that were started in this slot, wherever they went since: a process cannot
# take the variable out of what the kernel remembers of its start.
descendants() {
  set -- grep -lzxF -e "SLIPWAY_PLACE=$here#$part" -s /proc/[0-9]*/environ
  { "$@"; as_owner "$@" 2>/dev/null; } | sed 's|^/proc/\([0-9]*\)/.*|\1|'
}

# Ends every process of the slot: asks, and kills what is left after the given seconds.
end_descendants() {
  signal TERM
  ticks=$(($1 * 5))
  while [ -n "$(descendants)" ]; do
    if [ "$ticks" -le 0 ]; then
      signal KILL
      [ "$ticks" -gt -50 ] || return 1
    fi
    ticks=$((ticks - 1))
    sleep 0.2
  done
}

signal() {
  descendants | while IFS= read -r process; do
    kill -s "$1" "$process" 2>/dev/null || as_owner kill -s "$1" "$process" 2>/dev/null
  done
}

# ---- starting and stopping ----

verb_process() {
  # A service manager may run what has no place here; away from whatever else lies at a login.
  enter || { here=$base && cd /; }
  observe "$@"
  print_process
  succeed
}

print_process() {
  case $state in
    running) say process running "$mark" "$restarts" "$origin" ;;
    *) say process "$state" "$detail" ;;
  esac
}

verb_start() {
  begin
  startable || refuse "$here/$slot does not point at releases/$directory; activate it first"
  observe "$@"
  if [ "$state" = running ] && [ "$origin" = recorded ]; then
    succeed "was running"
  fi
  # What answers there would be taken for this release.
  [ "$state" != stopped ] || runs_on || is_socket_held || port_is_free ||
    refuse "port $port is held by another process; stop that one, or choose another port"
  rm -f ".slipway/slots/$part.run"
  "start_$service" "$@"
  {
    printf 'directory %s\nrelease %s\nenvironment %s\nboot %s\nmark %s\n' \
      "$directory" "$release" "$(digest_of "env/$slot.env" 2>/dev/null)" "$boot" "$mark"
    [ -z "${pid:-}" ] || printf 'pid %s\n' "$pid"
  } | put ".slipway/slots/$part.run" 644 || cannot_write ".slipway/slots/$part.run"
  succeed started
}

# Whether the link is as Slipway has set it: to this release, or back to what others had put there.
startable() {
  link=$(readlink -- "$slot") || return 1
  [ "$link" = "releases/$directory" ] ||
    [ "$link" = "$(field ".slipway/slots/$slot.foreign" target)" ]
}

fail() {
  [ "$verb" != start ] || runs_programs ||
    set -- "$*; no program can be run below $here, which is mounted noexec"
  finish failed "$@"
}

runs_programs() {
  own=.slipway/tmp-run-$nonce
  printf '#!/bin/sh\n' >"$own" && chmod 700 "$own" || return 0
  "$own" 2>/dev/null
  [ "$?" != 126 ]
}

# fail_with FILE TEXT
fail_with() {
  tell "$1"
  fail "$2"
}

start_none() {
  mark=files/$(readlink -- "$slot")
}

start_systemd() {
  # A unit that crash-looped before would refuse to start again for a while.
  root systemctl reset-failed -- "$unit" >/dev/null 2>&1
  # Restart, for a unit that runs already would otherwise go on with what was linked before.
  set -- systemctl --no-ask-password restart -- "$unit"
  within "$timeout" ".slipway/tmp-out-$nonce" "$@" || {
    status=$?
    let_by_sudo ".slipway/tmp-out-$nonce" "$@"
    fail_systemd "systemctl restart $unit ended with status $status"
  }
  observe_systemd
  [ "$state" = running ] || fail_systemd "$unit did not stay up: $detail"
}

# Starts the unit where it does not run; else waits until nobody who ran before the reload answers.
start_reload() {
  case $active in
    active | reloading) how=reload ;;
    *) how=start && root systemctl reset-failed -- "$unit" >/dev/null 2>&1 ;;
  esac
  before=$(start_of self)
  set -- systemctl --no-ask-password "$how" -- "$unit"
  within "$timeout" ".slipway/tmp-out-$nonce" "$@" || {
    status=$?
    let_by_sudo ".slipway/tmp-out-$nonce" "$@"
    fail_systemd "systemctl $how $unit ended with status $status"
  }
  ticks=$((timeout * 5))
  until observe_systemd && [ "$state" = running ] && [ -z "$(former_workers)" ]; do
    [ "$state" = running ] || fail_systemd "$unit did not stay up: $detail"
    [ "$ticks" -gt 0 ] ||
      refuse "$unit was reloaded $timeout s ago, and still there are from before: $(former_workers)"
    ticks=$((ticks - 1))
    sleep 0.2
  done
}

# Prints the processes of the unit, but for the main one, that began before it was reloaded.
former_workers() {
  [ "$how" = reload ] || return 0
  members "$(control_group)" | while IFS= read -r worker; do
    began=$(start_of "$worker")
    [ "$worker" = "$main" ] || [ "${began:-$((before + 1))}" -gt "$before" ] || echo "$worker"
  done
}

control_group() {
  systemctl show -p ControlGroup -- "$unit" | sed 's/^ControlGroup=//'
}

start_linked() {
  return 0
}

fail_systemd() {
  journal >>".slipway/tmp-out-$nonce"
  tell ".slipway/tmp-out-$nonce"
  fail "$@"
}

journal() {
  set -- journalctl --no-pager -o cat -n "$LOG_LINES" -u "$unit"
  sudoes || set -- timeout 10 "$@"
  root "$@" 2>/dev/null
}

start_commands() {
  log=.slipway/log/$part.log
  if [ "$state" = running ]; then
    in_place stop timeout "$timeout" -- "$@" >"$log" 2>&1
  fi
  in_place start timeout "$timeout" -- "$@" >"$log" 2>&1
  status=$?
  [ "$status" = 0 ] || 
    fail_with "$log" "the start command ended with status $status"
  waited=0
  until observe_commands "$@" && [ "$state" = running ]; do
    [ "$waited" -lt 50 ] || fail_with "$log" "the status command still says no after the start"
    waited=$((waited + 1))
    sleep 0.2
  done
  mark=$boot/$nonce
}

start_process() {
  end_descendants "$timeout" || fail "processes of this slot stay: $(descendants | tr '\n' ' ')"
  log=.slipway/log/$part.log
  born=.slipway/tmp-pid-$nonce
  launch "$@"
  waited=0
  until [ -s "$born" ]; do
    [ "$waited" -lt 50 ] || fail_with "$log" "the process did not start"
    waited=$((waited + 1))
    sleep 0.1
  done
  read -r pid <"$born"
  sleep 0.3
  began=$(start_of "$pid")
  [ -n "$began" ] || { tell_log; fail "the process ended at once"; }
  mark=$boot/$pid/$began
}

# Starts the words of `run` in a session of their own. The first line that comes out is the pid;
# what the process says goes through a pipe to a file that is kept short.
launch() {
  : >"$born"
  for word do
    shift
    case $word in run=*) set -- "$@" "${word#*=}" ;; esac
  done
  # shellcheck disable=SC2016
  set -- sh -c 'echo "$$"; exec >&2; '"$child" slipway "$here" "$slot" "$part" "$@"
  if [ -n "$user" ] && [ "$user" != "$(id -un)" ]; then
    if [ "$(id -u)" = 0 ]; then
      command -v setpriv >/dev/null 2>&1 || refuse "setpriv is missing; install util-linux"
      set -- setpriv --reuid="$user" --regid="$group" --init-groups "$@"
    else
      [ "$become" = sudo ] ||
        refuse "only root can start a process as $user; use become: sudo, or log in as $user"
      set -- sudo -n -u "$user" -g "$group" -- setsid "$@"
    fi
  fi
  set -- sh -c "$keeper" slipway "$born" "$log" setsid "$@"
  # What a shell puts in the background ignores SIGINT for ever, so that is the second choice.
  if setsid -f true 2>/dev/null; then
    setsid -f "$@" </dev/null >/dev/null 2>&1 8>&- 9>&-
  else
    setsid "$@" </dev/null >/dev/null 2>&1 8>&- 9>&- &
  fi
}

# Two files of at most 4 MiB: when the first is full it becomes the second.
# shellcheck disable=SC2016 # for another shell
keeper='
  born=$1 log=$2
  shift 2
  "$@" 2>&1 >"$born" | while :; do
    [ ! -s "$log" ] || mv -f -- "$log" "$log.1"
    dd bs=1024 count=4096 of="$log" 2>/dev/null
    [ -s "$log" ] || break
  done'

tell_log() {
  cat "$log.1" "$log" 2>/dev/null | tail -n "$LOG_LINES" >".slipway/tmp-out-$nonce"
  tell ".slipway/tmp-out-$nonce"
}

verb_stop() {
  begin
  observe "$@"
  if runs_on; then
    printf 'mark resting\n' | put ".slipway/slots/$part.run" 644 ||
      cannot_write ".slipway/slots/$part.run"
    succeed "rests, and $unit runs on"
  fi
  "stop_$service" "$@"
  rm -f ".slipway/slots/$part.run"
  # Files are served by whoever serves them, and a socket by systemd.
  [ "$service" = none ] || is_socket_held || port_is_free ||
    fail "port $port is still held by another process"
  succeed stopped
}

stop_none() {
  return 0
}

stop_systemd() {
  [ "$state" != unknown ] || fail "$unit cannot be asked: $detail"
  out=.slipway/tmp-out-$nonce
  case $unit in *.timer) stop_timer && return ;; esac
  cgroup=$(control_group)
  set -- systemctl --no-ask-password stop -- "$unit"
  within "$timeout" "$out" "$@"
  stopped=$?
  [ "$stopped" = 0 ] || let_by_sudo "$out" "$@"
  waited=0
  until observe_systemd && [ "$state" = stopped ] && [ -z "$(members "$cgroup")" ]; do
    root systemctl --no-ask-password kill -s KILL -- "$unit" >/dev/null 2>&1
    [ "$waited" -lt 50 ] || fail_with "$out" "$unit cannot be stopped (status $stopped)"
    waited=$((waited + 1))
    sleep 0.2
  done
}

# Stops the timer first, so that no other run begins. A run that goes on is not ended by anybody; to
# what comes due meanwhile the timer would not have listened either.
stop_timer() {
  # The release that brings it has not been here yet.
  [ "$(property LoadState)" != not-found ] || return 0
  set -- systemctl --no-ask-password stop -- "$unit"
  within "$timeout" "$out" "$@" || {
    status=$?
    let_by_sudo "$out" "$@"
    fail_with "$out" "$unit cannot be stopped (status $status)"
  }
  job=$(systemctl show -p Unit -- "$unit" | sed 's/^Unit=//')
  ticks=$((timeout * 5))
  while is_at_work "$job"; do
    [ "$ticks" -gt 0 ] ||
      refuse "$job still runs after $timeout s and is left alone; deploy when it has ended"
    ticks=$((ticks - 1))
    sleep 0.2
  done
}

is_at_work() {
  case $(systemctl show -p ActiveState -p SubState -- "$1" | sort | sed 's/.*=//' | tr '\n' /) in
    inactive/* | failed/* | active/exited/) return 1 ;;
  esac
}

# Prints the processes of a control group, whichever version of them the host has.
members() {
  [ -z "$1" ] || cat "/sys/fs/cgroup$1/cgroup.procs" "/sys/fs/cgroup/systemd$1/cgroup.procs" \
    "/sys/fs/cgroup/unified$1/cgroup.procs" 2>/dev/null
}

stop_commands() {
  began_at=$(date +%s)
  if [ "$state" = running ]; then
    in_place stop timeout "$timeout" -- "$@" >".slipway/log/$part.log" 2>&1
  fi
  left=$((timeout - $(date +%s) + began_at))
  [ "$left" -gt 0 ] || left=0
  waited=0
  while observe_commands "$@" && [ "$state" = running ] && [ "$waited" -lt "$((left * 5))" ]; do
    waited=$((waited + 1))
    sleep 0.2
  done
  end_descendants 0
  observe_commands "$@"
  [ "$state" != running ] ||
    fail_with ".slipway/log/$part.log" "the status command says that it still runs"
}

stop_process() {
  pid=$(field ".slipway/slots/$part.run" pid)
  end_descendants "$timeout" || fail "processes of this slot stay: $(descendants | tr '\n' ' ')"
  # Members of the group that hid their environment.
  [ "$state" != running ] || kill -s KILL -- "-$pid" 2>/dev/null ||
    as_owner kill -s KILL -- "-$pid" 2>/dev/null
  return 0
}

# Whether nobody listens on the slot's port any more; on one address only where one is given.
port_is_free() {
  [ -n "$port" ] || return 0
  hex=$(printf '%04X' "$port")
  # The kernel lists who listens first, and connections may be many.
  for table in /proc/net/tcp /proc/net/tcp6; do
    ! sed -n '1d; /:0000 0A /!q; p' "$table" 2>/dev/null |
      grep -q "^ *[0-9]*: [0-9A-F]*$address:$hex [0-9A-F]*:0000 0A " || return 1
  done
}

# ---- the rest ----

verb_prune() {
  begin
  needed=" $* "
  for file in .* *; do
    [ ! -L "$file" ] || needed="$needed$(basename -- "$(readlink -- "$file")") "
  done
  for file in .slipway/slots/*; do
    [ ! -f "$file" ] || needed="$needed$(field "$file" directory) "
  done
  # shellcheck disable=SC2012 # names here hold neither blanks nor newlines
  ls -t .slipway/manifests | while IFS= read -r old; do
    keep=$((keep - 1))
    case $needed in *" $old "*) continue ;; esac
    [ "$keep" -lt 0 ] || continue
    remove_release "$old"
  done
  for file in .slipway/pending/*; do
    old=$(basename -- "$file")
    case $needed in *" $old "*) continue ;; esac
    [ ! -f "$file" ] || remove_release "$old"
  done
  remove_partials
  succeed pruned
}

# It moves away in one step first, so that a cut-off removal never looks like a release.
remove_release() {
  trash=.slipway/partial/trash-$1-$nonce
  mkdir "$trash" || return 0
  if [ -d "releases/$1" ]; then
    chmod u+w "releases/$1" && mv -- "releases/$1" "$trash/files" || return 0
  fi
  rm -f -- ".slipway/manifests/$1" ".slipway/pending/$1"
  say removed "$1"
}

verb_remove() {
  begin
  for file in *; do
    [ ! -L "$file" ] || case $(readlink -- "$file") in releases/*) rm -f -- "$file" ;; esac
  done
  for own in .slipway/units/*; do
    [ ! -f "$own" ] || remove_unit "${own##*/}"
  done
  read_units
  for own in releases env shared; do
    clear_away "$own"
  done
  for file in .[!.]* *; do
    case $file in .slipway | '.[!.]*' | '*') continue ;; esac
    refuse "$here/$file is not Slipway's; remove it by hand"
  done
  cd / || refuse "cannot leave $here"
  # Its own files go last, so that what was cut off before is found and finished.
  remove_tree "$here/.slipway" 2>/dev/null
  [ ! -e "$here/.slipway" ] || refuse "cannot remove $here/.slipway"
  rmdir -- "$here" 2>/dev/null || root rmdir -- "$here" 2>/dev/null ||
    succeed "removed, but for the empty directory $here"
  succeed removed
}

# Removes a directory with all that is in it, whoever of the application's owners wrote it.
clear_away() {
  [ -e "$1" ] || return 0
  remove_tree "$1" 2>/dev/null
  [ ! -e "$1" ] || as_owner rm -rf -- "$here/$1" 2>/dev/null
  [ ! -e "$1" ] || remove_tree "$1" 2>/dev/null
  [ ! -e "$1" ] || root rm -rf -- "$here/$1" 2>/dev/null
  [ ! -e "$1" ] || refuse "cannot remove $here/$1, which holds files of others; remove it by hand"
}

verb_look() {
  know_boot
  say boot "$boot"
  enter || succeed absent
  # Without a newline at its end a line is read, and read fails.
  if [ -s .slipway/epoch ]; then { read -r epoch || :; } <.slipway/epoch && say epoch "$epoch"; fi
  for file in .slipway/manifests/*; do
    ! is_complete "${file##*/}" || say release "${file##*/}"
  done
  # What others had put here and was adopted is a release, wherever it lies.
  if [ -n "$target" ] && [ -d "$target" ]; then say release "$directory"; fi
  directory=''
  digests=$(sha256sum -- env/*.env 2>/dev/null) || :
  know_links "$@"
  for part do
    slot=${part%%@*} role=${part#"$slot"}
    role=${role#@}
    check_names
    say slot "$part"
    print_slot
  done
  succeed
}

print_slot() {
  find_record
  looked_at=$slot
  [ ! -L "$slot" ] || say link "$link"
  value_of "$file" release
  known=$value
  [ -z "$file" ] || say known "$known"
  if [ -f "env/$slot.env" ]; then
    digest=${digests%%"  env/$slot.env"*}
    say environment "${digest##*[!0-9a-f]}"
  fi
  service='' unit='' of=''
  if [ -n "$file" ]; then
    if [ -z "$role" ]; then
      value_of "$file" service
      service=$value
      value_of "$file" unit
      unit=$value
    fi
    # First come the words of the first role, then those of each other one, behind its name.
    recall "$file"
    set -f
    IFS=$nl
    for line in $text; do
      case $line in
        "word role="*) of=${line#word role=} ;;
        "word "*) [ "$of" != "$role" ] || set -- "$@" "${line#word }" ;;
      esac
    done
    unset IFS
    set +f
    [ -z "$role" ] || own_service "$@"
  fi
  observe "$@"
  print_process
}

# Takes the kind of service and its unit out of a role's words.
own_service() {
  for word do
    case $word in
      service=*) service=${word#service=} ;;
      unit=*) unit=${word#unit=} ;;
    esac
  done
}

# The last lines that the slot's service wrote.
verb_log() {
  enter || refuse "$base does not exist"
  case $service in
    systemd | reload | linked) journal ;;
    *) cat ".slipway/log/$part.log.1" ".slipway/log/$part.log" 2>/dev/null ;;
  esac | tail -n "$LOG_LINES" | while IFS= read -r line || [ -n "$line" ]; do
    say log "$line"
  done
  succeed
}

verb_hold() {
  # The file says how it stands with the lock: waiting, held or refused.
  enter || refuse "$base does not exist"
  { printf 'waiting\n' >".slipway/hold-$token"; } 2>/dev/null
  begin
  find .slipway -maxdepth 1 -name 'hold-*' -mmin +60 -exec rm -f {} +
  printf 'held\n' >".slipway/hold-$token"
  timeout "$timeout" cat >/dev/null
  rm -f ".slipway/hold-$token"
  succeed released
}

# Waits until another call of the script holds the lock under this token, or was refused it.
verb_held() {
  enter || refuse "$base does not exist"
  waited=0 found=''
  until
    [ ! -s ".slipway/hold-$token" ] || read -r found <".slipway/hold-$token"
    case $found in held | refused) ;; *) false ;; esac
  do
    # Who asks for the lock says so at once, or does not get as far as that.
    [ -n "$found" ] || [ "$waited" -lt 100 ] || finish refused "nobody asks for the lock"
    [ "$waited" -lt "$((timeout * 20))" ] || finish refused "the lock was not had in $timeout s"
    waited=$((waited + 1))
    sleep 0.05
  done
  [ "$found" = held ] || { rm -f ".slipway/hold-$token"; finish refused "the lock was refused"; }
  succeed held
}

verb_takeover() {
  enter || refuse "$base does not exist"
  { mkdir -p .slipway && (umask 077 && : >>.slipway/lock); } ||
    refuse "cannot write in $here/.slipway"
  lock
  store_epoch
  audit begin
  succeed "taken over"
}

# ---- what is asked ----

while [ "$#" -gt 0 ]; do
  case $1 in
    base=*) base=${1#*=} ;;
    store=*) store=${1#*=} ;;
    counter=*) counter=${1#*=} ;;
    become=*) become=${1#*=} ;;
    user=*) user=${1#*=} ;;
    group=*) group=${1#*=} ;;
    slot=*) slot=${1#*=} ;;
    role=*) role=${1#*=} ;;
    directory=*) directory=${1#*=} ;;
    release=*) release=${1#*=} ;;
    environment=*) environment=${1#*=} ;;
    content=*) content=${1#*=} ;;
    bytes=*) bytes=${1#*=} ;;
    inodes=*) inodes=${1#*=} ;;
    keep=*) keep=${1#*=} ;;
    target=*) target=${1#*=} ;;
    service=*) service=${1#*=} ;;
    unit=*) unit=${1#*=} ;;
    timeout=*) timeout=${1#*=} ;;
    port=*) port=${1#*=} ;;
    address=*) address=${1#*=} ;;
    token=*) token=${1#*=} ;;
    into=*) into=${1#*=} ;;
    unitfile=*) unitfiles="$unitfiles ${1#*=}" ;;
    --) shift && break ;;
    *) refuse "'$1' is not an argument of this script" ;;
  esac
  shift
done

# Away from whatever a profile may have printed without ending its line.
printf '\n'
check_names
# What is one role's own on a link: the first role of an application goes by the slot alone.
part=$slot${role:+@$role}
case $service in
  '' | systemd | reload | linked | commands | process | none) ;;
  *) refuse "'$service' is not a kind of service" ;;
esac
case $into in
  manifests | pending) ;;
  *) refuse "'$into' is not where manifests lie" ;;
esac
case $verb in
  look | free | ran | process | log | held) "verb_$verb" "$@" </dev/null ;;
  start | stop | relink | clear | prune | remove | room | takeover) "verb_$verb" "$@" </dev/null ;;
  stage | activate | hold | install | run | hook) "verb_$verb" "$@" ;;
  *) refuse "'$verb' is not a verb of this script" ;;
esac
