/** `npm run soak -- space`: random programs by the hundred thousand, and what was found, shrunk to rows. */
import { parseArgs } from 'node:util'
import { whyNoStage } from '../stage/stage.ts'
import { campaign, type Tally } from './campaign.ts'
import { openKernel } from './kernel.ts'
import { openModel } from './open-model.ts'
import { PROFILE_NAMES, type ProfileName } from './profile.ts'
import { printRow } from './shrink.ts'

const isProfile = (name: string): name is ProfileName => (PROFILE_NAMES as readonly string[]).includes(name)

export async function soakSpace(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      programs: { type: 'string', default: '100000' },
      seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
      directed: { type: 'string', multiple: true },
      enough: { type: 'string', default: '5' },
    },
  })
  const [programs, seed, enough] = [values.programs, values.seed, values.enough].map(Number) as [
    number,
    number,
    number,
  ]
  const profiles = values.directed ?? [...PROFILE_NAMES]
  const unknown = profiles.find(name => !isProfile(name))
  if (unknown !== undefined || ![programs, seed, enough].every(Number.isInteger)) {
    console.error(
      unknown === undefined
        ? '--programs, --seed and --enough take whole numbers.'
        : `There is no profile "${unknown}"; there are ${PROFILE_NAMES.join(', ')}.`,
    )
    return 2
  }
  const why = whyNoStage()
  if (why !== null) {
    console.error(`The kernel can't be asked: ${why}.`)
    return 2
  }
  console.log(`seed ${seed}, ${programs} programs, ${profiles.join(' ')}`)
  const kernel = await openKernel()
  try {
    let next = 10
    const tally = await campaign(
      kernel,
      openModel,
      { programs, seed, profiles: profiles as ProfileName[], enough },
      ({ programs, seconds, found }) => {
        if (seconds < next) return
        next = seconds + 10
        console.error(
          `${programs} programs, ${Math.round(programs / seconds)}/s, ${found.length} disagreements`,
        )
      },
    )
    print(tally)
    return tally.found.length === 0 ? 0 : 1
  } finally {
    await kernel.close()
  }
}

function print({ programs, steps, seconds, outcomes, excluded, found }: Tally): void {
  for (const [what, times] of [...outcomes].sort()) console.log(`  ${what.padEnd(28)}${times}`)
  for (const [name, times] of [...excluded].sort()) console.log(`  left out: ${name.padEnd(46)}${times}`)
  for (const one of found) console.log(printRow(one))
  console.log(
    `${programs} programs, ${steps} outcomes, ${Math.round(programs / seconds)} programs/s: ${found.length} disagreements`,
  )
}
