/** The process that judges for `kernel.ts`: a message with programs comes in, one with what was seen goes out. */
import { stayOnOneProcessor } from './calls.ts'
import { Executor, type Load, type Observation, type Shot } from './executor.ts'
import { type Ground, TUN_GROUND } from './ground.ts'

export interface Program {
  readonly loads: readonly Load[]
  readonly shots: readonly Shot[]
  /** Programs whose listings are wanted beside nft's, once all is loaded. */
  readonly listings?: readonly (readonly string[])[]
  /** After each packet too, for their counters: of what the kernel tells no trace of. */
  readonly counting?: boolean
}

export interface Run {
  /** What `nft -j list ruleset` says once they are loaded; undefined when they were refused. */
  readonly listing?: string
  readonly refused?: string
  readonly listings: readonly string[]
  readonly observations: readonly Observation[]
}

/** `tun`, `bridge`, or `lending`: a bridge that lends to IP’s hooks. */
async function groundNamed(name: string): Promise<Ground> {
  if (name === 'tun') return TUN_GROUND
  const { linkGround } = await import('./link/link-ground.ts')
  return linkGround(name === 'lending')
}

stayOnOneProcessor()
const executor = new Executor(await groundNamed(process.argv[2] ?? 'tun'))
process.on('message', (programs: readonly Program[]) => {
  process.send!(programs.map(run))
})
process.on('disconnect', () => {
  executor.close()
  process.exit()
})
process.send!([])

function run({ loads, shots, listings: wanted = [], counting = false }: Program): Run {
  const loaded = executor.load(loads)
  if ('refused' in loaded) return { refused: loaded.refused, listings: [], observations: [] }
  const list = (): string[] => wanted.map(command => executor.list(command))
  const listings = list()
  const observations = shots.map(shot => {
    const seen = executor.shoot(shot)
    return counting ? { ...seen, counters: list() } : seen
  })
  return { listing: loaded.listing, listings, observations }
}
