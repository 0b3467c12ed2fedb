/**
 * What a shell does on a machine without an agent: it waits for lines, and reads. POSIX.1 sh with ls and grep, as GNU, busybox
 * and toybox have them; it writes no file and runs no program but those named here, which only list.
 *
 * | line | answers with |
 * |---|---|
 * | `read` paths | `path:line` for each line of each file |
 * | `stat` paths | inode, mode, links, user, group, size, date, path; links followed |
 * | `link` paths | the same without inode, with ` -> target` |
 * | `list` folders | a line with the folder, then its names, those of folders with `/` |
 * | `links` folders | the folder and a colon, then its entries as `link` has them |
 * | `run` words | what the program wrote |
 *
 * Each answer ends with the nonce and the status, what was written to standard error, and the nonce: nothing that a file holds
 * can look like that. A name with a line's end in it has a question mark there (`-q`; busybox does so anyway), so that nobody's
 * name is taken for another line.
 */
export const shellScript = (nonce: string): string => `
LC_ALL=C TZ=UTC PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
export LC_ALL TZ PATH
set -f
exec 3>&1
q=
ls -q /dev/null >/dev/null 2>&1 && q=q
while IFS= read -r line; do
  set -- $line
  kind=$1
  shift
  err=
  status=0
  case $kind:$# in
  *:0) ;;
  read:*) err=$(grep -aH '' -- "$@" 2>&1 1>&3 </dev/null) ;;
  stat:*) err=$(LC_ALL=C.UTF-8 ls -Ldin$q -- "$@" 2>&1 1>&3 </dev/null) ;;
  link:*) err=$(LC_ALL=C.UTF-8 ls -dn$q -- "$@" 2>&1 1>&3 </dev/null) ;;
  links:*) err=$(LC_ALL=C.UTF-8 ls -n$q -- /dev/null "$@" 2>&1 1>&3 </dev/null) ;;
  list:*)
    for folder; do
      printf '%s %s\\n' ${nonce} "$folder"
      one=$(LC_ALL=C.UTF-8 ls -1Ap$q -- "$folder" 2>&1 1>&3 </dev/null)
      err="$err
$one"
    done ;;
  run:*)
    case "$*" in
    ${PROGRAMS.map(words => `'${words}'`).join('|')}|'ip -N -d -j route get '*)
      if command -v "$1" >/dev/null 2>&1; then
        err=$("$@" 2>&1 1>&3 </dev/null)
        status=$?
      else
        status=missing
      fi ;;
    *) status=missing ;;
    esac ;;
  esac
  printf '\\n%s %s\\n%s\\n%s\\n' ${nonce} "$status" "$err" ${nonce}
done`

/** What ip(8) is asked for, in this order. */
export const IP_LISTINGS: readonly string[] = [
  'ip -N -d -j link show',
  'ip -N -d -j -4 route show table all',
  'ip -N -d -j -6 route show table all',
  'ip -N -j -4 rule show',
  'ip -N -j -6 rule show',
  'ip -N -j neigh show nud all',
]

/** Programs that list, and change nothing. `iptables-legacy-save` loads no table that isn't there. */
export const PROGRAMS: readonly string[] = [
  'nft -j -a list ruleset',
  'nft -a list ruleset',
  'nft list hooks',
  'iptables-nft-save -c',
  'ip6tables-nft-save -c',
  'iptables-legacy-save -c',
  'ip6tables-legacy-save -c',
  'iptables-save -c',
  'ip6tables-save -c',
  'ipset save',
  'ss -H -n -a -e -O -t -u',
  'ip -N -j addr show',
  ...IP_LISTINGS,
]
