/** Which project and branch a name belongs to: what `--project` says, or the folder that we are in. */
import { fault } from '../../../model/fault.ts'
import type { LeaseScope } from '../../../tools/bind/bind.ts'
import type { CliContext } from '../context.ts'
import { gitProject } from '../git-project.ts'

export function scopeFrom(
  context: CliContext,
  { project }: { readonly project: string | undefined },
): LeaseScope {
  if (project === undefined) return gitProject(context.cwd, path => context.files.read(path))
  if (project === '') throw fault('E_USAGE', { what: '--project needs a name', command: 'ports lease' })
  return { project }
}
