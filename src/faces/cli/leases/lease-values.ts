/** The columns of leases for other programs: a column holds numbers, times or words, never two of them. */
import type { Column } from '../render/column.ts'
import type { LeaseRow } from './lease-rows.ts'

const column = (key: string, value: Column<LeaseRow>['value']): Column<LeaseRow> => ({
  key,
  title: key,
  value,
})

export const LEASE_VALUES: readonly Column<LeaseRow>[] = [
  column('first', ({ lease }) => lease.ports[0] ?? null),
  column('last', ({ lease }) => lease.ports.at(-1) ?? null),
  column('name', ({ lease }) => lease.name),
  column('pid', ({ lease }) => lease.holder?.pid ?? null),
  // Who can't be seen is called so; who isn't there has no name.
  column('holder', ({ lease, process }) => (lease.holder === null ? null : (process ?? '(unseen)'))),
  column('user', ({ user }) => user ?? '(unknown)'),
  column('expires', ({ lease }) =>
    lease.expiresAt === null ? null : new Date(lease.expiresAt).toISOString(),
  ),
  column('branch', ({ lease }) => lease.branch ?? null),
  column('project', ({ lease }) => lease.project ?? null),
]
