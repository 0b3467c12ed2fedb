/**
 * Judges for what stands outside the columns: who holds a socket, its user, unit, container, namespace, interface and
 * exposure. A fact that isn't known leaves the row undecided; a fact that can't be (an owner in TIME_WAIT) is a no.
 */
import type { Container, NoOwnerReason, Process } from '../../../model/owner.ts'
import {
  protocolCode,
  type SocketColumns,
  stateCode,
  timerCode,
  UNTOLD,
} from '../../../model/socket-columns.ts'
import type { ExposureTerm, TextMatch } from './ast.ts'
import type { RowFacts } from './row-facts.ts'
import { type Judge, lacking, NO, type Verdict, YES } from './verdict.ts'

const TIME_WAIT = stateCode('time-wait')
const SYN_RECV = stateCode('syn-recv')
const TIME_WAIT_TIMER = timerCode('time-wait')
const ORPHANS = new Set((['fin-wait-1', 'fin-wait-2', 'last-ack', 'closing'] as const).map(stateCode))
const LISTEN = stateCode('listen')
const BOUND = stateCode('bound')
const TCP = protocolCode('tcp')
const UNIX = protocolCode('unix')

/** Nobody holds it, whoever asks. */
const NOT_HELD: ReadonlySet<NoOwnerReason> = new Set([
  'time-wait',
  'orphaned',
  'half-open',
  'not-accepted',
  'kernel',
])
const NOBODY: readonly Process[] = []

/** A socket that is closed or not yet made, of which the kernel keeps a stub without owner and user. */
const isStub = (columns: SocketColumns, row: number): boolean => {
  const state = columns.state[row]!
  return state === TIME_WAIT || state === SYN_RECV || columns.timer[row] === TIME_WAIT_TIMER
}

/** The processes that hold a row's socket, or undefined when they are not known. */
export function holdersOf(
  columns: SocketColumns,
  row: number,
  facts: RowFacts | null,
): readonly Process[] | undefined {
  if (isStub(columns, row) || columns.inode[row] === 0) return NOBODY
  if (facts === null) return undefined
  const found = facts.processes(row)
  if (found.length > 0) return found
  const reason = facts.noOwner(row)
  return reason !== null && NOT_HELD.has(reason) ? NOBODY : undefined
}

/** Some holder passes. */
export function holderJudge(test: (process: Process) => boolean): Judge {
  return (columns, row, facts) => {
    const holders = holdersOf(columns, row, facts)
    return holders === undefined ? lacking('owners') : holders.some(test) ? YES : NO
  }
}

export function textTest(match: TextMatch): (text: string) => boolean {
  switch (match.how) {
    case 'any':
      return () => true
    case 'is': {
      const values = new Set(match.values)
      return text => values.has(text)
    }
    case 'contains': {
      const wanted = match.text.toLowerCase()
      return text => text.toLowerCase().includes(wanted)
    }
    case 'regex': {
      const expression = new RegExp(match.source, match.flags)
      return text => expression.test(text)
    }
  }
}

/**
 * The process by its name, the kernel's short one, or the program it runs: of `node server.js` the name is server.js, and
 * the short name that Node 24 gives itself is MainThread.
 */
export function nameJudge(match: TextMatch): Judge {
  const test = textTest(match)
  return holderJudge(
    ({ name, comm, exe, argv }) =>
      test(name) ||
      test(comm) ||
      (exe.known && test(programOf(exe.value))) ||
      (argv[0] !== undefined && test(programOf(argv[0]))),
  )
}

/** The last part of a path; the kernel marks the path of a program that was replaced since. */
const programOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1).replace(/ \(deleted\)$/, '')

export function userJudge(match: TextMatch): Judge {
  const test = textTest(match)
  const byNumber =
    match.how === 'any' || (match.how === 'is' && match.values.every(value => /^\d+$/.test(value)))
  return (columns, row, facts) => {
    const uid = columns.uid[row]!
    if (isStub(columns, row)) return NO
    if (uid === 0 && columns.inode[row] === 0 && ORPHANS.has(columns.state[row]!)) return NO
    if (uid === UNTOLD) return lacking('users')
    if (match.how === 'any' || (match.how === 'is' && test(String(uid)))) return YES
    if (byNumber) return NO
    if (facts === null) return lacking('users')
    const name = facts.userName(uid)
    return name !== undefined && test(name) ? YES : NO
  }
}

/** By the control group the socket was made in, and by its holders: socket activation sets them apart. */
export function unitJudge(match: TextMatch): Judge {
  const whole = textTest(match)
  const test = (unit: string | undefined): boolean =>
    unit !== undefined &&
    (whole(unit) || (match.how === 'is' && unit.endsWith('.service') && whole(unit.slice(0, -8))))
  return placeJudge((place: { readonly unit?: string }) => test(place.unit))
}

/** By runtime or id; the beginning of an id, four digits or more, is enough. */
export function containerJudge(match: TextMatch): Judge {
  const whole = textTest(match)
  const test = ({ runtime, id }: Container): boolean =>
    whole(runtime) ||
    whole(id) ||
    (match.how === 'is' && match.values.some(v => v.length >= 4 && id.startsWith(v)))
  return placeJudge(
    (place: { readonly container?: Container }) => place.container !== undefined && test(place.container),
  )
}

function placeJudge(
  test: (place: { readonly unit?: string; readonly container?: Container }) => boolean,
): Judge {
  return (columns, row, facts) => {
    if (isStub(columns, row)) return NO
    if (facts === null) return lacking('groups')
    const group = facts.group(row)
    if (group !== null && test(group)) return YES
    const holders = holdersOf(columns, row, facts)
    if (holders?.some(test) === true) return YES
    return group === null && holders === undefined ? lacking('owners') : NO
  }
}

/** The path inside the hierarchy, or as the file system has it. */
export function cgroupJudge(match: TextMatch): Judge {
  const plain = (path: string): string =>
    path.replace(/^\/sys\/fs\/cgroup(?:\/unified)?(?=\/|$)/, '').replace(/\/+$/, '') || '/'
  const test = textTest(match.how === 'is' ? { how: 'is', values: match.values.map(plain) } : match)
  return (columns, row, facts) => {
    if (isStub(columns, row)) return NO
    const group = facts === null ? null : facts.group(row)
    return group === null ? lacking('groups') : test(plain(group.path)) ? YES : NO
  }
}

/** By name, by inode, or `self`. */
export function netnsJudge(match: TextMatch): Judge {
  const test = textTest(match)
  const byNumber = match.how === 'is' && match.values.every(value => /^\d+$/.test(value))
  return (columns, row, facts) => {
    const inode = columns.netns[row]!
    if (match.how === 'is' && test(String(inode))) return YES
    if (byNumber) return NO
    const found = facts === null ? null : facts.namespace(inode)
    if (found === null) return lacking('namespaces')
    if (match.how === 'is' && found.self && match.values.includes('self')) return YES
    return found.name !== null && test(found.name) ? YES : NO
  }
}

export function deviceJudge(device: string | number): Judge {
  if (typeof device === 'number') return (columns, row) => (columns.interface[row] === device ? YES : NO)
  return (columns, row, facts): Verdict => {
    const index = columns.interface[row]!
    if (index === 0) return NO
    const name = facts?.interfaceName(index, columns.netns[row]!)
    return name === undefined ? lacking('interfaces') : name === device ? YES : NO
  }
}

/** Listeners, and datagram sockets that wait for anybody. */
export function exposureJudge({ levels }: ExposureTerm): Judge {
  return (columns, row, facts) => {
    const protocol = columns.protocol[row]!
    const state = columns.state[row]!
    const waits = state === LISTEN || (state === BOUND && protocol !== TCP && columns.localPort[row] !== 0)
    if (!waits || protocol === UNIX) return NO
    if (facts === null) return lacking('exposure')
    const found = facts.exposure(row)
    return found !== null && levels.includes(found.level) ? YES : NO
  }
}
