/** Writes every generated file. `npm run generate`; the result is committed. */
import { writeConstructsDoc } from './generate-constructs-doc.ts'
import { writeFaultsDoc } from './generate-faults-doc.ts'
import { writeRegistry } from './generate-registry.ts'
import { writeWhyDoc } from './generate-why-doc.ts'

writeRegistry()
writeFaultsDoc()
writeConstructsDoc()
writeWhyDoc()
