/** What `ports nat plan` writes. */
import { documentOf, list, number, object, orNull, text, whole, yesNo } from './parts.ts'

const percentiles = (what: string) =>
  object({
    p50: whole(`${what}: no more in half of the looks`),
    p95: whole('In 95 of 100'),
    p99: whole('In 99 of 100'),
    most: whole('The most that was seen'),
  })

export const natPlan = documentOf(
  'nat-plan@1',
  'Addresses that subscribers behind a NAT need: ports nat plan --json',
  object({
    hosts: whole('Subscribers', 1),
    rate: number('New mappings a second, of all'),
    holdSeconds: number('Seconds for which each keeps its port, as asked'),
    load: number('Mappings at a time, of all: rate times hold'),
    portsPerAddress: whole('Ports of one external address', 1),
    blocks: orNull(
      object({ size: whole('Ports of a block', 1), perHost: whole('Most of a subscriber', 1) }),
      'ports are given out one by one',
    ),
    addresses: whole('External addresses, given or needed', 1),
    hostsPerAddress: whole('Subscribers of the fullest address', 1),
    simulated: whole('New mappings that were simulated and counted'),
    used: percentiles('Ports in use on the fullest address'),
    perHost: percentiles('Ports in use of one subscriber'),
    blocksPerHost: orNull(percentiles('Blocks of one subscriber'), 'there are no blocks'),
    blockedByPool: number('Share that found no port, 0 to 1'),
    blockedByLimit: number('Share whose subscriber had all that it may have'),
    fits: yesNo('Whether few enough found nothing'),
    bears: number('Times the rate, until too many find nothing'),
    byFormula: orNull(
      object({
        blocked: number('Share that finds no port by Erlang B'),
        bears: number('Times the rate by Erlang B'),
      }),
      'no formula holds for blocks',
    ),
    beyondProvider: yesNo('More addresses than the provider gives'),
    notes: list(text('A sentence'), 'What else counts'),
  }),
)
