/** What `ports fw` answers, and its JSON. */
import type { Opened } from '../../../tools/exposure/exposure.ts'
import type { ChainListing, FilterManager, Judged } from '../../../tools/firewall/firewall.ts'

export interface FilterPicture {
  readonly name: string
  /** This machine's, not a file's. */
  readonly live: boolean
  readonly managers: readonly FilterManager[]
  readonly opened: Opened
  readonly outside: NonNullable<Judged['outside']>
  readonly chains: readonly ChainListing[]
  /** Chains that no packet enters, left out. */
  readonly hidden: number
}

export const pictureItem = ({ managers, opened, outside, chains }: FilterPicture): object => ({
  managers,
  opens: opened.ports.map(({ low, high, level, ...rest }) => ({
    ...rest,
    ports: { low, high },
    from: level,
  })),
  opensComplete: opened.complete,
  outside,
  chains: chains.map(({ table, chain, base, hooks, rules }) => ({
    table,
    chain,
    ...(base === undefined ? {} : { base }),
    hooks,
    rules: rules.map(({ handle, ...rule }) => ({ handle: handle ?? null, ...rule })),
  })),
})
