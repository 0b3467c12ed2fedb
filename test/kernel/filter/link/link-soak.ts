/** `npm run soak -- filter --kind link`: random rules and frames, half on a bridge that lends to IP's hooks, half on one that doesn't. */
import { openKernel } from '../kernel.ts'
import { linkCampaign } from './link-campaign.ts'
import { whyNoFrames } from './why-no-frames.ts'

export interface LinkSoak {
  readonly packets: number
  readonly seed: number
  readonly enough: number
}

export async function soakLink({ packets, seed, enough }: LinkSoak): Promise<number> {
  const why = whyNoFrames(true)
  if (why !== null) {
    console.error(`The kernel can't be asked: ${why}.`)
    return 2
  }
  console.log(`seed ${seed}, ${packets} packets, link`)
  let isGood = true
  for (const lends of [false, true]) {
    const kernel = await openKernel(lends ? 'lending' : 'bridge')
    try {
      const tally = await linkCampaign(kernel, { packets: Math.ceil(packets / 2), seed, enough, lends })
      for (const [what, times] of [...tally.verdicts].sort()) console.log(`  ${what.padEnd(28)}${times}`)
      for (const [what, times] of [...tally.refused].sort()) console.log(`  refused ${times} times: ${what}`)
      for (const row of tally.found) console.log(row)
      console.log(
        `${tally.packets} packets through ${tally.rounds} rule sets, ${lends ? 'lending' : 'not lending'}: ${tally.undecided} undecided, ${tally.found.length} disagreements`,
      )
      isGood &&= tally.found.length === 0 && tally.undecided === 0
    } finally {
      await kernel.close()
    }
  }
  return isGood ? 0 : 1
}
