/**
 * Claims as names of files, and back. Everything that decides about a claim is in its name, so that to list a folder is
 * to read all claims; and a name is never used twice, so that to remove one can't hit another.
 *
 *     portolan-lease.<boot>.<netns>.<first>-<count>.<state>.<key>.<pid>-<start>-<space>.<expires>.<made>.<nonce>
 *
 * A boot, cut to 12 digits, and the network namespace's inode come first: claims of another boot or namespace are no
 * claims on our ports. `-` stands for no holder and for no end.
 */
import type { Claim, ClaimState } from '../model/claim.ts'

const PREFIX = 'portolan-lease'

/** What the names of all claims begin with that are ours to look at. */
export const claimPrefix = (boot: string, netns: number): string =>
  `${PREFIX}.${boot.replace(/[^0-9a-f]/g, '').slice(0, 12)}.${netns}.`

export function encodeClaim(prefix: string, claim: Claim): string {
  const { first, count, state, key, holder, expiresAt, madeAt, nonce } = claim
  const whose = holder === null ? '-' : `${holder.pid}-${holder.start}-${holder.space}`
  return `${prefix}${first}-${count}.${state}.${key}.${whose}.${expiresAt ?? '-'}.${madeAt}.${nonce}`
}

const REST =
  /^(\d{1,5})-(\d{1,5})\.(pending|held|past)\.([0-9a-f]{16})\.(?:-|(\d{1,10})-(\d{1,15})-(\d{1,10}))\.(-|\d{1,15})\.(\d{1,15})\.([0-9a-z]{1,32})$/

/** The claim of a name with that prefix; null where the rest is none. */
export function decodeClaim(prefix: string, name: string): Claim | null {
  const match = name.startsWith(prefix) ? REST.exec(name.slice(prefix.length)) : null
  if (match === null) return null
  const [, first, count, state, key, pid, start, space, expires, made, nonce] = match
  const claim: Claim = {
    first: Number(first),
    count: Number(count),
    state: state as ClaimState,
    key: key!,
    holder: pid === undefined ? null : { pid: Number(pid), start: Number(start), space: Number(space) },
    expiresAt: expires === '-' ? null : Number(expires),
    madeAt: Number(made),
    nonce: nonce!,
  }
  const sound = claim.first >= 1 && claim.count >= 1 && claim.first + claim.count <= 65536
  return sound && encodeClaim(prefix, claim) === name ? claim : null
}
