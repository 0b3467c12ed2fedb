/** A fact in a few words, for a cell of a table. */
import type { Fact, FactName, Facts, System } from '../../../model/space/systems/systems.ts'

type Texts = {
  readonly [Name in FactName]: (value: NonNullable<Facts[Name]['value']>) => string
}

const same = (value: string): string => value

const PRESENCE = { module: 'as a module', absent: 'no' } as const

const TEXTS: Texts = {
  ephemeralRange: ({ first, last }) => `${first}-${last}`,
  ephemeralChange: same,
  unprivilegedFrom: first => (first === 0 ? 'any port' : String(first)),
  timeWait: ({ least, most }) => (least === most ? `${least} s` : `${least}-${most} s`),
  connectExhausted: same,
  bindExhausted: same,
  reserved: same,
  reuseAddress: value =>
    ({
      'both-no-listener': 'both set it, no listener',
      'other-address': 'other address only',
      'takes-over': 'takes the port over',
    })[value],
  reusePort: value => ({ spreads: 'shares and spreads', shares: 'shares', absent: 'does not exist' })[value],
  otherUsers: value =>
    ({
      'reuse-port': 'no shared SO_REUSEPORT',
      overlap: 'no overlap',
      'overlap-but-wildcards': 'no overlap but wildcards',
      'beside-wildcard': 'not beside a wildcard',
    })[value],
  v6only: value => (value ? 'yes' : 'no'),
  sctp: value => PRESENCE[value],
  dccp: value => PRESENCE[value],
}

/** The value; that it is not verified is said beside it. */
export function factText(system: System, name: FactName): string {
  const { value, certainty } = system.facts[name] as Fact<never>
  if (value === null) return 'not known'
  const text = TEXTS[name](value)
  return certainty === 'unverified' ? `${text} (unverified)` : text
}
