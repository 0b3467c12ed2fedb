/**
 * Scenario files: a network in YAML, checked, with line and column for whatever is wrong. docs/sim.md describes them.
 */
import * as z from 'zod'
import type { Network } from '../network/network.ts'
import type { SimulatedHost } from '../simulated-host.ts'
import { buildScenario } from './build-scenario.ts'
import { SCENARIO, type Scenario } from './scenario-schema.ts'
import { ScenarioSource } from './source.ts'

export type { Scenario } from './scenario-schema.ts'

/** What a file says. Throws `E_SCENARIO`. */
export function parseScenario(
  text: string,
  file: string,
): { readonly scenario: Scenario; readonly source: ScenarioSource } {
  const source = new ScenarioSource(text, file)
  const read = SCENARIO.safeParse(source.value ?? {})
  if (read.success) return { scenario: read.data, source }
  const [issue] = read.error.issues
  const path = (issue?.path ?? []) as (string | number)[]
  if (issue?.code === 'unrecognized_keys')
    throw source.faultAtKey(path, issue.keys[0]!, `"${issue.keys[0]}" means nothing here${whereOf(path)}`)
  throw source.fault(path, `${sentence(issue?.message ?? 'it can’t be read')}${whereOf(path)}`)
}

/** Builds it, connections and all. Throws `E_SCENARIO`. */
export async function makeScenario(
  network: Network<SimulatedHost>,
  { scenario, source }: ReturnType<typeof parseScenario>,
): Promise<void> {
  await buildScenario(network, scenario, source)
}

/** The JSON Schema of scenario files, for editors. */
export const scenarioSchema = (): object => z.toJSONSchema(SCENARIO, { io: 'input' })

const whereOf = (path: readonly (string | number)[]): string =>
  path.length === 0 ? '' : ` (${path.join('.')})`

/** zod writes sentences of its own, beginning with a capital. */
const sentence = (message: string): string => message.replace(/^Invalid input: /, '')
