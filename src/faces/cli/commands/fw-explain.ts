/** `ports fw explain`: from where a port can be reached through the filter, and which rules decide. */
import { familyOf, isAddress, parseAddress, UNSPECIFIED_V4, UNSPECIFIED_V6 } from '../../../model/address.ts'
import { parseEndpoint } from '../../../model/endpoint.ts'
import { fault } from '../../../model/fault.ts'
import { addressScalar, scalarAddress } from '../../../model/filter/address-scalar.ts'
import type { Host } from '../../../model/path/host.ts'
import { routeFor } from '../../../model/path/routing.ts'
import { type PortQuestion, type RegionAnswer, reachPort } from '../../../tools/exposure/exposure.ts'
import { decidersAt, FLOW_PROTOCOLS } from '../../../tools/firewall/firewall.ts'
import type { CliContext } from '../context.ts'
import { EXIT, type ExitStatus } from '../exit.ts'
import { decisionItem } from '../firewall/decision-item.ts'
import { decidedBy } from '../firewall/decision-text.ts'
import { withSubject } from '../firewall/subject.ts'
import type { Column } from '../render/column.ts'
import { formatOf, print } from '../render/output.ts'
import { fitsInLines, wrapTable } from '../render/wrapped-table.ts'
import type { FwExplainFlags } from '../specs/fw-explain.ts'

interface Row extends RegionAnswer {
  readonly question: PortQuestion
}

export default async function fwExplain(
  this: CliContext,
  flags: FwExplainFlags,
  ...targets: string[]
): Promise<ExitStatus> {
  const questions = targets.map(questionOf)
  return withSubject(this, flags, async (subject, os) => {
    for (const { address } of questions) mustBeOwn(address, subject.host)
    const rows: Row[] = []
    for (const question of questions) {
      const { port, protocol } = question
      const asked = { protocol: FLOW_PROTOCOLS[protocol]!, port }
      const outside = os === undefined ? [] : await decidersAt(os, subject.outside ?? [], asked)
      for (const answer of reachPort({ ...subject, outside }, question)) rows.push({ ...answer, question })
    }
    const known = {
      schema: 'fw-explain@1',
      type: 'region',
      complete: subject.complete,
      warnings: subject.warnings,
    }
    const { columns: width } = this.stdout
    // Too narrow for lines: rules are broken between words, never cut.
    if (formatOf(this, flags, 'ports fw explain') === 'table' && !fitsInLines(COLUMNS, rows, width))
      await print(this, flags, { ...known, ...wrapTable(KEPT, rows, width) })
    else await print(this, flags, { ...known, columns: COLUMNS, rows, item: regionItem })
    if (rows.some(({ verdict }) => verdict === 'unknown')) return EXIT.undecided
    return rows.some(({ verdict, level }) => level !== 'host' && verdict !== 'closed') ? EXIT.done : EXIT.no
  })
}

/** How it is in JSON. */
const regionItem = ({
  question,
  level,
  family,
  verdict,
  witness,
  decision,
  publishedTo,
  why,
}: Row): object => ({
  protocol: question.protocol,
  port: question.port,
  ...(question.address === undefined ? {} : { address: question.address }),
  from: level,
  family,
  verdict,
  ...(publishedTo === undefined ? {} : { publishedTo }),
  witness:
    witness === undefined || decision === undefined ? null : { text: witness, ...decisionItem(decision) },
  ...(why === undefined ? {} : { why }),
})

function questionOf(text: string): PortQuestion {
  const { protocol = 'tcp', host, port } = parseEndpoint(text)
  const usage = (what: string): Error => fault('E_USAGE', { what, command: 'ports fw explain' })
  if (port === 0) throw usage(`"${text}": nothing is reached at port 0`)
  if (host === undefined) return { protocol, port, families: ['ipv4', 'ipv6'] }
  if (!isAddress(host)) throw usage(`"${host}" is a name: write an address of this machine`)
  const address = parseAddress(host)
  const families = [familyOf(address)]
  // All addresses of the family.
  if (address === UNSPECIFIED_V4 || address === UNSPECIFIED_V6) return { protocol, port, families }
  return { protocol, port, families, address }
}

/** Of a machine, whose addresses are known. Groups and all of 127.0.0.0/8 are its own, too. */
function mustBeOwn(address: string | undefined, host: Host | undefined): void {
  if (address === undefined || host === undefined) return
  const parsed = parseAddress(address)
  const route = routeFor(host, { family: familyOf(parsed), destination: addressScalar(parsed) })
  if (OWN.has(route.kind)) return
  const own = host.addresses.map(one => scalarAddress(one.address as number | bigint, one.family))
  const what = `"${address}" is no address of this machine, which has ${own.join(', ')}`
  throw fault('E_USAGE', { what, command: 'ports fw explain' })
}

const OWN: ReadonlySet<string> = new Set(['local', 'broadcast', 'multicast', 'anycast'])

const COLUMNS: readonly Column<Row>[] = [
  { key: 'port', title: 'PORT', value: ({ question }) => `${question.protocol}/${question.port}` },
  { key: 'from', title: 'FROM', value: ({ says }) => says },
  {
    key: 'verdict',
    title: 'VERDICT',
    value: ({ verdict, publishedTo }) => (verdict === 'published' ? `published to ${publishedTo}` : verdict),
    style: ({ verdict }) => (verdict === 'closed' ? 'dim' : verdict === 'unknown' ? 'warn' : 'heading'),
  },
  {
    key: 'by',
    title: 'BY',
    value: ({ decision, why }) => why ?? (decision === undefined ? null : decidedBy(decision)),
    least: 18,
  },
  { key: 'witness', title: 'WITNESS', value: ({ witness }) => witness ?? null, priority: 2 },
]

const KEPT = COLUMNS.filter(({ priority = 1 }) => priority <= 1)
