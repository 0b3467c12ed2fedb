/**
 * What Windows refuses, by Microsoft's tables for two sockets of one family on one address or a wildcard. They say nothing
 * of connections, of TIME_WAIT and of dual-stack sockets against IPv4 ones: there the answer is that nobody says.
 */
import { type PlainClaimant as Claimant, type Reach, type Refusal, reachOf } from './claimant.ts'
import { type WindowsShape, windowsCell } from './windows-table.ts'

export function windowsRefusal(fresh: Claimant, old: Claimant): Refusal | null | 'depends' {
  const [mine, theirs] = [reachOf(fresh), reachOf(old)]
  if (!((mine.v4 && theirs.v4) || (mine.v6 && theirs.v6))) return null
  if (!mine.wildcard && !theirs.wildcard && mine.key !== theirs.key) return null
  if (old.state === 'connected' || old.state === 'time-wait') return 'depends'
  if (mine.v6 !== theirs.v6) return 'depends'
  const [first, second] = [shapeOf(old, theirs), shapeOf(fresh, mine)]
  const sameUser = fresh.uid === old.uid
  const cell = windowsCell(first, second, sameUser)
  if (cell === 'ok') return null
  const whose = sameUser ? '' : ' of another user'
  return {
    errno: cell === 'I' ? 'WSAEADDRINUSE' : 'WSAEACCES',
    rule: `beside a socket${whose} that is ${first}, one that is ${second} is refused`,
  }
}

function shapeOf({ exclusive, reuseAddress }: Claimant, { wildcard }: Reach): WindowsShape {
  const option = exclusive ? 'exclusive' : reuseAddress ? 'reuse' : 'default'
  return `${option} ${wildcard ? 'wildcard' : 'specific'}`
}
