/** `npm run soak -- filter`: random rules and packets by the ten thousand, and what was found, shrunk to rows. */
import { parseArgs } from 'node:util'
import { campaign, KINDS, type Tally } from './campaign.ts'
import { openKernel, whyNoJudge } from './kernel.ts'
import { printRow } from './shrink.ts'

const isKind = (name: string): name is keyof typeof KINDS => Object.hasOwn(KINDS, name)

export async function soakFilter(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      packets: { type: 'string', default: '50000' },
      seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
      kind: { type: 'string', default: 'nftables' },
      enough: { type: 'string', default: '5' },
    },
  })
  const [packets, seed, enough] = [values.packets, values.seed, values.enough].map(Number) as [
    number,
    number,
    number,
  ]
  if (![packets, seed, enough].every(Number.isInteger)) {
    console.error('--packets, --seed and --enough take whole numbers.')
    return 2
  }
  if (values.kind === 'link') {
    const { soakLink } = await import('./link/link-soak.ts')
    return soakLink({ packets, seed, enough })
  }
  if (!isKind(values.kind)) {
    console.error(
      `There is no kind "${values.kind}"; there are ${[...Object.keys(KINDS), 'link'].join(', ')}.`,
    )
    return 2
  }
  const kind = KINDS[values.kind]
  const why = whyNoJudge()
  if (why !== null) {
    console.error(`The kernel can't be asked: ${why}.`)
    return 2
  }
  console.log(`seed ${seed}, ${packets} packets, ${values.kind}`)
  const kernel = await openKernel()
  try {
    let next = 10
    const tally = await campaign(kernel, { packets, seed, enough, kind }, ({ packets, seconds, found }) => {
      if (seconds < next) return
      next = seconds + 10
      console.error(`${packets} packets, ${Math.round(packets / seconds)}/s, ${found.length} disagreements`)
    })
    print(tally)
    return tally.found.length === 0 && tally.undecided === 0 ? 0 : 1
  } finally {
    await kernel.close()
  }
}

function print({ rounds, packets, seconds, verdicts, refused, undecided, found }: Tally): void {
  for (const [what, times] of [...verdicts].sort()) console.log(`  ${what.padEnd(28)}${times}`)
  for (const [what, times] of [...refused].sort()) console.log(`  refused ${times} times: ${what}`)
  for (const one of found) console.log(printRow(one))
  console.log(
    `${packets} packets through ${rounds} rule sets, ${Math.round(packets / seconds)} packets/s: ${undecided} undecided, ${found.length} disagreements`,
  )
}
