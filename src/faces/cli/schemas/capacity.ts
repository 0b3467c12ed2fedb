/** What `ports capacity` and `ports capacity plan` write. */
import { UNKNOWN_REASONS } from '../../../model/known.ts'
import { POOL_KINDS } from '../../../tools/capacity/capacity.ts'
import { OUTLOOKS } from '../capacity/pool-item.ts'
import { finding } from './finding.ts'
import { documentOf, list, number, object, oneOf, orNull, text, time, whole, yesNo } from './parts.ts'

const foretold = (what: string) => orNull(number(what), 'never, or nothing is foretold: outlook says which')

export const capacity = documentOf(
  'capacity@1',
  'What is used up, when and why: ports capacity --json',
  object(
    {
      at: time('When it was looked at; times left count from then'),
      pool: text('What runs out: tcp 10.0.0.7 > 10.0.0.8:443'),
      kind: oneOf(POOL_KINDS, 'Sort of pool; more may be added'),
      used: whole('How much of it is used'),
      usable: orNull(whole('How much there is in all'), 'usableUnknown says why'),
      outlook: oneOf(
        OUTLOOKS,
        'full; foretold: at the time told; lasts: never at this rate; quiet: nothing came',
      ),
      ratePerSecond: foretold('Connections that come a second'),
      holdSeconds: foretold('Seconds for which each keeps its port; null, too, where none was seen to end'),
      exhaustedInSeconds: foretold('Seconds until it is full'),
      soonestSeconds: foretold('The least that this may be, at 95 %'),
      latestSeconds: foretold('The most that this may be, at 95 %'),
      connectionsLeft: foretold('Connections that succeed until then'),
      assumes: list(text('An assumption'), 'What the forecast rests on'),
      users: list(text('nginx (pid 812)'), 'Who uses it, most first'),
      cause: orNull(finding, 'it is not short'),
      remedy: orNull(text('What to change first'), 'it is not short'),
      steps: list(text('A change'), 'What to change, first things first'),
    },
    { usableUnknown: oneOf(UNKNOWN_REASONS, `Why usable is null`) },
  ),
)

export const plan = documentOf(
  'plan@1',
  'Capacity on paper: ports capacity plan --json',
  object({
    rate: number('Connections a second, as asked'),
    holdSeconds: number('Seconds for which each keeps its port, as asked'),
    destinations: whole('As asked', 1),
    addresses: whole('As asked', 1),
    fits: yesNo('Whether the peak fits'),
    beyondGateway: yesNo('More addresses than the gateway can have'),
    ratePerDestination: number('Connections a second to one destination'),
    heldPerDestination: number('At once to one destination'),
    peakPerDestination: number('Three standard deviations above that'),
    portsPerAddress: whole('Ports of one source address towards one destination'),
    ports: whole('The same of all source addresses'),
    fill: number('Held share of the ports'),
    sustainable: number('Connections a second that last, in all'),
    sustainablePerDestination: number('The same to one destination'),
    cheapPerDestination: orNull(number('The same up to half of the ports'), 'a gateway searches otherwise'),
    blocking: number('Share that finds no port (Erlang B)'),
    missed: orNull(number('Share that Linux source NAT gives up on too early'), 'it isn’t that'),
    fullAfter: orNull(number('Seconds until full, from empty'), 'never'),
    addressesNeeded: whole('Source addresses that hold the peak', 1),
    portsNeeded: whole('Ports for one in 10,000 to find none'),
    destinationsNeeded: whole('Destinations that would be enough', 1),
    gateway: orNull(
      object({
        called: text('The gateway'),
        perDestination: whole('Connections at once to one destination, from one address'),
        mostAddresses: orNull(whole('Most addresses'), 'nothing is said'),
        probes: orNull(whole('Tries for a port'), 'all are tried, or nothing is said'),
        notes: list(text('A note'), 'What else counts'),
        symptom: text('Where its running out is told'),
        source: text('The page with the figures'),
        readOn: text('Day on which it was read'),
      }),
      'no gateway was named',
    ),
    notes: list(text('A sentence'), 'What else counts'),
  }),
)
