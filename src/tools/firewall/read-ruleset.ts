/**
 * The rule set that is in force on a host, put together from the listings of nft and of both kinds of iptables, since
 * none of them tells all.
 *
 * Answers: tables of all makers with their handles, sets of ipset where rules ask for them, what decides outside of the
 * rules, and, as warnings, what could not be read or doesn't agree. Does not answer for other network namespaces.
 */
import { type Fault, isFault } from '../../model/fault.ts'
import type { Ruleset, Table } from '../../model/filter/ruleset.ts'
import type { Known, UnknownReason } from '../../model/known.ts'
import type { Cancellable, FilterViewName, FilterViews, OS } from '../../os/os.ts'
import type { IpsetSave } from '../../wire/ipset-save.ts'
import { decodeNftJson } from '../../wire/nft-json/nft-json.ts'
import { hidesArguments } from './agreement.ts'
import { completeFromText, lacksText } from './complete-from-text.ts'
import { nativeText } from './native-text.ts'
import { reconcileTable } from './reconcile.ts'

export interface LiveRuleset {
  readonly ruleset: Ruleset
  /** A sentence each. */
  readonly warnings: readonly string[]
  /** Listings that hold rules, or might, and could not be read. Empty: the rule set is whole. */
  readonly missing: readonly {
    readonly view: FilterViewName
    readonly reason: UnknownReason
    readonly says: string
  }[]
  readonly outside: FilterViews['outside']
}

const FIRST: readonly FilterViewName[] = [
  'nft-json',
  'iptables-nft',
  'ip6tables-nft',
  'iptables-legacy',
  'ip6tables-legacy',
  'ipset',
]

/** Throws `E_RULES_SYNTAX` where a listing makes no sense, which is a mistake of this program or of that one. */
export async function readRuleset(os: OS, options: Cancellable = {}): Promise<LiveRuleset> {
  const first = await os.ruleset({ ...options, views: FIRST })
  const json = textOf(first, 'nft-json')
  const { decoded, damage } = json.known ? decode(json.value || EMPTY) : {}
  const more = decoded === undefined || lacksText(decoded.ruleset)
  const second = more ? await os.ruleset({ ...options, views: ['nft-text'] }) : undefined
  // nft 1.0.6 writes the flags of a dormant table from memory that it has freed; its text is right.
  if (damage !== undefined && (second === undefined || !textOf(second, 'nft-text').known)) throw damage
  const live = assemble(first, decoded, second, await readersFor(first, second))
  if (damage === undefined) return live
  return {
    ...live,
    warnings: [
      `nft’s text was read, as its JSON can’t be: ${damage.message.split('\n', 1)[0]}`,
      ...live.warnings,
    ],
  }
}

/** What reads each kind of listing, loaded where there is something to read: it is half of the code. */
interface Readers {
  readonly nftText?: typeof import('../../wire/nft-text/nft-text.ts')
  readonly iptables?: typeof import('../../wire/iptables-save/iptables-save.ts')
  readonly ipset?: typeof import('../../wire/ipset-save.ts')
}

async function readersFor(first: FilterViews, second: FilterViews | undefined): Promise<Readers> {
  const says = (view: FilterViewName): boolean => {
    const text = textOf(first, view)
    return text.known && text.value !== ''
  }
  return {
    ...(second !== undefined && { nftText: await import('../../wire/nft-text/nft-text.ts') }),
    ...((Object.keys(PROGRAMS) as (keyof typeof PROGRAMS)[]).some(view => says(view)) && {
      iptables: await import('../../wire/iptables-save/iptables-save.ts'),
    }),
    ...(says('ipset') && { ipset: await import('../../wire/ipset-save.ts') }),
  }
}

/** The JSON, or what is wrong with it. */
function decode(text: string): {
  readonly decoded?: ReturnType<typeof decodeNftJson>
  readonly damage?: Fault
} {
  try {
    return { decoded: decodeNftJson(text) }
  } catch (error) {
    if (!isFault(error)) throw error
    return { damage: error }
  }
}

const EMPTY = '{"nftables":[]}'

const textOf = (told: FilterViews, view: FilterViewName): Known<string> => told.views[view].text

function assemble(
  first: FilterViews,
  decoded: ReturnType<typeof decodeNftJson> | undefined,
  second: FilterViews | undefined,
  readers: Readers,
): LiveRuleset {
  // Devices that the JSON leaves out are in the text.
  const devices = second?.views['nft-text'].text.known === true
  const warnings = (decoded?.warnings ?? []).filter(one => !(devices && /leaves its devices out/.test(one)))
  const ipsets = readIpsets(first, readers, warnings)
  const kept = [
    ...saved(first, 'iptables-nft', readers, ipsets, warnings),
    ...saved(first, 'ip6tables-nft', readers, ipsets, warnings),
  ]
  const isKept = (family: string, name: string) =>
    kept.some(table => table.family === family && table.name === name)
  const native = nativeTables(decoded, second, readers, isKept, warnings)
  const tables: Table[] = []
  for (const table of native ?? []) {
    const match = kept.find(({ family, name }) => family === table.family && name === table.name)
    const reconciled = match === undefined ? { table, warnings: [] } : reconcileTable(table, match)
    tables.push(reconciled.table)
    warnings.push(...reconciled.warnings)
    if (match === undefined && table.backend === 'nftables' && hasExtension(table)) warnings.push(lost(table))
  }
  if (decoded === undefined) {
    // Without JSON, what iptables says of its own tables can't be confirmed.
    tables.push(...kept)
    for (const { family, name } of kept)
      warnings.push(`table ${family} ${name} is as iptables-save lists it; nft could not confirm it`)
  }
  tables.push(
    ...saved(first, 'iptables-legacy', readers, ipsets, warnings),
    ...saved(first, 'ip6tables-legacy', readers, ipsets, warnings),
  )
  return {
    ruleset: { tables: tables.map(table => withIpsets(table, ipsets)) },
    warnings,
    missing: missingOf(first, native),
    outside: first.outside,
  }
}

function nativeTables(
  decoded: ReturnType<typeof decodeNftJson> | undefined,
  second: FilterViews | undefined,
  { nftText }: Readers,
  isKept: (family: string, name: string) => boolean,
  warnings: string[],
): readonly Table[] | undefined {
  const text = second === undefined ? undefined : textOf(second, 'nft-text')
  if (text?.known === true) {
    const name = second!.views['nft-text'].says
    const written = nftText!.parseNftText(nativeText(text.value, isKept), { name })
    if (decoded !== undefined) return completeFromText(decoded.ruleset, written.ruleset).tables
    warnings.push(...written.warnings)
    return written.ruleset.tables
  }
  if (decoded !== undefined && second !== undefined)
    warnings.push(`interfaces of netdev chains are not known: ${second.views['nft-text'].says}`)
  return decoded?.ruleset.tables
}

const lost = ({ family, name }: Table): string =>
  `table ${family} ${name}: iptables-save does not list it, so that what its extensions ask is not known`

const PROGRAMS = {
  'iptables-nft': ['ip', 'iptables-nft'],
  'ip6tables-nft': ['ip6', 'iptables-nft'],
  'iptables-legacy': ['ip', 'iptables-legacy'],
  'ip6tables-legacy': ['ip6', 'iptables-legacy'],
} as const

function saved(
  told: FilterViews,
  view: keyof typeof PROGRAMS,
  { iptables }: Readers,
  ipsets: IpsetSave,
  warnings: string[],
): readonly Table[] {
  const text = textOf(told, view)
  if (!text.known || text.value === '') return []
  const [family, backend] = PROGRAMS[view]
  const read = iptables!.parseIptablesSave(text.value, {
    family,
    backend,
    name: told.views[view].says,
    ipsets: ipsets.types,
  })
  // That there are tables of the other kind is no news: they are read, too.
  warnings.push(...read.warnings.filter(warning => !/legacy tables present|use 'nft' tool/.test(warning)))
  return read.tables
}

function readIpsets(told: FilterViews, { ipset }: Readers, warnings: string[]): IpsetSave {
  const text = textOf(told, 'ipset')
  if (!text.known || text.value === '') return { sets: new Map(), types: new Map(), warnings: [] }
  const read = ipset!.parseIpsetSave(text.value)
  warnings.push(...read.warnings)
  return read
}

/** Sets of ipset stand beside all tables; here each table has those that its rules ask for. */
function withIpsets(table: Table, { sets }: IpsetSave): Table {
  if (table.backend === 'nftables' || sets.size === 0) return table
  const asked = new Set<string>()
  for (const { rules } of table.chains)
    for (const { statements } of rules)
      for (const statement of statements)
        if (statement.kind === 'match' && statement.right.kind === 'reference') asked.add(statement.right.set)
  const found = [...asked].flatMap(name => sets.get(name) ?? [])
  return found.length === 0 ? table : { ...table, sets: [...table.sets, ...found] }
}

/** A program for iptables in nftables is missed only where nft shows extensions whose arguments it alone can tell. */
function missingOf(first: FilterViews, native: readonly Table[] | undefined): LiveRuleset['missing'] {
  return FIRST.flatMap(view => {
    const { text, says } = first.views[view]
    if (text.known || view === 'ipset' || (view === 'nft-json' && native !== undefined)) return []
    const family = { 'iptables-nft': 'ip', 'ip6tables-nft': 'ip6' }[view as string]
    if (
      family !== undefined &&
      native?.some(table => table.family === family && hasExtension(table)) === false
    )
      return []
    return [{ view, reason: text.reason, says }]
  })
}

const hasExtension = ({ chains }: Table): boolean => chains.some(({ rules }) => rules.some(hidesArguments))
