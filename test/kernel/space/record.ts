/** `npm run soak -- record`: writes down what the running kernel says, for `recorded.test.ts`. */
import { writeFileSync } from 'node:fs'
import { release } from 'node:os'
import { parseArgs } from 'node:util'
import { readCase } from './case.ts'
import { TABLES } from './cases/cases.ts'
import { generate } from './generate.ts'
import { openKernel } from './kernel.ts'
import { PROFILE_NAMES } from './profile.ts'
import { CHOSEN } from './recorded/chosen.ts'
import { type Recorded, type Recording, record } from './recording.ts'

/** Of each profile. */
const PROGRAMS = '40'

export async function recordSpace(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: { each: { type: 'string', default: PROGRAMS }, seed: { type: 'string', default: '1' } },
  })
  const [each, seed] = [Number(values.each), Number(values.seed)]
  const kernel = await openKernel()
  try {
    const programs: Recorded[] = []
    for (const [table, cases] of Object.entries(TABLES)) {
      const read = cases.map(readCase)
      const runs = await kernel.run(
        read.map(({ program }) => program),
        false,
      )
      for (const [i, { name, program }] of read.entries())
        programs.push(record(`${table}: ${name}`, program.surroundings, runs[i]!.steps))
    }
    for (const profile of PROFILE_NAMES) {
      const seeds = new Set([...Array.from({ length: each }, (_, i) => seed + i), ...(CHOSEN[profile] ?? [])])
      const random = [...seeds].map(seed => ({ seed, program: generate(seed, profile) }))
      const runs = await kernel.run(random.map(({ program }) => program))
      for (const [i, { seed, program }] of random.entries())
        programs.push(record(`${profile} ${seed}`, program.surroundings, runs[i]!.steps))
    }
    const recording: Recording = { kernel: release(), programs }
    const name = `linux-${release().split('.').slice(0, 2).join('.')}.json`
    const file = new URL(`./recorded/testdata/${name}`, import.meta.url)
    writeFileSync(file, `${textOf(recording)}\n`)
    console.log(`${programs.length} programs in ${name}`)
    return 0
  } finally {
    await kernel.close()
  }
}

/** A line for each program, so that a change of one is a change of one line. */
const textOf = ({ kernel, programs }: Recording): string =>
  `{"kernel":${JSON.stringify(kernel)},"programs":[\n${programs.map(one => JSON.stringify(one)).join(',\n')}\n]}`
