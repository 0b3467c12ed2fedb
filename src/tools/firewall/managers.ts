/**
 * Who made the rules: the programs that manage packet filters, told by the tables and chains that they are known to make,
 * and by the names of the BPF programs that they attach, each with what gave it away and, where it has some, its rules in
 * its own words.
 *
 * What nobody is known to make is somebody's own: rules of nft (a file that nftables.service loads), or of iptables (which
 * iptables-persistent loads); the rules don't tell which of both brought them.
 */
import type { Chain, Ruleset, Table } from '../../model/filter/ruleset.ts'
import type { Evidence } from '../../model/finding.ts'
import type { Decider } from '../../os/os.ts'
import { dockerWords } from './docker-words.ts'
import { firewalldWords } from './firewalld-words.ts'
import { ufwWords } from './ufw-words.ts'

export interface FilterManager {
  /** `ufw`, `firewalld`, `docker` …; `nftables` and `iptables` for what nobody else made. */
  readonly name: string
  /** As people write it. */
  readonly title: string
  readonly evidence: readonly Evidence[]
  /** Each rule, or group of rules, as the program itself would list it. Empty where it has no such words. */
  readonly words: readonly string[]
  /** How many rules are in its chains; 0 where it filters by programs alone. */
  readonly rules: number
}

interface Sign {
  readonly name: string
  readonly title: string
  readonly table?: RegExp
  readonly chain?: RegExp
  /** Rules that it puts into built-in chains, by their text. */
  readonly rule?: RegExp
  /** Names of its BPF programs, of which the kernel keeps 15 bytes. */
  readonly program?: RegExp
  readonly words?: (ruleset: Ruleset) => readonly string[]
}

/** For its bridges, and for a container that reaches itself by its published port. */
const DOCKER_RULE = /-[io] (?:docker0|br-[0-9a-f]{12}) |-s (\S+) -d \1 .*-j MASQUERADE/

/** Tables are of nftables alone; chains stand in any table. */
const SIGNS: readonly Sign[] = [
  { name: 'portolan', title: 'portolan', table: /^portolan$/ },
  { name: 'ufw', title: 'ufw', chain: /^ufw6?-/, words: ufwWords },
  {
    name: 'firewalld',
    title: 'firewalld',
    table: /^firewalld$/,
    chain: /^(?:IN|FWDO|FWD)_[a-z]+(?:_(?:allow|deny|log|pre|post))?$|^INPUT_ZONES$/,
    words: firewalldWords,
  },
  {
    name: 'docker',
    title: 'Docker',
    table: /^docker-bridges$/,
    chain: /^DOCKER(?:-|$)/,
    rule: DOCKER_RULE,
    words: dockerWords,
  },
  { name: 'podman', title: 'Podman', table: /^netavark$/, chain: /^(?:NETAVARK|CNI)[-_]/ },
  { name: 'kube-proxy', title: 'kube-proxy', table: /^kube-proxy$/, chain: /^KUBE-/ },
  { name: 'calico', title: 'Calico', table: /^calico$/, chain: /^cali-/, program: /^cali(?:co)?_/ },
  { name: 'cilium', title: 'Cilium', chain: /^(?:OLD_)?CILIUM_/, program: /^cil_/ },
  { name: 'libvirt', title: 'libvirt', table: /^libvirt_network$/, chain: /^LIBVIRT_/ },
  { name: 'lxd', title: 'LXD', table: /^(?:lxd|incus)$/ },
  { name: 'fail2ban', title: 'fail2ban', table: /^f2b-table$/, chain: /^f2b-/ },
  { name: 'crowdsec', title: 'CrowdSec', table: /^crowdsec6?$/, chain: /^CROWDSEC_CHAIN$/ },
  { name: 'tailscale', title: 'Tailscale', chain: /^ts-(?:input|forward|postrouting)$/ },
  { name: 'wg-quick', title: 'wg-quick (WireGuard)', table: /^wg-quick-/ },
  { name: 'miniupnpd', title: 'miniupnpd', chain: /^MINIUPNPD/ },
  {
    name: 'systemd',
    title: 'systemd',
    table: /^io\.systemd\.nat$/,
    // IPAddressDeny= and IPAccounting=, SocketBindDeny=, RestrictNetworkInterfaces=.
    program: /^sd_(?:fw|bind|restrictif)/,
  },
]

/** `outside`: what decides besides the rules, where that is known. */
export function managersOf(ruleset: Ruleset, outside: readonly Decider[] = []): readonly FilterManager[] {
  const found = SIGNS.flatMap((sign): FilterManager[] => {
    const evidence: Evidence[] = []
    let rules = 0
    for (const table of ruleset.tables) {
      const whole = isOf(sign, table)
      const chains = table.chains.filter(chain => whole || isChainOf(sign, chain))
      if (whole) evidence.push({ source: tableText(table), says: 'a table of that name' })
      else if (chains.length > 0) evidence.push({ source: tableText(table), says: namesOf(chains) })
      rules += chains.reduce((count, chain) => count + chain.rules.length, 0)
    }
    for (const { kind, place, says, programs = [] } of outside)
      if (programs.some(one => one.name !== undefined && sign.program?.test(one.name) === true))
        evidence.push({ source: `${kind} at ${place}`, says })
    const { name, title } = sign
    return evidence.length === 0 ? [] : [{ name, title, evidence, words: sign.words?.(ruleset) ?? [], rules }]
  })
  return [...found, ...ownRules(ruleset)]
}

const isOf = ({ table }: Sign, { backend, name }: Table): boolean =>
  backend === 'nftables' && table?.test(name) === true
const isChainOf = ({ chain }: Sign, { name }: Chain): boolean => chain?.test(name) === true

/** Chains that nobody is known to make, without the rules that only lead into others' chains. */
function ownRules({ tables }: Ruleset): FilterManager[] {
  const isKnown = (name: string): boolean => SIGNS.some(({ chain }) => chain?.test(name) === true)
  const by = { nftables: [] as Evidence[], iptables: [] as Evidence[] }
  const rules = { nftables: 0, iptables: 0 }
  for (const table of tables) {
    if (SIGNS.some(sign => isOf(sign, table))) continue
    const maker = table.backend === 'nftables' ? 'nftables' : 'iptables'
    const own = table.chains
      .filter(({ name }) => !isKnown(name))
      .flatMap(chain => chain.rules)
      .filter(
        ({ statements, text }) =>
          !statements.some(
            one => one.kind === 'verdict' && 'chain' in one.verdict && isKnown(one.verdict.chain),
          ) && !SIGNS.some(({ rule }) => text !== undefined && rule?.test(text) === true),
      )
    const closed = table.chains.filter(({ base, name }) => base?.policy === 'drop' && !isKnown(name))
    const others = table.chains.some(({ name }) => isKnown(name))
    if (own.length === 0 && (closed.length === 0 || others)) continue
    rules[maker] += own.length
    by[maker].push({
      source: tableText(table),
      says:
        own.length === 0
          ? `policy drop of ${namesOf(closed)}`
          : `${own.length} ${own.length === 1 ? 'rule' : 'rules'} of no known maker`,
    })
  }
  return (['nftables', 'iptables'] as const).flatMap(name =>
    by[name].length === 0
      ? []
      : [
          {
            name,
            title: `${name}, by hand or from a file`,
            evidence: by[name],
            words: [],
            rules: rules[name],
          },
        ],
  )
}

const tableText = ({ family, name, backend }: Table): string =>
  `table ${family} ${name}${backend === 'iptables-legacy' ? ' (legacy)' : ''}`

function namesOf(chains: readonly Chain[]): string {
  const names = chains.slice(0, 3).map(({ name }) => name)
  const more = chains.length - names.length
  return `chain${chains.length === 1 ? '' : 's'} ${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}
