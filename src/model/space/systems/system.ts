/**
 * What an operating system does with its ports, as data: one record for each system, every field with its source.
 *
 * Only Linux is judged: the rules of `model/space` are held against a running kernel. What stands here of others was
 * read in their sources and handbooks, and each fact says how sure it is.
 */
import type { LinuxDialect } from '../dialect.ts'

/** `judged`: a running kernel agrees. `documented`: read in a source or handbook. `unverified`: told, not read. */
export const FACT_CERTAINTIES = ['judged', 'documented', 'unverified'] as const
export type FactCertainty = (typeof FACT_CERTAINTIES)[number]

/** Null where nobody that was asked says. */
export interface Fact<Value> {
  readonly value: Value | null
  /** One sentence. */
  readonly says: string
  /** A file and function of the system, a handbook, an RFC. */
  readonly source: string
  readonly certainty: FactCertainty
}

export interface Facts {
  /** Ports from the first to the last that the system picks local ports from, as installed. */
  readonly ephemeralRange: Fact<{ readonly first: number; readonly last: number }>
  /** The setting or command that changes it. */
  readonly ephemeralChange: Fact<string>
  /** The first port that needs no right; 0 where none does. */
  readonly unprivilegedFrom: Fact<number>
  /** Seconds that a closed connection is kept. Two different numbers where it is a setting without one default. */
  readonly timeWait: Fact<{ readonly least: number; readonly most: number }>
  /** The error of connect() when no local port is left. */
  readonly connectExhausted: Fact<string>
  /** The error of bind() to port 0 when none is left. */
  readonly bindExhausted: Fact<string>
  /** The setting, or the kind, of ports that are kept back. */
  readonly reserved: Fact<string>
  readonly reuseAddress: Fact<(typeof REUSE_ADDRESS)[number]>
  readonly reusePort: Fact<(typeof REUSE_PORT)[number]>
  readonly otherUsers: Fact<(typeof OTHER_USERS)[number]>
  /** Whether a socket on `::` takes IPv6 only unless it is told otherwise. */
  readonly v6only: Fact<boolean>
  readonly sctp: Fact<(typeof PROTOCOL_PRESENCE)[number]>
  readonly dccp: Fact<(typeof PROTOCOL_PRESENCE)[number]>
}

/** Who may have a port twice with SO_REUSEADDR on: both and no listener, the new one if the address differs, anybody. */
export const REUSE_ADDRESS = ['both-no-listener', 'other-address', 'takes-over'] as const
/** What SO_REUSEPORT on both does: share and spread by hash, share without spreading; it may not exist. */
export const REUSE_PORT = ['spreads', 'shares', 'absent'] as const
/**
 * When another user's socket stands in the way though the flags would let it pass: SO_REUSEPORT shares with nobody else;
 * at any overlap; at any overlap but of two wildcards; for a specific address beside their wildcard.
 */
export const OTHER_USERS = ['reuse-port', 'overlap', 'overlap-but-wildcards', 'beside-wildcard'] as const

/** Whether a kernel can have a protocol beside TCP and UDP: as a module, where it was built, or not at all. */
export const PROTOCOL_PRESENCE = ['module', 'absent'] as const

export type FactName = keyof Facts

/** In the order in which they are shown, with what they are called there. */
export const FACT_TITLES: Readonly<Record<FactName, string>> = Object.freeze({
  ephemeralRange: 'ephemeral ports',
  ephemeralChange: 'changed with',
  unprivilegedFrom: 'no right needed from',
  timeWait: 'TIME_WAIT',
  connectExhausted: 'connect, none left',
  bindExhausted: 'bind, none left',
  reserved: 'kept back',
  reuseAddress: 'SO_REUSEADDR',
  reusePort: 'SO_REUSEPORT',
  otherUsers: 'other users',
  v6only: ':: is IPv6 only',
  sctp: 'SCTP',
  dccp: 'DCCP',
})
export const FACT_NAMES = Object.keys(FACT_TITLES) as readonly FactName[]

/** A setting whose value can be asked for, by the system's own name. */
export interface Setting {
  readonly name: string
  /** As installed; null where it depends on the machine. */
  readonly usual: string | null
  readonly says: string
  readonly source: string
  /** The fact that it decides about. */
  readonly fact?: FactName
}

interface SystemRecord {
  /** `linux`, `linux-6.1`, `macos`, `freebsd`, `openbsd`, `windows`. */
  readonly name: string
  readonly title: string
  /** What the record stands on, in a few words. */
  readonly basis: string
  readonly facts: Facts
  readonly settings: readonly Setting[]
}

/** Its rules are the model's, `PortSpace` in this dialect. */
export interface LinuxSystem extends SystemRecord {
  readonly kind: 'linux'
  readonly judged: true
  readonly dialect: LinuxDialect
}

export const FOREIGN_KINDS = ['macos', 'freebsd', 'openbsd', 'windows'] as const
export type ForeignKind = (typeof FOREIGN_KINDS)[number]

/** Its rules are `refusalOn` and `privilegeOn`, from documentation. */
export interface ForeignSystem extends SystemRecord {
  readonly kind: ForeignKind
  readonly judged: false
}

export type System = LinuxSystem | ForeignSystem

const factOf =
  (certainty: FactCertainty) =>
  <Value>(value: Value | null, says: string, source: string): Fact<Value> => ({
    value,
    says,
    source,
    certainty,
  })

export const judged = factOf('judged')
export const documented = factOf('documented')
export const unverified = factOf('unverified')

const untold = (protocol: string): Fact<never> =>
  unverified<never>(
    null,
    `whether it has ${protocol}, and by which rules, nobody who was asked says`,
    'no source was read',
  )

/** Of systems whose sources weren't read for SCTP and DCCP. */
export const untoldProtocols: Pick<Facts, 'sctp' | 'dccp'> = { sctp: untold('SCTP'), dccp: untold('DCCP') }
