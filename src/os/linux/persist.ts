/** What is loaded at a boot: files put in place whole, and commands that say so to the system. */
import type { ManagerOutcome, PersistPlan, StartUp, ToolOptions } from '../acts.ts'
import { runManager } from '../services.ts'
import { codeOf, type FileTree, inodeOf } from './file-tree.ts'

/** sd_booted(3). */
export const startUp = (files: FileTree): StartUp => ({
  systemd: inodeOf(files, '/run/systemd/system') !== null,
})

export async function persist(plan: PersistPlan, options: ToolOptions = {}): Promise<ManagerOutcome> {
  const { mkdirSync, renameSync, writeFileSync } = process.getBuiltinModule('node:fs')
  const { dirname } = process.getBuiltinModule('node:path')
  for (const { path, text } of plan.files) {
    try {
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(`${path}.new`, text, { flush: true, mode: 0o644 })
      renameSync(`${path}.new`, path)
    } catch (error) {
      const code = codeOf(error) ?? String(error)
      const kind = code === 'EACCES' || code === 'EPERM' ? 'denied' : 'failed'
      return { kind, says: `${path}: ${code}` }
    }
  }
  for (const argv of plan.commands) {
    const outcome = await runManager(argv, options)
    if (outcome.kind !== 'done') return outcome
  }
  return { kind: 'done' }
}
