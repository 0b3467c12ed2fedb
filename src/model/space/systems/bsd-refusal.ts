/**
 * What the systems of BSD's family refuse, by the rule they inherited from 4.4BSD: who sets neither reuse option collides
 * with whatever overlaps; who sets one collides only with an unconnected socket on the very same address, and not even
 * with that if both set SO_REUSEPORT. Beside it, each has a rule of its own about other users.
 *
 * From in_pcbbind and in6_pcbbind of XNU (bsd/), FreeBSD and OpenBSD (sys/), and the lookups that they call.
 */
import {
  type PlainClaimant as Claimant,
  isIPv6Socket,
  type Reach,
  type Refusal,
  reachOf,
} from './claimant.ts'

type Bsd = 'macos' | 'freebsd' | 'openbsd'

/** One look into the table of ports: for an address, in one family. */
interface Look {
  readonly family: 'v4' | 'v6'
  readonly key: string
  /** The second look of a dual-stack `::`, for what IPv4 has there. */
  readonly second: boolean
}

export function bsdRefusal(system: Bsd, fresh: Claimant, old: Claimant): Refusal | null {
  if (system === 'openbsd' && fresh.address.startsWith('::ffff:'))
    return { errno: 'EADDRNOTAVAIL', rule: 'OpenBSD has no IPv4-mapped addresses' }
  const [mine, theirs] = [fresh, old].map(one => reachOf(onlyIPv6(system, one))) as [Reach, Reach]
  const looks = looksOf(mine)
  const overlapping = looks.filter(look => sees(look, theirs))
  if (overlapping.length === 0) return null
  for (const look of overlapping) {
    if (userBlocks(system, { fresh, old, mine, theirs }, look))
      return { errno: 'EADDRINUSE', rule: USER_RULES[system] }
  }
  const exact = fresh.reuseAddress || fresh.reusePort
  for (const look of overlapping) {
    if (exact && (isConnected(old) || look.key !== theirs.key)) continue
    if (bothShare(fresh, old, mine)) continue
    if (look.second && theirs.wildcard && !isIPv6Socket(old)) continue
    return { errno: 'EADDRINUSE', rule: exact ? EXACT_RULE : OVERLAP_RULE }
  }
  return null
}

const OVERLAP_RULE =
  'a socket without SO_REUSEADDR and SO_REUSEPORT collides with every socket whose address overlaps'
const EXACT_RULE = 'the very same address can be shared only by sockets that both set SO_REUSEPORT'
const USER_RULES: Readonly<Record<Bsd, string>> = {
  macos:
    'an overlapping socket of another user stands in the way of who is not root, unless both are wildcards',
  freebsd:
    'an overlapping socket of another user stands in the way of who is not root, unless it is a connection',
  openbsd: 'an overlapping socket of another user stands in the way of who is not root',
}

/** There `::` is never dual-stack, whatever the option says. */
const onlyIPv6 = (system: Bsd, one: Claimant): Claimant =>
  system === 'openbsd' ? { ...one, v6only: true } : one

const looksOf = ({ v4, v6, key }: Reach): readonly Look[] => [
  ...(v6 ? [{ family: 'v6', key, second: false } as const] : []),
  ...(v4 ? [{ family: 'v4', key, second: v6 } as const] : []),
]

const sees = ({ family, key }: Look, theirs: Reach): boolean =>
  theirs[family] && (key === theirs.key || key === '*' || theirs.wildcard)

const isConnected = ({ state }: Claimant): boolean => state === 'connected' || state === 'time-wait'

/** For a multicast address SO_REUSEADDR counts as SO_REUSEPORT. */
function bothShare(fresh: Claimant, old: Claimant, { multicast }: Reach): boolean {
  if (multicast && fresh.reuseAddress) return old.reuseAddress || old.reusePort
  return fresh.reusePort && old.reusePort
}

interface Pair {
  readonly fresh: Claimant
  readonly old: Claimant
  readonly mine: Reach
  readonly theirs: Reach
}

function userBlocks(system: Bsd, { fresh, old, mine, theirs }: Pair, look: Look): boolean {
  if (fresh.uid === 0 || fresh.uid === old.uid) return false
  if (system === 'openbsd') return true
  if (mine.multicast) return false
  if (system === 'freebsd')
    return old.state !== 'time-wait' && (fresh.protocol === 'udp' || old.state !== 'connected')
  const bothWildcards = mine.wildcard && theirs.wildcard
  if (look.second) return !old.reusePort && (!theirs.wildcard || isIPv6Socket(old))
  return look.family === 'v4' ? !bothWildcards : !(bothWildcards && old.reusePort)
}
