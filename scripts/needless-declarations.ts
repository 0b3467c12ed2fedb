/** Declarations that nobody who installs the package can come to: no path that package.json exports leads there. */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Of what another file declares: `export { a } from './a.ts'`, `import("./a.ts").A`. */
const LEADS_TO = /(?:\bfrom|\bimport\()\s*['"](\.{1,2}\/[^'"]+)\.[jt]s['"]/g

/** Files of the folder, from those that are `exported` on. */
export function needlessDeclarations(folder: string, exported: readonly string[]): readonly string[] {
  // A set hands out what is added to it while it is gone through.
  const needed = new Set(exported)
  for (const file of needed) {
    for (const [, path] of readFileSync(file, 'utf8').matchAll(LEADS_TO))
      needed.add(join(dirname(file), `${path}.d.ts`))
  }
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith('.d.ts'))
    .map(file => join(folder, file))
    .filter(file => !needed.has(file))
}
