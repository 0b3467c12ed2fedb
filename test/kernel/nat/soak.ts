/** `npm run soak -- nat`: random translations by the ten thousand, and what was found, made small. */
import { parseArgs } from 'node:util'
import { whyNoJudge } from '../filter/kernel.ts'
import { campaign } from './campaign.ts'
import { openNatKernel } from './kernel.ts'
import { printFound } from './shrink.ts'

export async function soakNat(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      flows: { type: 'string', default: '50000' },
      seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
      enough: { type: 'string', default: '5' },
    },
  })
  const numbers = [values.flows, values.seed, values.enough].map(Number)
  if (!numbers.every(Number.isInteger)) {
    console.error('--flows, --seed and --enough take whole numbers.')
    return 2
  }
  const why = whyNoJudge()
  if (why !== null) {
    console.error(`The kernel can't be asked: ${why}.`)
    return 2
  }
  const [flows, seed, enough] = numbers as [number, number, number]
  console.log(`seed ${seed}, ${flows} conversations`)
  const kernel = await openNatKernel()
  try {
    let next = 10
    let shown = 0
    const tally = await campaign(kernel, { flows, seed, enough }, ({ flows: done, seconds, found }) => {
      for (; shown < found.length; shown++) console.log(`${printFound(found[shown]!)}\n`)
      if (seconds < next) return
      next = seconds + 10
      console.error(`${done} conversations, ${Math.round(done / seconds)}/s, ${found.length} disagreements`)
    })
    for (const one of tally.refused) console.log(`refused: ${one}`)
    console.log(
      `${tally.flows} conversations, ${tally.packets} packets, ${tally.draws} ports drawn, ${tally.lost} packets lost for want of one: ${tally.found.length} disagreements`,
    )
    return tally.found.length === 0 && tally.refused.length === 0 ? 0 : 1
  } finally {
    await kernel.close()
  }
}
