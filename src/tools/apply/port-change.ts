/**
 * One port opened or closed in our own table: the listing of the table goes in, the text that it is to be comes out.
 *
 * Rules that are made here bear a comment, and only those are ever taken out again. To close, a chain of its own comes
 * before all others of the table at the hook, and drops, since a drop is final everywhere (nft(8), "VERDICT STATEMENT").
 * To open, what was closed here is no longer, and each chain of our table at the hook begins with an accept; that ends
 * this chain alone: what other tables say still holds.
 */
import { familyOf } from '../../model/address.ts'
import { OWN_TABLE } from '../../model/filter/own-table.ts'
import { type Prefix, prefixAddress, prefixLength } from '../../model/prefix.ts'

export interface PortRequest {
  readonly action: 'open' | 'close'
  readonly port: number
  readonly protocol: 'tcp' | 'udp'
  /** Null is everybody. */
  readonly from: Prefix | null
}

export interface PortChange {
  /** The table as it is to be; null takes it away. The same as before where there is nothing to do. */
  readonly text: string | null
  /** What becomes of it, in lines: `+ chain closed: …`, `- chain input: …`. */
  readonly steps: readonly string[]
}

const MARK = { open: 'ports fw open', close: 'ports fw close' } as const
const CLOSED = 'closed'
/** Before the chains that people write, and those of iptables (priority 0). */
const CLOSED_HEAD = '\t\ttype filter hook input priority filter - 10; policy accept;'

/** A listing is as nft writes it: two tabs before each rule. */
export function changePort(listing: string | null, request: PortRequest): PortChange {
  const steps: string[] = []
  const lines = listing === null ? [`table ${OWN_TABLE} {`, '}'] : listing.trimEnd().split('\n')
  const other = request.action === 'open' ? 'close' : 'open'
  const kept = withoutRule(lines, ruleLine(request, other), steps)
  const changed = request.action === 'close' ? closed(kept, request, steps) : opened(kept, request, steps)
  if (steps.length === 0) return { text: listing, steps }
  return { text: textOf(withoutEmpty(changed)), steps }
}

/** What the rule for it looks like, as it is written and as nft lists it. */
function ruleLine({ port, protocol, from }: PortRequest, kind: 'open' | 'close'): string {
  const selector = [...(from === null ? [] : [sourceText(from)]), `${protocol} dport ${port}`].join(' ')
  return kind === 'open'
    ? `\t\t${selector} accept comment "${MARK.open}"`
    : `\t\tiifname != "lo" ${selector} drop comment "${MARK.close}"`
}

/** nft lists a prefix of full length as an address. */
function sourceText(from: Prefix): string {
  const v6 = familyOf(prefixAddress(from)) === 'ipv6'
  const whole = prefixLength(from) === (v6 ? 128 : 32)
  return `${v6 ? 'ip6' : 'ip'} saddr ${whole ? prefixAddress(from) : from}`
}

function withoutRule(lines: readonly string[], rule: string, steps: string[]): string[] {
  return lines.filter((line, at) => {
    if (line !== rule) return true
    steps.push(`- chain ${chainAt(lines, at)}: ${line.trim()}`)
    return false
  })
}

function closed(lines: readonly string[], request: PortRequest, steps: string[]): string[] {
  const rule = ruleLine(request, 'close')
  const head = lines.indexOf(`\tchain ${CLOSED} {`)
  if (head === -1) {
    steps.push(`+ chain ${CLOSED}: ${CLOSED_HEAD.trim()}`, `+ chain ${CLOSED}: ${rule.trim()}`)
    return [...lines.slice(0, -1), `\tchain ${CLOSED} {`, CLOSED_HEAD, rule, '\t}', '}']
  }
  if (lines.includes(rule)) return [...lines]
  steps.push(`+ chain ${CLOSED}: ${rule.trim()}`)
  // After exceptions that were opened, which stand first.
  return lines.toSpliced(head + 2, 0, rule)
}

const INPUT_HEAD = /^\t\ttype filter hook input priority [^;]*; policy \w+;$/

function opened(lines: readonly string[], request: PortRequest, steps: string[]): string[] {
  const rule = ruleLine(request, 'open')
  const all = ruleLine({ ...request, from: null }, 'close')
  return lines.flatMap((line, at) => {
    if (!INPUT_HEAD.test(line)) return [line]
    const chain = chainAt(lines, at)
    const body = lines.slice(at + 1, lines.indexOf('\t}', at))
    // In the chain of what is closed an exception is only needed where the port itself stands in it.
    if (body.includes(rule) || (chain === CLOSED && !body.includes(all))) return [line]
    steps.push(`+ chain ${chain}: ${rule.trim()}`)
    return [line, rule]
  })
}

const chainAt = (lines: readonly string[], at: number): string =>
  /^\tchain (\S+) \{$/.exec(
    lines.slice(0, at + 1).findLast(line => line.startsWith('\tchain ')) ?? '',
  )?.[1] ?? ''

/** Our chain of closed ports goes when nothing in it closes, and the table when there is no chain nor set left. */
function withoutEmpty(lines: readonly string[]): readonly string[] | null {
  const head = lines.indexOf(`\tchain ${CLOSED} {`)
  const end = lines.indexOf('\t}', head)
  const body = lines.slice(head + 2, end)
  const bare =
    head !== -1 &&
    lines[head + 1] === CLOSED_HEAD &&
    body.every(line => line.endsWith(`accept comment "${MARK.open}"`))
  const left = bare ? lines.toSpliced(head, end + 1 - head) : lines
  return left.slice(1, -1).every(line => line.trim() === '') ? null : left
}

const textOf = (lines: readonly string[] | null): string | null =>
  lines === null ? null : `${lines.join('\n')}\n`
