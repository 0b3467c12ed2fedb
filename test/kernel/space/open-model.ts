/** Our model of the port space, as the kernel of a release is said to have it. */
import { release } from 'node:os'
import { linuxDialect } from '../../../src/model/space/dialect.ts'
import { PortSpace } from '../../../src/model/space/space.ts'
import type { OpenModel } from './judge.ts'

export const modelOf = (kernel: string): OpenModel => {
  const dialect = linuxDialect(kernel)
  return surroundings => new PortSpace(dialect, surroundings)
}

/** Of the running kernel. */
export const openModel: OpenModel = modelOf(release())
